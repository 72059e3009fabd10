/* SPDX-License-Identifier: Apache-2.0 */
/* Claude Code, by what was observed of version 2.1.329. */
#include <errno.h>
#include <fcntl.h>

#include "base/limits.h"
#include "os/file.h"
#include "setup/claude.h"
#include "setup/doctor.h"
#include "setup/hook_command.h"
#include "setup/json_edit.h"
#include "setup/settings.h"

enum { SETTINGS_FILES = 4, LOCAL = 3 }; /* by scope, and the project's local one */

struct settings {
    struct text path;
    bool is_read;
    struct json value;
};

struct claude {
    struct doctor *doctor;
    struct settings files[SETTINGS_FILES];
};

/* Reads one file as Claude Code would. */
static void read_settings(struct doctor *doctor, struct settings *settings)
{
    struct arena *arena = doctor->arena;
    struct error err;
    struct text source;
    struct json_dialect dialect;
    if (!file_read_path(AT_FDCWD, settings->path.data, LIMIT_CONFIGURATION, arena, &source, &err)) {
        bool is_absent = err.os_code == ENOENT || err.os_code == ENOTDIR;
        doctor_place(doctor, "claude", settings->path, is_absent ? PLACE_ABSENT : PLACE_FAILED,
                     text_format(arena, "%s", err.message));
        return;
    }
    struct text problem;
    if (!json_edit_read(source, arena, &settings->value, &dialect, &err)) {
        problem = text_format(arena, "%s", err.message);
    } else if (dialect.has_comments || dialect.has_trailing_commas) {
        problem = TEXT("it has comments or trailing commas, which are not JSON");
    } else {
        problem = hooks_problem(&settings->value, SETUP_CLAUDE, arena);
        problem = problem.size > 0 ? problem : settings_problem(&settings->value, arena);
    }
    settings->is_read = problem.size == 0;
    doctor_place(doctor, "claude", settings->path, settings->is_read ? PLACE_READ : PLACE_DROPPED, problem);
    if (!settings->is_read) {
        doctor_find(doctor, SETUP_CLAUDE, "settings-dropped", FINDING_OPEN,
                    text_format(arena, "Claude Code drops all of %.*s without a word: %.*s",
                                TEXT_ARG(settings->path), TEXT_ARG(problem)),
                    text_format(arena, "correct %.*s, then aex install claude", TEXT_ARG(settings->path)));
    }
}

/* The handler of ours for an event in one file, or false. */
static bool find_handler(const struct claude *claude, size_t file, const char *event,
                         struct hook_handler *ret_handler)
{
    struct handler_vector handlers;
    if (!claude->files[file].is_read) {
        return false;
    }
    hooks_list(&claude->files[file].value, claude->doctor->arena, &handlers);
    for (size_t i = 0; i < handlers.count; i++) {
        const struct hook_handler *handler = &handlers.items[i];
        if (text_equal(handler->event, text_of(event)) && hook_command_is_gate(handler->command) &&
            handler->index != SIZE_MAX && hooks_matches_all(handler) && hooks_waits_always(handler)) {
            *ret_handler = *handler;
            return true;
        }
    }
    return false;
}

/* Whether a switch is on in some file that is read, from the file `first` on. */
static bool is_set(const struct claude *claude, struct text name, size_t first, size_t *ret_file)
{
    for (size_t i = first; i < SETTINGS_FILES; i++) {
        if (claude->files[i].is_read && json_is_true(&claude->files[i].value, name)) {
            *ret_file = i;
            return true;
        }
    }
    return false;
}

static bool has_rule(const struct claude *claude, struct text rule)
{
    for (size_t i = 0; i < SETTINGS_FILES; i++) {
        const struct json *deny =
            claude->files[i].is_read
                ? json_get(json_get(&claude->files[i].value, TEXT("permissions")), TEXT("deny"))
                : NULL;
        for (size_t j = 0; deny != NULL && deny->type == JSON_ARRAY && j < deny->count; j++) {
            if (deny->items[j].type == JSON_STRING && text_equal(deny->items[j].text, rule)) {
                return true;
            }
        }
    }
    return false;
}

