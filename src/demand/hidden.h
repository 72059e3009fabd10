/* SPDX-License-Identifier: Apache-2.0 */
/* Hidden files that a search goes into all the same. */
#ifndef AEX_DEMAND_HIDDEN_H
#define AEX_DEMAND_HIDDEN_H

#include "demand/build.h"

/* What of the hidden names in a set counts as its member. */
struct set_hidden {
    bool searches; /* ripgrep's rules hold, see below; else no hidden name does */
    struct text root;
    struct text_vector shown;
};

/* Whether ripgrep, started on `folder` without --hidden, may search the hidden file `rest` below it: because
 * one of the globs in `shown`, given to it with -g, takes a name of `rest`, or because an ignore file does
 * behind its
 * "!" (ripgrep's GUIDE.md, "Automatic filtering"). Ignore files are looked for from the root of the workspace
 * down, or from `folder` outside of it. May say true where it would not. */
bool hidden_is_searched(struct arena *arena, const struct set_hidden *hidden, struct text folder,
                        struct text rest);

/* Whether the set passes over `path`: a wildcard of `glob` would have to take a name with a dot in front to
 * reach it. Both are below `folder`, an absolute path with links resolved. */
bool hidden_is_passed(struct arena *arena, const struct set_hidden *hidden, struct text folder,
                      struct text glob, struct text path);

#endif
