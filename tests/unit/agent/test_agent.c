/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent.h"
#include "support/check.h"

static const struct json *parsed(struct arena *arena, const char *source)
{
    struct json *value = ARENA_NEW(arena, struct json);
    struct error err;
    if (!json_parse(text_of(source), arena, value, &err)) {
        fail_msg("%s: %s", source, err.message);
    }
    return value;
}

static void agents_are_found_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(agent_find(TEXT("claude")), &agent_claude);
    assert_ptr_equal(agent_find(TEXT("codex")), &agent_codex);
    assert_ptr_equal(agent_find(TEXT("plain")), &agent_plain);
    assert_null(agent_find(TEXT("Claude")));
    assert_null(agent_find(TEXT("")));
}

static void agents_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const struct agent *agent;
    } cases[] = {
        {"{\"hook_event_name\":\"PreToolUse\"}", &agent_claude},
        {"{\"hook_event_name\":\"PreToolUse\",\"turn_id\":\"1\"}", &agent_codex},
        {"{\"hook_event_name\":\"PreToolUse\",\"model\":\"gpt\"}", &agent_codex},
        {"{\"hook_event_name\":\"SessionEnd\",\"transcript_path\":\"/h/rollout-1.jsonl\"}", &agent_codex},
        {"{\"hook_event_name\":\"SessionEnd\",\"transcript_path\":\"/rollout-1/x.jsonl\"}", &agent_claude},
        {"{\"hook_event_name\":\"SessionEnd\",\"transcript_path\":7}", &agent_claude},
        {"{\"tool_name\":\"Bash\"}", &agent_plain},
        {"{}", &agent_plain},
        {"[]", &agent_plain},
        {"null", &agent_plain},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_case(agent_recognise(parsed(&arena, cases[i].input)) == cases[i].agent, cases[i].input);
    }
}

static void a_call_is_taken_apart(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct hook_call call;
    struct error err;
    const struct json *input = parsed(
        &arena,
        "{\"session_id\":\"s\",\"cwd\":\"/w\",\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"mcp__a__b\","
        "\"tool_input\":{\"x\":1},\"tool_use_id\":\"t\",\"permission_mode\":\"plan\",\"mcp_server\":{\"name\":"
        "\"a\"}}");
    assert_true(hook_call_read(input, &agent_claude, &call, &err));
    assert_int_equal(call.event, HOOK_BEFORE_TOOL);
    assert_text(call.event_name, "PreToolUse");
    assert_text(call.session, "s");
    assert_text(call.tool, "mcp__a__b");
    assert_text(call.tool_use_id, "t");
    assert_text(call.working_folder, "/w");
    assert_text(call.permission_mode, "plan");
    assert_text(call.mcp_server, "a");
    assert_int_equal(call.arguments->count, 1);
    assert_ptr_equal(call.input, input);
    assert_true(hook_call_read(parsed(&arena, "{\"tool_name\":\"Bash\"}"), &agent_plain, &call, &err));
    assert_int_equal(call.event, HOOK_BEFORE_TOOL);
    assert_int_equal(call.session.size + call.working_folder.size + call.mcp_server.size, 0);
    assert_int_equal(call.arguments->type, JSON_OBJECT);
    assert_true(hook_call_read(parsed(&arena, "{\"tool_name\":\"Bash\",\"cwd\":null,\"tool_input\":null}"),
                               &agent_plain, &call, &err));
    assert_int_equal(call.arguments->count, 0);
}

static void what_could_be_read_otherwise_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const char *named; /* what the message must name */
    } cases[] = {
        {"[]", "array"},
        {"\"x\"", "string"},
        {"{}", "tool_name"},
        {"{\"tool_name\":\"\"}", "tool_name"},
        {"{\"tool_name\":null}", "tool_name"},
        {"{\"tool_name\":1}", "tool_name"},
        {"{\"tool_name\":[\"Bash\"]}", "tool_name"},
        {"{\"tool_name\":\"Bash\",\"tool_input\":[]}", "tool_input"},
        {"{\"tool_name\":\"Bash\",\"tool_input\":\"{}\"}", "tool_input"},
        {"{\"tool_name\":\"Bash\",\"tool_input\":false}", "tool_input"},
        {"{\"tool_name\":\"Bash\",\"session_id\":7}", "session_id"},
        {"{\"tool_name\":\"Bash\",\"cwd\":{}}", "cwd"},
        {"{\"tool_name\":\"Bash\",\"tool_use_id\":true}", "tool_use_id"},
        {"{\"tool_name\":\"Bash\",\"mcp_server\":{\"name\":1}}", "name"},
        {"{\"tool_name\":\"Bash\",\"hook_event_name\":[]}", "hook_event_name"},
        {"{\"tool_name\":\"Bash\",\"hook_event_name\":\"pretooluse\"}", "pretooluse"},
        {"{\"tool_name\":\"Bash\",\"hook_event_name\":\"PreToolUse \"}", "PreToolUse "},
        {"{\"tool_name\":\"Bash\",\"hook_event_name\":\"BeforeTool\"}", "BeforeTool"},
        {"{\"tool_name\":\"Read\",\"Tool_Name\":\"Bash\"}", "Tool_Name"},
        {"{\"tool_name\":\"Read\",\"\u017fession_id\":\"x\"}", "session_id"},
        {"{\"tool_name\":\"mcp__a__b\",\"mcp_server\":{\"name\":\"a\",\"Name\":\"b\"}}", "mcp_server"},
        {"{\"tool_name\":\"Read\",\"TOOL_INPUT\":{}}", "TOOL_INPUT"},
        {"{\"tool_name\":\"Read\",\"Cwd\":\"/\"}", "Cwd"},
        {"{\"tool_name\":\"Read\",\"Hook_event_name\":\"Stop\"}", "Hook_event_name"},
        {"{\"tool_name\":\"Read\",\"session_ID\":\"x\"}", "session_ID"},
        {"{\"tool_name\":\"Read\",\"Mcp_Server\":{}}", "Mcp_Server"},
    };
    static const struct agent *const agents[] = {&agent_claude, &agent_codex, &agent_plain};
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t j = 0; j < COUNT_OF(agents); j++) {
            struct hook_call call = {.tool = TEXT("untouched")};
            struct error err;
            assert_case(!hook_call_read(parsed(&arena, cases[i].input), agents[j], &call, &err),
                        cases[i].input);
            assert_case(strstr(err.message, cases[i].named) != NULL, err.message);
            assert_text(call.tool, "untouched");
        }
    }
}

/* Each agent's own events pass; those of the other do not, since nobody knows what they would mean. */
static void events_are_each_agents_own(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct hook_call call;
    struct error err;
    const struct json *interrupt = parsed(&arena, "{\"hook_event_name\":\"Interrupt\"}");
    const struct json *notification = parsed(&arena, "{\"hook_event_name\":\"Notification\"}");
    assert_true(hook_call_read(interrupt, &agent_codex, &call, &err));
    assert_int_equal(call.event, HOOK_OTHER);
    assert_false(hook_call_read(interrupt, &agent_claude, &call, &err));
    assert_true(hook_call_read(notification, &agent_claude, &call, &err));
    assert_false(hook_call_read(notification, &agent_codex, &call, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agents_are_found_by_name),   cmocka_unit_test(agents_are_recognised),
        cmocka_unit_test(a_call_is_taken_apart),      cmocka_unit_test(what_could_be_read_otherwise_is_refused),
        cmocka_unit_test(events_are_each_agents_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
