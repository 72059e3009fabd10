/* SPDX-License-Identifier: Apache-2.0 */
/* What searches and file sets share: globs in two forms, their members, and the secrets among those. */
#ifndef AEX_DEMAND_SET_H
#define AEX_DEMAND_SET_H

#include "demand/build.h"

/* All that the glob names in the folder, under both of its forms. */
struct resource set_of(struct demand_build *build, const struct both_forms *folder, struct text glob);
/* The folder, or a path below it, by its resolved form, as known under both of its forms. */
struct resource set_member(struct arena *arena, struct text lexical_folder, struct text resolved_folder,
                           struct text path);
/* Whether the glob has a ".." behind a wildcard, so that it may lead anywhere. */
bool set_goes_up(struct text glob);

// Whether a shell passes over the name although the glob, without `**`, would take it: it starts with a dot.
bool set_is_hidden_match(struct text glob, struct text path);

/* Secrets of one set of files: each is a demand of its own, of many of them the whole set is. */
struct secret_count {
    struct resource set;
    size_t count;
};

bool set_is_secret(struct demand_build *build, const struct resource *file);
/* Demands secrets.read for one more of them. False: it is demanded for the whole set now, and more change
 * nothing. */
bool set_add_secret(struct demand_build *build, struct secret_count *secrets, struct resource file);

#endif
