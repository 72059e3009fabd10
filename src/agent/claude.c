/* SPDX-License-Identifier: Apache-2.0 */
/* Claude Code, as its version 2.1.329 was observed to behave, and the plain form of the AEX documents, which
 * uses the same tool names. */
#include <string.h>

#include "agent/agent.h"
#include "json/writer.h"

/* Tools that agents of this family offer, and older names that policies and other clients still use. */
static const struct tool tools[] = {
    /* Files. */
    {"Read", NULL, {{"file.read", ARGUMENT_PATH, "file_path"}}},
    {"NotebookRead", NULL, {{"file.read", ARGUMENT_PATH, "notebook_path"}}},
    {"Write", NULL, {{"file.write", ARGUMENT_PATH, "file_path"}}},
    {"Edit", NULL, {{"file.write", ARGUMENT_PATH, "file_path"}}},
    {"MultiEdit", NULL, {{"file.write", ARGUMENT_PATH, "file_path"}}},
    {"NotebookEdit", NULL, {{"file.write", ARGUMENT_PATH, "notebook_path"}}},
    {"Glob", NULL, {{"file.read", ARGUMENT_LISTING, "pattern", "path"}}},
    {"LS", NULL, {{"file.read", ARGUMENT_LISTING, NULL, "path"}}},
    {"Grep", NULL, {{"file.read", ARGUMENT_TREE, "path", "glob", "type"}}},
    {"LSP", NULL, {{"file.read", ARGUMENT_PATH, "filePath"}}},
    /* Shells. Monitor runs its command in one, or watches a socket. PowerShell's language is another. */
    {"Bash", NULL, {{"shell.exec", ARGUMENT_COMMAND, "command"}}},
    {"PowerShell", NULL, {{"shell.exec", ARGUMENT_TEXT, "command"}}},
    {"Monitor",
     NULL,
     {{"shell.exec", ARGUMENT_COMMAND, "command", NULL, NULL, true},
      {"network.fetch", ARGUMENT_URL, "ws", NULL, NULL, true}}},
    /* The network. */
    {"WebFetch", NULL, {{"network.fetch", ARGUMENT_URL, "url"}}},
    {"WebSearch", NULL, {{"network.search", ARGUMENT_TEXT, "query"}}},
    {"Artifact", NULL, {{"network.publish", ARGUMENT_NONE}}},
    /* Other agents, now or later. A skill can carry shell commands that no hook sees. */
    {"Agent", NULL, {{"agent.spawn", ARGUMENT_TEXT, "subagent_type"}}},
    {"Task", NULL, {{"agent.spawn", ARGUMENT_TEXT, "subagent_type"}}},
    {"Workflow", NULL, {{"agent.spawn", ARGUMENT_NONE}}},
    {"Skill", NULL, {{"agent.skill", ARGUMENT_TEXT, "skill"}}},
    {"CronCreate", NULL, {{"agent.schedule", ARGUMENT_TEXT, "prompt"}}},
    {"ScheduleWakeup", NULL, {{"agent.schedule", ARGUMENT_TEXT, "prompt"}}},
    {"EnterWorktree", NULL, {{"git.worktree", ARGUMENT_TEXT, "name"}}},
    {"ExitWorktree", NULL, {{"git.worktree", ARGUMENT_TEXT, "action"}}},
    /* MCP resources. */
    {"ListMcpResourcesTool", NULL, {{"resources.list", ARGUMENT_RESOURCE, NULL, "server"}}},
    {"ReadMcpResourceTool", NULL, {{"resources.read", ARGUMENT_RESOURCE, "uri", "server"}}},
    /* Control: they move the session along and touch nothing. */
    {"TodoRead", "todo.read", {{0}}},
    {"TodoWrite", "todo.write", {{0}}},
    {"TaskCreate", "todo.write", {{0}}},
    {"TaskUpdate", "todo.write", {{0}}},
    {"TaskGet", "todo.read", {{0}}},
    {"TaskList", "todo.read", {{0}}},
    {"TaskOutput", NULL, {{0}}},
    {"TaskStop", NULL, {{0}}},
    {"BashOutput", NULL, {{0}}},
    {"KillShell", NULL, {{0}}},
    {"SendMessage", NULL, {{0}}},
    {"CronList", NULL, {{0}}},
    {"CronDelete", NULL, {{0}}},
    {"AskUserQuestion", NULL, {{0}}},
    {"EnterPlanMode", NULL, {{0}}},
    {"ExitPlanMode", NULL, {{0}}},
    {"ToolSearch", NULL, {{0}}},
    {"ListAgents", NULL, {{0}}},
    {"ReportFindings", NULL, {{0}}},
    {0},
};

