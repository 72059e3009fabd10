/* SPDX-License-Identifier: Apache-2.0 */
/* Codex, by what was observed of version 0.169. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "os/tree.h"
#include "setup/codex.h"
#include "setup/doctor.h"
#include "setup/hook_command.h"
#include "setup/json_edit.h"
#include "setup/toml.h"

enum { SCOPES = 3 }; /* config.toml by scope; requirements.toml when managed */

struct codex {
    struct doctor *doctor;
    struct toml_document documents[SCOPES];
    bool is_read[SCOPES];
    bool is_live; /* a hook of ours runs */
};

static struct text install_command(const struct codex *codex, enum setup_scope scope)
{
    return doctor_install_command(codex->doctor, SETUP_CODEX, scope);
}

static void find_way(struct codex *codex, const char *name, bool is_closed, struct text closed,
                     struct text open, struct text remedy)
{
    doctor_find(codex->doctor, SETUP_CODEX, name, is_closed ? FINDING_CLOSED : FINDING_OPEN,
                is_closed ? closed : open, remedy);
}

/* Reads a file; false when it is not there or cannot be read, and then it is noted as a place. */
static bool read_file(struct codex *codex, struct text path, struct text *ret_source)
{
    struct error err;
    if (file_read_path(AT_FDCWD, path.data, LIMIT_CONFIGURATION, codex->doctor->arena, ret_source, &err)) {
        return true;
    }
    bool is_absent = err.os_code == ENOENT || err.os_code == ENOTDIR;
    doctor_place(codex->doctor, "codex", path, is_absent ? PLACE_ABSENT : PLACE_FAILED,
                 text_format(codex->doctor->arena, "%s", err.message));
    return false;
}

static void note_dropped(struct codex *codex, struct text path, struct text problem)
{
    struct arena *arena = codex->doctor->arena;
    doctor_place(codex->doctor, "codex", path, PLACE_DROPPED, problem);
    doctor_find(codex->doctor, SETUP_CODEX, "file-dropped", FINDING_OPEN,
                text_format(arena, "Codex drops all of %.*s: %.*s", TEXT_ARG(path), TEXT_ARG(problem)),
                text_format(arena, "correct %.*s, then aex install codex", TEXT_ARG(path)));
}

static void read_document(struct codex *codex, enum setup_scope scope)
{
    struct arena *arena = codex->doctor->arena;
    struct text path = setup_codex_config(codex->doctor->options, scope, arena);
    struct text source;
    struct error err;
    if (!read_file(codex, path, &source)) {
        return;
    }
    codex->is_read[scope] = toml_read(source, arena, &codex->documents[scope], &err);
    if (codex->is_read[scope]) {
        doctor_place(codex->doctor, "codex", path, PLACE_READ, TEXT(""));
    } else {
        note_dropped(codex, path, text_format(arena, "%s", err.message));
    }
}

/* The value's text, a string's content; empty when it is not there. */
static struct text value_of(const struct codex *codex, enum setup_scope scope, const struct text *steps,
                            size_t count)
{
    if (!codex->is_read[scope]) {
        return TEXT("");
    }
    const struct toml_entry *found = toml_find(&codex->documents[scope], (struct toml_path){steps, count});
    return found == NULL ? TEXT("") : found->text;
}

/* Whether the key has this value in the requirements or, where no project contradicts, in the user's file. */
static bool is_set_to(const struct codex *codex, const struct text *steps, size_t count, struct text wanted)
{
    struct text project = value_of(codex, SETUP_PROJECT, steps, count);
    return text_equal(value_of(codex, SETUP_MANAGED, steps, count), wanted) ||
           (text_equal(value_of(codex, SETUP_USER, steps, count), wanted) &&
            (project.size == 0 || text_equal(project, wanted)));
}

/* A hook that is not done in time lets the call run; the watchdog in the command must come before. Codex waits
 * for 600 s where nothing is said. `timeout` is the spelling in the file, or empty. */
