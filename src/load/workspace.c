/* SPDX-License-Identifier: Apache-2.0 */
#include "load/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "load/document_layer.h"
#include "load/json_bundle.h"
#include "load/trust.h"
#include "os/file.h"
#include "os/path.h"

/* Where the workspace's own policy may stand, in order. */
static const struct text policy_places[] = {TEXT_INIT(".aex/policy.aex"), TEXT_INIT("aex.policy.aex")};

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

static bool is_json(struct text path)
{
    return text_ends_with(path, TEXT(".json"));
}

/* Takes a file that holds the boundary to what must not be changed, and its bases too when it extends some. */
static bool add_boundary_files(struct workspace *workspace, struct text path, struct text source,
                               struct arena *arena, struct error *err)
{
    struct text rest = source;
    struct text base;
    struct text ignored;
    VECTOR_PUSH(arena, &workspace->boundary_files, path);
    while (json_bundle_next(&rest, &base, &ignored)) {
        struct text resolved;
        if (base.size == 0) {
            continue;
        }
        if (!path_resolve(arena, base, &resolved, err)) {
            return false;
        }
        VECTOR_PUSH(arena, &workspace->boundary_files, base);
        VECTOR_PUSH(arena, &workspace->boundary_files, resolved);
    }
    return true;
}

/* A path as a person at the root would write it. */
static struct text shown(const struct workspace *workspace, struct text path)
{
    struct text relative = path_relative(path, workspace->root);
    return text_equal(relative, path) ? path_relative(path, workspace->root_as_named) : relative;
}

bool workspace_make_layer(const struct workspace *workspace, struct text name, struct text path,
                          struct text source, struct text home, struct arena *arena, struct layer *ret_layer,
                          struct error *err)
{
    struct layer layer = {
        .name = name,
        .file = shown(workspace, path),
        .anchor = workspace->root,
        .home = home,
    };
    bool made = is_json(path) ? json_layer(&layer, path, source, arena, err)
                              : document_layer(&layer, source, arena, err);
    if (made) {
        *ret_layer = layer;
    }
    return made;
}

/* Takes `source`, the content of `path` with that digest, into the policy in force. */
static bool add_layer(struct workspace *workspace, const struct workspace_options *options, struct text name,
                      struct text path, struct text source, struct digest digest, struct arena *arena,
                      struct error *err)
{
    struct layer layer;
    if (!workspace_make_layer(workspace, name, path, source, options->home, arena, &layer, err)) {
        return error_prefix(err, "cannot load the %.*s policy", TEXT_ARG(name));
    }
    layer.may_allow_configure = text_equal(name, TEXT("managed")) || text_equal(name, TEXT("user"));
    VECTOR_PUSH(arena, &workspace->layers, layer);
    const struct text parts[] = {
        {(const char *)workspace->digest.bytes, DIGEST_SIZE}, path, {(const char *)digest.bytes, DIGEST_SIZE}};
    workspace->digest = digest_sha256_list(parts, sizeof parts / sizeof parts[0]);
    for (size_t i = 0; i < layer.base_files.count; i++) {
        struct digest base = digest_sha256(layer.base_sources.items[i]);
        const struct text base_parts[] = {{(const char *)workspace->digest.bytes, DIGEST_SIZE},
                                          layer.base_files.items[i],
                                          {(const char *)base.bytes, DIGEST_SIZE}};
        workspace->digest = digest_sha256_list(base_parts, sizeof base_parts / sizeof base_parts[0]);
        VECTOR_PUSH(arena, &workspace->boundary_files, layer.base_files.items[i]);
    }
    return true;
}

/* What is there but cannot be read may hold the boundary. */
static bool read_if_exists(struct text path, struct arena *arena, bool *ret_exists, struct text *ret_source,
                           struct error *err)
{
    return file_read_if_exists(path.data, LIMIT_DOCUMENT, arena, ret_exists, ret_source, err) ||
           error_prefix(err, "cannot load the policy");
}

/* The administrator's or the user's policy, if there is one. */
static bool add_outer_layer(struct workspace *workspace, const struct workspace_options *options,
                            struct text name, struct text path, struct arena *arena, struct error *err)
{
    struct text source;
    bool exists;
    if (!read_if_exists(path, arena, &exists, &source, err)) {
        return false;
    }
    if (!exists) {
        return true;
    }
    struct text resolved;
    if (!path_resolve(arena, path, &resolved, err)) {
        return error_prefix(err, "cannot load the policy");
    }
    VECTOR_PUSH(arena, &workspace->boundary_files, path);
    if (!text_equal(path, resolved)) {
        VECTOR_PUSH(arena, &workspace->boundary_files, resolved);
    }
    return add_layer(workspace, options, name, path, source, digest_sha256(source), arena, err);
}