static void examine_rules(struct claude *claude, struct text remedy)
{
    size_t missing = 0;
    const char *first = "";
    for (const char *const *rule = claude_deny_rules(); *rule != NULL; rule++) {
        if (!has_rule(claude, text_of(*rule))) {
            first = missing++ == 0 ? *rule : first;
        }
    }
    doctor_find(
        claude->doctor, SETUP_CLAUDE, "file-mentions", missing == 0 ? FINDING_CLOSED : FINDING_OPEN,
        missing == 0
            ? TEXT("secret files cannot be read by @file mentions, which no hook sees")
            : text_format(claude->doctor->arena,
                          "@file mentions, which no hook sees, can read secrets: %zu deny rules are missing, "
                          "the first is %s",
                          missing, first),
        remedy);
}

static void examine_hook(struct claude *claude, size_t file, const struct hook_handler *handler,
                         struct text remedy)
{
    struct doctor *doctor = claude->doctor;
    static const enum setup_scope scopes[] = {SETUP_PROJECT, SETUP_USER, SETUP_MANAGED, SETUP_PROJECT};
    struct text on_failure;
    uint64_t timeout = 0;
    const struct json *value = json_get(handler->value, TEXT("timeout"));
    bool has_timeout = value == NULL || (text_to_u64(value->text, &timeout) && timeout >= HOOK_TIMEOUT);
    bool blocks =
        json_get_text(handler->value, TEXT("onFailure"), &on_failure) && text_equal(on_failure, TEXT("block"));
    doctor_find(doctor, SETUP_CLAUDE, "hook-hangs", blocks && has_timeout ? FINDING_CLOSED : FINDING_OPEN,
                blocks && has_timeout
                    ? TEXT("a hook that hangs blocks the call (onFailure)")
                    : TEXT("a hook that takes too long lets the call run: onFailure is not \"block\", "
                           "or the timeout is below 30 s"),
                remedy);
    doctor_examine_command(doctor, SETUP_CLAUDE, scopes[file], handler->command);
}

static void examine_disabling(struct claude *claude, bool is_managed, struct text remedy)
{
    struct doctor *doctor = claude->doctor;
    struct hook_handler handler;
    size_t file = 0;
    bool is_disabled = is_set(claude, TEXT("disableAllHooks"), is_managed ? SETUP_MANAGED : 0, &file) &&
                       (!is_managed || file == SETUP_MANAGED);
    doctor_find(
        doctor, SETUP_CLAUDE, "hooks-disabled", is_disabled ? FINDING_OPEN : FINDING_CLOSED,
        is_disabled ? text_format(doctor->arena, "%.*s sets disableAllHooks: no hook runs",
                                  TEXT_ARG(claude->files[file].path))
                    : TEXT("no settings switch the hooks off"),
        text_format(doctor->arena, "remove disableAllHooks from %.*s", TEXT_ARG(claude->files[file].path)));
    bool guards = is_managed;
    for (size_t i = 0; !guards && i < SETTINGS_FILES; i++) {
        guards =
            find_handler(claude, i, "ConfigChange", &handler) && doctor_stops_change(doctor, handler.command);
    }
    doctor_find(doctor, SETUP_CLAUDE, "settings-change", guards ? FINDING_CLOSED : FINDING_OPEN,
                guards ? TEXT("settings that change during a session cannot switch the hook off")
                       : TEXT("settings that change during a session can switch the hook off: no ConfigChange "
                              "hook stops them"),
                remedy);
}

