/* SPDX-License-Identifier: Apache-2.0 */
/* What the analysis of a part takes for granted, looked at: the names that its wildcards take, those that find
 * prints, and whose repository git finds. */
#include <errno.h>

#include "base/limits.h"
#include "demand/git_changes.h"
#include "os/path.h"
#include "os/tree.h"

/* Whether every name in the folders stays a name where a wildcard of the part takes it. */
static bool has_plain_names(struct demand_build *build, const struct shell_part *part)
{
    for (size_t i = 0; i < part->wildcard_folder_count; i++) {
        struct tree_walk walk;
        struct tree_entry entry;
        struct error err;
        bool is_plain = true;
        if (!tree_walk_init(&walk, part->wildcard_folders[i], build->arena, &err)) {
            if (err.os_code == ENOENT || err.os_code == ENOTDIR) {
                continue; /* and so has no names */
            }
            return false;
        }
        for (size_t count = 0; is_plain && tree_walk_next(&walk, &entry); count++) {
            is_plain = entry.name.data[0] != '-' && entry.name.data[0] != ':' && count < LIMIT_TREE_ENTRIES;
            if (entry.is_folder) {
                tree_walk_skip(&walk);
            }
        }
        is_plain = is_plain && !walk.is_incomplete;
        tree_walk_release(&walk);
        if (!is_plain) {
            return false;
        }
    }
    return true;
}

/* Whether no name below the folders is more than one word to xargs. */
static bool has_plain_trees(struct demand_build *build, const struct shell_part *part)
{
    for (size_t i = 0; i < part->plain_trees.count; i++) {
        struct tree_walk walk;
        struct tree_entry entry;
        struct error err;
        struct text resolved; /* find goes behind a link with a slash at its end */
        bool is_plain = true;
        if (!path_resolve(build->arena, part->plain_trees.items[i], &resolved, NULL)) {
            return false;
        }
        if (!tree_walk_init(&walk, resolved, build->arena, &err)) {
            if (err.os_code == ENOENT || err.os_code == ENOTDIR) {
                continue;
            }
            return false;
        }
        for (size_t count = 0; is_plain && tree_walk_next(&walk, &entry); count++) {
            is_plain = shell_is_plain_name(entry.name) && count < LIMIT_TREE_ENTRIES;
        }
        is_plain = is_plain && !walk.is_incomplete;
        tree_walk_release(&walk);
        if (!is_plain) {
            return false;
        }
    }
    return true;
}

struct text build_part_opacity(struct demand_build *build, const struct shell_analysis *analysis, size_t index)
{
    const struct shell_part *part = &analysis->parts.items[index];
    if (part->wildcard_folder_count > 0 &&
        (!shell_keeps_names(analysis, index) || !has_plain_names(build, part))) {
        return TEXT("a wildcard may take a name that is an option; \"./\" in front would exclude that");
    }
    if (part->plain_trees.count > 0 &&
        (!shell_keeps_plain_names(analysis, index) || !has_plain_trees(build, part))) {
        return TEXT(
            "a name with blanks or quotes would be more than one word; find's -print0 and xargs -0 exclude "
            "that");
    }
    if (part->asks_for_root && !git_root_is_known(build, analysis)) {
        return TEXT("git may find no repository here, or another folder");
    }
    for (size_t i = 0; i < part->repository_count; i++) {
        if (!build_finds_own_repository(build, part->repositories[i])) {
            return TEXT("git would find another repository, whose settings run programs");
        }
    }
    return (struct text){0};
}
