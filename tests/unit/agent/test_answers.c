/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes each agent was seen to honour: anything else lets the call run. */
#include "agent/agent.h"
#include "support/check.h"

static void answers_are_exact(void **state)
{
    (void)state;
    static const struct {
        const struct agent *agent;
        enum answer_kind kind;
        const char *output;
        const char *message;
        int exit_status;
    } cases[] = {
        {&agent_claude, ANSWER_NO_OBJECTION, "{}\n", "", 0},
        {&agent_claude, ANSWER_ALLOW,
         "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"allow\","
         "\"permissionDecisionReason\":\"why \\\"x\\\"\"}}\n",
         "", 0},
        {&agent_claude, ANSWER_ASK,
         "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"ask\","
         "\"permissionDecisionReason\":\"why \\\"x\\\"\"}}\n",
         "", 0},
        {&agent_claude, ANSWER_DENY,
         "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\","
         "\"permissionDecisionReason\":\"why \\\"x\\\"\"}}\n",
         "why \"x\"\n", 2},
        {&agent_codex, ANSWER_NO_OBJECTION, "", "", 0},
        {&agent_codex, ANSWER_ALLOW, "", "", 0},
        {&agent_codex, ANSWER_ASK, "", "why \"x\"\n", 2},
        {&agent_codex, ANSWER_DENY, "", "why \"x\"\n", 2},
        {&agent_plain, ANSWER_NO_OBJECTION, "{\"permissionDecision\":\"allow\"}\n", "", 0},
        {&agent_plain, ANSWER_ALLOW, "{\"permissionDecision\":\"allow\"}\n", "", 0},
        {&agent_plain, ANSWER_ASK, "{\"permissionDecision\":\"ask\",\"message\":\"why \\\"x\\\"\"}\n", "", 0},
        {&agent_plain, ANSWER_DENY, "{\"permissionDecision\":\"deny\",\"reason\":\"why \\\"x\\\"\"}\n",
         "why \"x\"\n", 2},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct answer answer = cases[i].agent->answer(&arena, cases[i].kind, TEXT("why \"x\""));
        assert_text(answer.output, cases[i].output);
        assert_text(answer.message, cases[i].message);
        assert_int_equal(answer.exit_status, cases[i].exit_status);
    }
}

/* One line of JSON whatever the reason holds: a second line or stray text would let the call run. */
static void any_reason_gives_one_object(void **state)
{
    (void)state;
    static const struct text reasons[] = {
        TEXT_INIT("two\nlines"),   TEXT_INIT("}\n{\"permissionDecision\":\"allow\"}"),
        TEXT_INIT("\xFF\xFE"),     TEXT_INIT("\x1B[2J"),
        TEXT_INIT("\xED\xA0\x80"),
    };
    static const struct agent *const agents[] = {&agent_claude, &agent_plain};
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(reasons); i++) {
        for (size_t j = 0; j < COUNT_OF(agents); j++) {
            struct answer answer = agents[j]->answer(&arena, ANSWER_DENY, reasons[i]);
            struct json value;
            assert_true(json_parse(answer.output, &arena, &value, NULL));
            assert_int_equal(text_find_char(answer.output, '\n'), answer.output.size - 1);
            assert_int_equal(answer.exit_status, 2);
            assert_true(answer.message.size > 1);
        }
    }
}

static struct hook_outcome outcome_of(struct arena *arena, const struct agent *agent, const char *source)
{
    struct json *value = ARENA_NEW(arena, struct json);
    struct hook_call call;
    struct error err = {.message = "no JSON"};
    if (!json_parse(text_of(source), arena, value, &err) || !hook_call_read(value, agent, &call, &err)) {
        fail_msg("%s: %s", source, err.message);
    }
    return agent->outcome(&call);
}

static void outcomes_are_read(void **state)
{
    (void)state;
    static const struct {
        const struct agent *agent;
        const char *input; /* after the event and the tool's name */
        int64_t duration;  /* -1: none */
        int64_t exit_code; /* -1: none */
        const char *error;
    } cases[] = {
        {&agent_claude, "PostToolUse\",\"tool_name\":\"Bash\",\"duration_ms\":17}", 17, 0, ""},
        {&agent_claude, "PostToolUse\",\"tool_name\":\"Read\",\"duration_ms\":0}", 0, -1, ""},
        {&agent_claude, "PostToolUse\",\"tool_name\":\"Bash\",\"tool_response\":{\"interrupted\":true}}", -1,
         -1, ""},
        {&agent_claude, "PostToolUse\",\"tool_name\":\"Bash\",\"tool_response\":{\"backgroundTaskId\":\"b1\"}}",
         -1, -1, ""},
        {&agent_claude, "PostToolUseFailure\",\"tool_name\":\"Bash\",\"error\":\"Exit code 3\\nstderr\"}", -1,
         3, "Exit code 3\nstderr"},
        {&agent_claude, "PostToolUseFailure\",\"tool_name\":\"Bash\",\"error\":\"Exit code 300\"}", -1, -1,
         "Exit code 300"},
        {&agent_claude, "PostToolUseFailure\",\"tool_name\":\"Bash\",\"error\":\"Exit code 1x\"}", -1, -1,
         "Exit code 1x"},
        {&agent_claude, "PostToolUseFailure\",\"tool_name\":\"Read\",\"error\":\"gone\",\"duration_ms\":1.5}",
         -1, -1, "gone"},
        {&agent_claude, "PostToolUseFailure\",\"tool_name\":\"Read\",\"error\":5,\"duration_ms\":\"1\"}", -1,
         -1, ""},
        {&agent_claude, "PostToolUseFailure\",\"tool_name\":\"Read\",\"duration_ms\":18446744073709551615}", -1,
         -1, ""},
        {&agent_codex, "PostToolUse\",\"tool_name\":\"apply_patch\",\"tool_response\":\"Exit code: 1\\nWall\"}",
         -1, 1, ""},
        {&agent_codex, "PostToolUse\",\"tool_name\":\"Bash\",\"tool_response\":\"hi\\n\"}", -1, -1, ""},
        {&agent_codex, "PostToolUse\",\"tool_name\":\"x\",\"tool_response\":{}}", -1, -1, ""},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text input = text_format(&arena, "{\"hook_event_name\":\"%s", cases[i].input);
        struct hook_outcome outcome = outcome_of(&arena, cases[i].agent, input.data);
        assert_case((outcome.has_duration ? outcome.duration_ms : -1) == cases[i].duration, cases[i].input);
        assert_case((outcome.has_exit_code ? outcome.exit_code : -1) == cases[i].exit_code, cases[i].input);
        assert_text(outcome.error, cases[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_exact),
        cmocka_unit_test(any_reason_gives_one_object),
        cmocka_unit_test(outcomes_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
