/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of toml_read: a cursor over the source, and what is read at it. */
#ifndef AEX_SETUP_TOML_READER_H
#define AEX_SETUP_TOML_READER_H

#include "setup/toml.h"

/* How many elements an array of tables has so far. */
struct table_array {
    struct toml_path path;
    size_t count;
};

VECTOR_DECLARE(table_array_vector, struct table_array);

struct toml_reader {
    struct toml_document *document;
    struct text source;
    size_t at;
    size_t depth;
    struct toml_path header; /* of the keys that follow */
    struct table_array_vector arrays;
    struct arena *arena;
    struct error *err;
};

/* Sets the error with the line of `offset`; returns false. */
bool toml_fail(struct toml_reader *reader, size_t offset, const char *mistake);

/* The byte at the cursor; NUL at the end. */
char toml_peek(const struct toml_reader *reader);
void toml_skip_blanks(struct toml_reader *reader);
void toml_skip_comment(struct toml_reader *reader);

/* a."b c".d, added to `steps`; the cursor is left behind the blanks that follow. */
bool toml_read_key(struct toml_reader *reader, struct text_vector *steps);

/* A value of any type. What an inline table holds is added to the document's entries, below the path of
 * `entry`. */
bool toml_read_value(struct toml_reader *reader, struct toml_entry *entry);

bool toml_add_entry(struct toml_reader *reader, struct toml_entry entry);

/* Whether a key may hold the character without quotes. */
bool toml_is_bare(char c);

#endif