static void examine_timeout(struct codex *codex, enum setup_scope scope, struct text timeout,
                            struct text command)
{
    struct hook_command parts;
    uint64_t seconds = HOOK_TIMEOUT;
    bool is_long = timeout.size == 0 || (text_to_u64(timeout, &seconds) && seconds >= HOOK_TIMEOUT);
    find_way(
        codex, "hook-hangs", is_long && hook_command_read(codex->doctor->arena, command, &parts),
        TEXT("a hook that hangs is ended, and the call refused, before Codex would let it run"),
        TEXT("a hook that takes too long lets the call run: its command has no timeout of its own, or Codex "
             "waits less than 30 s"),
        install_command(codex, scope));
}

/* Judges one handler of a hooks.json: Codex runs it only when the user's config.toml trusts exactly it. */
static void examine_handler(struct codex *codex, enum setup_scope scope, const struct hook_handler *handler,
                            struct text path)
{
    struct arena *arena = codex->doctor->arena;
    const struct setup_options *options = codex->doctor->options;
    const struct text level[] = {TEXT_INIT("projects"), options->root, TEXT_INIT("trust_level")};
    struct text folder;
    struct text key;
    struct text hash;
    if (!path_resolve(arena, path_parent(path), &folder, NULL)) {
        return;
    }
    struct text trusted_path = path_join(arena, folder, path_base_name(path));
    if (!codex_trust(handler, trusted_path, arena, &key, &hash)) {
        return;
    }
    const struct text steps[] = {TEXT_INIT("hooks"), TEXT_INIT("state"), key, TEXT_INIT("trusted_hash")};
    bool is_trusted = text_equal(value_of(codex, SETUP_USER, steps, 4), hash);
    bool is_project_trusted =
        scope != SETUP_PROJECT || text_equal(value_of(codex, SETUP_USER, level, 3), TEXT("trusted"));
    find_way(codex, "hook-trust", is_trusted && is_project_trusted, TEXT("Codex trusts the hook as it stands"),
             is_trusted
                 ? TEXT("Codex does not trust this project, and runs none of its hooks")
                 : text_format(arena, "Codex does not trust the hook in %.*s as it stands, and does not run it",
                               TEXT_ARG(path)),
             install_command(codex, scope));
    codex->is_live = codex->is_live || (is_trusted && is_project_trusted);
    const struct json *timeout = json_get(handler->value, TEXT("timeout"));
    examine_timeout(codex, scope, timeout == NULL ? TEXT("") : timeout->text, handler->command);
    doctor_examine_command(codex->doctor, SETUP_CODEX, scope, handler->command);
}

static void examine_handlers(struct codex *codex, enum setup_scope scope, const struct json *settings,
                             struct text path)
{
    struct handler_vector handlers;
    hooks_list(settings, codex->doctor->arena, &handlers);
    for (size_t i = 0; i < handlers.count; i++) {
        const struct hook_handler *handler = &handlers.items[i];
        if (text_equal(handler->event, TEXT("PreToolUse")) && hooks_matches_all(handler) &&
            hook_command_is_gate(handler->command) && hooks_waits_always(handler)) {
            examine_handler(codex, scope, handler, path);
        }
    }
}

static void examine_hooks_file(struct codex *codex, enum setup_scope scope)
{
    struct arena *arena = codex->doctor->arena;
    struct text path = setup_codex_hooks(codex->doctor->options, scope, arena);
    struct text source;
    struct json value;
    struct json_dialect dialect;
    struct error err;
    if (!read_file(codex, path, &source)) {
        return;
    }
    struct text problem;
    if (!json_edit_read(source, arena, &value, &dialect, &err)) {
        problem = text_format(arena, "%s", err.message);
    } else if (dialect.has_comments || dialect.has_trailing_commas || dialect.has_byte_order_mark) {
        problem = TEXT("it is not strict JSON");
    } else {
        problem = hooks_problem(&value, SETUP_CODEX, arena);
    }
    if (problem.size > 0) {
        note_dropped(codex, path, problem);
        return;
    }
    doctor_place(codex->doctor, "codex", path, PLACE_READ, TEXT(""));
    examine_handlers(codex, scope, &value, path);
}

