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

/* Cuts the next alternative off `rest`: up to a comma outside inner braces. As text_next otherwise. */
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

/* Whether the first pair of braces can be read in more ways than one: a brace, comma or slash that an escape or
 * a class may take its meaning from, and braces that do not pair around a slash. */
static bool is_ambiguous(struct text glob)
{
    bool has_braces = text_find_char(glob, '{') != TEXT_NOT_FOUND;
    if (text_contains(glob, TEXT("{}"))) {
        return true; /* Bash takes this closing brace for a character of what is to come */
    }
    size_t depth = 0;
    char inside = '\0'; /* the bracket of a class or an extended glob */
    for (size_t i = 0; i < glob.size; i++) {
        char c = glob.data[i];
        if (c == '\\' && has_braces) {
            return true;
        }
        if (inside == '\0' && (c == '[' || c == '(')) {
            inside = c;
        } else if ((inside == '[' && c == ']') || (inside == '(' && c == ')')) {
            inside = '\0';
        } else if (inside != '\0' && (c == '/' || (inside == '[' && (c == '{' || c == '}' || c == ',')))) {
            return true;
        }
        depth += c == '{';
        depth -= c == '}' && depth > 0;
    }
    size_t open = text_find_char(glob, '{');
    return depth > 0 && text_find_char(text_after(glob, open), '/') != TEXT_NOT_FOUND;
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

/* A closing brace without an opening one: Bash lets it close a pair before that has no comma of its own. */
static bool has_stray_close(struct text text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '}' && depth == 0) {
            return true;
        }
        depth += text.data[i] == '{';
        depth -= text.data[i] == '}';
    }
    return false;
}

/* Writes out the first pair of braces of one pending glob; the results are pending in turn. A pair without a
 * comma is itself to some programs, its content to others, and a range to a third kind: `*` covers them all.
 * False when there are too many, or what it covers cannot be said. */
static bool expand_first(struct text_vector *pending, struct arena *arena, struct text glob, size_t open,
                         size_t close)
{
    struct text before = text_slice(glob, 0, open);
    struct text after = text_after(glob, close + 1);
    struct text alternatives = text_slice(glob, open + 1, close);
    struct text alternative;
    bool is_first = true;
    while (next_alternative(&alternatives, &alternative)) {
        if (is_first && alternatives.data == NULL) {
            if (text_find_char(alternative, '/') != TEXT_NOT_FOUND || has_stray_close(after)) {
                return false;
            }
            alternative = TEXT("*");
        }
        is_first = false;
        if (pending->count >= MOST_ALTERNATIVES) {
            return false;
        }
        struct builder out;
        builder_init(&out, arena);
        builder_add(&out, before);
        builder_add(&out, alternative);
        builder_add(&out, after);
        struct text expanded = builder_text(&out);
        VECTOR_PUSH(arena, pending, expanded);
    }
    return true;
}

struct text_vector braces_expand(struct text glob, struct arena *arena)
{
    struct text_vector pending = {0};
    struct text_vector done = {0};
    bool is_known = !is_ambiguous(glob);
    VECTOR_PUSH(arena, &pending, glob);
    while (is_known && pending.count > 0) {
        struct text next = pending.items[--pending.count];
        size_t open = text_find_char(next, '{');
        size_t close = open == TEXT_NOT_FOUND ? TEXT_NOT_FOUND : find_close(next, open);
        if (close == TEXT_NOT_FOUND) {
            struct text simple = simplify(next, arena);
            VECTOR_PUSH(arena, &done, simple);
        } else {
            is_known = expand_first(&pending, arena, next, open, close);
        }
        is_known = is_known && done.count < MOST_ALTERNATIVES;
    }
    if (!is_known) {
        struct text_vector everything = {0};
        VECTOR_PUSH(arena, &everything, TEXT("/**"));
        return everything;
    }
    return done;
}