bool workspace_find_policy(struct workspace *workspace, const struct workspace_options *options,
                           struct arena *arena, bool *ret_exists, struct text *ret_source, struct error *err)
{
    struct text path;
    if (options->policy.size > 0) {
        path = path_normalise(arena, options->start, options->policy);
        if (!read_if_exists(path, arena, ret_exists, ret_source, err)) {
            return false;
        }
    } else {
        size_t place = 0;
        do {
            path = path_join(arena, workspace->root, policy_places[place++]);
            if (!read_if_exists(path, arena, ret_exists, ret_source, err)) {
                return false;
            }
        } while (!*ret_exists && place < sizeof policy_places / sizeof policy_places[0]);
        if (!*ret_exists) {
            path = path_join(arena, workspace->root, policy_places[0]);
        }
    }
    workspace->policy_place = path;
    workspace->policy_file = shown(workspace, path);
    if (!path_resolve_below(arena, workspace->root, path, &workspace->policy_path, err)) {
        return false;
    }
    return !*ret_exists || !is_json(workspace->policy_path) ||
           json_bundle_make(workspace->policy_path, *ret_source, arena, ret_source, err) ||
           error_prefix(err, "cannot load the policy");
}

/* What a person accepted for the policy's place; where no file is left, for any place one could have been. */
static bool read_trust(struct workspace *workspace, const struct workspace_options *options, bool exists,
                       struct arena *arena, struct trust *ret_trust, struct error *err)
{
    if (!trust_read(options->state_folder.data, workspace->root, workspace->policy_path, arena, ret_trust,
                    err)) {
        return false;
    }
    if (exists || ret_trust->is_accepted || ret_trust->is_damaged || options->policy.size > 0) {
        return true;
    }
    struct text second = path_join(arena, workspace->root, policy_places[1]);
    if (!trust_read(options->state_folder.data, workspace->root, second, arena, ret_trust, err)) {
        return false;
    }
    if (ret_trust->is_accepted) {
        workspace->policy_path = second;
        workspace->policy_file = policy_places[1];
    }
    return true;
}

static enum workspace_trust find_trust(const struct workspace *workspace,
                                       const struct workspace_options *options, bool exists, struct text source,
                                       const struct trust *trust)
{
    if (!exists) {
        return trust->is_accepted ? TRUST_DELETED : TRUST_NO_POLICY;
    }
    if (trust->is_accepted) {
        return text_equal(trust->accepted, source) ? TRUST_ACCEPTED : TRUST_CHANGED;
    }
    /* A link inside the workspace that leads out of it is the workspace's word, not the operator's. */
    bool is_operators = options->policy.size > 0 && !path_is_within(workspace->policy_path, workspace->root) &&
                        !path_is_within(workspace->policy_place, workspace->root) &&
                        !path_is_within(workspace->policy_place, workspace->root_as_named);
    return is_operators ? TRUST_OPERATOR : TRUST_NEVER;
}

static bool error_no_policy(const struct workspace *workspace, struct error *err)
{
    return error_set(err, "cannot load the policy: there is no %.*s", TEXT_ARG(workspace->policy_path));
}

/* One word of a command line for a person to copy. */
static struct text shell_word(struct text word, struct arena *arena)
{
    struct builder out;
    bool is_plain = word.size > 0;
    builder_init(&out, arena);
    builder_add_char(&out, '\'');
    for (size_t i = 0; i < word.size; i++) {
        char c = word.data[i];
        is_plain = is_plain && (text_sanitised(c) == c || c == '.' || c == '/');
        if (c == '\'') {
            builder_add_c(&out, "'\\'");
        }
        builder_add_char(&out, c);
    }
    builder_add_char(&out, '\'');
    return is_plain ? word : builder_text(&out);
}

/* By itself, `aex trust` looks at the workspace's own policy, in the repository around the folder. */
static struct text trust_command(const struct workspace *workspace, const struct workspace_options *options,
                                 struct arena *arena)
{
    bool is_named = options->policy.size > 0;
    bool is_repository = text_equal(raise_to_repository(workspace->root, arena), workspace->root);
    return text_format(arena, "aex trust%s%.*s%s", is_named ? " --policy " : "",
                       TEXT_ARG(is_named ? shell_word(workspace->policy_file, arena) : TEXT("")),
                       is_repository ? "" : " --root .");
}

