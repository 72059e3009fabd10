/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/install.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/path.h"
#include "setup/claude.h"
#include "setup/codex.h"

/* One file's part in an installation: what is to be ensured in it. */
struct part {
    enum draft_format format;
    struct text path;
    bool (*ensure)(struct draft *draft, const struct setup_options *options, const struct plan *plan,
                   struct text_vector *notes, struct error *err);
};

enum { MOST_PARTS = 3 };

/* ---- What each file needs ---- */

static bool ensure_settings(struct draft *draft, const struct setup_options *options, const struct plan *plan,
                            struct text_vector *notes, struct error *err)
{
    (void)plan;
    return claude_settings_ensure(draft, options, notes, err);
}

/* .mcp.json has its servers at the top; .claude.json has some for every project, and some for each. */
static bool ensure_servers(struct draft *draft, const struct setup_options *options, const struct plan *plan,
                           struct text_vector *notes, struct error *err)
{
    const struct text everywhere[] = {TEXT_INIT("mcpServers")};
    const struct text project[] = {TEXT_INIT("projects"), options->root, TEXT_INIT("mcpServers")};
    (void)plan;
    return claude_servers_wrap(draft, everywhere, 1, options->program, notes, err) &&
           (options->scope != SETUP_USER ||
            claude_servers_wrap(draft, project, 3, options->program, notes, err));
}

static bool ensure_hooks(struct draft *draft, const struct setup_options *options, const struct plan *plan,
                         struct text_vector *notes, struct error *err)
{
    (void)plan;
    return codex_hooks_ensure(draft, options, notes, err);
}

/* The hooks are the plan's first file: their place in it is what is trusted. */
static bool ensure_config(struct draft *draft, const struct setup_options *options, const struct plan *plan,
                          struct text_vector *notes, struct error *err)
{
    return codex_config_ensure(draft, &plan->files.items[0].draft, options, notes, err) &&
           (!options->wraps_servers || codex_servers_wrap(draft, options->program, notes, err));
}

static bool ensure_requirements(struct draft *draft, const struct setup_options *options,
                                const struct plan *plan, struct text_vector *notes, struct error *err)
{
    (void)plan;
    (void)notes;
    return codex_requirements_ensure(draft, options, err);
}

static size_t list_parts(const struct setup_options *options, struct arena *arena, struct part *parts)
{
    size_t count = 0;
    bool is_managed = options->scope == SETUP_MANAGED;
    if (options->agent == SETUP_CLAUDE) {
        parts[count++] =
            (struct part){DRAFT_JSON, setup_claude_settings(options, options->scope, arena), ensure_settings};
        if (options->wraps_servers) {
            parts[count++] =
                (struct part){DRAFT_JSON, setup_claude_servers(options, options->scope, arena), ensure_servers};
        }
        return count;
    }
    if (is_managed) {
        parts[count++] =
            (struct part){DRAFT_TOML, setup_codex_config(options, SETUP_MANAGED, arena), ensure_requirements};
        return count;
    }
    parts[count++] = (struct part){DRAFT_JSON, setup_codex_hooks(options, options->scope, arena), ensure_hooks};
    /* Trust is never a project's to give: it stands in the user's file at every scope. */
    parts[count++] = (struct part){DRAFT_TOML, setup_codex_config(options, SETUP_USER, arena), ensure_config};
    return count;
}

/* ---- Planning ---- */

static bool is_digest_of(const struct digest *digest, struct text text)
{
    struct digest other = digest_sha256(text);
    return digest_equal(digest, &other);
}

/* The file as it would be without what an earlier installation did to it. */
static struct text without(const struct manifest *manifest, struct text now, struct arena *arena)
{
    return is_digest_of(&manifest->after, now) ? manifest->before
                                               : draft_undo(manifest->format, now, &manifest->changes, arena);
}

/* The topmost folder above `path` that does not exist yet; empty when its folder does. */
static struct text missing_folder(struct text path, struct arena *arena)
{
    struct text missing = TEXT("");
    struct stat status;
    for (struct text folder = path_parent(path); folder.size > 1; folder = path_parent(folder)) {
        if (stat(text_to_c(arena, folder), &status) == 0) {
            break;
        }
        missing = folder;
    }
    return missing;
}

