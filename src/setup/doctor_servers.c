/* SPDX-License-Identifier: Apache-2.0 */
/* MCP servers behind `aex proxy`: are all of them, does the proxy stand there in a form that holds, and does a
 * refused call stop there? */
#include <fcntl.h>

#include "base/builder.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "setup/claude.h"
#include "setup/codex.h"
#include "setup/doctor.h"
#include "setup/hook_command.h"
#include "setup/json_edit.h"
#include "setup/probe.h"
#include "setup/servers.h"
#include "json/writer.h"

/* One server that is started by a command. */
struct server {
    struct text name;
    struct text path; /* of the file it stands in */
    struct text command;
    struct text_vector arguments;
};

VECTOR_DECLARE(server_vector, struct server);

/* ---- Finding them ---- */

static void list_json(struct doctor *doctor, struct text path, const struct json *servers,
                      struct server_vector *found)
{
    for (size_t i = 0; servers != NULL && servers->type == JSON_OBJECT && i < servers->count; i++) {
        struct server server = {.name = servers->members[i].name, .path = path};
        if (json_get_text(&servers->members[i].value, TEXT("command"), &server.command)) {
            claude_server_arguments(&servers->members[i].value, doctor->arena, &server.arguments);
            VECTOR_PUSH(doctor->arena, found, server);
        }
    }
}

static bool read_json(const struct doctor *doctor, struct text path, struct json *ret_value)
{
    struct text source;
    return file_read_path(AT_FDCWD, path.data, LIMIT_CONFIGURATION, doctor->arena, &source, NULL) &&
           json_edit_read(source, doctor->arena, ret_value, NULL, NULL);
}

static void list_claude(struct doctor *doctor, struct server_vector *found)
{
    const struct setup_options *options = doctor->options;
    static const enum setup_scope scopes[] = {SETUP_PROJECT, SETUP_USER, SETUP_MANAGED};
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        struct json value;
        struct text path = setup_claude_servers(options, scopes[i], doctor->arena);
        if (!read_json(doctor, path, &value)) {
            continue;
        }
        list_json(doctor, path, json_get(&value, TEXT("mcpServers")), found);
        if (scopes[i] == SETUP_USER) {
            const struct json *project = json_get(json_get(&value, TEXT("projects")), options->root);
            list_json(doctor, path, json_get(project, TEXT("mcpServers")), found);
        }
    }
}

static void list_codex(struct doctor *doctor, struct server_vector *found)
{
    static const enum setup_scope scopes[] = {SETUP_PROJECT, SETUP_USER};
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        struct text source;
        struct toml_document document;
        struct text path = setup_codex_config(doctor->options, scopes[i], doctor->arena);
        if (!file_read_path(AT_FDCWD, path.data, LIMIT_CONFIGURATION, doctor->arena, &source, NULL) ||
            !toml_read(source, doctor->arena, &document, NULL)) {
            continue;
        }
        for (size_t j = 0; j < document.entries.count; j++) {
            const struct toml_entry *entry = &document.entries.items[j];
            const struct text *steps = entry->path.steps;
            if (entry->path.count == 3 && entry->type == TOML_STRING &&
                text_equal(steps[0], TEXT("mcp_servers")) && text_equal(steps[2], TEXT("command"))) {
                struct server server = {.name = steps[1], .path = path, .command = entry->text};
                codex_server_arguments(&document, steps, doctor->arena, &server.arguments);
                VECTOR_PUSH(doctor->arena, found, server);
            }
        }
    }
}

/* ---- Judging them ---- */

/* What is wrong with a server's place behind the proxy; empty when nothing is. */
static struct text problem_of(const struct doctor *doctor, const struct server *server)
{
    struct arena *arena = doctor->arena;
    if (!server_is_behind_proxy(server->command, &server->arguments)) {
        return text_format(arena, "the server %.*s in %.*s is not behind aex proxy", TEXT_ARG(server->name),
                           TEXT_ARG(server->path));
    }
    if (server_count_proxy_words(&server->arguments) == 0) {
        return text_format(arena, "the proxy before the server %.*s in %.*s has options that may loosen it",
                           TEXT_ARG(server->name), TEXT_ARG(server->path));
    }
    struct text program;
    if (!path_resolve(arena, server->command, &program, NULL) ||
        !text_equal(program, doctor->options->program)) {
        return text_format(arena, "the server %.*s in %.*s is behind %.*s, which is not this aex (%.*s)",
                           TEXT_ARG(server->name), TEXT_ARG(server->path), TEXT_ARG(server->command),
                           TEXT_ARG(doctor->options->program));
    }
    for (size_t i = 1; i + 1 < server_count_proxy_words(&server->arguments); i += 2) {
        struct text word = server->arguments.items[i];
        struct text value = server->arguments.items[i + 1];
        struct text problem =
            doctor_folders_problem(doctor, text_equal(word, TEXT("--root")) ? value : TEXT(""),
                                   text_equal(word, TEXT("--state-dir")) ? value : TEXT(""));
        if (problem.size > 0) {
            return text_format(arena, "the proxy before the server %.*s %.*s", TEXT_ARG(server->name),
                               TEXT_ARG(problem));
        }
    }
    return TEXT("");
}

