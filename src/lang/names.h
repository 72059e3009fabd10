/* SPDX-License-Identifier: Apache-2.0 */
/* A set of names of one document, each with a number: declared inputs, bound values, patterns. */
#ifndef AEX_LANG_NAMES_H
#define AEX_LANG_NAMES_H

#include "base/text.h"

struct name_entry {
    const char *data; /* of the name; NULL: free */
    uint32_t size;
    uint32_t hash;
    size_t value;
};

/* Zeroed, it is empty. Entries move when the set grows: keep values, not pointers. */
struct names {
    struct name_entry *entries;
    size_t capacity;
    size_t count;
};

/* The entry of `name`, or NULL. */
struct name_entry *names_find(const struct names *names, struct text name);
/* The entry of the first of "a", "a.b", "a.b.c" that is there, for the name "a.b.c"; or NULL. */
struct name_entry *names_find_prefix(const struct names *names, struct text name);

/* Adds `name` (not NULL, at most LIMIT_DOCUMENT bytes) with `value` when it is new. False, and nothing changed,
 * when it was there. */
bool names_add(struct names *names, struct text name, size_t value, struct arena *arena);

#endif