static bool add_workspace_layers(struct workspace *workspace, const struct workspace_options *options,
                                 struct arena *arena, struct error *err)
{
    struct text source = {0};
    struct trust trust = {0};
    bool exists;
    if (!workspace_find_policy(workspace, options, arena, &exists, &source, err) ||
        !read_trust(workspace, options, exists, arena, &trust, err)) {
        return false;
    }
    if (trust.is_damaged) {
        return error_set(err, "what was accepted of %.*s is damaged: a person has to run `%.*s` in %.*s",
                         TEXT_ARG(workspace->policy_file), TEXT_ARG(trust_command(workspace, options, arena)),
                         TEXT_ARG(workspace->root));
    }
    workspace->trust = find_trust(workspace, options, exists, source, &trust);
    if (workspace->trust == TRUST_NEVER && options->requires_trust) {
        return error_set(
            err, "the policy %.*s was never accepted: a person has to look at it and run `%.*s` in %.*s",
            TEXT_ARG(workspace->policy_file), TEXT_ARG(trust_command(workspace, options, arena)),
            TEXT_ARG(workspace->root));
    }
    if (workspace->trust == TRUST_NO_POLICY) {
        workspace->policy_file = TEXT("");
        return options->policy.size == 0 || error_no_policy(workspace, err);
    }
    bool leans_on_accepted = workspace->trust == TRUST_CHANGED || workspace->trust == TRUST_DELETED;
    if (!add_boundary_files(workspace, workspace->policy_path, source, arena, err) ||
        (leans_on_accepted && !add_layer(workspace, options, TEXT("accepted"), workspace->policy_path,
                                         trust.accepted, trust.digest, arena, err))) {
        return false;
    }
    if (!exists) {
        return true;
    }
    struct digest digest = workspace->trust == TRUST_ACCEPTED ? trust.digest : digest_sha256(source);
    return add_layer(workspace, options, TEXT("workspace"), workspace->policy_path, source, digest, arena, err);
}

static bool add_contract(struct workspace *workspace, const struct workspace_options *options,
                         struct arena *arena, struct error *err)
{
    struct text path = path_normalise(arena, options->start, options->contract);
    struct text source;
    struct text resolved;
    if (!file_read_path(AT_FDCWD, path.data, LIMIT_DOCUMENT, arena, &source, err) ||
        (is_json(path) && !json_bundle_make(path, source, arena, &source, err)) ||
        !path_resolve(arena, path, &resolved, err) ||
        !add_boundary_files(workspace, resolved, source, arena, err)) {
        return error_prefix(err, "cannot load the contract");
    }
    workspace->contract_file = shown(workspace, path);
    return add_layer(workspace, options, TEXT("contract"), path, source, digest_sha256(source), arena, err);
}

bool workspace_check_named(const struct workspace *workspace, const struct workspace_options *options,
                           struct arena *arena, struct error *err)
{
    struct workspace tried = {.root = workspace->root, .root_as_named = workspace->root_as_named};
    struct text source;
    struct trust trust;
    struct layer layer;
    bool exists = false;
    if (options->policy.size > 0 && (!workspace_find_policy(&tried, options, arena, &exists, &source, err) ||
                                     !read_trust(&tried, options, exists, arena, &trust, err))) {
        return false;
    }
    if (options->policy.size > 0 && !exists && !trust.is_accepted) {
        return error_no_policy(&tried, err);
    }
    if (exists && !workspace_make_layer(&tried, TEXT("workspace"), tried.policy_path, source, options->home,
                                        arena, &layer, err)) {
        return error_prefix(err, "cannot load the workspace policy");
    }
    return options->contract.size == 0 || add_contract(&tried, options, arena, err);
}

/* What holds when the operator said --allow-no-policy: everything but what no wildcard covers. */
static void add_open_layer(struct workspace *workspace, const struct workspace_options *options,
                           struct arena *arena)
{
    struct layer open = {
        .name = TEXT("none"),
        .file = TEXT("--allow-no-policy"),
        .anchor = workspace->root,
        .home = options->home,
        .allows_everything = true,
    };
    VECTOR_PUSH(arena, &workspace->layers, open);
}

bool workspace_load(struct workspace *workspace, const struct workspace_options *options, struct arena *arena,
                    struct error *err)
{
    struct text user = path_join(arena, options->home, TEXT(WORKSPACE_USER_POLICY));
    if (!add_outer_layer(workspace, options, TEXT("managed"), TEXT(WORKSPACE_MANAGED_POLICY), arena, err) ||
        (options->home.size > 0 && !add_outer_layer(workspace, options, TEXT("user"), user, arena, err)) ||
        !add_workspace_layers(workspace, options, arena, err) ||
        (options->contract.size > 0 && !add_contract(workspace, options, arena, err))) {
        return false;
    }
    bool has_own = workspace->trust != TRUST_NO_POLICY || options->contract.size > 0;
    if (!has_own && !options->allows_no_policy) {
        return error_set(err,
                         "no policy: there is no .aex/policy.aex in %.*s; a person can write one with "
                         "`aex init --policy` there, or name one with --policy FILE",
                         TEXT_ARG(workspace->root));
    }
    if (!has_own) {
        add_open_layer(workspace, options, arena);
    }
    return policy_compile(workspace->layers.items, workspace->layers.count, arena, &workspace->policy, err);
}
