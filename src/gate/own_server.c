/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/own_server.h"

#include <errno.h>
#include <fcntl.h>

#include "base/limits.h"
#include "meta/meta.h"
#include "os/file.h"
#include "os/path.h"
#include "setup/manifest.h"
#include "setup/servers.h"
#include "setup/toml.h"

/* Looking through all files for one server. */
struct survey {
    const struct demand_context *context;
    enum setup_agent agent;
    struct text server; /* as the agent spells it in a tool's name */
    struct arena *arena;
    bool is_trusted; /* ours, in a file that no checkout can change */
    bool is_unsure;  /* something else, or something nobody can read */
};

/* One definition. */
struct definition {
    struct text command;
    bool starts_proxy; /* its words are the proxy's, with nothing that takes the tools away */
};

static bool is_wanted(const struct survey *survey, struct text name)
{
    return text_equal(server_policy_name(survey->agent, name, survey->arena), survey->server);
}

/* A command by its name only would be looked up in a PATH that is not this process's. */
static void take_definition(struct survey *survey, const struct definition *definition, bool is_trusted)
{
    struct text resolved;
    bool is_ours = definition->starts_proxy && definition->command.size > 0 &&
                   definition->command.data[0] == '/' && !text_has_nul(definition->command) &&
                   path_resolve(survey->arena, definition->command, &resolved, NULL) &&
                   text_equal(resolved, survey->context->program);
    survey->is_unsure = survey->is_unsure || !is_ours;
    survey->is_trusted = survey->is_trusted || (is_ours && is_trusted);
}

/* ---- Files ---- */

/* Whether install wrote the file as it is. */
static bool is_installed(const struct survey *survey, struct text path, struct text source)
{
    struct manifest_vector manifests;
    struct text target;
    struct digest digest = digest_sha256(source);
    if (!path_resolve(survey->arena, path, &target, NULL) ||
        !manifest_list(text_to_c(survey->arena, survey->context->state_folder), survey->arena, &manifests,
                       NULL)) {
        return false;
    }
    for (size_t i = 0; i < manifests.count; i++) {
        if (text_equal(manifests.items[i].target, target) && digest_equal(&manifests.items[i].after, &digest)) {
            return true;
        }
    }
    return false;
}

/* False when there is nothing to look at; unsure as well when there is something that cannot be read. */
static bool read_file(struct survey *survey, struct text path, struct text *ret_source, bool *ret_is_trusted)
{
    struct error failure = {0};
    const struct demand_context *context = survey->context;
    if (!file_read_path(AT_FDCWD, path.data, LIMIT_CONFIGURATION, survey->arena, ret_source, &failure)) {
        survey->is_unsure = survey->is_unsure || (failure.os_code != ENOENT && failure.os_code != ENOTDIR);
        return false;
    }
    struct text resolved;
    bool is_inside = !path_resolve(survey->arena, path, &resolved, NULL) ||
                     path_is_within(path, context->root) || path_is_within(path, context->root_as_named) ||
                     path_is_within(resolved, context->root);
    *ret_is_trusted = !is_inside || is_installed(survey, path, *ret_source);
    return true;
}

/* ---- Claude Code: JSON ---- */

static bool are_proxy_words(const struct json *arguments)
{
    if (arguments == NULL || arguments->type != JSON_ARRAY || arguments->count == 0) {
        return false;
    }
    for (size_t i = 0; i < arguments->count; i++) {
        const struct json *word = &arguments->items[i];
        if (word->type != JSON_STRING || (i == 0 && !text_equal(word->text, TEXT("proxy"))) ||
            text_equal(word->text, TEXT("--no-meta"))) {
            return false;
        }
        if (text_equal(word->text, TEXT("--"))) {
            return true;
        }
    }
    return true;
}

static void take_servers(struct survey *survey, const struct json *servers, bool is_trusted)
{
    for (size_t i = 0; servers != NULL && servers->type == JSON_OBJECT && i < servers->count; i++) {
        const struct json *value = &servers->members[i].value;
        struct definition definition = {.command = TEXT("")};
        struct text type = TEXT("stdio");
        if (!is_wanted(survey, servers->members[i].name)) {
            continue;
        }
        (void)json_get_text(value, TEXT("command"), &definition.command);
        (void)json_get_text(value, TEXT("type"), &type);
        definition.starts_proxy =
            text_equal(type, TEXT("stdio")) && are_proxy_words(json_get(value, TEXT("args")));
        take_definition(survey, &definition, is_trusted);
    }
}

static void read_claude_file(struct survey *survey, struct text path)
{
    struct text source;
    struct json value;
    bool is_trusted;
    const struct demand_context *context = survey->context;
    if (!read_file(survey, path, &source, &is_trusted)) {
        return;
    }
    if (!json_parse(source, survey->arena, &value, NULL)) {
        survey->is_unsure = true;
        return;
    }
    take_servers(survey, json_get(&value, TEXT("mcpServers")), is_trusted);
    const struct json *projects = json_get(&value, TEXT("projects"));
    for (size_t i = 0; projects != NULL && projects->type == JSON_OBJECT && i < projects->count; i++) {
        struct text folder = projects->members[i].name;
        if (text_equal(folder, context->root_as_named) || path_is_within(context->working_folder, folder) ||
            path_is_within(context->root, folder)) {
            take_servers(survey, json_get(&projects->members[i].value, TEXT("mcpServers")), is_trusted);
        }
    }
}

/* ---- Codex: TOML ---- */

