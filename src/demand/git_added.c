/* SPDX-License-Identifier: Apache-2.0 */
/* What git adds to its index: a secret that is staged can be shown (`git diff --cached`), and a repository that
 * is staged is a submodule, into which git goes, with that repository's own settings (core.fsmonitor). */
#include <sys/stat.h>

#include "base/limits.h"
#include "demand/git_changes.h"
#include "demand/secrets.h"
#include "os/path.h"
#include "os/tree.h"
#include "pattern/glob.h"

static const struct text cannot_say = TEXT_INIT("git cannot say what this adds");
static const struct text has_repository =
    TEXT_INIT("adds a repository of its own, whose settings git would obey from then on");

static bool is_file(struct demand_build *build, struct text path)
{
    struct stat status;
    return !glob_has_wildcard(path) && lstat(text_to_c(build->arena, path), &status) == 0 &&
           !S_ISDIR(status.st_mode);
}

static bool has_git(struct demand_build *build, struct text folder)
{
    struct stat status;
    return lstat(path_join(build->arena, folder, TEXT(".git")).data, &status) == 0;
}

static void add_secret(struct demand_build *build, struct text path)
{
    struct text resolved = path;
    (void)path_resolve(build->arena, path, &resolved, NULL);
    struct resource file = {.kind = RESOURCE_KNOWN, .value = path, .resolved = resolved};
    if (secrets_names(build->arena, path) && build->demands->count < LIMIT_DEMANDS) {
        build_add(build, TEXT("secrets.read"), file);
    }
}

/* What another part of the line may do to what is added before it is. */
enum disturbance {
    DISTURBS_NOTHING,
    DISTURBS_IGNORING, /* files may be ignored no longer */
    DISTURBS_ALL,      /* nobody knows what comes */
};

/* Of a demand that writes or deletes. */
static bool may_change_ignoring(const struct shell_demand *demand)
{
    bool stays = demand->kind == SHELL_RESOURCE_KNOWN ||
                 (demand->kind == SHELL_RESOURCE_SET && demand->arrival == SHELL_ARRIVES_NOTHING);
    bool is_met = demand->kind == SHELL_RESOURCE_SET && !demand->excludes_hidden &&
                  (glob_overlaps_path(demand->value, TEXT("/**/.gitignore")) ||
                   glob_overlaps_path(demand->value, TEXT("/**/.git/**")));
    return !stays || is_met || text_contains(demand->value, TEXT("/.git"));
}

static enum disturbance find_disturbance(const struct shell_analysis *analysis, size_t part)
{
    enum disturbance found = DISTURBS_NOTHING;
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        bool is_git = analysis->parts.items[demand->part].repository_count > 0;
        bool is_write = text_equal(demand->capability, TEXT("file.write"));
        if (demand->part != part && text_equal(demand->capability, TEXT("git.clone"))) {
            return DISTURBS_ALL;
        }
        if (demand->part == part || (!is_write && !text_equal(demand->capability, TEXT("file.delete")))) {
            continue;
        }
        /* But for git clone, git puts no repository into another one's working tree. */
        if (is_write && !is_git && demand->kind == SHELL_RESOURCE_SET &&
            demand->arrival == SHELL_ARRIVES_ANYTHING) {
            return DISTURBS_ALL;
        }
        if (may_change_ignoring(demand)) {
            found = DISTURBS_IGNORING;
        }
    }
    return found;
}

/* Every secret in the workspace, ignored or not. `ret_has_repository`: one lies in it. False when there is too
 * much to look at. */
static bool add_all_secrets(struct demand_build *build, bool *ret_has_repository)
{
    struct tree_walk walk;
    struct tree_entry entry;
    size_t count = 0;
    if (!tree_walk_init(&walk, build->context->root, build->arena, NULL)) {
        return false;
    }
    while (count < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        count++;
        if (text_equal(entry.name, TEXT(".git"))) {
            bool is_own = text_equal(path_parent(entry.path), build->context->root);
            *ret_has_repository = *ret_has_repository || !is_own;
            if (entry.is_folder) {
                tree_walk_skip(&walk);
            }
        } else if (!entry.is_folder) {
            add_secret(build, entry.path);
        }
    }
    bool is_known = count < LIMIT_TREE_ENTRIES && !walk.is_incomplete;
    tree_walk_release(&walk);
    return is_known;
}

struct text build_git_added(struct demand_build *build, const struct shell_analysis *analysis, size_t part)
{
    const struct text_vector *added = &analysis->parts.items[part].added;
    struct text_vector asked = {0};
    struct text_vector paths = {0};
    if (added->count == 0) {
        return (struct text){0};
    }
    enum disturbance disturbance = find_disturbance(analysis, part);
    for (size_t i = 0; i < added->count; i++) {
        struct text path = added->items[i];
        if (!text_equal(path, build->context->root) && has_git(build, path)) {
            return has_repository;
        }
        if (!is_file(build, path)) {
            VECTOR_PUSH(build->arena, &asked, path);
        }
    }
    if (asked.count == 0) {
        return (struct text){0};
    }
    bool has_nested = false;
    if (disturbance == DISTURBS_ALL) {
        return cannot_say;
    }
    if (!has_git(build, build->context->root)) {
        /* `git init && git add .`: git can tell nothing yet. */
        bool is_known = add_all_secrets(build, &has_nested);
        return !is_known ? cannot_say : has_nested ? has_repository : (struct text){0};
    }
    if (!git_added_find(build, &asked, &paths)) {
        return cannot_say;
    }
    for (size_t i = 0; i < paths.count; i++) {
        if (text_ends_with(paths.items[i], TEXT("/"))) {
            return has_repository;
        }
        add_secret(build, paths.items[i]);
    }
    if (disturbance == DISTURBS_IGNORING && !add_all_secrets(build, &has_nested)) {
        return cannot_say;
    }
    return (struct text){0};
}