static const char *const other_events[] = {
    "Notification",
    "PermissionDenied",
    "PermissionRequest",
    "PostToolBatch",
    "PreCompact",
    "PostCompact",
    "SessionStart",
    "SessionEnd",
    "Setup",
    "Stop",
    "StopFailure",
    "SubagentStart",
    "SubagentStop",
    "TaskCompleted",
    "TaskCreated",
    "TeammateIdle",
    "CwdChanged",
    "FileChanged",
    "InstructionsLoaded",
    "UserPromptSubmit",
    "WorktreeCreate",
    "WorktreeRemove",
    NULL,
};

/* {"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":D,"permissionDecisionReason":R}} */
static struct text decision_object(struct arena *arena, const char *decision, struct text reason)
{
    struct builder out;
    builder_init(&out, arena);
    struct json_writer writer;
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_key(&writer, TEXT("hookSpecificOutput"));
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("hookEventName"), TEXT("PreToolUse"));
    json_member_string(&writer, TEXT("permissionDecision"), text_of(decision));
    json_member_string(&writer, TEXT("permissionDecisionReason"), reason);
    json_end_object(&writer);
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    return builder_text(&out);
}

static struct answer answer(struct arena *arena, enum answer_kind kind, struct text reason)
{
    switch (kind) {
    case ANSWER_NO_OBJECTION:
        return (struct answer){.output = TEXT("{}\n")};
    case ANSWER_ALLOW:
        return (struct answer){.output = decision_object(arena, "allow", reason)};
    case ANSWER_ASK:
        return (struct answer){.output = decision_object(arena, "ask", reason)};
    case ANSWER_DENY:
        break;
    }
    /* Both ways at once: a version that stops honouring one still honours the other. */
    return (struct answer){.output = decision_object(arena, "deny", reason),
                           .message = text_format(arena, "%.*s\n", TEXT_ARG(reason)),
                           .exit_status = 2};
}

/* A command that was interrupted, or goes on in the background, has no exit code to speak of. */
static bool has_ended(const struct hook_call *call)
{
    const struct json *response = json_get(call->input, TEXT("tool_response"));
    return !json_is_true(response, TEXT("interrupted")) && json_get(response, TEXT("backgroundTaskId")) == NULL;
}

static struct hook_outcome outcome(const struct hook_call *call)
{
    struct hook_outcome result = {0};
    uint64_t milliseconds;
    if (json_get_u64(call->input, TEXT("duration_ms"), &milliseconds) && milliseconds <= INT64_MAX) {
        result.has_duration = true;
        result.duration_ms = (int64_t)milliseconds;
    }
    if (call->event == HOOK_TOOL_FAILED) {
        (void)json_get_text(call->input, TEXT("error"), &result.error);
        /* "Exit code 1" opens the error of a shell command that failed. */
        hook_outcome_read_code(result.error, TEXT("Exit code "), &result);
    } else if (text_equal(call->tool, TEXT("Bash")) && has_ended(call)) {
        result.has_exit_code = true; /* a command that fails is reported as PostToolUseFailure */
    }
    return result;
}

const struct agent agent_claude = {
    .name = "claude",
    .tools = tools,
    .can_ask = true,
    .other_events = other_events,
    .answer = answer,
    .outcome = outcome,
};

/* {"permissionDecision":D,MEMBER:R} */
static struct text plain_object(struct arena *arena, const char *decision, struct text member,
                                struct text reason)
{
    struct builder out;
    builder_init(&out, arena);
    struct json_writer writer;
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("permissionDecision"), text_of(decision));
    if (member.size != 0) {
        json_member_string(&writer, member, reason);
    }
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    return builder_text(&out);
}

static struct answer answer_plain(struct arena *arena, enum answer_kind kind, struct text reason)
{
    switch (kind) {
    case ANSWER_NO_OBJECTION:
    case ANSWER_ALLOW:
        return (struct answer){.output = plain_object(arena, "allow", TEXT(""), reason)};
    case ANSWER_ASK:
        return (struct answer){.output = plain_object(arena, "ask", TEXT("message"), reason)};
    case ANSWER_DENY:
        break;
    }
    return (struct answer){.output = plain_object(arena, "deny", TEXT("reason"), reason),
                           .message = text_format(arena, "%.*s\n", TEXT_ARG(reason)),
                           .exit_status = 2};
}

const struct agent agent_plain = {
    .name = "plain",
    .tools = tools,
    .can_ask = true,
    .other_events = other_events,
    .answer = answer_plain,
    .outcome = outcome,
};
