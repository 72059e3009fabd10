/* SPDX-License-Identifier: Apache-2.0 */
/* Reading TOML 1.0 as a list of what stands where: enough to look values up and to edit by line.
 *
 * What has a structure is understood in full (keys, tables, arrays of tables, inline tables, strings); numbers
 * and dates are spans of text. Definitions that contradict each other are errors. */
#ifndef AEX_SETUP_TOML_H
#define AEX_SETUP_TOML_H

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

enum toml_kind {
    TOML_TABLE,         /* [a.b] */
    TOML_TABLE_ELEMENT, /* [[a.b]] */
    TOML_KEY,           /* a line: key = value */
    TOML_INNER,         /* a key inside an inline table */
};

enum toml_type { TOML_STRING, TOML_BARE, TOML_ARRAY, TOML_INLINE_TABLE };

/* Steps from the document's top. An element of an array of tables has its index as a step: hooks.Stop.0. */
struct toml_path {
    const struct text *steps;
    size_t count;
};

struct toml_entry {
    enum toml_kind kind;
    struct toml_path path;
    size_t base; /* how many steps come from the header above a TOML_KEY */
    size_t start;
    size_t end; /* of its lines, the line end included */
    size_t value_start;
    size_t value_end;
    enum toml_type type;
    struct text text; /* TOML_STRING: unescaped; TOML_BARE: as spelled */
};

VECTOR_DECLARE(toml_entry_vector, struct toml_entry);

struct toml_document {
    struct text source;
    struct toml_entry_vector entries; /* in source order */
};

/* On failure `err` names the line. */
bool toml_read(struct text source, struct arena *arena, struct toml_document *ret_document, struct error *err);

bool toml_path_equal(struct toml_path a, struct toml_path b);
bool toml_path_starts_with(struct toml_path path, struct toml_path prefix);

/* "a.b", steps in quotes where they need them. */
struct text toml_path_spell(struct arena *arena, struct toml_path path);

/* "text" as a basic string, quotes included. */
struct text toml_quote(struct arena *arena, struct text text);

/* The entry with exactly this path, or NULL. */
const struct toml_entry *toml_find(const struct toml_document *document, struct toml_path path);

#endif
