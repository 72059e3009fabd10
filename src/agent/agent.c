/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"

static const struct agent *const agents[] = {&agent_claude, &agent_codex, &agent_plain};

const struct agent *agent_find(struct text name)
{
    for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++) {
        if (text_equal(text_of(agents[i]->name), name)) {
            return agents[i];
        }
    }
    return NULL;
}

/* Codex keeps its transcripts in files called rollout-TIME-ID.jsonl. Some of its events say no more than that.
 */
static bool has_codex_transcript(const struct json *input)
{
    struct text path;
    if (!json_get_text(input, TEXT("transcript_path"), &path)) {
        return false;
    }
    size_t slash = text_find_last_char(path, '/');
    return text_starts_with(slash == TEXT_NOT_FOUND ? path : text_after(path, slash + 1), TEXT("rollout-"));
}

const struct agent *agent_recognise(const struct json *input)
{
    if (has_codex_transcript(input) || json_get(input, TEXT("turn_id")) != NULL ||
        json_get(input, TEXT("model")) != NULL) {
        return &agent_codex;
    }
    return json_get(input, TEXT("hook_event_name")) == NULL ? &agent_plain : &agent_claude;
}

const struct tool *agent_find_tool(const struct agent *agent, struct text name)
{
    for (const struct tool *tool = agent->tools; tool->name != NULL; tool++) {
        if (text_equal(text_of(tool->name), name)) {
            return tool;
        }
    }
    return NULL;
}

/* The members that are judged. Another spelling of one (`Tool_Name`) might be what a lenient reader takes. */
static const char *const judged_members[] = {
    "session_id", "hook_event_name", "tool_name",  "tool_input", "tool_use_id",
    "cwd",        "permission_mode", "mcp_server",
};

static bool check_spelling(const struct json *input, struct error *err)
{
    for (size_t i = 0; i < input->count; i++) {
        struct text name = input->members[i].name;
        for (size_t j = 0; j < sizeof judged_members / sizeof judged_members[0]; j++) {
            struct text judged = text_of(judged_members[j]);
            if (text_is_variant(name, judged)) {
                return error_set(err, "hook input: \"%.*s\" is not spelled \"%s\"", TEXT_ARG(name),
                                 judged_members[j]);
            }
        }
    }
    if (json_has_variant(json_get(input, TEXT("mcp_server")), TEXT("name"))) {
        return error_set(err, "hook input: a member of \"mcp_server\" is not spelled \"name\"");
    }
    return true;
}

/* An optional string; `ret_text` stays as it is when the member is absent or null. */
static bool read_text(const struct json *object, const char *name, struct text *ret_text, struct error *err)
{
    const struct json *value = json_get(object, text_of(name));
    if (value == NULL || value->type == JSON_NULL) {
        return true;
    }
    if (value->type != JSON_STRING) {
        return error_set(err, "hook input: \"%s\" must be a string, not %s", name, json_type_name(value->type));
    }
    *ret_text = value->text;
    return true;
}

static bool read_texts(const struct json *input, struct hook_call *call, struct error *err)
{
    return read_text(input, "hook_event_name", &call->event_name, err) &&
           read_text(input, "session_id", &call->session, err) &&
           read_text(input, "tool_name", &call->tool, err) &&
           read_text(input, "tool_use_id", &call->tool_use_id, err) &&
           read_text(input, "cwd", &call->working_folder, err) &&
           read_text(input, "permission_mode", &call->permission_mode, err) &&
           read_text(json_get(input, TEXT("mcp_server")), "name", &call->mcp_server, err);
}

static bool read_event(const struct agent *agent, struct hook_call *call, struct error *err)
{
    static const struct {
        const char *name;
        enum hook_event event;
    } events[] = {
        {"", HOOK_BEFORE_TOOL}, /* the plain form has no event name */
        {"PreToolUse", HOOK_BEFORE_TOOL},
        {"PostToolUse", HOOK_TOOL_FINISHED},
        {"PostToolUseFailure", HOOK_TOOL_FAILED},
        {"ConfigChange", HOOK_SETTINGS},
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (text_equal(call->event_name, text_of(events[i].name))) {
            call->event = events[i].event;
            return true;
        }
    }
    for (const char *const *name = agent->other_events; *name != NULL; name++) {
        if (text_equal(call->event_name, text_of(*name))) {
            call->event = HOOK_OTHER;
            return true;
        }
    }
    return error_set(err, "hook input: event \"%.*s\" is not known for %s; take aex gate off that event",
                     TEXT_ARG(call->event_name), agent->name);
}

bool hook_call_read(const struct json *input, const struct agent *agent, struct hook_call *ret_call,
                    struct error *err)
{
    static const struct json no_arguments = {.type = JSON_OBJECT};
    if (input->type != JSON_OBJECT) {
        return error_set(err, "hook input: must be an object, not %s", json_type_name(input->type));
    }
    struct hook_call call = {.input = input, .arguments = &no_arguments};
    if (!check_spelling(input, err) || !read_texts(input, &call, err) || !read_event(agent, &call, err)) {
        return false;
    }
    const struct json *arguments = json_get(input, TEXT("tool_input"));
    if (arguments != NULL && arguments->type != JSON_NULL) {
        call.arguments = arguments;
    }
    if (call.event != HOOK_OTHER && call.event != HOOK_SETTINGS) {
        if (call.tool.size == 0) {
            return error_set(err, "hook input: \"tool_name\" is missing");
        }
        if (call.arguments->type != JSON_OBJECT) {
            return error_set(err, "hook input: \"tool_input\" must be an object, not %s",
                             json_type_name(call.arguments->type));
        }
    }
    *ret_call = call;
    return true;
}

void hook_outcome_read_code(struct text text, struct text opening, struct hook_outcome *outcome)
{
    struct text rest = text_after(text, opening.size);
    struct text line;
    uint64_t code;
    if (text_starts_with(text, opening) && text_next(&rest, '\n', &line) && text_to_u64(line, &code) &&
        code <= UINT8_MAX) {
        outcome->has_exit_code = true;
        outcome->exit_code = (int64_t)code;
    }
}
