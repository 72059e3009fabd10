/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/question.h"

#include "support/check.h"

static enum mcp_said said(const char *result)
{
    AUTO_ARENA arena;
    struct mcp_message message;
    struct mcp_mistake mistake;
    arena_init(&arena, 1 << 20);
    struct text line = text_format(&arena, "{\"jsonrpc\":\"2.0\",\"id\":\"q\",%s}", result);
    assert_true(mcp_message_read(line, &arena, &message, &mistake));
    return mcp_question_answered(&message);
}

static void test_only_the_word_is_a_yes(void **state)
{
    (void)state;
    assert_int_equal(said("\"result\":{\"action\":\"accept\",\"content\":{\"answer\":\"allow\"}}"),
                     MCP_SAID_ALLOW);
    static const char *const refusals[] = {
        "\"result\":{\"action\":\"accept\",\"content\":{\"answer\":\"deny\"}}",
        "\"result\":{\"action\":\"accept\",\"content\":{\"answer\":\"Allow\"}}",
    };
    static const char *const silences[] = {
        "\"result\":{\"action\":\"accept\",\"content\":{\"answer\":true}}",
        "\"result\":{\"action\":\"accept\",\"content\":{}}",
        "\"result\":{\"action\":\"accept\"}",
        "\"result\":{\"action\":\"decline\",\"content\":{\"answer\":\"allow\"}}",
        "\"result\":{\"action\":\"cancel\"}",
        "\"result\":{}",
        "\"error\":{\"code\":-1}",
    };
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        assert_case(said(refusals[i]) == MCP_SAID_DENY, refusals[i]);
    }
    for (size_t i = 0; i < COUNT_OF(silences); i++) {
        assert_case(said(silences[i]) == MCP_SAID_NOTHING, silences[i]);
    }
}

static void test_a_retry_carries_the_answer(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct json params;
    arena_init(&arena, 1 << 20);
    assert_true(
        json_parse(TEXT("{\"inputResponses\":{\"aex_confirm\":{\"action\":\"accept\",\"content\":{\"answer\":"
                        "\"allow\"}}}}"),
                   &arena, &params, NULL));
    assert_int_equal(mcp_question_retried(&params), MCP_SAID_ALLOW);
    assert_true(json_parse(TEXT("{\"inputResponses\":{\"other\":{\"action\":\"accept\",\"content\":{\"answer\":"
                                "\"allow\"}}}}"),
                           &arena, &params, NULL));
    assert_int_equal(mcp_question_retried(&params), MCP_SAID_NOTHING);
    assert_int_equal(mcp_question_retried(NULL), MCP_SAID_NOTHING);
}

static void test_puts_the_question(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct mcp_message message;
    struct mcp_mistake mistake;
    arena_init(&arena, 1 << 20);
    struct text line = mcp_question_request(TEXT("aex.1"), TEXT("allow \"x\"?"), &arena);
    assert_true(mcp_message_read(text_slice(line, 0, line.size - 1), &arena, &message, &mistake));
    assert_text(message.method, "elicitation/create");
    assert_text(message.id.value, "aex.1");
    const struct json *schema = json_get(message.params, TEXT("requestedSchema"));
    assert_non_null(json_get(schema, TEXT("required")));
    line = mcp_question_result(TEXT("7"), TEXT("aex.2"), TEXT("?"), &arena);
    assert_true(mcp_message_read(text_slice(line, 0, line.size - 1), &arena, &message, &mistake));
    struct text state_text;
    const struct json *result = json_get(message.body, TEXT("result"));
    assert_true(json_get_text(result, TEXT("requestState"), &state_text));
    assert_text(state_text, "aex.2");
}

static void test_changes_nothing_but_the_id(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct mcp_message message;
    struct mcp_mistake mistake;
    arena_init(&arena, 1 << 20);
    struct text line =
        TEXT("{\"params\":{\"id\":1, \"n\":1.50},\"id\" : 1 ,\"jsonrpc\":\"2.0\",\"method\":\"m\"}");
    assert_true(mcp_message_read(line, &arena, &message, &mistake));
    assert_text(mcp_with_id(&message, TEXT("\"new\""), &arena),
                "{\"params\":{\"id\":1, \"n\":1.50},\"id\" : \"new\" ,\"jsonrpc\":\"2.0\",\"method\":\"m\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_the_word_is_a_yes),
        cmocka_unit_test(test_a_retry_carries_the_answer),
        cmocka_unit_test(test_puts_the_question),
        cmocka_unit_test(test_changes_nothing_but_the_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
