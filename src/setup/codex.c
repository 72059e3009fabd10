/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/codex.h"

#include "crypto/digest.h"
#include "os/path.h"
#include "setup/hook_command.h"
#include "setup/json_edit.h"
#include "setup/servers.h"
#include "setup/toml_edit.h"

static const struct {
    const char *event;
    const char *name; /* in trust keys and hashes */
} events[] = {
    {"PreToolUse", "pre_tool_use"},
    {"PostToolUse", "post_tool_use"},
};

enum { EVENT_COUNT = sizeof events / sizeof events[0] };

/* ---- hooks.json ---- */

bool codex_hooks_ensure(struct draft *draft, const struct setup_options *options, struct text_vector *notes,
                        struct error *err)
{
    struct arena *arena = draft->arena;
    struct json settings;
    struct json_dialect dialect = {0};
    if (text_trim_space(draft->text).size > 0 &&
        !json_edit_read(draft->text, arena, &settings, &dialect, err)) {
        return error_prefix(err, "%.*s is left alone; Codex drops a file it cannot read",
                            TEXT_ARG(draft->path));
    }
    if (dialect.has_comments || dialect.has_trailing_commas || dialect.has_byte_order_mark) {
        return error_set(err,
                         "%.*s is left alone: it is not strict JSON, and Codex drops the whole file for that",
                         TEXT_ARG(draft->path));
    }
    struct text command = json_quoted(arena, setup_hook_command(options, arena));
    struct text group = text_format(
        arena, "{\"matcher\":\".*\",\"hooks\":[{\"type\":\"command\",\"command\":%.*s,\"timeout\":%d}]}",
        TEXT_ARG(command), HOOK_TIMEOUT);
    if (!draft_read_json(draft, &settings, err)) {
        return false;
    }
    for (size_t i = 0; i < EVENT_COUNT && settings.type == JSON_OBJECT; i++) {
        if (!hooks_ensure(draft, events[i].event, group, notes, err)) {
            return false;
        }
    }
    if (!draft_read_json(draft, &settings, err)) {
        return false;
    }
    struct text problem = hooks_problem(&settings, SETUP_CODEX, arena);
    return problem.size == 0 || error_set(err, "%.*s is left alone: %.*s, for which Codex drops the whole file",
                                          TEXT_ARG(draft->path), TEXT_ARG(problem));
}

/* ---- Trust ---- */

static struct text member_or(const struct json *object, struct text name, const char *otherwise)
{
    const struct json *value = json_get(object, name);
    bool is_plain = value != NULL && (value->type == JSON_NUMBER || value->type == JSON_TRUE);
    if (!is_plain) {
        return text_of(otherwise);
    }
    return value->type == JSON_TRUE ? TEXT("true") : value->text;
}

bool codex_trust(const struct hook_handler *handler, struct text path, struct arena *arena,
                 struct text *ret_key, struct text *ret_hash)
{
    const char *name = NULL;
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        name = text_equal(handler->event, text_of(events[i].event)) ? events[i].name : name;
    }
    if (name == NULL || handler->index == SIZE_MAX) {
        return false;
    }
    struct text command = json_quoted(arena, handler->command);
    struct text async = member_or(handler->value, TEXT("async"), "false");
    struct text timeout = member_or(handler->value, TEXT("timeout"), "600");
    struct text status;
    struct builder out;
    builder_init(&out, arena);
    builder_format(&out, "{\"event_name\":\"%s\",\"hooks\":[{\"async\":%.*s,\"command\":%.*s", name,
                   TEXT_ARG(async), TEXT_ARG(command));
    if (json_get_text(handler->value, TEXT("statusMessage"), &status)) {
        struct text quoted = json_quoted(arena, status);
        builder_format(&out, ",\"statusMessage\":%.*s", TEXT_ARG(quoted));
    }
    builder_format(&out, ",\"timeout\":%.*s,\"type\":\"command\"}]", TEXT_ARG(timeout));
    if (handler->has_matcher && handler->matcher.size > 0) {
        struct text matcher = json_quoted(arena, handler->matcher);
        builder_format(&out, ",\"matcher\":%.*s", TEXT_ARG(matcher));
    }
    builder_add_c(&out, "}");
    struct digest digest = digest_sha256(builder_text(&out));
    *ret_key = text_format(arena, "%.*s:%s:%zu:%zu", TEXT_ARG(path), name, handler->group, handler->index);
    *ret_hash = text_format(arena, "sha256:%.*s", TEXT_ARG(digest_hex(arena, &digest)));
    return true;
}

