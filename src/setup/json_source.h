/* SPDX-License-Identifier: Apache-2.0 */
/* JSON with comments as text and as a tree at once: what json_edit changes. */
#ifndef AEX_SETUP_JSON_SOURCE_H
#define AEX_SETUP_JSON_SOURCE_H

#include "setup/json_edit.h"

/* In `mask`, the bytes of comments: those that end with a star and a slash, and those that end with their line
 * (whose line end is none of them). Everything else is as in the source. */
enum { BLOCK_COMMENT_BYTE = '#', LINE_COMMENT_BYTE = '%' };

struct json_source {
    struct text source;
    struct text clean; /* as strict JSON: comments, trailing commas and the mark are spaces */
    struct text mask;
    struct arena *arena;
    struct text newline; /* how the author lays out; json_edit.c learns it */
    struct text unit;    /* one level of indentation */
    bool has_lines;      /* the source is laid out in lines */
    struct json root;
};

/* Reads the source. Layout is left empty. */
bool json_source_read(struct json_source *editor, struct text source, struct json_dialect *ret_dialect,
                      struct arena *arena, struct error *err);

/* The index of the child that `step` names; SIZE_MAX when there is none. */
size_t json_find_child(const struct json *value, struct text step);
const struct json *json_child_at(const struct json *value, size_t index);

/* As far down `path` as there is something; `ret_depth` steps were taken. */
const struct json *json_find_deepest(const struct json *value, struct json_path path, size_t *ret_depth);

/* Where the member (its name) or element `index` starts. */
size_t json_child_start(const struct json_source *editor, const struct json *container, size_t index);

/* Where the white space that ends at `at` starts. */
size_t json_space_start(const struct json_source *editor, size_t at);

/* The first comma outside comments in [from, to), or `to`. */
size_t json_find_comma(const struct json_source *editor, size_t from, size_t to);

#endif
