/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/install.h"

#include <sys/stat.h>

#include "os/path.h"
#include "setup/parts.h"

/* ---- Planning ---- */

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

/* Whether nothing of what the record tells is to be seen in the file: its installation was interrupted, or
 * somebody has undone it. It says nothing then about the file that is there. `now` is the draft after all was
 * ensured. */
static bool is_void(const struct manifest *old, const struct draft *now)
{
    bool replaces = false; /* a form of ours that a person has edited */
    for (size_t i = 0; i < now->changes.count; i++) {
        replaces = replaces || now->changes.items[i].kind == CHANGE_REMOVED;
    }
    return now->existed && !replaces && !manifest_is_untouched(old, now->before) &&
           text_equal(manifest_undo(old, now->before, now->arena), now->before);
}

static bool plan_part(const struct part *part, const struct setup_options *options, struct arena *arena,
                      struct plan *plan, struct error *err)
{
    struct plan_file file = {.action = PLAN_KEEP};
    struct manifest old = {0};
    bool has_old;
    struct draft draft;
    struct text_vector notes = {0};
    const struct draft *hooks =
        options->agent == SETUP_CODEX && plan->files.count > 0 ? &plan->files.items[0].draft : NULL;
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
        .wraps_servers = options->wraps_servers,
    };
    if (!manifest_read(options->state_folder.data, &file.manifest, arena, &has_old, &old, err)) {
        return false;
    }
    file.draft = draft;
    if (!part->ensure(&file.draft, options, hooks, &notes, err)) {
        return false;
    }
    if (!text_equal(file.draft.text, draft.before) && has_old) {
        /* Start again from the file without what is ours, so that the record covers all of it. */
        notes = (struct text_vector){0};
        file.draft = draft;
        file.draft.text = manifest_undo(&old, draft.before, arena);
        if (!part->ensure(&file.draft, options, hooks, &notes, err)) {
            return false;
        }
    }
    has_old = has_old && !is_void(&old, &file.draft);
    for (size_t i = 0; i < notes.count; i++) {
        VECTOR_PUSH(arena, &plan->notes, notes.items[i]);
    }
    file.manifest.wraps_servers = file.manifest.wraps_servers || (has_old && old.wraps_servers);
    file.action = text_equal(file.draft.text, draft.before) ? PLAN_KEEP : PLAN_WRITE;
    file.manifest.existed = has_old ? old.existed : draft.existed;
    file.manifest.before = has_old ? manifest_undo(&old, draft.before, arena) : draft.before;
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
    size_t count = parts_list(options, arena, parts);
    for (size_t i = 0; i < count; i++) {
        if (!plan_part(&parts[i], options, arena, &plan, err)) {
            return false;
        }
    }
    *ret_plan = plan;
    return true;
}

/* ---- Applying ---- */

bool install_apply(const struct setup_options *options, struct plan *plan, struct arena *arena,
                   struct error *err)
{
    for (size_t i = 0; i < plan->files.count; i++) {
        struct plan_file *file = &plan->files.items[i];
        if (file->action == PLAN_WRITE &&
            (!draft_check_unchanged(&file->draft, err) ||
             !manifest_write(options->state_folder.data, &file->manifest, arena, err) ||
             !draft_write(&file->draft, err))) {
            return false;
        }
    }
    return true;
}
