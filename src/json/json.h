/* SPDX-License-Identifier: Apache-2.0 */
/* JSON (RFC 8259) read strictly into a tree that remembers where everything stood.
 *
 * Strict, because what is judged must be what the other side will read: duplicate member names (compared after
 * unescaping), invalid UTF-8, NUL in any spelling, numbers JSON does not know (NaN, 01, +1), trailing bytes
 * and nesting above LIMIT_NESTING are errors. Escaped lone surrogates are not: Claude Code sends them. They are
 * kept in their three-byte form (WTF-8) and written back as escapes. */
#ifndef AEX_JSON_JSON_H
#define AEX_JSON_JSON_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json_member;

/* One value. `start` and `end` are byte offsets into the source, quotes and brackets included. */
struct json {
    enum json_type type;
    size_t start;
    size_t end;
    struct text text; /* JSON_STRING: unescaped. JSON_NUMBER: exactly as spelled */
    size_t count;     /* of items or members */
    union {
        const struct json *items;          /* JSON_ARRAY */
        const struct json_member *members; /* JSON_OBJECT, in source order */
        const char
            *quoted; /* JSON_STRING: from the opening quote, if the source has the fewest escapes; or NULL */
    };
};

struct json_member {
    struct text name; /* unescaped */
    struct json value;
};

/* Parses the whole of `source`, whose bytes must outlive the tree (strings without escapes point into it).
 * On failure `err` names the line, the column (in bytes, from 1) and the mistake. */
bool json_parse(struct text source, struct arena *arena, struct json *ret_value, struct error *err);

/* The member called `name`, or NULL; NULL too when `object` is NULL or no object. */
const struct json *json_get(const struct json *object, struct text name);

/* The same for a member that must be a string. False when it is missing or something else. */
bool json_get_text(const struct json *object, struct text name, struct text *ret_text);

/* The same for one that must be a whole number without sign, fraction or exponent, below 2^64. */
bool json_get_u64(const struct json *object, struct text name, uint64_t *ret_value);

/* Whether the member is there, and true. */
bool json_is_true(const struct json *object, struct text name);

/* Whether the object has a member that is not called `name` but that some readers would take for it: see
 * text_is_variant. False when `object` is NULL or no object. */
bool json_has_variant(const struct json *object, struct text name);

/* Bytewise by name; for qsort(3) of pointers to members. */
int json_compare_members(const void *a, const void *b);

const char *json_type_name(enum json_type type);

#endif
