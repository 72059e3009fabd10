/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON: compact for machines and logs, indented for people who look at it. */
#ifndef AEX_JSON_WRITER_H
#define AEX_JSON_WRITER_H

#include "base/builder.h"
#include "json/json.h"

/* Puts commas, quotes and line breaks; the caller keeps begin and end in pairs. */
struct json_writer {
    struct builder *out;
    bool indented;
    bool needs_comma;
    bool after_key;
    size_t depth;
};

void json_writer_init(struct json_writer *writer, struct builder *out, bool indented);
void json_begin_object(struct json_writer *writer);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer);
void json_end_array(struct json_writer *writer);
void json_key(struct json_writer *writer, struct text name);
/* Any bytes: lone surrogates (WTF-8) become \u escapes, other invalid bytes U+FFFD. */
void json_string(struct json_writer *writer, struct text text);
void json_integer(struct json_writer *writer, int64_t value);
void json_bool(struct json_writer *writer, bool value);
void json_null(struct json_writer *writer);
/* A value already in JSON: a number's spelling, a subtree's source. */
void json_raw(struct json_writer *writer, struct text json);
/* A whole tree; numbers keep their spelling and members their order. */
void json_tree(struct json_writer *writer, const struct json *value);

/* One string as JSON, quotes included, in the arena. */
struct text json_quoted(struct arena *arena, struct text text);

/* Shorthands for the commonest member. */
void json_member_string(struct json_writer *writer, struct text name, struct text value);
void json_member_integer(struct json_writer *writer, struct text name, int64_t value);

/* The form digests are made of: compact, members sorted by name (bytewise), numbers as spelled (1 and 1.0
 * differ), strings with the fewest escapes. Two texts have one canonical form exactly when they differ only
 * in white space, member order and escaping. */
void json_canonical(struct builder *out, struct arena *arena, const struct json *value);
struct text json_canonical_text(struct arena *arena, const struct json *value);

#endif
