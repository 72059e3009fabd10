/* SPDX-License-Identifier: Apache-2.0 */
#include "load/nested.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "os/tree.h"
#include "pattern/glob.h"

static bool is_known(const struct nested_policy_vector *policies, struct text folder)
{
    for (size_t i = 0; i < policies->count; i++) {
        if (text_equal(policies->items[i].folder, folder)) {
            return true;
        }
    }
    return false;
}

/* Agents may not write to any `.aex/policy.aex`; to what a link in its place leads to they may. */
static bool is_out_of_reach(struct text folder, struct text path, struct arena *arena, struct error *err)
{
    struct text resolved;
    struct error failure;
    if (!path_resolve_below(arena, folder, path, &resolved, &failure)) {
        /* A file where a folder was expected, or a file called .aex, holds no policy. */
        return failure.os_code == ENOTDIR || error_set_os(err, failure.os_code, "cannot resolve %s", path.data);
    }
    bool is_policy = text_equal(path_base_name(resolved), TEXT("policy.aex")) &&
                     text_equal(path_base_name(path_parent(resolved)), TEXT(".aex"));
    return is_policy || error_set(err, "%.*s is a link to %.*s, which is no \".aex/policy.aex\"",
                                  TEXT_ARG(path), TEXT_ARG(resolved));
}

/* Most folders have no `.aex`, and one look says so. A link that leads nowhere is there. */
static bool has_no_policy(struct text folder, struct arena *arena)
{
    struct text place = path_join(arena, folder, TEXT(".aex"));
    return faccessat(AT_FDCWD, place.data, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
}

static bool add_folder(const struct workspace *workspace, struct text folder, struct text home,
                       struct arena *arena, struct nested_policy_vector *policies, struct error *err)
{
    struct text path = path_join(arena, folder, TEXT(".aex/policy.aex"));
    struct text source;
    bool exists;
    if (has_no_policy(folder, arena)) {
        return true;
    }
    if (!is_out_of_reach(folder, path, arena, err) ||
        !file_read_if_exists(path.data, LIMIT_DOCUMENT, arena, &exists, &source, err)) {
        return error_prefix(err, "cannot load a nested policy");
    }
    if (!exists) {
        return true;
    }
    struct layer *layer = ARENA_NEW(arena, struct layer);
    struct nested_policy nested = {.folder = folder};
    if (!workspace_make_layer(workspace, TEXT("nested"), path, source, home, arena, layer, err)) {
        return error_prefix(err, "cannot load a nested policy");
    }
    layer->anchor = folder;
    nested.layer = layer;
    if (!policy_compile(layer, 1, arena, &nested.policy, err)) {
        return false;
    }
    VECTOR_PUSH(arena, policies, nested);
    return true;
}

bool nested_add(const struct workspace *workspace, struct text folder, struct text home, struct arena *arena,
                struct nested_policy_vector *policies, struct error *err)
{
    while (path_is_within(folder, workspace->root) && !text_equal(folder, workspace->root)) {
        if (is_known(policies, folder)) {
            return true; /* and those above it are known too */
        }
        if (!add_folder(workspace, folder, home, arena, policies, err)) {
            return false;
        }
        folder = path_parent(folder);
    }
    return true;
}

bool nested_reaches(struct text glob, struct text folder, struct arena *arena)
{
    return glob_overlaps_path(glob, path_join(arena, folder, TEXT("*/**")));
}

/* One entry of the walk: a `.aex` in it makes its folder one with a policy. */
static bool add_entry(const struct workspace *workspace, const struct tree_entry *entry, struct text home,
                      struct arena *arena, struct nested_policy_vector *policies, struct error *err)
{
    struct text folder = path_parent(entry->path);
    return !text_equal(entry->name, TEXT(".aex")) || text_equal(folder, workspace->root) ||
           is_known(policies, folder) || add_folder(workspace, folder, home, arena, policies, err);
}

static bool one_reaches(const struct text_vector *globs, struct text folder, struct arena *arena)
{
    for (size_t i = 0; i < globs->count; i++) {
        if (nested_reaches(globs->items[i], folder, arena)) {
            return true;
        }
    }
    return false;
}

bool nested_add_below(const struct workspace *workspace, struct text folder, const struct text_vector *globs,
                      struct text home, struct arena *arena, struct nested_policy_vector *policies,
                      struct error *err)
{
    struct text start = path_is_within(workspace->root, folder) ? workspace->root : folder;
    struct tree_walk walk;
    struct tree_entry entry;
    struct error failure = {0};
    if (!path_is_within(start, workspace->root)) {
        return true;
    }
    if (!tree_walk_init(&walk, start, arena, &failure)) {
        return failure.os_code == ENOENT || failure.os_code == ENOTDIR ||
               error_set(err, "cannot look for nested policies: %s", failure.message);
    }
    bool is_added = true;
    size_t folders = 0;
    while (is_added && folders < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        folders += entry.is_folder;
        is_added = add_entry(workspace, &entry, home, arena, policies, err);
        bool is_git = text_equal(entry.name, TEXT(".git"));
        if (entry.is_folder && (is_git || !one_reaches(globs, entry.path, arena))) {
            tree_walk_skip(&walk);
        }
    }
    tree_walk_release(&walk);
    if (is_added && walk.is_cut) {
        return error_set(
            err, "not all of %.*s can be read for nested policies, or it is too deep; name a folder in it",
            TEXT_ARG(start));
    }
    return is_added && (folders < LIMIT_TREE_ENTRIES ||
                        error_set(err, "%.*s holds too many folders to know their policies; name one of them",
                                  TEXT_ARG(start)));
}
