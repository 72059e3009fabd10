/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/claude.h"

#include "setup/hook_command.h"
#include "setup/json_edit.h"
#include "setup/servers.h"
#include "setup/settings.h"

static const char *const deny_rules[] = {
#define DENY(rule) rule,
#include "setup/claude_deny.def"
#undef DENY
    NULL,
};

const char *const *claude_deny_rules(void)
{
    return deny_rules;
}

/* How each event is hooked. onFailure covers what the command's own tail cannot: a hook that hangs. */
static const struct {
    const char *event;
    bool has_matcher; /* it is about a tool */
    bool blocks;
} events[] = {
    {"PreToolUse", true, true},
    {"PostToolUse", true, false},
    {"PostToolUseFailure", true, false},
    {"ConfigChange", false, true},
};

static struct text spell_group(struct text command, size_t event, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    if (events[event].has_matcher) {
        json_member_string(&writer, TEXT("matcher"), TEXT("*"));
    }
    json_key(&writer, TEXT("hooks"));
    json_begin_array(&writer);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("type"), TEXT("command"));
    json_member_string(&writer, TEXT("command"), command);
    json_member_integer(&writer, TEXT("timeout"), HOOK_TIMEOUT);
    if (events[event].blocks) {
        json_member_string(&writer, TEXT("onFailure"), TEXT("block"));
    }
    json_end_object(&writer);
    json_end_array(&writer);
    json_end_object(&writer);
    return builder_text(&out);
}

static bool has_string(const struct json *array, struct text wanted)
{
    for (size_t i = 0; i < array->count; i++) {
        if (array->items[i].type == JSON_STRING && text_equal(array->items[i].text, wanted)) {
            return true;
        }
    }
    return false;
}

static bool ensure_deny_rules(struct draft *draft, struct error *err)
{
    const struct text steps[] = {TEXT_INIT("permissions"), TEXT_INIT("deny")};
    const struct text *path = setup_steps(draft->arena, steps, 2);
    struct json settings;
    if (!draft_read_json(draft, &settings, err)) {
        return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
    }
    const struct json *permissions = json_get(&settings, TEXT("permissions"));
    const struct json *deny = json_get(permissions, TEXT("deny"));
    if ((permissions != NULL && permissions->type != JSON_OBJECT) ||
        (deny != NULL && deny->type != JSON_ARRAY)) {
        return error_set(err, "%.*s: permissions.deny is not an array in an object", TEXT_ARG(draft->path));
    }
    struct text_vector missing = {0};
    for (const char *const *rule = deny_rules; *rule != NULL; rule++) {
        if (deny != NULL && has_string(deny, text_of(*rule))) {
            continue;
        }
        struct text quoted = json_quoted(draft->arena, text_of(*rule));
        VECTOR_PUSH(draft->arena, &missing, quoted);
    }
    return missing.count == 0 || draft_append(draft, path, 2, &missing, err);
}

/* Sets a switch that is not mentioned; one that a person set the other way stays, and doctor tells of it. */
static bool ensure_switch(struct draft *draft, struct text name, struct text_vector *notes, struct error *err)
{
    struct json settings;
    if (!draft_read_json(draft, &settings, err)) {
        return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
    }
    const struct json *value = json_get(&settings, name);
    if (value == NULL) {
        return draft_set(draft, setup_steps(draft->arena, &name, 1), 1, TEXT("true"), err);
    }
    if (value->type != JSON_TRUE) {
        struct text note = text_format(draft->arena, "%.*s: \"%.*s\" is set to something else and stays so",
                                       TEXT_ARG(draft->path), TEXT_ARG(name));
        VECTOR_PUSH(draft->arena, notes, note);
    }
    return true;
}