/* In the server's place: says so when a call reaches it. */
static const char canary_server[] =
    "while IFS= read -r line; do case $line in *'\"initialize\"'*) printf '%s\\n' "
    "'{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":"
    "{\"tools\":{}},\"serverInfo\":{\"name\":\"canary\",\"version\":\"0\"}}}' ;; *'\"tools/call\"'*) printf "
    "'%s\\n' '{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[{\"type\":\"text\",\"text\":"
    "\"the call reached the canary\"}]}}' ;; esac; done";

/* A tool that no server has and no policy names. */
static const struct text canary_calls = TEXT_INIT(
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
    "\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"aex-doctor\",\"version\":\"0\"}}}\n"
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n"
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":"
    "\"aex_doctor_canary\",\"arguments\":{}}}\n");

/* Runs the proxy as it is configured, before the canary instead of the server. */
static void try_server(struct doctor *doctor, enum setup_agent agent, const struct server *server,
                       struct text remedy)
{
    struct arena *arena = doctor->arena;
    struct setup_options options = *doctor->options;
    struct probe_answer answer;
    struct error err;
    struct builder line;
    options.agent = agent;
    builder_init(&line, arena);
    hook_command_add_word(&line, server->command);
    size_t own = server_count_proxy_words(&server->arguments);
    for (size_t i = 0; i < own; i++) {
        builder_add_char(&line, ' ');
        hook_command_add_word(&line, server->arguments.items[i]);
    }
    builder_add_c(&line, " /bin/sh -c ");
    hook_command_add_word(&line, text_of(canary_server));
    if (!probe_run(&options, builder_text(&line), canary_calls, arena, &answer, &err)) {
        doctor_find(doctor, agent, "mcp-refusal", FINDING_UNKNOWN,
                    text_format(arena, "the proxy could not be tried: %s", err.message), remedy);
    } else if (text_contains(answer.output, TEXT("the call reached the canary"))) {
        doctor_find(doctor, agent, "mcp-refusal", FINDING_OPEN,
                    text_format(arena,
                                "a call of a tool that nobody knows went through the proxy to the server %.*s: "
                                "the policy allows all of its tools",
                                TEXT_ARG(server->name)),
                    TEXT("name the tools in the policy, instead of a wildcard"));
    } else if (text_contains(answer.output, TEXT("aex refused"))) {
        doctor_find(doctor, agent, "mcp-refusal", FINDING_CLOSED,
                    text_format(arena, "tried with the server %.*s: a refused call does not get past the proxy",
                                TEXT_ARG(server->name)),
                    TEXT(""));
    } else {
        doctor_find(doctor, agent, "mcp-refusal", FINDING_UNKNOWN,
                    text_format(arena,
                                "the proxy before the server %.*s ended with status %d and refused nothing",
                                TEXT_ARG(server->name), answer.status),
                    remedy);
    }
}

void doctor_examine_servers(struct doctor *doctor, enum setup_agent agent)
{
    struct server_vector servers = {0};
    const struct server *good = NULL;
    bool is_wanted = false;
    struct text remedy = text_format(doctor->arena, "aex install %s --mcp", setup_agent_name(agent));
    if (agent == SETUP_CLAUDE) {
        list_claude(doctor, &servers);
    } else {
        list_codex(doctor, &servers);
    }
    for (size_t i = 0; i < servers.count; i++) {
        is_wanted = is_wanted || server_is_behind_proxy(servers.items[i].command, &servers.items[i].arguments);
    }
    /* Where nobody wanted the proxy, the hook judges the servers' tools. */
    for (size_t i = 0; is_wanted && i < servers.count; i++) {
        struct text problem = problem_of(doctor, &servers.items[i]);
        if (problem.size > 0) {
            doctor_find(doctor, agent, "mcp-proxy", FINDING_OPEN, problem, remedy);
        } else {
            good = &servers.items[i];
            doctor_find(doctor, agent, "mcp-proxy", FINDING_CLOSED,
                        text_format(doctor->arena, "the server %.*s is behind aex proxy", TEXT_ARG(good->name)),
                        TEXT(""));
        }
    }
    if (good != NULL) {
        try_server(doctor, agent, good, remedy);
    }
}