/* [[hooks]] in config.toml: a gate there counts as well as one in hooks.json. */
static void examine_configured_hooks(struct codex *codex, enum setup_scope scope)
{
    if (codex->is_read[scope]) {
        struct json hooks = codex_configured_hooks(&codex->documents[scope], codex->doctor->arena);
        examine_handlers(codex, scope, &hooks,
                         setup_codex_config(codex->doctor->options, scope, codex->doctor->arena));
    }
}
/* The command of a managed hook, which needs no trust. */
static bool examine_requirements(struct codex *codex)
{
    static const struct text only[] = {TEXT_INIT("allow_managed_hooks_only")};
    static const struct text hooks_on[] = {TEXT_INIT("features"), TEXT_INIT("hooks")};
    bool has_hook = false;
    const struct toml_entry_vector *entries = &codex->documents[SETUP_MANAGED].entries;
    for (size_t i = 0; codex->is_read[SETUP_MANAGED] && i < entries->count; i++) {
        const struct toml_entry *entry = &entries->items[i];
        const struct text *steps = entry->path.steps;
        if (entry->path.count == 6 && text_equal(steps[0], TEXT("hooks")) &&
            text_equal(steps[1], TEXT("PreToolUse")) && text_equal(steps[5], TEXT("command")) &&
            hook_command_is_gate(entry->text)) {
            const struct text timeout[] = {steps[0], steps[1], steps[2],
                                           steps[3], steps[4], TEXT_INIT("timeout")};
            has_hook = true;
            examine_timeout(codex, SETUP_MANAGED, value_of(codex, SETUP_MANAGED, timeout, 6), entry->text);
            doctor_examine_command(codex->doctor, SETUP_CODEX, SETUP_MANAGED, entry->text);
        }
    }
    codex->is_live = codex->is_live || has_hook;
    return has_hook && text_equal(value_of(codex, SETUP_MANAGED, only, 1), TEXT("true")) &&
           text_equal(value_of(codex, SETUP_MANAGED, hooks_on, 2), TEXT("true"));
}

/* Whether the requirements leave no mode of the hosted search but none. */
static bool forbids_search(const struct codex *codex)
{
    static const struct text modes[] = {TEXT_INIT("allowed_web_search_modes")};
    const struct toml_document *document = &codex->documents[SETUP_MANAGED];
    const struct toml_entry *found =
        codex->is_read[SETUP_MANAGED] ? toml_find(document, (struct toml_path){modes, 1}) : NULL;
    return found != NULL && text_equal(text_slice(document->source, found->value_start, found->value_end),
                                       TEXT("[\"disabled\"]"));
}

static void examine_ways(struct codex *codex, bool is_managed)
{
    static const struct text hooks_on[] = {TEXT_INIT("features"), TEXT_INIT("hooks")};
    static const struct text tty[] = {TEXT_INIT("features"), TEXT_INIT("unified_exec_tty")};
    static const struct text search[] = {TEXT_INIT("web_search")};
    struct text remedy = install_command(codex, SETUP_PROJECT);
    bool is_off = text_equal(value_of(codex, SETUP_USER, hooks_on, 2), TEXT("false")) ||
                  text_equal(value_of(codex, SETUP_PROJECT, hooks_on, 2), TEXT("false"));
    find_way(codex, "hooks-disabled", is_managed || !is_off, TEXT("no configuration switches the hooks off"),
             TEXT("features.hooks = false: no hook runs"), TEXT("remove features.hooks from config.toml"));
    find_way(
        codex, "terminal-input", is_set_to(codex, tty, 2, TEXT("false")),
        TEXT("input to a running terminal, which no hook sees, is switched off"),
        TEXT("write_stdin into a running terminal reaches no hook: features.unified_exec_tty is not false"),
        remedy);
    find_way(codex, "web-search", forbids_search(codex) || is_set_to(codex, search, 1, TEXT("disabled")),
             TEXT("the hosted web search, which no hook sees, is switched off"),
             TEXT("the hosted web search reaches no hook: web_search is not \"disabled\""),
             TEXT("set web_search = \"disabled\" in config.toml"));
    find_way(codex, "start-options", is_managed,
             TEXT("no option and no project file leaves the managed hook out"),
             TEXT("Codex started with --disable hooks, -c or a profile, or a project's own .codex/config.toml, "
                  "leaves the hook out"),
             install_command(codex, SETUP_MANAGED));
}

