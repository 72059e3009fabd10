/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/braces.h"

#include "base/builder.h"

enum { MOST_ALTERNATIVES = 64 };

/* The offset of the brace that closes the one at `open`, or TEXT_NOT_FOUND. */
static size_t find_close(struct text glob, size_t open)
{
    size_t depth = 0;
    for (size_t i = open; i < glob.size; i++) {
        depth += glob.data[i] == '{';
        depth -= glob.data[i] == '}';
        if (depth == 0) {
            return i;
        }
    }
    return TEXT_NOT_FOUND;
}

/* Cuts the next alternative off `rest`: up to a comma outside inner braces. */
static bool next_alternative(struct text *rest, struct text *ret_part)
{
    if (rest->data == NULL) {
        return false;
    }
    size_t depth = 0;
    for (size_t i = 0; i < rest->size; i++) {
        char c = rest->data[i];
        depth += c == '{';
        depth -= c == '}' && depth > 0;
        if (c == ',' && depth == 0) {
            *ret_part = text_slice(*rest, 0, i);
            *rest = text_after(*rest, i + 1);
            return true;
        }
    }
    *ret_part = *rest;
    *rest = (struct text){NULL, 0};
    return true;
}

/* A segment whose meaning is not just `*`, `?` and plain characters becomes `*`. */
static struct text simplify(struct text glob, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    struct text rest = glob;
    struct text segment;
    bool is_first = true;
    while (text_next(&rest, '/', &segment)) {
        if (!is_first) {
            builder_add_char(&out, '/');
        }
        is_first = false;
        bool is_plain = true;
        for (size_t i = 0; i < segment.size; i++) {
            char c = segment.data[i];
            is_plain = is_plain && c != '[' && c != '(' && c != '\\' && c != '{' && c != '}';
        }
        builder_add(&out, is_plain ? segment : TEXT("*"));
    }
    return builder_text(&out);
}

/* Writes out the first pair of braces of one pending glob; the results are pending in turn. False when there
 * are too many. */
static bool expand_first(struct text_vector *pending, struct arena *arena, struct text glob, size_t open,
                         size_t close)
{
    struct text alternatives = text_slice(glob, open + 1, close);
    struct text alternative;
    while (next_alternative(&alternatives, &alternative)) {
        struct text expanded = text_format(arena, "%.*s%.*s%.*s", TEXT_ARG(text_slice(glob, 0, open)),
                                           TEXT_ARG(alternative), TEXT_ARG(text_after(glob, close + 1)));
        if (pending->count >= MOST_ALTERNATIVES) {
            return false;
        }
        VECTOR_PUSH(arena, pending, expanded);
    }
    return true;
}

struct text_vector braces_expand(struct text glob, struct arena *arena)
{
    struct text_vector pending = {0};
    struct text_vector done = {0};
    VECTOR_PUSH(arena, &pending, glob);
    while (pending.count > 0) {
        struct text next = pending.items[--pending.count];
        size_t open = text_find_char(next, '{');
        size_t close = open == TEXT_NOT_FOUND ? TEXT_NOT_FOUND : find_close(next, open);
        if (close == TEXT_NOT_FOUND) {
            struct text simple = simplify(next, arena);
            VECTOR_PUSH(arena, &done, simple);
        } else if (!expand_first(&pending, arena, next, open, close)) {
            done.count = MOST_ALTERNATIVES;
        }
        if (done.count >= MOST_ALTERNATIVES) {
            struct text_vector everything = {0};
            VECTOR_PUSH(arena, &everything, TEXT("/**"));
            return everything;
        }
    }
    return done;
}
