/* SPDX-License-Identifier: Apache-2.0 */
/* Which files a git command would change, found out by asking git about the repository as it is now. */
#ifndef AEX_DEMAND_GIT_CHANGES_H
#define AEX_DEMAND_GIT_CHANGES_H

#include "demand/build.h"
#include "shell/shell.h"

struct git_change {
    struct text path; /* absolute */
    bool is_deleted;
    bool is_tree; /* everything below it may change too */
};

VECTOR_DECLARE(git_change_vector, struct git_change);

/* The files that `demand` (of kind SHELL_RESOURCE_CHANGED) stands for, when its command runs in `folder`. A
 * superset, and possibly none. False when git is not there, does not know the revision, or names more than is
 * looked at: the part is opaque then. Runs git's own plumbing commands, which run nothing else. */
bool git_changes_find(struct demand_build *build, const struct shell_demand *demand, struct text folder,
                      struct git_change_vector *ret_changes);

/* What `git add` with these pathspecs (as in struct shell_part) would add that it does not track yet: absolute
 * paths. A repository of its own among them ends with a slash. False when git does not say. */
bool git_added_find(struct demand_build *build, const struct text_vector *pathspecs,
                    struct text_vector *ret_paths);

/* Whether git in the workspace's root says that `root`, links resolved, is the top folder of its repository. */
bool git_shows_root(struct demand_build *build, struct text root);

/* git_root.c: the same, and nothing of the line changes it. False when that is not certain. */
bool git_root_is_known(struct demand_build *build, const struct shell_analysis *analysis);

/* part.c: why a part of the line does not do what it seems to, when its files and folders are looked at; empty
 * when it does. */
struct text build_part_opacity(struct demand_build *build, const struct shell_analysis *analysis, size_t index);

#endif
