/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <unistd.h>

#include "os/path.h"
#include "setup/install.h"
#include "setup/parts.h"

/* ---- What others need too ---- */

static bool is_same_installation(const struct manifest *a, const struct manifest *b)
{
    return text_equal(a->agent, b->agent) && text_equal(a->scope, b->scope) && text_equal(a->root, b->root);
}

/* The options that the other installation was made with. */
static struct setup_options options_of(const struct setup_options *options, const struct manifest *manifest)
{
    static const enum setup_scope scopes[] = {SETUP_PROJECT, SETUP_USER, SETUP_MANAGED};
    struct setup_options other = *options;
    other.wraps_servers = manifest->wraps_servers;
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        if (text_equal(manifest->scope, text_of(setup_scope_name(scopes[i])))) {
            other.scope = scopes[i];
        }
    }
    if (manifest->root.size > 0) {
        other.root = manifest->root;
    }
    return other;
}

/* Makes sure of what `heir` needs in the draft. False when that cannot be found out any more: its project is
 * gone, or a person has decided otherwise. */
static bool ensure_for(struct draft *draft, const struct setup_options *options, const struct manifest *heir)
{
    struct part parts[MOST_PARTS];
    struct text_vector notes = {0};
    struct draft hooks;
    struct setup_options other = options_of(options, heir);
    size_t count = parts_list(&other, draft->arena, parts);
    for (size_t i = 0; i < count; i++) {
        bool has_hooks = other.agent == SETUP_CODEX && i > 0;
        if (text_equal(parts[i].path, heir->path)) {
            return (!has_hooks || (draft_open(&hooks, parts[0].format, parts[0].path, draft->arena, NULL) &&
                                   hooks.existed)) &&
                   parts[i].ensure(draft, &other, has_hooks ? &hooks : NULL, &notes, NULL);
        }
    }
    return false;
}

/* Puts back what the file's other installations still need, and makes it theirs. */
static void keep_for_others(struct plan_file *file, const struct setup_options *options,
                            const struct manifest_vector *manifests)
{
    struct arena *arena = file->draft.arena;
    for (size_t i = 0; i < manifests->count; i++) {
        struct manifest heir = manifests->items[i];
        struct draft trial = file->draft;
        trial.changes = heir.changes;
        if (!text_equal(heir.target, file->manifest.target) || is_same_installation(&heir, &file->manifest) ||
            !text_equal(heir.agent, file->manifest.agent) || !ensure_for(&trial, options, &heir) ||
            text_equal(trial.text, file->draft.text)) {
            continue;
        }
        heir.changes = trial.changes;
        heir.existed = heir.existed && file->manifest.existed;
        heir.before = draft_undo(heir.format, trial.text, &heir.changes, arena);
        heir.made_folder = heir.made_folder.size > 0 ? heir.made_folder : file->manifest.made_folder;
        file->draft.text = trial.text;
        VECTOR_PUSH(arena, &file->heirs, heir);
    }
    for (size_t i = 0; i < file->heirs.count; i++) {
        file->heirs.items[i].after = digest_sha256(file->draft.text);
    }
}

/* ---- Planning ---- */

static bool plan_removal(const struct manifest *manifest, const struct setup_options *options,
                         const struct manifest_vector *manifests, struct arena *arena, struct plan *plan,
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
    bool is_untouched = manifest_is_untouched(manifest, file.draft.before);
    file.draft.text = manifest_undo(manifest, file.draft.before, arena);
    keep_for_others(&file, options, manifests);
    bool holds_nothing =
        text_trim_space(file.draft.text).size == 0 || text_equal(text_trim_space(file.draft.text), TEXT("{}"));
    if (!manifest->existed && file.heirs.count == 0 && (is_untouched || holds_nothing)) {
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
            text_equal(manifest->root, root) &&
            !plan_removal(manifest, options, &manifests, arena, &plan, err)) {
            return false;
        }
    }
    *ret_plan = plan;
    return true;
}

/* ---- Applying ---- */

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

static bool remove_file(const struct plan_file *file, struct arena *arena, struct error *err)
{
    if (!draft_check_unchanged(&file->draft, err)) {
        return false;
    }
    if (unlink(file->draft.target.data) != 0 && errno != ENOENT) {
        return error_set_os(err, errno, "cannot remove %.*s", TEXT_ARG(file->draft.path));
    }
    remove_folders(&file->manifest, arena);
    return true;
}

bool uninstall_apply(const struct setup_options *options, struct plan *plan, struct arena *arena,
                     struct error *err)
{
    const char *state_folder = options->state_folder.data;
    for (size_t i = 0; i < plan->files.count; i++) {
        struct plan_file *file = &plan->files.items[i];
        for (size_t heir = 0; heir < file->heirs.count; heir++) {
            if (!manifest_write(state_folder, &file->heirs.items[heir], arena, err)) {
                return false;
            }
        }
        if ((file->action == PLAN_WRITE && !draft_write(&file->draft, err)) ||
            (file->action == PLAN_DELETE && !remove_file(file, arena, err)) ||
            !manifest_remove(state_folder, &file->manifest, arena, err)) {
            return false;
        }
    }
    return true;
}
