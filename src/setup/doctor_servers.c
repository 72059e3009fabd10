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

/* ---- Finding them ---- */

/* What is in the way of install, and what a person can do about it. */
static void explain_refusal(const struct doctor *doctor, const struct text_vector *names,
                            struct found_server *server)
{
    struct arena *arena = doctor->arena;
    struct text problem = server_name_problem(server->agent, server->name, names, arena);
    if (problem.size > 0) {
        server->refusal = text_format(arena, "it %.*s", TEXT_ARG(problem));
        server->by_hand = text_format(arena, "give %s in %.*s",
                                      server->name.size == 0 ? "it a name" : "one of them another name",
                                      TEXT_ARG(server->path));
    }
}

static void list_json(struct doctor *doctor, enum setup_scope scope, struct text path,
                      const struct json *servers, struct found_server_vector *found)
{
    struct text_vector names = claude_server_names(servers, doctor->arena);
    for (size_t i = 0; servers != NULL && servers->type == JSON_OBJECT && i < servers->count; i++) {
        struct found_server server = {
            .agent = SETUP_CLAUDE, .scope = scope, .name = servers->members[i].name, .path = path};
        if (json_get_text(&servers->members[i].value, TEXT("command"), &server.command)) {
            claude_server_arguments(&servers->members[i].value, doctor->arena, &server.arguments);
            explain_refusal(doctor, &names, &server);
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

static void list_claude(struct doctor *doctor, struct found_server_vector *found)
{
    const struct setup_options *options = doctor->options;
    static const enum setup_scope scopes[] = {SETUP_PROJECT, SETUP_USER, SETUP_MANAGED};
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++) {
        struct json value;
        struct text path = setup_claude_servers(options, scopes[i], doctor->arena);
        if (!read_json(doctor, path, &value)) {
            continue;
        }
        list_json(doctor, scopes[i], path, json_get(&value, TEXT("mcpServers")), found);
        if (scopes[i] == SETUP_USER) {
            const struct json *project = json_get(json_get(&value, TEXT("projects")), options->root);
            list_json(doctor, SETUP_PROJECT, path, json_get(project, TEXT("mcpServers")), found);
        }
    }
}

static void explain_inline(const struct doctor *doctor, const struct toml_entry *command,
                           struct found_server *server)
{
    if (command->kind == TOML_INNER) {
        server->refusal = TEXT("it is written as an inline table");
        server->by_hand = text_format(doctor->arena, "write it as a table of its own, [mcp_servers.%.*s]",
                                      TEXT_ARG(server->name));
    }
}

static void list_codex(struct doctor *doctor, struct found_server_vector *found)
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
        struct text_vector names = codex_server_names(&document, doctor->arena);
        for (size_t j = 0; j < document.entries.count; j++) {
            const struct toml_entry *entry = &document.entries.items[j];
            const struct text *steps = entry->path.steps;
            if (entry->path.count == 3 && entry->type == TOML_STRING &&
                text_equal(steps[0], TEXT("mcp_servers")) && text_equal(steps[2], TEXT("command"))) {
                struct found_server server = {.agent = SETUP_CODEX,
                                              .scope = scopes[i],
                                              .name = steps[1],
                                              .path = path,
                                              .command = entry->text};
                codex_server_arguments(&document, steps, doctor->arena, &server.arguments);
                explain_refusal(doctor, &names, &server);
                explain_inline(doctor, entry, &server);
                VECTOR_PUSH(doctor->arena, found, server);
            }
        }
    }
}

/* ---- Judging them ---- */

/* What is wrong with a server's place behind the proxy, and what mends it. */
struct problem {
    struct text what; /* empty: nothing is */
    struct text remedy;
};

/* The command that puts the servers of this one's file behind the proxy. */
static struct text install_command(const struct doctor *doctor, const struct found_server *server)
{
    if (server->scope == SETUP_PROJECT) {
        return text_format(doctor->arena, "aex install %s --mcp", setup_agent_name(server->agent));
    }
    return text_format(doctor->arena, "%.*s --mcp",
                       TEXT_ARG(doctor_install_command(doctor, server->agent, server->scope)));
}

/* What a person does first, then the command. */
static struct text then_install(const struct doctor *doctor, const struct found_server *server,
                                struct text by_hand)
{
    struct text command = install_command(doctor, server);
    return by_hand.size == 0
               ? command
               : text_format(doctor->arena, "%.*s, then run `%.*s`", TEXT_ARG(by_hand), TEXT_ARG(command));
}

static struct problem not_behind_proxy(const struct doctor *doctor, const struct found_server *server)
{
    return (struct problem){
        text_format(doctor->arena, "the server %.*s in %.*s is not behind aex proxy%s%.*s",
                    TEXT_ARG(server->name), TEXT_ARG(server->path), server->refusal.size > 0 ? ": " : "",
                    TEXT_ARG(server->refusal)),
        then_install(doctor, server, server->by_hand),
    };
}

/* What the proxy's words say of folders. */
static struct text folders_problem(const struct doctor *doctor, const struct found_server *server)
{
    struct text problem = TEXT("");
    for (size_t i = 1; problem.size == 0 && i + 1 < server_count_proxy_words(&server->arguments); i += 2) {
        struct text word = server->arguments.items[i];
        struct text value = server->arguments.items[i + 1];
        problem = doctor_folders_problem(doctor, text_equal(word, TEXT("--root")) ? value : TEXT(""),
                                         text_equal(word, TEXT("--state-dir")) ? value : TEXT(""));
    }
    return problem;
}

