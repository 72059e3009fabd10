/* SPDX-License-Identifier: Apache-2.0 */
/* Codex CLI, as its version 0.169.0 was observed to behave. */
#include "agent/agent.h"

/* Shell calls arrive as Bash whatever the model called; the other spellings are what models and older versions
 * use. */
static const struct tool tools[] = {
    {"Bash", NULL, {{"shell.exec", ARGUMENT_COMMAND, "command"}}},
    {"shell", NULL, {{"shell.exec", ARGUMENT_COMMAND, "command"}}},
    {"exec_command", NULL, {{"shell.exec", ARGUMENT_COMMAND, "cmd"}}},
    {"write_stdin", NULL, {{"shell.exec", ARGUMENT_TEXT, "chars"}}},
    {"apply_patch", NULL, {{"file.write", ARGUMENT_PATCH, "command"}}},
    {"view_image", NULL, {{"file.read", ARGUMENT_PATH, "path"}}},
    {"web_search", NULL, {{"network.search", ARGUMENT_TEXT, "query"}}},
    {"spawn_agent", NULL, {{"agent.spawn", ARGUMENT_NONE}}},
    {"list_mcp_resources", NULL, {{"resources.list", ARGUMENT_RESOURCE, NULL, "server"}}},
    {"list_mcp_resource_templates", NULL, {{"resources.list", ARGUMENT_RESOURCE, NULL, "server"}}},
    {"read_mcp_resource", NULL, {{"resources.read", ARGUMENT_RESOURCE, "uri", "server"}}},
    {"update_plan", "todo.write", {{0}}},
    {"get_goal", "todo.read", {{0}}},
    {"create_goal", "todo.write", {{0}}},
    {"update_goal", "todo.write", {{0}}},
    {"request_user_input", NULL, {{0}}},
    {"tool_search", NULL, {{0}}},
    {"send_input", NULL, {{0}}},
    {"wait_agent", NULL, {{0}}},
    {"close_agent", NULL, {{0}}},
    {0},
};

static const char *const other_events[] = {
    "Interrupt",  "PermissionRequest", "PostCompact", "PostModelRequest", "PreCompact",   "PreModelRequest",
    "SessionEnd", "SessionStart",      "Stop",        "SubagentStart",    "SubagentStop", "UserPromptSubmit",
    NULL,
};

static struct answer answer(struct arena *arena, enum answer_kind kind, struct text reason)
{
    if (kind == ANSWER_NO_OBJECTION || kind == ANSWER_ALLOW) {
        return (struct answer){0}; /* silence and status 0: the call goes on */
    }
    /* Codex lets `ask` through and drops an object with any unknown member; status 2 with a reason on stderr is
     * what every version blocks on. */
    return (struct answer){.message = text_format(arena, "%.*s\n", TEXT_ARG(reason)), .exit_status = 2};
}

static struct hook_outcome outcome(const struct hook_call *call)
{
    struct hook_outcome result = {0};
    struct text response;
    /* "Exit code: 0\nWall time: ..." opens the response of apply_patch; other responses do not say. */
    if (json_get_text(call->input, TEXT("tool_response"), &response)) {
        hook_outcome_read_code(response, TEXT("Exit code: "), &result);
    }
    return result;
}

const struct agent agent_codex = {
    .name = "codex",
    .tools = tools,
    .can_ask = false,
    .other_events = other_events,
    .answer = answer,
    .outcome = outcome,
};
