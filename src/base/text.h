/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of text with a length: views that own nothing and may hold any byte, NUL included. */
#ifndef AEX_BASE_TEXT_H
#define AEX_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/vector.h"

/* A view of `size` bytes. The bytes belong to someone else: a literal, an arena, a file's contents. */
struct text {
    const char *data;
    size_t size;
};

/* From a string literal, as an expression and as a static initialiser. */
#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
#define TEXT_INIT(literal)                                                                                     \
    {                                                                                                          \
        "" literal, sizeof(literal) - 1                                                                        \
    }

/* For printf: printf("%.*s", TEXT_ARG(name)). */
#define TEXT_ARG(text) (int)((text).size > INT32_MAX ? INT32_MAX : (text).size), (text).data

#define TEXT_NOT_FOUND SIZE_MAX

VECTOR_DECLARE(text_vector, struct text);

/* A view of a NUL-terminated string; NULL gives the empty text. */
static inline struct text text_of(const char *string)
{
    return string == NULL ? (struct text){"", 0} : (struct text){string, strlen(string)};
}

/* The bytes [from, to); both are cut to the text's size. Inline like all that parsers call for every byte. */
static inline struct text text_slice(struct text text, size_t from, size_t to)
{
    if (to > text.size) {
        to = text.size;
    }
    if (from > to) {
        from = to;
    }
    if (text.size == 0) {
        return text; /* of data that may be NULL, to which not even 0 may be added */
    }
    return (struct text){text.data + from, to - from};
}

/* Everything from `from` on. */
static inline struct text text_after(struct text text, size_t from)
{
    return text_slice(text, from, text.size);
}

static inline bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool text_equal_ignoring_case(struct text a, struct text b); /* ASCII letters only */
/* Whether `name` is not `meant`, but what a reader that is lenient about case (Go's encoding/json) takes for
 * it: ASCII letters in the other case, U+017F for "s" and U+212A for "k", the only others that fold into ASCII
 * (Unicode, CaseFolding.txt). */
bool text_is_variant(struct text name, struct text meant);
/* Whether the texts can be equal but for case: by their sizes and first bytes, in no time. */
static inline bool text_may_be_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || ((a.data[0] ^ b.data[0]) & ~0x20) == 0);
}

/* Whether no byte has its high bit set. */
static inline bool text_is_ascii(struct text text)
{
    size_t at = 0;
    while (at < text.size && (unsigned char)text.data[at] < 0x80) {
        at++;
    }
    return at == text.size;
}

/* A character of a name as agents spell names of tools: all but ASCII letters, digits, "_" and "-" become "_".
 */
static inline char text_sanitised(char c)
{
    bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    return stays ? c : '_';
}

int text_compare(struct text a, struct text b); /* bytewise: <0, 0, >0 */
static inline bool text_starts_with(struct text text, struct text prefix)
{
    return text.size >= prefix.size && text_equal(text_slice(text, 0, prefix.size), prefix);
}

static inline bool text_ends_with(struct text text, struct text suffix)
{
    return text.size >= suffix.size && text_equal(text_after(text, text.size - suffix.size), suffix);
}

/* The offset of the first (last) occurrence, or TEXT_NOT_FOUND. */
static inline size_t text_find_char(struct text text, char wanted)
{
    const char *found = text.size == 0 ? NULL : memchr(text.data, wanted, text.size);
    return found == NULL ? TEXT_NOT_FOUND : (size_t)(found - text.data);
}

size_t text_find_last_char(struct text text, char wanted);
size_t text_find(struct text text, struct text wanted);
bool text_contains(struct text text, struct text wanted);

/* Without blanks (space and tab) at both ends; with every ASCII white space in text_trim_space. */
struct text text_trim(struct text text);
struct text text_trim_space(struct text text);

/* Cuts the next part off the front of `rest`, up to `separator` or the end. False when `rest` was used up;
 * "a,,b" gives "a", "", "b", and the empty text gives one empty part. Start with rest.data != NULL. */
bool text_next(struct text *rest, char separator, struct text *ret_part);

/* A copy in the arena, followed by a NUL that is not counted. */
struct text text_copy(struct arena *arena, struct text text);
/* The same as a C string, for system calls. The caller has made sure that no NUL is inside. */
const char *text_to_c(struct arena *arena, struct text text);
bool text_has_nul(struct text text);

/* printf into the arena; NUL-terminated. */
struct text text_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A decimal number without sign, blanks or overflow. */
bool text_to_u64(struct text text, uint64_t *ret_value);

/* A 64-bit FNV-1a hash, for tables whose keys an attacker gains nothing by colliding. */
uint64_t text_hash(struct text text);

/* The same a byte at a time, from TEXT_HASH_START on: all prefixes of a name are hashed in one go. */
#define TEXT_HASH_START 14695981039346656037U
static inline uint64_t text_hash_byte(uint64_t hash, char c)
{
    return (hash ^ (unsigned char)c) * 1099511628211U;
}

/* How many single-character edits turn a into b, at most `limit` + 1; for "did you mean". */
size_t text_edit_distance(struct text a, struct text b, size_t limit);

/* Which of several candidates is most like `word`: at most one edit away from a short one, two from others. */
struct text_closest {
    struct text word;
    size_t distance;   /* of what was found; at first the most there may be */
    struct text found; /* empty: nothing is like it */
};

struct text_closest text_closest_to(struct text word);
void text_closest_try(struct text_closest *closest, struct text candidate);

#endif
