/* SPDX-License-Identifier: Apache-2.0 */
/* Brace expansion (Bash manual, 3.5.1): {a,b}, {1..5}. Nothing but well-formed, balanced braces is understood.
 */
#include "shell/walk.h"

static bool is_brace(const struct shell_piece *part, char wanted)
{
    return part->kind == PART_BRACE && part->text.data[0] == wanted;
}

/* The index of the brace that closes the one at `open`, or `count`; whether a comma stands between. */
static size_t find_close(const struct part_vector *parts, size_t open, bool *ret_has_comma)
{
    size_t depth = 0;
    *ret_has_comma = false;
    for (size_t i = open; i < parts->count; i++) {
        if (is_brace(parts->items[i], '{')) {
            depth++;
        } else if (is_brace(parts->items[i], '}') && --depth == 0) {
            return i;
        } else if (is_brace(parts->items[i], ',') && depth == 1) {
            *ret_has_comma = true;
        }
    }
    return parts->count;
}

static void add_parts(struct arena *arena, struct part_vector *to, const struct part_vector *from, size_t start,
                      size_t end)
{
    for (size_t i = start; i < end; i++) {
        VECTOR_PUSH(arena, to, from->items[i]);
    }
}

/* "1..5" between the braces. */
static bool read_sequence(const struct part_vector *parts, size_t open, size_t close, int *ret_from,
                          int *ret_to)
{
    struct text text = TEXT("");
    for (size_t i = open + 1; i < close; i++) {
        const struct shell_piece *part = parts->items[i];
        if (part->kind != PART_TEXT || part->is_quoted ||
            (text.size > 0 && text.data + text.size != part->text.data)) {
            return false;
        }
        text = text.size == 0 ? part->text : (struct text){text.data, text.size + part->text.size};
    }
    size_t dots = text_find(text, TEXT(".."));
    uint64_t from;
    uint64_t to;
    if (dots == TEXT_NOT_FOUND || !text_to_u64(text_slice(text, 0, dots), &from) ||
        !text_to_u64(text_after(text, dots + 2), &to) || from > 1000000 || to > 1000000) {
        return false;
    }
    /* Leading zeros pad all numbers to one width: not understood. */
    if ((text.data[0] == '0' && dots > 1) || (text.data[dots + 2] == '0' && text.size > dots + 3)) {
        return false;
    }
    *ret_from = (int)from;
    *ret_to = (int)to;
    return true;
}

static bool may_be_sequence(const struct part_vector *parts, size_t open, size_t close)
{
    for (size_t i = open + 1; i < close; i++) {
        const struct shell_piece *part = parts->items[i];
        if (part->kind != PART_TEXT || text_contains(part->text, TEXT("."))) {
            return true;
        }
    }
    return false;
}

static bool expand(struct walker *walker, const struct part_vector *parts, size_t from, size_t depth,
                   struct part_vector_vector *out);

static bool expand_sequence(struct walker *walker, const struct part_vector *parts, size_t open, size_t close,
                            int first, int last, size_t depth, struct part_vector_vector *out)
{
    for (int n = first;; n += first <= last ? 1 : -1) {
        struct part_vector chosen = {0};
        add_parts(walker->arena, &chosen, parts, 0, open);
        struct shell_piece *number = ARENA_NEW(walker->arena, struct shell_piece);
        number->kind = PART_TEXT;
        number->text = text_format(walker->arena, "%d", n);
        VECTOR_PUSH(walker->arena, &chosen, number);
        size_t behind = chosen.count;
        add_parts(walker->arena, &chosen, parts, close + 1, parts->count);
        if (!expand(walker, &chosen, behind, depth + 1, out)) {
            return false;
        }
        if (n == last) {
            return true;
        }
    }
}

static bool expand_choices(struct walker *walker, const struct part_vector *parts, size_t open, size_t close,
                           size_t depth, struct part_vector_vector *out)
{
    size_t start = open + 1;
    size_t level = 0;
    for (size_t i = open + 1; i <= close; i++) {
        if (i < close && is_brace(parts->items[i], '{')) {
            level++;
        } else if (i < close && is_brace(parts->items[i], '}')) {
            level--;
        } else if (i == close || (level == 0 && is_brace(parts->items[i], ','))) {
            struct part_vector chosen = {0};
            add_parts(walker->arena, &chosen, parts, 0, open);
            add_parts(walker->arena, &chosen, parts, start, i);
            add_parts(walker->arena, &chosen, parts, close + 1, parts->count);
            if (!expand(walker, &chosen, open, depth + 1, out)) {
                return false;
            }
            start = i + 1;
        }
    }
    return true;
}

static bool expand(struct walker *walker, const struct part_vector *parts, size_t from, size_t depth,
                   struct part_vector_vector *out)
{
    if (depth > LIMIT_NESTING || out->count >= LIMIT_SHELL_FIELDS) {
        return false;
    }
    for (size_t open = from; open < parts->count; open++) {
        if (is_brace(parts->items[open], '}')) {
            return false;
        }
        if (!is_brace(parts->items[open], '{')) {
            continue;
        }
        bool has_comma;
        size_t close = find_close(parts, open, &has_comma);
        int first;
        int last;
        if (close == parts->count) {
            return false;
        }
        if (has_comma) {
            return expand_choices(walker, parts, open, close, depth, out);
        }
        if (read_sequence(parts, open, close, &first, &last)) {
            return expand_sequence(walker, parts, open, close, first, last, depth, out);
        }
        if (may_be_sequence(parts, open, close)) {
            return false;
        }
        open = close; /* "{}", "{word}": as they are */
    }
    VECTOR_PUSH(walker->arena, out, *parts);
    return true;
}

bool expand_braces(struct walker *walker, const struct shell_word *word, struct part_vector_vector *ret_words)
{
    struct part_vector parts = {0};
    for (const struct shell_piece *part = word->parts; part != NULL; part = part->next) {
        VECTOR_PUSH(walker->arena, &parts, part);
    }
    return expand(walker, &parts, 0, 0, ret_words);
}
