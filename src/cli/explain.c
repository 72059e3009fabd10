/* SPDX-License-Identifier: Apache-2.0 */
/* aex explain: what would be decided about a tool call, and why. */
#include "analyse/explain.h"

#include <assert.h>

#include "cli/output.h"
#include "cli/workspace_options.h"
#include "os/path.h"
#include "state/folder.h"

/* What Claude Code's tools do with a file: a capability about files means nothing without one. */
static bool read_file_capability(struct invocation *invocation, struct hook_call *call, struct error *err)
{
    size_t colon = text_find_char(call->tool, ':');
    struct text capability = text_slice(call->tool, 0, colon);
    bool reads = text_equal(capability, TEXT("file.read"));
    if (!reads && !text_equal(capability, TEXT("file.write"))) {
        return true;
    }
    if (colon == TEXT_NOT_FOUND || colon + 1 == call->tool.size) {
        return error_set(err, "explain: %.*s of which file? `aex explain %.*s:src/a.c`", TEXT_ARG(capability),
                         TEXT_ARG(capability));
    }
    struct json_member *member = ARENA_NEW(invocation->arena, struct json_member);
    struct json *arguments = ARENA_NEW(invocation->arena, struct json);
    *member = (struct json_member){
        .name = TEXT("file_path"),
        .value = {.type = JSON_STRING, .text = text_after(call->tool, colon + 1)},
    };
    *arguments = (struct json){.type = JSON_OBJECT, .count = 1, .members = member};
    call->tool = reads ? TEXT("Read") : TEXT("Write");
    call->arguments = arguments;
    return true;
}

/* A hook call as the agent would make it, from the command line's words. */
static bool read_call(struct invocation *invocation, struct text start, struct hook_call *ret_call,
                      struct error *err)
{
    static const struct json no_arguments = {.type = JSON_OBJECT};
    if (invocation->operands.count < 1 || invocation->operands.count > 2) {
        return error_set(
            err, "explain: name a tool and, as JSON, its arguments: aex explain Read '{\"file_path\": \"a\"}'");
    }
    *ret_call = (struct hook_call){
        .tool = text_of(invocation->operands.items[0]),
        .working_folder = start,
        .arguments = &no_arguments,
    };
    if (invocation->operands.count == 1) {
        bool is_claude = option_text(invocation, "agent") == NULL &&
                         option_text(invocation, "server") == NULL &&
                         option_text(invocation, "server-kind") == NULL;
        return !is_claude || read_file_capability(invocation, ret_call, err);
    }
    struct json *arguments = ARENA_NEW(invocation->arena, struct json);
    if (!json_parse(text_of(invocation->operands.items[1]), invocation->arena, arguments, err)) {
        return error_prefix(err, "explain: the arguments are JSON, as in '{\"command\": \"ls\"}'");
    }
    if (arguments->type != JSON_OBJECT) {
        return error_set(err, "explain: the arguments must be a JSON object, not %s",
                         json_type_name(arguments->type));
    }
    ret_call->arguments = arguments;
    return true;
}

/* As the proxy would judge it in front of that server. */
static bool judge_mcp(const struct invocation *invocation, const struct hook_call *call,
                      const struct workspace *workspace, const struct demand_context *context,
                      struct call_judgement *ret_judgement, struct error *err)
{
    const char *kind_name = option_text(invocation, "server-kind");
    const char *name = option_text(invocation, "server");
    struct mcp_server server = {.name = text_of(name != NULL ? name : kind_name)};
    if (kind_name != NULL) {
        server.kind = server_kind_find(text_of(kind_name));
        if (server.kind == NULL) {
            return error_set(err, "explain: no kind of server is called \"%s\"; known are %s", kind_name,
                             server_kind_list(invocation->arena).data);
        }
    }
    assert(call->arguments != NULL);
    struct json_member members[] = {
        {TEXT("name"), {.type = JSON_STRING, .text = call->tool}},
        {TEXT("arguments"), *call->arguments},
    };
    struct json params = {.type = JSON_OBJECT, .count = 2, .members = members};
    return analyse_mcp_request(&server, TEXT("tools/call"), &params, workspace, context, invocation->arena,
                               ret_judgement, err) ||
           error_prefix(err, "the call would be refused");
}

static bool explain(struct invocation *invocation, struct builder *out, struct error *err)
{
    struct arena *arena = invocation->arena;
    struct workspace workspace;
    struct demand_context context = {0};
    struct text folders[BOUNDARY_FOLDERS];
    struct hook_call call = {0};
    struct call_judgement judgement;
    const char *agent_name = option_text(invocation, "agent");
    const struct agent *agent = agent_find(text_of(agent_name == NULL ? "claude" : agent_name));
    if (!workspace_from_options(invocation, &workspace, &context.working_folder, &context.home, err) ||
        !state_folder_find_at(option_text(invocation, "state-dir"), context.home, arena, &context.state_folder,
                              err) ||
        !path_of_program(arena, &context.program, err) ||
        !read_call(invocation, context.working_folder, &call, err)) {
        return false;
    }
    context.root = workspace.root;
    context.root_as_named = workspace.root_as_named;
    context.boundary_files = workspace.boundary_files.items;
    context.boundary_file_count = workspace.boundary_files.count;
    context.boundary_folder_count = boundary_folders_find(arena, folders);
    context.boundary_folders = folders;
    if (option_given(invocation, "server") || option_given(invocation, "server-kind")) {
        if (!judge_mcp(invocation, &call, &workspace, &context, &judgement, err)) {
            return false;
        }
    } else if (!analyse_call(agent, &call, &workspace, &context, arena, &judgement, err)) {
        return error_prefix(err, "the call would be refused");
    }
    const struct explanation explanation = {
        .agent = agent, .call = &call, .judgement = &judgement, .workspace = &workspace, .context = &context};
    if (option_given(invocation, "json")) {
        struct json_writer writer;
        json_writer_init(&writer, out, true);
        explain_json(&writer, &explanation, arena);
        builder_add_char(out, '\n');
    } else {
        builder_add(out, explain_text(&explanation, arena));
    }
    return true;
}

static int run(struct invocation *invocation)
{
    struct builder out;
    struct error err;
    builder_init(&out, invocation->arena);
    if (!explain(invocation, &out, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    print_text(stdout, builder_text(&out));
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec options[] = {
    WORKSPACE_OPTIONS,
    {"agent", "NAME", "claude|codex", "Whose tools are meant (claude)"},
    {"server", "NAME", NULL, "TOOL is one of this MCP server's, seen by the proxy"},
    {"server-kind", "KIND", NULL, "What the server is: filesystem, git, fetch, ..."},
    {"json", NULL, NULL, "Print JSON"},
    {0},
};

const struct command command_explain = {
    .name = "explain",
    .summary = "Say what would be decided about a tool call, by which rule, and what would change it",
    .operands = "TOOL [ARGUMENTS-JSON]",
    .details = "TOOL is a tool's name as the agent calls it (Bash, Read, mcp__github__create_issue) or a "
               "capability\n(git.push, file.read:src/a.c).\n"
               "Budgets are not looked at. Exit status 0 whatever the decision; 2 when there is none.\n",
    .options = options,
    .run = run,
};