/* ---- Hooks in config.toml ---- */

/* hooks.EVENT.GROUP.MEMBER, or hooks.EVENT.GROUP.hooks.HANDLER.MEMBER: a value that hooks.json would have too.
 */
static bool is_hook_member(const struct toml_entry *entry)
{
    const struct text *steps = entry->path.steps;
    bool is_group = entry->path.count == 4 && !text_equal(steps[3], TEXT("hooks"));
    bool is_handler = entry->path.count == 6 && text_equal(steps[3], TEXT("hooks"));
    return (entry->kind == TOML_KEY || entry->kind == TOML_INNER) && (is_group || is_handler) &&
           text_equal(steps[0], TEXT("hooks")) && !text_equal(steps[1], TEXT("state")) &&
           (entry->type == TOML_STRING || entry->type == TOML_BARE);
}

/* Adds an element to the array unless it is there: an object. */
static bool ensure_element(struct text *source, const struct text *steps, size_t count, struct arena *arena)
{
    struct json value;
    if (!json_edit_read(*source, arena, &value, NULL, NULL)) {
        return false;
    }
    return json_edit_find(&value, (struct json_path){steps, count}) != NULL ||
           json_edit_append(*source, (struct json_path){steps, count - 1}, TEXT("[{}]"), arena, source, NULL);
}

struct json codex_configured_hooks(const struct toml_document *document, struct arena *arena)
{
    struct text source = TEXT("{\"hooks\":{}}");
    struct json hooks;
    for (size_t i = 0; i < document->entries.count; i++) {
        const struct toml_entry *entry = &document->entries.items[i];
        const struct text *steps = entry->path.steps;
        bool is_number = entry->type == TOML_BARE;
        struct text value = is_number ? entry->text : json_quoted(arena, entry->text);
        struct json ignored;
        if (is_hook_member(entry) && json_parse(value, arena, &ignored, NULL) &&
            ensure_element(&source, steps, 3, arena) &&
            (entry->path.count == 4 || ensure_element(&source, steps, 5, arena))) {
            (void)json_edit_set(source, (struct json_path){steps, entry->path.count}, value, arena, &source,
                                NULL);
        }
    }
    if (!json_parse(source, arena, &hooks, NULL)) {
        hooks = (struct json){.type = JSON_NULL};
    }
    return hooks;
}

/* ---- config.toml ---- */

/* Gives the key the value unless it has it. */
static bool ensure_value(struct draft *draft, const struct text *steps, size_t count, struct text value,
                         struct error *err)
{
    struct toml_document document;
    if (!toml_read(draft->text, draft->arena, &document, err)) {
        return error_prefix(err, "%.*s is left alone", TEXT_ARG(draft->path));
    }
    const struct toml_entry *found = toml_find(&document, (struct toml_path){steps, count});
    bool is_value = found != NULL && (found->kind == TOML_KEY || found->kind == TOML_INNER);
    if (is_value && text_equal(text_slice(draft->text, found->value_start, found->value_end), value)) {
        return true;
    }
    return draft_set(draft, setup_steps(draft->arena, steps, count), count, value, err);
}

/* The value's text; a string's content. Empty when there is none. */
static struct text current(const struct draft *draft, const struct text *steps, size_t count)
{
    struct toml_document document;
    if (!toml_read(draft->text, draft->arena, &document, NULL)) {
        return TEXT("");
    }
    const struct toml_entry *found = toml_find(&document, (struct toml_path){steps, count});
    return found == NULL ? TEXT("") : found->text;
}