/* What Claude Code would drop, or not run hooks from, is not for us to change. */
static bool check_readable(const struct draft *draft, struct error *err)
{
    struct json settings;
    struct json_dialect dialect;
    if (text_trim_space(draft->text).size == 0) {
        return true;
    }
    if (!json_edit_read(draft->text, draft->arena, &settings, &dialect, err)) {
        return error_prefix(err, "%.*s is left alone; Claude Code drops a file it cannot read",
                            TEXT_ARG(draft->path));
    }
    if (dialect.has_comments || dialect.has_trailing_commas) {
        return error_set(
            err,
            "%.*s is left alone: it has %s, and Claude Code drops the whole file for that; take them "
            "out and run this again",
            TEXT_ARG(draft->path), dialect.has_comments ? "comments" : "trailing commas");
    }
    const struct json *disabled = json_get(&settings, TEXT("disableAllHooks"));
    if (disabled != NULL && disabled->type != JSON_FALSE) {
        return error_set(err, "%.*s is left alone: it sets disableAllHooks, and no hook runs while it does",
                         TEXT_ARG(draft->path));
    }
    struct text problem = settings_problem(&settings, draft->arena);
    if (problem.size > 0) {
        return error_set(err, "%.*s is left alone: %.*s, for which Claude Code drops the whole file",
                         TEXT_ARG(draft->path), TEXT_ARG(problem));
    }
    return settings.type == JSON_OBJECT ||
           error_set(err, "%.*s is left alone: it is not an object", TEXT_ARG(draft->path));
}