static bool plan_part(const struct part *part, const struct setup_options *options, struct arena *arena,
                      struct plan *plan, struct error *err)
{
    struct plan_file file = {.action = PLAN_KEEP};
    struct manifest old = {0};
    bool has_old;
    struct draft draft;
    struct text_vector notes = {0};
    if (!draft_open(&draft, part->format, part->path, arena, err)) {
        return false;
    }
    file.manifest = (struct manifest){
        .format = part->format,
        .agent = text_of(setup_agent_name(options->agent)),
        .scope = text_of(setup_scope_name(options->scope)),
        .root = options->scope == SETUP_PROJECT ? options->root : TEXT(""),
        .path = part->path,
        .target = draft.target,
    };
    if (!manifest_read(options->state_folder.data, &file.manifest, arena, &has_old, &old, err)) {
        return false;
    }
    file.draft = draft;
    if (!part->ensure(&file.draft, options, plan, &notes, err)) {
        return false;
    }
    if (!text_equal(file.draft.text, draft.before) && has_old) {
        /* Start again from the file without what is ours, so that the record covers all of it. */
        notes = (struct text_vector){0};
        file.draft = draft;
        file.draft.text = without(&old, draft.before, arena);
        if (!part->ensure(&file.draft, options, plan, &notes, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < notes.count; i++) {
        VECTOR_PUSH(arena, &plan->notes, notes.items[i]);
    }
    file.action = text_equal(file.draft.text, draft.before) ? PLAN_KEEP : PLAN_WRITE;
    file.manifest.existed = has_old ? old.existed : draft.existed;
    file.manifest.before = has_old ? without(&old, draft.before, arena) : draft.before;
    file.manifest.after = digest_sha256(file.draft.text);
    file.manifest.changes = file.draft.changes;
    file.manifest.made_folder = has_old ? old.made_folder : missing_folder(draft.target, arena);
    VECTOR_PUSH(arena, &plan->files, file);
    return true;
}

bool install_plan(const struct setup_options *options, struct arena *arena, struct plan *ret_plan,
                  struct error *err)
{
    struct part parts[MOST_PARTS];
    struct plan plan = {0};
    size_t count = list_parts(options, arena, parts);
    for (size_t i = 0; i < count; i++) {
        if (!plan_part(&parts[i], options, arena, &plan, err)) {
            return false;
        }
    }
    *ret_plan = plan;
    return true;
}

/* ---- Applying ---- */

/* Whether the file still has the bytes the plan was made for. */
static bool check_unchanged(const struct draft *draft, struct arena *arena, struct error *err)
{
    struct draft now;
    if (!draft_open(&now, draft->format, draft->path, arena, err)) {
        return false;
    }
    return (now.existed == draft->existed && text_equal(now.before, draft->before) &&
            text_equal(now.target, draft->target)) ||
           error_set(err, "%.*s was changed by somebody else just now; run this again", TEXT_ARG(draft->path));
}

static bool write_file(const struct draft *draft, struct arena *arena, struct error *err)
{
    return check_unchanged(draft, arena, err) &&
           directory_make(text_to_c(arena, path_parent(draft->target)), 0755, err) &&
           file_replace(AT_FDCWD, draft->target.data, draft->text, draft->mode, err);
}

bool install_apply(const struct setup_options *options, struct plan *plan, struct arena *arena,
                   struct error *err)
{
    for (size_t i = 0; i < plan->files.count; i++) {
        struct plan_file *file = &plan->files.items[i];
        if (file->action == PLAN_WRITE &&
            (!manifest_write(options->state_folder.data, &file->manifest, arena, err) ||
             !write_file(&file->draft, arena, err))) {
            return false;
        }
    }
    return true;
}

/* ---- Uninstalling ---- */

static bool plan_removal(const struct manifest *manifest, struct arena *arena, struct plan *plan,
                         struct error *err)
{
    struct plan_file file = {.manifest = *manifest};
    if (!draft_open(&file.draft, manifest->format, manifest->path, arena, err)) {
        return false;
    }
    bool is_ours = file.draft.existed && text_equal(file.draft.target, manifest->target);
    if (!is_ours) {
        struct text note = text_format(arena, "%.*s is not the file it was; nothing to take out there",
                                       TEXT_ARG(manifest->path));
        VECTOR_PUSH(arena, &plan->notes, note);
        VECTOR_PUSH(arena, &plan->files, file);
        return true;
    }
    bool is_untouched = is_digest_of(&manifest->after, file.draft.before);
    file.draft.text = without(manifest, file.draft.before, arena);
    bool holds_nothing =
        text_trim_space(file.draft.text).size == 0 || text_equal(text_trim_space(file.draft.text), TEXT("{}"));
    if (!manifest->existed && (is_untouched || holds_nothing)) {
        file.action = PLAN_DELETE;
        file.draft.text = TEXT("");
    } else if (!text_equal(file.draft.text, file.draft.before)) {
        file.action = PLAN_WRITE;
    }
    VECTOR_PUSH(arena, &plan->files, file);
    return true;
}

bool uninstall_plan(const struct setup_options *options, struct arena *arena, struct plan *ret_plan,
                    struct error *err)
{
    struct plan plan = {0};
    struct manifest_vector manifests;
    struct text agent = text_of(setup_agent_name(options->agent));
    struct text scope = text_of(setup_scope_name(options->scope));
    struct text root = options->scope == SETUP_PROJECT ? options->root : TEXT("");
    if (!manifest_list(options->state_folder.data, arena, &manifests, err)) {
        return false;
    }
    for (size_t i = 0; i < manifests.count; i++) {
        const struct manifest *manifest = &manifests.items[i];
        if (text_equal(manifest->agent, agent) && text_equal(manifest->scope, scope) &&
            text_equal(manifest->root, root) && !plan_removal(manifest, arena, &plan, err)) {
            return false;
        }
    }
    *ret_plan = plan;
    return true;
}

/* Removes the folders that install made, as long as they are empty. */
static void remove_folders(const struct manifest *manifest, struct arena *arena)
{
    if (manifest->made_folder.size == 0) {
        return;
    }
    for (struct text folder = path_parent(manifest->target); path_is_within(folder, manifest->made_folder);
         folder = path_parent(folder)) {
        if (rmdir(text_to_c(arena, folder)) != 0) {
            return;
        }
    }
}

bool uninstall_apply(const struct setup_options *options, struct plan *plan, struct arena *arena,
                     struct error *err)
{
    for (size_t i = 0; i < plan->files.count; i++) {
        struct plan_file *file = &plan->files.items[i];
        if (file->action == PLAN_WRITE && !write_file(&file->draft, arena, err)) {
            return false;
        }
        if (file->action == PLAN_DELETE) {
            if (!check_unchanged(&file->draft, arena, err)) {
                return false;
            }
            if (unlink(file->draft.target.data) != 0 && errno != ENOENT) {
                return error_set_os(err, errno, "cannot remove %.*s", TEXT_ARG(file->draft.path));
            }
            remove_folders(&file->manifest, arena);
        }
        if (!manifest_remove(options->state_folder.data, &file->manifest, arena, err)) {
            return false;
        }
    }
    return true;
}
