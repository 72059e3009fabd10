/* SPDX-License-Identifier: Apache-2.0 */
/* aex pins list, diff, accept, forget: the tools of MCP servers as a person accepted them. */
#include "cli/pins.h"

#include "cli/command.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "load/workspace.h"
#include "os/path.h"
#include "state/folder.h"

struct pinning {
    const struct invocation *invocation;
    struct text root;
    struct text state_folder;
    bool with_command;                /* --command */
    struct pin_server_vector servers; /* those that the operand names, or all */
};

/* Files are only read where it matters what is in them. */
static void add_server(struct pinning *pinning, struct pin_server *server)
{
    struct arena *arena = pinning->invocation->arena;
    if (server->accepted_command.size > 0 || pinning->with_command) {
        pins_seal_command(server, arena);
    }
    VECTOR_PUSH(arena, &pinning->servers, *server);
}

static bool find(struct pinning *pinning, struct error *err)
{
    const struct invocation *invocation = pinning->invocation;
    struct arena *arena = invocation->arena;
    struct workspace workspace = {0};
    struct text start;
    struct pin_server_vector all;
    if (invocation->operands.count > 1) {
        return error_set(err, "%s: takes one server", invocation->command->name);
    }
    if (!path_current(arena, &start, err) ||
        !state_folder_find(option_text(invocation, "state-dir"), arena, &pinning->state_folder, err) ||
        !workspace_find_root(&workspace, text_of(option_text(invocation, "root")), start, arena, err) ||
        !pins_list(workspace.root, pinning->state_folder, arena, &all, err)) {
        return false;
    }
    pinning->root = workspace.root;
    if (invocation->operands.count == 0) {
        for (size_t i = 0; i < all.count; i++) {
            add_server(pinning, &all.items[i]);
        }
        return true;
    }
    struct text wanted = text_of(invocation->operands.items[0]);
    for (size_t i = 0; i < all.count; i++) {
        if (text_equal(all.items[i].name, wanted)) {
            add_server(pinning, &all.items[i]);
            return true;
        }
    }
    return error_set(err, "nothing is known of a server %.*s in %.*s; `aex pins list` lists them",
                     TEXT_ARG(wanted), TEXT_ARG(workspace.root));
}

/* A command that is pinned shows by itself when it changed: the proxy does not start it. */
static bool shows_command(const struct pinning *pinning, const struct pin_server *server)
{
    return pinning->with_command || pins_command_status(server) == COMMAND_CHANGED;
}

static void print_json(const struct pinning *pinning, bool with_entries)
{
    struct arena *arena = pinning->invocation->arena;
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_array(&writer);
    for (size_t i = 0; i < pinning->servers.count; i++) {
        const struct pin_server *server = &pinning->servers.items[i];
        struct pins_view view = {with_entries, with_entries && shows_command(pinning, server)};
        pins_write_server(&writer, server, view, arena);
    }
    json_end_array(&writer);
    builder_add_char(&out, '\n');
    print_text(stdout, builder_text(&out));
}