bool claude_settings_ensure(struct draft *draft, const struct setup_options *options, struct text_vector *notes,
                            struct error *err)
{
    struct text command = setup_hook_command(options, draft->arena);
    if (!check_readable(draft, err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (!hooks_ensure(draft, events[i].event, spell_group(command, i, draft->arena), notes, err)) {
            return false;
        }
    }
    struct json settings;
    if (!ensure_deny_rules(draft, err) ||
        !ensure_switch(draft, TEXT("disableSkillShellExecution"), notes, err) ||
        (options->scope == SETUP_MANAGED && !ensure_switch(draft, TEXT("allowManagedHooksOnly"), notes, err)) ||
        !draft_read_json(draft, &settings, err)) {
        return false;
    }
    struct text problem = hooks_problem(&settings, SETUP_CLAUDE, draft->arena);
    return problem.size == 0 ||
           error_set(err, "%.*s is left alone: %.*s, for which Claude Code drops the whole file",
                     TEXT_ARG(draft->path), TEXT_ARG(problem));
}

/* ---- MCP servers ---- */

/* The words, then the server's arguments from the one at `from` on. */
static struct text spell_arguments(const struct text_vector *words, const struct json *server, size_t from,
                                   struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    const struct json *arguments = json_get(server, TEXT("args"));
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_array(&writer);
    for (size_t i = 0; i < words->count; i++) {
        json_string(&writer, words->items[i]);
    }
    for (size_t i = from; arguments != NULL && arguments->type == JSON_ARRAY && i < arguments->count; i++) {
        json_tree(&writer, &arguments->items[i]);
    }
    json_end_array(&writer);
    return builder_text(&out);
}

void claude_server_arguments(const struct json *server, struct arena *arena, struct text_vector *ret_arguments)
{
    const struct json *arguments = json_get(server, TEXT("args"));
    *ret_arguments = (struct text_vector){0};
    for (size_t i = 0; arguments != NULL && arguments->type == JSON_ARRAY && i < arguments->count; i++) {
        const struct json *item = &arguments->items[i];
        struct text word = item->type == JSON_STRING ? item->text : TEXT("");
        VECTOR_PUSH(arena, ret_arguments, word);
    }
}

static void note_left_alone(const struct draft *draft, struct text server, struct text why,
                            struct text_vector *notes)
{
    struct text note =
        text_format(draft->arena, "%.*s: the server %.*s %.*s, so it stays as it is; the hook judges its calls",
                    TEXT_ARG(draft->path), TEXT_ARG(server), TEXT_ARG(why));
    VECTOR_PUSH(draft->arena, notes, note);
}

/* What a server's "args" are to be; empty when they are right: it is behind a proxy, under a name that the
 * proxy takes. */
static struct text wrapped_arguments(const struct json_member *server, struct text command,
                                     const struct setup_options *options, bool names_root, struct arena *arena)
{
    struct text_vector arguments;
    claude_server_arguments(&server->value, arena, &arguments);
    if (!server_is_behind_proxy(command, &arguments)) {
        struct text_vector words = server_proxy_words(options, server->name, names_root, arena);
        VECTOR_PUSH(arena, &words, command);
        return spell_arguments(&words, &server->value, 0, arena);
    }
    size_t refused = server_find_refused_name(&arguments, arena);
    if (refused == 0) {
        return TEXT("");
    }
    struct text_vector words = {0};
    for (size_t i = 0; i <= refused && i < arguments.count; i++) {
        struct text name = server_policy_name(options->agent, server->name, arena);
        VECTOR_PUSH(arena, &words, i == refused ? name : arguments.items[i]);
    }
    return spell_arguments(&words, &server->value, words.count, arena);
}

/* One server; `path` leads to its "command", and its last step may be replaced. `names` are those of all that
 * stand beside it. */
static bool wrap_server(struct draft *draft, const struct json_member *server, const struct text_vector *names,
                        struct text_vector *path, const struct setup_options *options, bool names_root,
                        struct text_vector *notes, struct error *err)
{
    struct arena *arena = draft->arena;
    struct text command;
    if (!json_get_text(&server->value, TEXT("command"), &command)) {
        note_left_alone(draft, server->name, TEXT("is not started by a command"), notes);
        return true;
    }
    struct text wrapped = wrapped_arguments(server, command, options, names_root, arena);
    struct text problem = server_name_problem(options->agent, server->name, names, arena);
    if (wrapped.size > 0 && problem.size > 0) {
        note_left_alone(draft, server->name, problem, notes);
        return true;
    }
    if (wrapped.size > 0) {
        path->items[path->count - 1] = TEXT("args");
        if (!draft_set(draft, setup_steps(arena, path->items, path->count), path->count, wrapped, err)) {
            return false;
        }
        path->items[path->count - 1] = TEXT("command");
    }
    return text_equal(command, options->program) ||
           draft_set(draft, setup_steps(arena, path->items, path->count), path->count,
                     json_quoted(arena, options->program), err);
}

struct text_vector claude_server_names(const struct json *servers, struct arena *arena)
{
    struct text_vector names = {0};
    struct text command;
    for (size_t i = 0; servers != NULL && servers->type == JSON_OBJECT && i < servers->count; i++) {
        if (json_get_text(&servers->members[i].value, TEXT("command"), &command)) {
            VECTOR_PUSH(arena, &names, servers->members[i].name);
        }
    }
    return names;
}

bool claude_servers_wrap(struct draft *draft, const struct text *steps, size_t count,
                         const struct setup_options *options, bool names_root, struct text_vector *notes,
                         struct error *err)
{
    struct json value;
    if (!draft_read_json(draft, &value, err)) {
        return error_prefix(err, "%.*s", TEXT_ARG(draft->path));
    }
    const struct json *servers = json_edit_find(&value, (struct json_path){steps, count});
    struct text_vector names = claude_server_names(servers, draft->arena);
    for (size_t i = 0; servers != NULL && servers->type == JSON_OBJECT && i < servers->count; i++) {
        struct text_vector path = {0};
        for (size_t step = 0; step < count; step++) {
            VECTOR_PUSH(draft->arena, &path, steps[step]);
        }
        VECTOR_PUSH(draft->arena, &path, servers->members[i].name);
        VECTOR_PUSH(draft->arena, &path, TEXT("command"));
        if (!wrap_server(draft, &servers->members[i], &names, &path, options, names_root, notes, err)) {
            return false;
        }
    }
    return true;
}
