/* SPDX-License-Identifier: Apache-2.0 */
/* Hidden files that a search goes into all the same. */
#ifndef AEX_DEMAND_HIDDEN_H
#define AEX_DEMAND_HIDDEN_H

#include "demand/build.h"

/* Whether ripgrep, started on `folder` without --hidden, may search the hidden file `rest` below it: because
 * one of the globs in `shown`, given to it with -g, takes a name of `rest`, or because an ignore file does
 * behind its
 * "!" (ripgrep's GUIDE.md, "Automatic filtering"). Ignore files are looked for from the root of the workspace
 * down, or from `folder` outside of it. May say true where it would not. */
bool hidden_is_searched(struct demand_build *build, struct text folder, struct text rest,
                        const struct text_vector *shown);

#endif