static int run_list(struct invocation *invocation)
{
    struct pinning pinning = {.invocation = invocation};
    struct error err;
    if (!find(&pinning, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    if (option_given(invocation, "json")) {
        print_json(&pinning, false);
    } else {
        for (size_t i = 0; i < pinning.servers.count; i++) {
            pins_print_server(&pinning.servers.items[i], invocation->arena);
        }
        if (pinning.servers.count == 0) {
            printf("No server was seen in %.*s yet.\n",
                   TEXT_ARG(print_safely(invocation->arena, pinning.root)));
        }
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static int run_diff(struct invocation *invocation)
{
    struct pinning pinning = {.invocation = invocation};
    struct error err;
    bool waits = false;
    pinning.with_command = option_given(invocation, "command");
    if (!find(&pinning, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    for (size_t i = 0; i < pinning.servers.count; i++) {
        const struct pin_server *server = &pinning.servers.items[i];
        enum command_status status = pins_command_status(server);
        waits = waits || pins_tools_wait(server) || status == COMMAND_CHANGED ||
                (pinning.with_command && status == COMMAND_NOT_PINNED);
        if (!option_given(invocation, "json")) {
            pins_print_diff(server, shows_command(&pinning, server), invocation->arena);
        }
    }
    if (option_given(invocation, "json")) {
        print_json(&pinning, true);
    }
    if (!output_finish()) {
        return STATUS_USAGE;
    }
    return waits ? STATUS_FOUND : STATUS_OK;
}

static bool accept(const struct pinning *pinning, struct error *err)
{
    const struct invocation *invocation = pinning->invocation;
    struct arena *arena = invocation->arena;
    bool with_command = pinning->with_command;
    size_t accepted = 0;
    size_t left = 0;
    if (with_command && invocation->operands.count == 0) {
        return error_set(err, "pins accept: --command needs the name of one server");
    }
    for (size_t i = 0; i < pinning->servers.count; i++) {
        const struct pin_server *server = &pinning->servers.items[i];
        struct text name = print_safely(arena, server->name);
        enum command_status status = pins_command_status(server);
        if (!with_command && status == COMMAND_CHANGED) {
            printf("The command of server %.*s changed; see `aex pins diff --command %.*s` and\n"
                   "`aex pins accept --command %.*s`.\n",
                   TEXT_ARG(name), TEXT_ARG(name), TEXT_ARG(name));
            left++;
        }
        if (!pins_tools_wait(server) && (!with_command || status == COMMAND_PINNED)) {
            continue;
        }
        if (with_command && server->sealed_command.size == 0) {
            return error_set(err, "%.*s", TEXT_ARG(server->seal_failure));
        }
        pins_print_diff(server, with_command, arena);
        struct text question = text_format(arena, "Accept this of server %.*s?", TEXT_ARG(name));
        if (!option_given(invocation, "yes") && !terminal_confirm("pins accept", question.data)) {
            return error_set(err, "nothing was accepted of server %.*s", TEXT_ARG(name));
        }
        if (!pins_accept(pinning->root, pinning->state_folder, server, with_command, arena, err)) {
            return false;
        }
        printf("Accepted server %.*s with %zu tools%s.\n", TEXT_ARG(name), server->tools.count,
               with_command ? " and its command" : "");
        accepted++;
    }
    if (accepted == 0 && left == 0) {
        printf("Nothing waits.\n");
    }
    return true;
}

static int run_accept(struct invocation *invocation)
{
    struct pinning pinning = {.invocation = invocation};
    struct error err;
    if (!terminal_refuse_agents("pins accept")) {
        return STATUS_USAGE;
    }
    pinning.with_command = option_given(invocation, "command");
    if (!find(&pinning, &err) || !accept(&pinning, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static int run_forget(struct invocation *invocation)
{
    struct pinning pinning = {.invocation = invocation};
    struct error err;
    struct arena *arena = invocation->arena;
    if (!terminal_refuse_agents("pins forget")) {
        return STATUS_USAGE;
    }
    if (invocation->operands.count != 1) {
        complain("pins forget: name one server; `aex pins list` lists them");
        return STATUS_USAGE;
    }
    if (!find(&pinning, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    const struct pin_server *server = &pinning.servers.items[0];
    struct text name = print_safely(arena, server->name);
    struct text question = text_format(
        arena, "Forget server %.*s, so that its next list of tools is taken as it comes?", TEXT_ARG(name));
    if (!option_given(invocation, "yes") && !terminal_confirm("pins forget", question.data)) {
        complain("nothing was forgotten");
        return STATUS_USAGE;
    }
    if (!pins_forget(pinning.root, pinning.state_folder, server->name, arena, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    printf("Forgot server %.*s.\n", TEXT_ARG(name));
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

#define PLACE_OPTIONS                                                                                          \
    {"root", "FOLDER", NULL, "The workspace; else the git repository around the working folder"},              \
    {                                                                                                          \
        "state-dir", "FOLDER", NULL, "Where pins are kept (~/.local/state/aex)"                                \
    }

static const struct option_spec list_options[] = {
    {"json", NULL, NULL, "Print JSON"},
    PLACE_OPTIONS,
    {0},
};

static const struct option_spec diff_options[] = {
    {"command", NULL, NULL, "Also the command that starts the server"},
    {"json", NULL, NULL, "Print JSON"},
    PLACE_OPTIONS,
    {0},
};

static const struct option_spec accept_options[] = {
    {"command", NULL, NULL, "Also the command that starts the server"},
    {"yes", NULL, NULL, "Do not ask: for scripts that a person wrote"},
    PLACE_OPTIONS,
    {0},
};

static const struct option_spec forget_options[] = {
    {"yes", NULL, NULL, "Do not ask: for scripts that a person wrote"},
    PLACE_OPTIONS,
    {0},
};

const struct command command_pins_list = {
    .name = "pins list",
    .summary = "List the servers whose tools are pinned",
    .operands = "[SERVER]",
    .details = "The first time `aex proxy` sees a server, it pins its tools. One that changes or is added "
               "afterwards is\n"
               "withheld from agents until `aex pins accept`. Exit status 0; 2 when pins cannot be read.\n",
    .options = list_options,
    .run = run_list,
};

const struct command command_pins_diff = {
    .name = "pins diff",
    .summary = "Show what changed of a server's tools",
    .operands = "[SERVER]",
    .details = "Each tool that waits for a person, as a diff to what was accepted, and a pinned command that "
               "changed.\n"
               "Exit status: 0 nothing waits, 1 something does, 2 pins cannot be read.\n",
    .options = diff_options,
    .run = run_diff,
};

const struct command command_pins_accept = {
    .name = "pins accept",
    .summary = "Accept a server's tools as they are now",
    .operands = "[SERVER]",
    .details =
        "Shows what waits and asks, at a terminal only. Exit status 0; 2 when something was not accepted.\n",
    .options = accept_options,
    .run = run_accept,
};

const struct command command_pins_forget = {
    .name = "pins forget",
    .summary = "Forget a server, so that its next list of tools is its first",
    .operands = "SERVER",
    .details = "Exit status 0; 2 when nothing was forgotten.\n",
    .options = forget_options,
    .run = run_forget,
};
