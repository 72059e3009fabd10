/* SPDX-License-Identifier: Apache-2.0 */
/* Names for members whose own hold secrets; only for src/redact/. */
#ifndef AEX_REDACT_NAMES_H
#define AEX_REDACT_NAMES_H

#include "json/json.h"

/* Whether a name ends in "#" and digits, as changed ones do. */
bool is_numbered_name(struct text name);

/* The names of one object, while it is written. Starts as `{.object = object}`. */
struct member_names {
    const struct json *object;
    struct text_vector numbered; /* those it has already that could be taken for changed ones, sorted */
    bool is_listed;              /* they were looked for */
    size_t next;                 /* the least number that was not given */
};

/* What the member of that index is called when its name was masked: the same with a number behind it, its index
 * if that is free. No two of an object become the same, nor the same as another of its names. */
struct text changed_name(struct member_names *names, struct text masked, size_t index, struct arena *arena);

#endif