static void examine_start(struct claude *claude, bool is_managed)
{
    struct doctor *doctor = claude->doctor;
    size_t file;
    bool is_closed = is_managed && is_set(claude, TEXT("allowManagedHooksOnly"), SETUP_MANAGED, &file) &&
                     file == SETUP_MANAGED;
    doctor_find(doctor, SETUP_CLAUDE, "start-options", is_closed ? FINDING_CLOSED : FINDING_OPEN,
                is_closed ? TEXT("no way of starting Claude Code leaves the managed hook out")
                          : TEXT("started with --bare, --safe-mode, --setting-sources or --settings, or (for "
                                 "project settings) in "
                                 "another folder, Claude Code runs without the hook"),
                doctor_install_command(doctor, SETUP_CLAUDE, SETUP_MANAGED));
}

/* Plugins bring commands of their own: those that a repository switches on are not the person's choice. */
static void examine_plugins(struct claude *claude)
{
    static const size_t files[] = {SETUP_PROJECT, LOCAL};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const struct settings *settings = &claude->files[files[i]];
        const struct json *plugins =
            settings->is_read ? json_get(&settings->value, TEXT("enabledPlugins")) : NULL;
        for (size_t j = 0; plugins != NULL && plugins->type == JSON_OBJECT && j < plugins->count; j++) {
            if (plugins->members[j].value.type != JSON_FALSE) {
                doctor_find(
                    claude->doctor, SETUP_CLAUDE, "plugin", FINDING_OPEN,
                    text_format(claude->doctor->arena,
                                "%.*s switches on the plugin %.*s, whose hooks and servers run without the "
                                "gate",
                                TEXT_ARG(settings->path), TEXT_ARG(plugins->members[j].name)),
                    text_format(claude->doctor->arena, "look at the plugin, or remove it from %.*s",
                                TEXT_ARG(settings->path)));
            }
        }
    }
}

void doctor_examine_claude(struct doctor *doctor)
{
    struct claude claude = {.doctor = doctor};
    const struct setup_options *options = doctor->options;
    struct arena *arena = doctor->arena;
    struct hook_handler handler;
    for (size_t i = 0; i < SETTINGS_FILES; i++) {
        claude.files[i].path = i == LOCAL ? setup_claude_local_settings(options, arena)
                                          : setup_claude_settings(options, (enum setup_scope)i, arena);
        read_settings(doctor, &claude.files[i]);
    }
    if (!doctor_has_agent(doctor, SETUP_CLAUDE)) {
        return;
    }
    struct text remedy = doctor_install_command(doctor, SETUP_CLAUDE, SETUP_PROJECT);
    bool has_hook = false;
    for (size_t i = 0; i < SETTINGS_FILES; i++) {
        if (find_handler(&claude, i, "PreToolUse", &handler)) {
            has_hook = true;
            doctor_find(doctor, SETUP_CLAUDE, "hook", FINDING_CLOSED,
                        text_format(arena, "every tool call goes through the hook in %.*s",
                                    TEXT_ARG(claude.files[i].path)),
                        remedy);
            examine_hook(&claude, i, &handler, remedy);
        }
    }
    if (!has_hook) {
        doctor_find(doctor, SETUP_CLAUDE, "hook", FINDING_OPEN,
                    TEXT("Claude Code runs its tools without asking aex"), remedy);
        return;
    }
    bool is_managed = find_handler(&claude, SETUP_MANAGED, "PreToolUse", &handler);
    size_t file;
    examine_disabling(&claude, is_managed, remedy);
    examine_rules(&claude, remedy);
    bool no_skills = is_set(&claude, TEXT("disableSkillShellExecution"), 0, &file);
    doctor_find(doctor, SETUP_CLAUDE, "skill-commands", no_skills ? FINDING_CLOSED : FINDING_OPEN,
                no_skills ? TEXT("commands inside skills, which no hook sees, are switched off")
                          : TEXT("skills can run shell commands that no hook sees"),
                remedy);
    examine_plugins(&claude);
    examine_start(&claude, is_managed);
}
