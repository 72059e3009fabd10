/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the boundary under further names: a hard link to one is that file. */
#ifndef AEX_DEMAND_HARD_LINKS_H
#define AEX_DEMAND_HARD_LINKS_H

#include "demand/build.h"

/* Whether the file is one of the boundary's, by its inode; also where there are too many of those to tell. Only
 * files with more than one name cost anything, the first one in a call most. */
bool hard_link_is_protected(struct demand_build *build, struct text resolved);

#endif