/* NAME.config.toml beside config.toml: what `codex --profile NAME` reads on top of it. */
static void examine_profiles(struct codex *codex, bool is_managed)
{
    static const struct text hooks_on[] = {TEXT_INIT("features"), TEXT_INIT("hooks")};
    static const struct text tty[] = {TEXT_INIT("features"), TEXT_INIT("unified_exec_tty")};
    struct doctor *doctor = codex->doctor;
    struct tree_walk walk;
    struct tree_entry entry;
    struct error err;
    if (!tree_walk_init(&walk, doctor->options->codex_folder, doctor->arena, &err)) {
        if (err.os_code != ENOENT && err.os_code != ENOTDIR) {
            doctor_place(doctor, "codex", doctor->options->codex_folder, PLACE_FAILED,
                         text_format(doctor->arena, "%s", err.message));
        }
        return;
    }
    while (tree_walk_next(&walk, &entry)) {
        struct text source;
        struct toml_document document;
        if (entry.is_folder) {
            tree_walk_skip(&walk);
        }
        if (entry.is_folder || !text_ends_with(entry.name, TEXT(".config.toml")) ||
            !read_file(codex, text_copy(doctor->arena, entry.path), &source)) {
            continue;
        }
        bool is_read = toml_read(source, doctor->arena, &document, NULL);
        doctor_place(doctor, "codex", entry.path, is_read ? PLACE_READ : PLACE_DROPPED,
                     is_read ? TEXT("") : TEXT("it is not TOML: Codex does not start with this profile"));
        const struct toml_entry *off = is_read ? toml_find(&document, (struct toml_path){hooks_on, 2}) : NULL;
        const struct toml_entry *terminal = is_read ? toml_find(&document, (struct toml_path){tty, 2}) : NULL;
        bool opens = (off != NULL && text_equal(off->text, TEXT("false"))) ||
                     (terminal != NULL && !text_equal(terminal->text, TEXT("false")));
        find_way(codex, "profile", is_managed || !opens,
                 text_format(doctor->arena, "the profile %.*s leaves the gate as it is", TEXT_ARG(entry.name)),
                 text_format(doctor->arena, "the profile %.*s switches hooks off, or terminal input on",
                             TEXT_ARG(entry.name)),
                 text_format(doctor->arena, "remove features.hooks and features.unified_exec_tty from %.*s",
                             TEXT_ARG(entry.path)));
    }
    if (walk.is_incomplete) {
        doctor_place(doctor, "codex", doctor->options->codex_folder, PLACE_FAILED,
                     TEXT("it could not be read to its end"));
    }
    tree_walk_release(&walk);
}

/* The AEX documents named this file; Codex ignores it. */
static void look_at_old_configuration(struct codex *codex)
{
    struct text path =
        path_join(codex->doctor->arena, codex->doctor->options->codex_folder, TEXT("config.json"));
    if (access(path.data, F_OK) == 0) {
        doctor_place(codex->doctor, "codex", path, PLACE_DROPPED,
                     TEXT("Codex does not read this file any more"));
    }
}

void doctor_examine_codex(struct doctor *doctor)
{
    struct codex codex = {.doctor = doctor};
    for (size_t scope = 0; scope < SCOPES; scope++) {
        read_document(&codex, (enum setup_scope)scope);
    }
    look_at_old_configuration(&codex);
    bool is_managed = examine_requirements(&codex);
    examine_hooks_file(&codex, SETUP_USER);
    examine_hooks_file(&codex, SETUP_PROJECT);
    examine_configured_hooks(&codex, SETUP_USER);
    examine_configured_hooks(&codex, SETUP_PROJECT);
    if (!doctor_has_agent(doctor, SETUP_CODEX)) {
        return;
    }
    find_way(&codex, "hook", codex.is_live, TEXT("every tool call that Codex has hooks for goes through aex"),
             TEXT("Codex runs its tools without asking aex"), install_command(&codex, SETUP_PROJECT));
    if (codex.is_live) {
        examine_ways(&codex, is_managed);
        examine_profiles(&codex, is_managed);
    }
}