static bool ensure_trust(struct draft *draft, const struct draft *hooks, struct error *err)
{
    struct arena *arena = draft->arena;
    struct json settings;
    struct handler_vector handlers;
    struct text folder;
    if (!draft_read_json(hooks, &settings, err) ||
        !path_resolve(arena, path_parent(hooks->path), &folder, err)) {
        return false;
    }
    struct text path = path_join(arena, folder, path_base_name(hooks->path));
    hooks_list(&settings, arena, &handlers);
    for (size_t i = 0; i < handlers.count; i++) {
        struct text key;
        struct text hash;
        if (!hook_command_is_gate(handlers.items[i].command) ||
            !codex_trust(&handlers.items[i], path, arena, &key, &hash)) {
            continue;
        }
        const struct text steps[] = {TEXT_INIT("hooks"), TEXT_INIT("state"), key, TEXT_INIT("trusted_hash")};
        if (!ensure_value(draft, steps, 4, toml_quote(arena, hash), err)) {
            return false;
        }
    }
    return true;
}

static bool ensure_project(struct draft *draft, struct text root, struct text_vector *notes, struct error *err)
{
    struct arena *arena = draft->arena;
    const struct text steps[] = {TEXT_INIT("projects"), root, TEXT_INIT("trust_level")};
    struct text level = current(draft, steps, 3);
    if (text_equal(level, TEXT("trusted"))) {
        return true;
    }
    if (level.size > 0) {
        return error_set(err,
                         "%.*s says that the project %.*s is %.*s, and Codex runs no hook of such a project",
                         TEXT_ARG(draft->path), TEXT_ARG(root), TEXT_ARG(level));
    }
    struct text note = text_format(
        arena, "Codex is told to trust the project %.*s: it runs a project's hooks only then", TEXT_ARG(root));
    VECTOR_PUSH(arena, notes, note);
    return ensure_value(draft, steps, 3, TEXT("\"trusted\""), err);
}

bool codex_config_ensure(struct draft *draft, const struct draft *hooks, const struct setup_options *options,
                         struct text_vector *notes, struct error *err)
{
    static const struct text hooks_on[] = {TEXT_INIT("features"), TEXT_INIT("hooks")};
    static const struct text tty[] = {TEXT_INIT("features"), TEXT_INIT("unified_exec_tty")};
    static const struct text search[] = {TEXT_INIT("web_search")};
    struct text setting = current(draft, hooks_on, 2);
    struct text web_search = current(draft, search, 1);
    if (text_equal(setting, TEXT("false"))) {
        return error_set(err,
                         "%.*s is left alone: it sets features.hooks = false, and no hook runs while it does",
                         TEXT_ARG(draft->path));
    }
    if (web_search.size > 0 && !text_equal(web_search, TEXT("disabled"))) {
        struct text note =
            text_format(draft->arena, "%.*s: web_search is set and stays so; no hook sees those searches",
                        TEXT_ARG(draft->path));
        VECTOR_PUSH(draft->arena, notes, note);
    } else if (!ensure_value(draft, search, 1, TEXT("\"disabled\""), err)) {
        return false;
    }
    return ensure_value(draft, tty, 2, TEXT("false"), err) && ensure_trust(draft, hooks, err) &&
           (options->scope != SETUP_PROJECT || ensure_project(draft, options->root, notes, err));
}

/* ---- requirements.toml ---- */

/* The last command in `event` that runs the gate; NULL when there is none. */
static const struct toml_entry *find_gate(const struct toml_document *document, struct text event)
{
    const struct toml_entry *last = NULL;
    for (size_t i = 0; i < document->entries.count; i++) {
        const struct toml_entry *entry = &document->entries.items[i];
        const struct text *steps = entry->path.steps;
        bool is_command = entry->path.count == 6 && entry->kind == TOML_KEY &&
                          text_equal(steps[0], TEXT("hooks")) && text_equal(steps[1], event) &&
                          text_equal(steps[5], TEXT("command"));
        last = is_command && hook_command_is_gate(entry->text) ? entry : last;
    }
    return last;
}

