/* SPDX-License-Identifier: Apache-2.0 */
#include "load/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "load/document_layer.h"
#include "os/file.h"
#include "os/path.h"

/* `start` or the closest folder above it that holds .git; `start` when there is none. */
static struct text raise_to_repository(struct text start, struct arena *arena)
{
    struct stat status;
    for (struct text folder = start;; folder = path_parent(folder)) {
        if (stat(path_join(arena, folder, TEXT(".git")).data, &status) == 0) {
            return folder;
        }
        if (text_equal(folder, TEXT("/"))) {
            return start;
        }
    }
}

bool workspace_find_root(struct workspace *workspace, struct text named, struct text start, struct arena *arena,
                         struct error *err)
{
    struct text folder =
        named.size > 0 ? path_normalise(arena, start, named) : raise_to_repository(start, arena);
    struct text resolved;
    struct stat status;
    if (!path_resolve(arena, folder, &resolved, err)) {
        return false;
    }
    if (stat(resolved.data, &status) != 0) {
        return error_set_os(err, errno, "cannot find the workspace's root %.*s", TEXT_ARG(folder));
    }
    if (!S_ISDIR(status.st_mode)) {
        return error_set(err, "the workspace's root %.*s is not a folder", TEXT_ARG(folder));
    }
    workspace->root_as_named = folder;
    workspace->root = resolved;
    return true;
}

/* Where the workspace's own policy may stand, in order. */
static const struct text policy_places[] = {TEXT_INIT(".aex/policy.aex"), TEXT_INIT("aex.policy.aex")};

/* A path as a person at the root would write it. */
static struct text shown(const struct workspace *workspace, struct text path)
{
    struct text relative = path_relative(path, workspace->root);
    return text_equal(relative, path) ? path_relative(path, workspace->root_as_named) : relative;
}

static bool add_layer(struct workspace *workspace, const struct workspace_options *options, struct text name,
                      struct text path, struct text source, struct arena *arena, struct error *err)
{
    struct layer *layer = &workspace->layers[workspace->layer_count];
    *layer = (struct layer){
        .name = name,
        .file = shown(workspace, path),
        .anchor = workspace->root,
        .home = options->home,
    };
    struct text resolved;
    if (!path_resolve(arena, path, &resolved, err)) {
        return false;
    }
    struct text goal = {0};
    bool added = text_ends_with(path, TEXT(".json")) ? json_layer(layer, path, source, arena, err)
                                                     : document_layer(layer, source, arena, &goal, err);
    if (!added) {
        return false;
    }
    if (workspace->layer_count == 0) {
        workspace->goal = goal;
    }
    workspace->layer_count++;
    workspace->boundary_files[workspace->boundary_file_count++] = resolved;
    const struct text parts[] = {{(const char *)workspace->digest.bytes, DIGEST_SIZE}, resolved, source};
    workspace->digest = digest_sha256_list(parts, sizeof parts / sizeof parts[0]);
    return true;
}

/* Reads the first place that has a policy. `ret_path` stays empty when none has. */
static bool read_policy(const struct workspace *workspace, const struct workspace_options *options,
                        struct arena *arena, struct text *ret_path, struct text *ret_source, struct error *err)
{
    if (options->policy.size > 0) {
        *ret_path = path_normalise(arena, options->start, options->policy);
        return file_read_path(AT_FDCWD, ret_path->data, LIMIT_DOCUMENT, arena, ret_source, err);
    }
    for (size_t i = 0; i < sizeof policy_places / sizeof policy_places[0]; i++) {
        struct text path = path_join(arena, workspace->root, policy_places[i]);
        struct error failure;
        if (file_read_path(AT_FDCWD, path.data, LIMIT_DOCUMENT, arena, ret_source, &failure)) {
            *ret_path = path;
            return true;
        }
        /* Only a place with nothing in it is passed over: one that cannot be read may hold the policy. */
        if (failure.os_code != ENOENT && failure.os_code != ENOTDIR) {
            return error_set(err, "%s", failure.message);
        }
    }
    return true;
}

/* What holds when the operator said --allow-no-policy: everything but what no wildcard covers. */
static void add_open_layer(struct workspace *workspace, const struct workspace_options *options)
{
    workspace->layers[workspace->layer_count++] = (struct layer){
        .name = TEXT("none"),
        .file = TEXT("--allow-no-policy"),
        .anchor = workspace->root,
        .home = options->home,
        .allows_everything = true,
    };
}

bool workspace_load(struct workspace *workspace, const struct workspace_options *options, struct arena *arena,
                    struct error *err)
{
    struct text path = {0};
    struct text source = {0};
    if (!read_policy(workspace, options, arena, &path, &source, err)) {
        return error_prefix(err, "cannot load the policy");
    }
    if (path.size > 0) {
        if (!add_layer(workspace, options, TEXT("workspace"), path, source, arena, err)) {
            return error_prefix(err, "cannot load the policy");
        }
        workspace->policy_file = workspace->layers[0].file;
    }
    if (options->contract.size > 0) {
        path = path_normalise(arena, options->start, options->contract);
        if (!file_read_path(AT_FDCWD, path.data, LIMIT_DOCUMENT, arena, &source, err) ||
            !add_layer(workspace, options, TEXT("contract"), path, source, arena, err)) {
            return error_prefix(err, "cannot load the contract");
        }
        workspace->contract_file = workspace->layers[workspace->layer_count - 1].file;
    }
    if (workspace->layer_count == 0 && !options->allows_no_policy) {
        return error_set(err,
                         "no policy: there is no .aex/policy.aex in %.*s; a person can write one with "
                         "`aex init --policy` there, or name one with --policy FILE",
                         TEXT_ARG(workspace->root));
    }
    if (workspace->layer_count == 0) {
        add_open_layer(workspace, options);
    }
    return policy_compile(workspace->layers, workspace->layer_count, arena, &workspace->policy, err);
}
