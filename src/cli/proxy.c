/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/proxy.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/workspace_options.h"
#include "crypto/digest.h"
#include "os/path.h"
#include "shell/plain.h"
#include "state/folder.h"

static struct text option_or_empty(const struct invocation *invocation, const char *name)
{
    return text_of(option_text(invocation, name));
}

/* exec(3) takes its words without const, and changes none of them. */
static char *const *to_words(const struct operand_vector *words)
{
    union {
        const char *const *given;
        char *const *taken;
    } list = {.given = words->items};
    return list.taken;
}

static struct operand_vector to_operands(const struct text_vector *words, struct arena *arena)
{
    struct operand_vector operands = {0};
    for (size_t i = 0; i < words->count; i++) {
        VECTOR_PUSH(arena, &operands, text_to_c(arena, words->items[i]));
    }
    return operands;
}

/* What to call a server whose line only a shell can read: as the first program in it would be called, else by
 * all of the line, so that two of them are never one server to pins and policies. */
static struct text name_of_line(struct text line, struct arena *arena)
{
    static const struct text nameless = TEXT_INIT("server");
    struct text_vector first = shell_first_program(line, arena);
    struct operand_vector words = to_operands(&first, arena);
    if (words.count > 0) {
        struct mcp_server server =
            server_of_command(words.items, words.count, TEXT(""), NULL, TEXT("/"), arena);
        if (!text_equal(server.name, nameless)) {
            return server.name;
        }
    }
    struct digest digest = digest_sha256(line);
    return text_format(arena, "sh-%.8s", digest_hex(arena, &digest).data);
}

/* The AEX documents' one text for a shell. Where no shell is needed the words are the command, as behind "--":
 * then the server has the same name, kind, folders and pins. */
static struct operand_vector read_upstream(struct text line, struct arena *arena, struct text *ret_name)
{
    struct text_vector plain;
    struct operand_vector words = {0};
    if (shell_plain_words(line, arena, &plain)) {
        return to_operands(&plain, arena);
    }
    *ret_name = name_of_line(line, arena);
    VECTOR_PUSH(arena, &words, "/bin/sh");
    VECTOR_PUSH(arena, &words, "-c");
    VECTOR_PUSH(arena, &words, line.data);
    return words;
}

/* `ret_name` is what the command is called where its words do not say it. */
static bool read_command(struct invocation *invocation, struct proxy_options *options, struct text *ret_name,
                         struct error *err)
{
    const char *upstream = option_text(invocation, "upstream");
    struct operand_vector words = {0};
    if (upstream != NULL && invocation->operands.count > 0) {
        return error_set(err, "give the server's command once: behind -- or as --upstream");
    }
    if (upstream != NULL) {
        words = read_upstream(text_of(upstream), invocation->arena, ret_name);
    } else {
        words = invocation->operands;
    }
    if (words.count == 0) {
        return error_set(err, "name the server to start: aex proxy [OPTIONS] -- COMMAND...");
    }
    options->command_count = words.count;
    VECTOR_PUSH(invocation->arena, &words, NULL);
    options->command = to_words(&words);
    return true;
}

/* By the operator's words, else by the command's. */
static bool read_server(struct invocation *invocation, struct text line_name, struct proxy_options *options,
                        struct error *err)
{
    struct text name = option_or_empty(invocation, "name");
    const char *kind_name = option_text(invocation, "server-kind");
    const struct server_kind *kind = kind_name == NULL ? NULL : server_kind_find(text_of(kind_name));
    if (kind_name != NULL && kind == NULL) {
        return error_set(err, "unknown kind of server %s; known are %s", kind_name,
                         server_kind_list(invocation->arena).data);
    }
    if (option_given(invocation, "name") && !server_name_is_valid(name)) {
        return error_set(err, "--name takes letters, digits, _ and -, not \"%.*s\"", TEXT_ARG(name));
    }
    name = name.size > 0 ? name : line_name;
    const char *const *words = (const char *const *)options->command;
    options->server =
        server_of_command(words, options->command_count, name, kind, options->start, invocation->arena);
    return true;
}

