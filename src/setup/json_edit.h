/* SPDX-License-Identifier: Apache-2.0 */
/* Editing JSON as text: one value changes, every other byte stays. Comments and trailing commas are kept.
 *
 * Adding and then removing the same value gives the original bytes again, except that a container which holds
 * nothing but white space is left as {} or []. */
#ifndef AEX_SETUP_JSON_EDIT_H
#define AEX_SETUP_JSON_EDIT_H

#include "json/json.h"

/* Where a value is: member names, and decimal indices inside arrays. No steps: the document itself. */
struct json_path {
    const struct text *steps;
    size_t count;
};

/* What of the text is not strict JSON. */
struct json_dialect {
    bool has_comments;
    bool has_trailing_commas;
    bool has_byte_order_mark;
};

/* Reads JSON with comments (two slashes, or slash and star), trailing commas and a byte order mark. Offsets in
 * the tree are those of `source`. Otherwise as strict as json_parse. `ret_dialect` may be NULL. */
bool json_edit_read(struct text source, struct arena *arena, struct json *ret_value,
                    struct json_dialect *ret_dialect, struct error *err);

/* The value at `path`, or NULL. */
const struct json *json_edit_find(const struct json *value, struct json_path path);

/* Gives the member at `path` the value (any JSON text), replacing what is there, adding it and the objects
 * above it where they are missing. Fails where something on the way is neither an object nor an array. */
bool json_edit_set(struct text source, struct json_path path, struct text value, struct arena *arena,
                   struct text *ret_source, struct error *err);

/* Adds `values` (a JSON array with at least one) at the end of the array at `path`, making the array and the
 * objects above it where missing. */
bool json_edit_append(struct text source, struct json_path path, struct text values, struct arena *arena,
                      struct text *ret_source, struct error *err);

/* Removes the member or element at `path`. Nothing there: an error. */
bool json_edit_remove(struct text source, struct json_path path, struct arena *arena, struct text *ret_source,
                      struct error *err);

#endif