static struct problem problem_of(const struct doctor *doctor, const struct found_server *server)
{
    struct arena *arena = doctor->arena;
    if (!server_is_behind_proxy(server->command, &server->arguments)) {
        return not_behind_proxy(doctor, server);
    }
    /* install takes a proxy's words for a person's own. */
    struct text unwrapped =
        text_format(arena, "put the server's own command back in %.*s", TEXT_ARG(server->path));
    if (server_count_proxy_words(&server->arguments) == 0) {
        struct text what =
            text_format(arena, "the proxy before the server %.*s in %.*s has options that may loosen it",
                        TEXT_ARG(server->name), TEXT_ARG(server->path));
        return (struct problem){what, then_install(doctor, server, unwrapped)};
    }
    struct text program;
    if (!path_resolve(arena, server->command, &program, NULL) ||
        !text_equal(program, doctor->options->program)) {
        struct text what =
            text_format(arena, "the server %.*s in %.*s is behind %.*s, which is not this aex (%.*s)",
                        TEXT_ARG(server->name), TEXT_ARG(server->path), TEXT_ARG(server->command),
                        TEXT_ARG(doctor->options->program));
        return (struct problem){what, install_command(doctor, server)};
    }
    size_t refused = server_find_refused_name(&server->arguments, arena);
    if (refused > 0) {
        struct text what = text_format(
            arena, "the proxy before the server %.*s in %.*s does not start: it takes no --name \"%.*s\"",
            TEXT_ARG(server->name), TEXT_ARG(server->path), TEXT_ARG(server->arguments.items[refused]));
        return (struct problem){what, then_install(doctor, server, server->by_hand)};
    }
    struct text problem = folders_problem(doctor, server);
    if (problem.size > 0) {
        struct text what = text_format(arena, "the proxy before the server %.*s %.*s", TEXT_ARG(server->name),
                                       TEXT_ARG(problem));
        return (struct problem){what, then_install(doctor, server, unwrapped)};
    }
    return (struct problem){TEXT(""), TEXT("")};
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

/* The words of the configuration up to the server's own, and the canary for that, whose command is not to be
 * remembered as the server's. */
static struct text canary_command(const struct found_server *server, struct arena *arena)
{
    struct builder line;
    builder_init(&line, arena);
    hook_command_add_word(&line, server->command);
    size_t own = server_count_proxy_words(&server->arguments);
    for (size_t i = 0; i + 1 < own; i++) {
        builder_add_char(&line, ' ');
        hook_command_add_word(&line, server->arguments.items[i]);
    }
    builder_add_c(&line, " --no-pins -- /bin/sh -c ");
    hook_command_add_word(&line, text_of(canary_server));
    return builder_text(&line);
}

static void find_answer(struct doctor *doctor, const struct found_server *server,
                        const struct probe_answer *answer)
{
    struct arena *arena = doctor->arena;
    if (text_contains(answer->output, TEXT("the call reached the canary"))) {
        doctor_find(doctor, server->agent, "mcp-refusal", FINDING_OPEN,
                    text_format(arena,
                                "a call of a tool that nobody knows went through the proxy to the server %.*s: "
                                "the policy allows all of its tools",
                                TEXT_ARG(server->name)),
                    TEXT("name the tools in the policy, instead of a wildcard"));
    } else if (text_contains(answer->output, TEXT("aex refused"))) {
        doctor_find(doctor, server->agent, "mcp-refusal", FINDING_CLOSED,
                    text_format(arena, "tried with the server %.*s: a refused call does not get past the proxy",
                                TEXT_ARG(server->name)),
                    TEXT(""));
    } else {
        struct text rest = answer->message;
        struct text line = TEXT("");
        (void)(rest.size > 0 && text_next(&rest, '\n', &line));
        doctor_find(
            doctor, server->agent, "mcp-refusal", FINDING_UNKNOWN,
            text_format(arena,
                        "the proxy before the server %.*s ended with status %d and refused nothing: %.*s",
                        TEXT_ARG(server->name), answer->status, TEXT_ARG(line)),
            text_format(arena, "mend what it complains of; it stands in %.*s", TEXT_ARG(server->path)));
    }
}

void doctor_try_server(struct doctor *doctor, const struct found_server *server, clock_instant deadline)
{
    struct arena *arena = doctor->arena;
    struct setup_options options = *doctor->options;
    struct probe_answer answer;
    struct error err;
    options.agent = server->agent;
    if (clock_steady() >= deadline) {
        doctor_find(doctor, server->agent, "mcp-refusal", FINDING_UNKNOWN,
                    text_format(arena, "the server %.*s was not tried: those before it took %d s",
                                TEXT_ARG(server->name), DOCTOR_SERVERS_SECONDS),
                    TEXT("run `aex doctor` again when the machine is less busy"));
    } else if (!probe_run(&options, canary_command(server, arena), canary_calls, arena, &answer, &err)) {
        doctor_find(doctor, server->agent, "mcp-refusal", FINDING_UNKNOWN,
                    text_format(arena, "the proxy before the server %.*s could not be tried: %s",
                                TEXT_ARG(server->name), err.message),
                    TEXT("run `aex doctor` again when that is mended"));
    } else {
        find_answer(doctor, server, &answer);
    }
}

void doctor_examine_servers(struct doctor *doctor, enum setup_agent agent)
{
    struct found_server_vector servers = {0};
    bool is_wanted = false;
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
        const struct found_server *server = &servers.items[i];
        struct problem problem = problem_of(doctor, server);
        if (problem.what.size > 0) {
            doctor_find(doctor, agent, "mcp-proxy", FINDING_OPEN, problem.what, problem.remedy);
        } else {
            doctor_find(
                doctor, agent, "mcp-proxy", FINDING_CLOSED,
                text_format(doctor->arena, "the server %.*s is behind aex proxy", TEXT_ARG(server->name)),
                TEXT(""));
            VECTOR_PUSH(doctor->arena, &doctor->proxied, *server);
        }
    }
}