static bool read_options(struct invocation *invocation, struct proxy_options *options, struct error *err)
{
    struct arena *arena = invocation->arena;
    const char *names = option_text(invocation, "meta-names");
    struct text line_name = TEXT("");
    *options = (struct proxy_options){
        .search_path = text_of(getenv("PATH")),
        .root = option_or_empty(invocation, "root"),
        .project_folder = text_of(getenv("CLAUDE_PROJECT_DIR")),
        .policy = option_or_empty(invocation, "policy"),
        .contract = option_or_empty(invocation, "contract"),
        .audit = option_or_empty(invocation, "audit"),
        .has_no_audit = option_given(invocation, "no-audit"),
        .auto_confirms = option_given(invocation, "auto-confirm"),
        .redacts = option_given(invocation, "redact"),
        .has_meta = !option_given(invocation, "no-meta"),
        .meta_spelling = names != NULL && strcmp(names, "dotted") == 0 ? META_DOTTED : META_PLAIN,
        .takes_foreign_checkpoints = option_given(invocation, "foreign-checkpoints"),
        .has_pins = !option_given(invocation, "no-pins"),
        .observes = option_given(invocation, "observe"),
        .dry_run = option_given(invocation, "dry-run"),
    };
    options->boundary_folder_count = boundary_folders_find(arena, options->boundary_folders);
    if (!read_command(invocation, options, &line_name, err) || !path_current(arena, &options->start, err) ||
        !path_of_program(arena, &options->program, err) || !home_find(invocation, &options->home, err) ||
        !state_folder_find_at(option_text(invocation, "state-dir"), options->home, arena,
                              &options->state_folder, err)) {
        return false;
    }
    if (!read_server(invocation, line_name, options, err)) {
        return false;
    }
    if (options->audit.size > 0) {
        options->audit = path_normalise(arena, options->start, options->audit);
    }
    return true;
}

static int run(struct invocation *invocation)
{
    struct proxy_options options;
    struct error err;
    int status;
    if (!read_options(invocation, &options, &err) || !proxy_run(&options, invocation->arena, &status, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return status;
}

static const struct option_spec options[] = {
    {"policy", "FILE", NULL, "Use this policy instead of the workspace's own"},
    {"contract", "FILE", NULL, "Narrow the policy by this task contract"},
    {"name", "SERVER", NULL, "What policies call the server: mcp.SERVER.TOOL"},
    {"server-kind", "KIND", NULL, "Which well-known server it is, when its command does not say"},
    {"root", "FOLDER", NULL,
     "The workspace; else $CLAUDE_PROJECT_DIR, else the git repository around the folder"},
    {"state-dir", "FOLDER", NULL, "Where trust, budgets and the audit trail are kept (~/.local/state/aex)"},
    {"audit", "FILE", NULL, "Write the audit trail here"},
    {"no-audit", NULL, NULL, "Keep no audit trail; events go to standard error only"},
    {"auto-confirm", NULL, NULL, "Take every question for answered with yes, and record that"},
    {"observe", NULL, NULL, "Decide and record, but let calls through (never changes to the boundary)"},
    {"dry-run", NULL, NULL, "Decide and record, charge nothing, let no call through"},
    {"meta-names", "SPELLING", "plain|dotted",
     "List aex's own tools as aex_checkpoint (plain) or aex.checkpoint"},
    {"no-meta", NULL, NULL, "Offer no tools of aex's own"},
    {"foreign-checkpoints", NULL, NULL, "Resume checkpoints that were not made by this user's aex"},
    {"no-pins", NULL, NULL, "Let tools change without a person's look at them"},
    {"redact", "WHAT", "secrets", "Take secrets out of what the server answers"},
    {"upstream", "COMMAND", NULL, "The server's command as one text, as in AEX's documents"},
    {0},
};

const struct command command_proxy = {
    .name = "proxy",
    .summary = "Stand between an MCP client and a server: every call is decided by the policy",
    .operands = "-- COMMAND...",
    .details =
        "Starts the server and speaks MCP with the client on standard input and output. Events, one JSON "
        "object a\n"
        "line, go to standard error and into the audit trail. Exit status 0: the client closed its end; 1: "
        "the\n"
        "server ended first; 2: it could not be started.\n",
    .options = options,
    .run = run,
    .takes_command = true,
};
