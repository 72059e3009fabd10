/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the top folder of git's repository is the workspace's root, and stays it while the line runs. */
#include "demand/git_changes.h"
#include "os/path.h"
#include "pattern/glob.h"

/* Whether what is written or deleted may be the repository. Links are resolved as far as the names are known; a
 * link deeper in a tree is not followed by what deletes, and what is written behind it is judged by itself. */
static bool may_reach_repository(struct demand_build *build, const struct shell_demand *demand)
{
    struct text repository = path_join(build->arena, build->context->root, TEXT(".git"));
    struct text folder = demand->value;
    struct text glob;
    struct text start;
    bool is_set = demand->kind == SHELL_RESOURCE_SET;
    if (demand->kind == SHELL_RESOURCE_CHANGED) {
        return false; /* git itself does not touch it */
    }
    if (!is_set && demand->kind != SHELL_RESOURCE_KNOWN) {
        return true;
    }
    if (is_set) {
        build_split_glob(demand->value, &folder, &glob);
    }
    if (!path_resolve(build->arena, demand->walked.size > 0 && !is_set ? demand->walked : folder, &start,
                      NULL)) {
        return true;
    }
    bool is_plain = is_set && text_equal(start, folder) &&
                    !glob_overlaps_path(demand->value, path_join(build->arena, repository, TEXT("**")));
    return text_ends_with(demand->value, TEXT("/.git")) || text_contains(demand->value, TEXT("/.git/")) ||
           path_is_within(start, repository) ||
           (path_is_within(repository, start) && (is_set ? !is_plain : true));
}

bool git_root_is_known(struct demand_build *build, const struct shell_analysis *analysis)
{
    struct text root;
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        bool is_change = text_equal(demand->capability, TEXT("file.write")) ||
                         text_equal(demand->capability, TEXT("file.delete"));
        if (text_equal(demand->capability, TEXT("git.init")) ||
            text_equal(demand->capability, TEXT("git.clone")) ||
            (is_change && may_reach_repository(build, demand))) {
            return false;
        }
    }
    return path_resolve(build->arena, build->context->root, &root, NULL) && git_shows_root(build, root);
}
