/* SPDX-License-Identifier: Apache-2.0 */
/* Self-protection: the files that hold or load the boundary, which no project policy can open to an agent. */
#ifndef AEX_DEMAND_PROTECTED_H
#define AEX_DEMAND_PROTECTED_H

#include "demand/build.h"

enum protection {
    PROTECTED_FROM_READING, /* keys only */
    PROTECTED_FROM_WRITING, /* everything on the list: writing, deleting, renaming, changing modes */
};

/* Whether either form of the path is protected, or the file is the same inode as a protected one. Holds for
 * files that do not exist yet, and for folders above protected ones that exist. */
bool protected_from(struct demand_build *build, const struct both_forms *forms, enum protection protection);

/* Whether the boundary's files may come into being where anything may come to lie in the folder: those of the
 * workspace's root and of the home, and those whose own folder this is. Of others (a `.claude` in some folder
 * below) it is taken that they do not. */
bool protected_may_arise(struct demand_build *build, const struct both_forms *folder);

/* Whether git keeps in there which commits there are, and which of them branches and tags name: whoever changes
 * that by hand rewrites history. */
bool protected_history(struct demand_build *build, const struct both_forms *forms);

/* Whether the folder holds our keys, or lies among them. */
bool protected_keys_below(struct demand_build *build, const struct both_forms *folder);

/* Adds every place that is on the list now or would be there: of those at any depth the ones in the root and
 * the home, and where links there lead. */
void protected_places(struct demand_build *build, struct text_vector *places);

/* Adds where listed places below the root and the home lead, as far as they are links. */
void protected_link_targets(struct demand_build *build, struct text_vector *targets);

#endif