static bool ensure_managed_hook(struct draft *draft, const char *event, struct text command, struct error *err)
{
    struct arena *arena = draft->arena;
    struct toml_document document;
    if (!toml_read(draft->text, arena, &document, err)) {
        return error_prefix(err, "%.*s is left alone", TEXT_ARG(draft->path));
    }
    struct text quoted = toml_quote(arena, command);
    const struct toml_entry *found = find_gate(&document, text_of(event));
    if (found != NULL) {
        return text_equal(found->text, command) ||
               draft_set(draft, setup_steps(arena, found->path.steps, found->path.count), found->path.count,
                         quoted, err);
    }
    return draft_add_block(
        draft,
        text_format(arena,
                    "[[hooks.%s]]\nmatcher = \".*\"\n[[hooks.%s.hooks]]\ntype = \"command\"\n"
                    "command = %.*s\ntimeout = %d\n",
                    event, event, TEXT_ARG(quoted), HOOK_TIMEOUT),
        err);
}

bool codex_requirements_ensure(struct draft *draft, const struct setup_options *options, struct error *err)
{
    static const struct text only[] = {TEXT_INIT("allow_managed_hooks_only")};
    static const struct text hooks_on[] = {TEXT_INIT("features"), TEXT_INIT("hooks")};
    static const struct text tty[] = {TEXT_INIT("features"), TEXT_INIT("unified_exec_tty")};
    static const struct text folder[] = {TEXT_INIT("hooks"), TEXT_INIT("managed_dir")};
    static const struct text search[] = {TEXT_INIT("allowed_web_search_modes")};
    struct toml_document document;
    struct text command = setup_hook_command(options, draft->arena);
    if (!toml_read(draft->text, draft->arena, &document, err)) {
        return error_prefix(err, "%.*s is left alone", TEXT_ARG(draft->path));
    }
    /* Searches reach no hook. Where an administrator has named the modes, they have decided. */
    if (toml_find(&document, (struct toml_path){search, 1}) == NULL &&
        !ensure_value(draft, search, 1, TEXT("[\"disabled\"]"), err)) {
        return false;
    }
    if (!ensure_value(draft, only, 1, TEXT("true"), err) ||
        !ensure_value(draft, hooks_on, 2, TEXT("true"), err) ||
        !ensure_value(draft, tty, 2, TEXT("false"), err)) {
        return false;
    }
    if (current(draft, folder, 2).size == 0 &&
        !ensure_value(draft, folder, 2, TEXT("\"/etc/codex/hooks\""), err)) {
        return false;
    }
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        if (!ensure_managed_hook(draft, events[i].event, command, err)) {
            return false;
        }
    }
    return true;
}

/* ---- MCP servers ---- */

/* The text between the brackets of the array at the server's `args`; empty when there is none. */
static struct text arguments_source(const struct toml_document *document, const struct text *server)
{
    const struct text steps[] = {server[0], server[1], TEXT_INIT("args")};
    const struct toml_entry *found = toml_find(document, (struct toml_path){steps, 3});
    if (found == NULL || found->type != TOML_ARRAY) {
        return TEXT("");
    }
    return text_slice(document->source, found->value_start + 1, found->value_end - 1);
}

/* How long the string at the start is, quotes included; 0 when there is none that ends in its line. */
static size_t string_size(struct text text)
{
    char quote = text.size > 0 && (text.data[0] == '"' || text.data[0] == '\'') ? text.data[0] : '\0';
    for (size_t i = 1; quote != '\0' && i < text.size && text.data[i] != '\n'; i++) {
        if (text.data[i] == quote) {
            return i + 1;
        }
        i += text.data[i] == '\\' && quote == '"';
    }
    return 0;
}

void codex_server_arguments(const struct toml_document *document, const struct text *server,
                            struct arena *arena, struct text_vector *ret_arguments)
{
    struct text_vector arguments = {0};
    /* Each element that is a plain string; what stands before the first other one is enough for the proxy's. */
    struct text rest = arguments_source(document, server);
    for (;;) {
        struct toml_document element;
        rest = text_trim_space(rest);
        size_t end = string_size(rest);
        if (end == 0) {
            break;
        }
        struct text line = text_format(arena, "x = %.*s\n", TEXT_ARG(text_slice(rest, 0, end)));
        if (!toml_read(line, arena, &element, NULL) || element.entries.count != 1) {
            break;
        }
        VECTOR_PUSH(arena, &arguments, element.entries.items[0].text);
        rest = text_trim_space(text_after(rest, end));
        if (rest.size == 0 || rest.data[0] != ',') {
            break;
        }
        rest = text_after(rest, 1);
    }
    *ret_arguments = arguments;
}