/* The first word, and that the one word that matters is nowhere among them. Escapes could spell it. */
static bool are_proxy_words_in_toml(struct text array)
{
    struct text rest = text_trim_space(text_after(array, 1));
    bool is_proxy = text_starts_with(rest, TEXT("\"proxy\"")) || text_starts_with(rest, TEXT("'proxy'"));
    return array.size > 0 && array.data[0] == '[' && is_proxy &&
           text_find_char(array, '\\') == TEXT_NOT_FOUND && !text_contains(array, TEXT("no-meta"));
}

/* The table of one server: `at` is its name's step. Whatever does not stand at the top is a profile's. */
static void take_table(struct survey *survey, const struct toml_document *document, struct text name, size_t at,
                       bool is_trusted)
{
    const struct text command_steps[] = {TEXT_INIT("mcp_servers"), name, TEXT_INIT("command")};
    const struct text words_steps[] = {TEXT_INIT("mcp_servers"), name, TEXT_INIT("args")};
    struct definition definition = {.command = TEXT("")};
    const struct toml_entry *command = toml_find(document, (struct toml_path){command_steps, 3});
    const struct toml_entry *words = toml_find(document, (struct toml_path){words_steps, 3});
    if (at == 1 && command != NULL && command->type == TOML_STRING && words != NULL &&
        words->type == TOML_ARRAY) {
        definition.command = command->text;
        definition.starts_proxy =
            are_proxy_words_in_toml(text_slice(document->source, words->value_start, words->value_end));
    }
    take_definition(survey, &definition, is_trusted);
}

static void read_codex_file(struct survey *survey, struct text path)
{
    struct text source;
    struct toml_document document;
    bool is_trusted;
    if (!read_file(survey, path, &source, &is_trusted)) {
        return;
    }
    if (!toml_read(source, survey->arena, &document, NULL)) {
        survey->is_unsure = true;
        return;
    }
    for (size_t i = 0; i < document.entries.count; i++) {
        const struct toml_path *entry = &document.entries.items[i].path;
        for (size_t at = 1; at < entry->count; at++) {
            if (text_equal(entry->steps[at - 1], TEXT("mcp_servers")) && is_wanted(survey, entry->steps[at])) {
                take_table(survey, &document, entry->steps[at], at, is_trusted);
            }
        }
    }
}

/* ---- All of them ---- */

typedef void (*read_function)(struct survey *survey, struct text path);

/* `name` in the folder and in every one above it: agents look for their workspace upwards. */
static void read_upwards(struct survey *survey, struct text folder, const char *name, read_function read)
{
    for (;; folder = path_parent(folder)) {
        read(survey, path_join(survey->arena, folder, text_of(name)));
        if (text_equal(folder, TEXT("/"))) {
            return;
        }
    }
}

static void read_claude(struct survey *survey)
{
    const struct demand_context *context = survey->context;
    read_claude_file(survey, path_join(survey->arena, context->home, TEXT(".claude.json")));
    for (size_t i = 0; i < context->boundary_folder_count; i++) {
        read_claude_file(survey, path_join(survey->arena, context->boundary_folders[i], TEXT(".claude.json")));
    }
    read_claude_file(survey, TEXT("/etc/claude-code/managed-mcp.json"));
    read_upwards(survey, context->working_folder, ".mcp.json", read_claude_file);
    read_upwards(survey, context->root, ".mcp.json", read_claude_file);
}

static void read_codex(struct survey *survey)
{
    const struct demand_context *context = survey->context;
    read_codex_file(survey, path_join(survey->arena, context->home, TEXT(".codex/config.toml")));
    for (size_t i = 0; i < context->boundary_folder_count; i++) {
        read_codex_file(survey, path_join(survey->arena, context->boundary_folders[i], TEXT("config.toml")));
    }
    read_codex_file(survey, TEXT("/etc/codex/config.toml"));
    read_codex_file(survey, TEXT("/etc/codex/managed_config.toml"));
    read_upwards(survey, context->working_folder, ".codex/config.toml", read_codex_file);
    read_upwards(survey, context->root, ".codex/config.toml", read_codex_file);
}

/* mcp__SERVER__TOOL with one of our tools. */
static bool split_name(struct text name, struct text *ret_server, enum meta_tool *ret_tool)
{
    if (!text_starts_with(name, TEXT("mcp__"))) {
        return false;
    }
    struct text rest = text_after(name, 5);
    for (size_t at = rest.size; at > 2; at--) {
        if (text_equal(text_slice(rest, at - 2, at), TEXT("__"))) {
            *ret_server = text_slice(rest, 0, at - 2);
            return ret_server->size > 0 && meta_find(text_after(rest, at), ret_tool);
        }
    }
    return false;
}

struct text own_server_tool(const struct agent *agent, const struct hook_call *call,
                            const struct demand_context *context, struct arena *arena)
{
    struct survey survey = {
        .context = context, .arena = arena, .agent = agent == &agent_codex ? SETUP_CODEX : SETUP_CLAUDE};
    enum meta_tool tool;
    if (!split_name(call->tool, &survey.server, &tool) ||
        (call->mcp_server.size > 0 && !is_wanted(&survey, call->mcp_server))) {
        return TEXT("");
    }
    if (agent == &agent_claude) {
        read_claude(&survey);
    } else if (agent == &agent_codex) {
        read_codex(&survey);
    }
    return survey.is_trusted && !survey.is_unsure ? meta_name(tool) : TEXT("");
}
