/* SPDX-License-Identifier: Apache-2.0 */
/* Places of this run that take some looking up: found once, on the first question about them. */
#ifndef AEX_DEMAND_BOUNDARY_H
#define AEX_DEMAND_BOUNDARY_H

#include "demand/build.h"

/* As named, and with links followed: an agent may spell either. */
enum { PLACE_FORMS = 2 };

struct boundary {
    struct text folded_home[PLACE_FORMS]; /* as glob_fold does */
    struct text state[PLACE_FORMS];
    struct text keys[PLACE_FORMS];
    struct text audit[PLACE_FORMS];
    struct text_vector folders; /* of the context's boundary_folders */
};

const struct boundary *boundary_of(struct demand_build *build);

/* Where listed files and folders that are links lead: the boundary under another name, links resolved. */
const struct text_vector *boundary_link_targets(struct demand_build *build);

/* git_config.c: the folders of hooks and files of configuration that the configuration of the workspace's
 * repository and of the user names, with all it includes; as glob_fold makes them. */
const struct text_vector *boundary_git_paths(struct demand_build *build);

#endif