static bool wrap_server(struct draft *draft, const struct toml_document *document,
                        const struct toml_entry *command, const struct setup_options *options, bool names_root,
                        struct error *err)
{
    struct arena *arena = draft->arena;
    const struct text *server = command->path.steps;
    const struct text steps[] = {server[0], server[1], TEXT_INIT("args")};
    struct text_vector arguments;
    codex_server_arguments(document, server, arena, &arguments);
    if (!server_is_behind_proxy(command->text, &arguments)) {
        struct text rest = arguments_source(document, server);
        bool has_more = text_trim_space(rest).size > 0;
        struct text_vector words = server_proxy_words(options, server[1], names_root, arena);
        struct builder out;
        builder_init(&out, arena);
        for (size_t i = 0; i < words.count; i++) {
            builder_format(&out, "%s%.*s", i == 0 ? "[" : ", ", TEXT_ARG(toml_quote(arena, words.items[i])));
        }
        builder_format(&out, ", %.*s%s%.*s]", TEXT_ARG(toml_quote(arena, command->text)), has_more ? ", " : "",
                       TEXT_ARG(has_more ? rest : TEXT("")));
        if (!draft_set(draft, setup_steps(arena, steps, 3), 3, builder_text(&out), err)) {
            return false;
        }
    }
    return text_equal(command->text, options->program) ||
           draft_set(draft, setup_steps(arena, command->path.steps, 3), 3, toml_quote(arena, options->program),
                     err);
}

struct text_vector codex_server_names(const struct toml_document *document, struct arena *arena)
{
    struct text_vector names = {0};
    for (size_t i = 0; i < document->entries.count; i++) {
        const struct toml_path *path = &document->entries.items[i].path;
        if (path->count == 3 && text_equal(path->steps[0], TEXT("mcp_servers")) &&
            text_equal(path->steps[2], TEXT("command"))) {
            VECTOR_PUSH(arena, &names, path->steps[1]);
        }
    }
    return names;
}

/* Why the server whose `command` this is stays as it is; empty when it is to be put behind the proxy. */
static struct text reason_to_leave(const struct toml_document *document, const struct toml_entry *command,
                                   const struct text_vector *names, struct arena *arena)
{
    struct text_vector arguments;
    if (command->kind == TOML_INNER) {
        return TEXT("is written as an inline table");
    }
    codex_server_arguments(document, command->path.steps, arena, &arguments);
    return server_is_behind_proxy(command->text, &arguments)
               ? TEXT("")
               : server_name_problem(SETUP_CODEX, command->path.steps[1], names, arena);
}

bool codex_servers_wrap(struct draft *draft, const struct setup_options *options, bool names_root,
                        struct text_vector *notes, struct error *err)
{
    struct toml_document document;
    if (!toml_read(draft->text, draft->arena, &document, err)) {
        return error_prefix(err, "%.*s is left alone", TEXT_ARG(draft->path));
    }
    struct text_vector names = codex_server_names(&document, draft->arena);
    for (size_t i = 0; i < document.entries.count; i++) {
        const struct toml_entry *entry = &document.entries.items[i];
        struct text reason = TEXT("");
        if (entry->path.count != 3 || !text_equal(entry->path.steps[0], TEXT("mcp_servers"))) {
            continue;
        }
        bool is_command = text_equal(entry->path.steps[2], TEXT("command")) && entry->type == TOML_STRING;
        if (text_equal(entry->path.steps[2], TEXT("url"))) {
            reason = TEXT("is not started by a command");
        } else if (is_command) {
            reason = reason_to_leave(&document, entry, &names, draft->arena);
        }
        if (reason.size > 0) {
            struct text note = text_format(
                draft->arena, "%.*s: the server %.*s %.*s, so it stays as it is; the hook judges its calls",
                TEXT_ARG(draft->path), TEXT_ARG(entry->path.steps[1]), TEXT_ARG(reason));
            VECTOR_PUSH(draft->arena, notes, note);
        } else if (is_command && !wrap_server(draft, &document, entry, options, names_root, err)) {
            return false;
        }
    }
    return true;
}
