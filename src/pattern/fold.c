/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/builder.h"
#include "base/utf8.h"
#include "pattern/glob.h"

enum text_class { ALREADY_FOLDED, ASCII_WITH_UPPER_CASE, OTHER };

static enum text_class classify(struct text text)
{
    enum text_class class = ALREADY_FOLDED;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x80) {
            return OTHER;
        }
        if (c >= 'A' && c <= 'Z') {
            class = ASCII_WITH_UPPER_CASE;
        }
    }
    return class;
}

static struct text lower_ascii(struct arena *arena, struct text text)
{
    char *data = arena_alloc(arena, text.size + 1);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        data[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    data[text.size] = '\0';
    return (struct text){data, text.size};
}

/* utf8proc_map with the library's own memory, moved to the arena. */
static struct text map(struct arena *arena, struct text text, utf8proc_option_t options)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t size =
        utf8proc_map((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.size, &mapped, options);
    if (size < 0) {
        abort(); /* out of memory: the text was checked to be UTF-8 */
    }
    struct text copy = text_copy(arena, (struct text){(const char *)mapped, (size_t)size});
    free(mapped);
    return copy;
}

/* Unicode 3.13, D145 (canonical caseless matching), then composed. Decomposing first puts marks in their
 * canonical order; without it U+0345, which folds to a letter, keeps the order of the spelling. */
static struct text fold_valid(struct arena *arena, struct text text)
{
    struct text decomposed = map(arena, text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    struct text folded =
        map(arena, decomposed, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    return map(arena, folded, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

struct text glob_fold(struct arena *arena, struct text text)
{
    switch (classify(text)) {
    case ALREADY_FOLDED:
        return text;
    case ASCII_WITH_UPPER_CASE:
        return lower_ascii(arena, text);
    case OTHER:
        break;
    }
    struct builder out;
    builder_init(&out, arena);
    struct text rest = text;
    while (rest.size > 0) {
        size_t invalid = utf8_find_invalid(rest);
        if (invalid == TEXT_NOT_FOUND) {
            invalid = rest.size;
        }
        if (invalid > 0) {
            builder_add(&out, fold_valid(arena, text_slice(rest, 0, invalid)));
        }
        if (invalid < rest.size) {
            builder_add_char(&out, rest.data[invalid]);
            invalid++;
        }
        rest = text_after(rest, invalid);
    }
    struct text folded = builder_text(&out);
    return text_equal(folded, text) ? text : folded;
}
