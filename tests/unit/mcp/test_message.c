/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/message.h"

#include "support/check.h"

struct refused {
    const char *line;
    enum mcp_error_code code;
    const char *id;
};

#define CALL "\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\""

static const struct refused refused[] = {
    {"", MCP_PARSE_ERROR, "null"},
    {"not json", MCP_PARSE_ERROR, "null"},
    {"{" CALL ",\"params\":{\"name\":\"a\",\"x\":NaN}}", MCP_PARSE_ERROR, "null"},
    {"{" CALL ",\"params\":{\"name\":\"a\xff\"}}", MCP_PARSE_ERROR, "null"},
    {"{" CALL ",\"params\":{\"name\":\"a\\u0000\"}}", MCP_INVALID_REQUEST, "7"},
    {"{" CALL ",\"params\":{\"name\":\"read\",\"name\":\"delete\"}}", MCP_INVALID_REQUEST, "7"},
    {"{" CALL ",\"params\":{\"name\":\"a\",\"arguments\":{\"p\":{\"x\":1,\"\\u0078\":2}}}}",
     MCP_INVALID_REQUEST, "7"},
    {"[{" CALL "}]", MCP_INVALID_REQUEST, "null"},
    {"[]", MCP_INVALID_REQUEST, "null"},
    {"7", MCP_INVALID_REQUEST, "null"},
    {"{" CALL ",\"Method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{" CALL ",\"METHOD\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{" CALL ",\"params\":{\"name\":\"a\",\"Name\":\"b\"}}", MCP_INVALID_REQUEST, "7"},
    {"{" CALL ",\"params\":{\"name\":\"a\",\"Arguments\":{}}}", MCP_INVALID_REQUEST, "7"},
    {"{" CALL ",\"params\":{\"name\":\"a\",\"arguments\":{\"n\":[1e400]}}}", MCP_INVALID_REQUEST, "7"},
    {"{" CALL ",\"params\":[]}", MCP_INVALID_REQUEST, "7"},
    {"{" CALL ",\"params\":null}", MCP_INVALID_REQUEST, "7"},
    {"{" CALL ",\"result\":{}}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1.0,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1e3,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":-0,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":18446744073709551616,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"2.0\",\"id\":-9223372036854775809,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "null"},
    {"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "1"},
    {"{\"id\":1,\"method\":\"ping\"}", MCP_INVALID_REQUEST, "1"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}", MCP_INVALID_REQUEST, "1"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\r{}\r}}", MCP_INVALID_REQUEST, "1"},
    {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}", MCP_INVALID_REQUEST, "null"},
};

static void test_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        AUTO_ARENA arena;
        struct mcp_message message;
        struct mcp_mistake mistake = {0};
        arena_init(&arena, 1 << 20);
        assert_case(!mcp_message_read(text_of(refused[i].line), &arena, &message, &mistake), refused[i].line);
        if (mistake.code != refused[i].code) {
            fail_msg("%s: code %d, not %d", refused[i].line, mistake.code, refused[i].code);
        }
        if (!text_equal(mistake.id, text_of(refused[i].id))) {
            fail_msg("%s: id %.*s, not %s", refused[i].line, TEXT_ARG(mistake.id), refused[i].id);
        }
        assert_case(mistake.explanation.size > 0, refused[i].line);
    }
}

static void test_reads(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct mcp_message message;
    struct mcp_mistake mistake;
    arena_init(&arena, 1 << 20);
    assert_true(mcp_message_read(TEXT("{" CALL ",\"params\":{\"name\":\"a\"},\"extra\":1}\r"), &arena, &message,
                                 &mistake));
    assert_int_equal(message.kind, MCP_KIND_REQUEST);
    assert_text(message.method, "tools/call");
    assert_text(message.id.source, "7");
    assert_text(message.source, "{" CALL ",\"params\":{\"name\":\"a\"},\"extra\":1}");
    assert_true(mcp_message_read(TEXT("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"), &arena,
                                 &message, &mistake));
    assert_int_equal(message.kind, MCP_KIND_NOTIFICATION);
    assert_true(mcp_message_read(TEXT("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700}}"), &arena,
                                 &message, &mistake));
    assert_int_equal(message.kind, MCP_KIND_ERROR);
    assert_text(message.id.source, "null");
}

static void test_keeps_ids_exactly(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "0",    "-1",    "9007199254740993",          "18446744073709551615", "-9223372036854775808",
        "\"\"", "\"7\"", "\"a\\u0062 \\\" \xc3\xa9\""};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        AUTO_ARENA arena;
        struct mcp_message message;
        struct mcp_mistake mistake;
        arena_init(&arena, 1 << 20);
        struct text line = text_format(&arena, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\"}", ids[i]);
        assert_case(mcp_message_read(line, &arena, &message, &mistake), ids[i]);
        assert_text(message.id.source, ids[i]);
        struct mcp_id again;
        assert_case(mcp_id_read(message.id.source, &arena, &again), ids[i]);
        assert_case(mcp_id_equal(&again, &message.id), ids[i]);
    }
    struct mcp_id number = {.value = TEXT("7")};
    struct mcp_id string = {.value = TEXT("7"), .is_string = true};
    assert_false(mcp_id_equal(&number, &string));
}

static void test_reads_requests_inside_others(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        bool is_read;
    } cases[] = {
        {"{\"method\":\"roots/list\"}", true},
        {"{\"method\":\"elicitation/create\",\"params\":{\"message\":\"?\",\"Message\":\"!\"}}", true},
        {"{\"method\":\"elicitation/create\",\"params\":null}", false},
        {"{\"method\":\"elicitation/create\",\"params\":[]}", false},
        {"{\"method\":\"elicitation/create\",\"params\":{\"n\":[1e999]}}", false},
        {"{\"method\":7}", false},
        {"{}", false},
        {"[]", false},
        {"\"roots/list\"", false},
        {"{\"Method\":\"roots/list\"}", false},
        {"{\"method\":\"elicitation/create\",\"Method\":\"sampling/createMessage\"}", false},
        {"{\"METHOD\":\"sampling/createMessage\",\"method\":\"elicitation/create\"}", false},
        {"{\"method\":\"elicitation/create\",\"params\":{},\"Params\":{}}", false},
        {"{\"method\":\"elicitation/create\",\"param\u017f\":{}}", false},
        {"{\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"Name\":\"b\"}}", false},
        {"{\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"argument\u017f\":{}}}", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena;
        struct json request;
        struct error err;
        struct text method;
        const struct json *params;
        arena_init(&arena, 1 << 20);
        assert_true(json_parse(text_of(cases[i].source), &arena, &request, &err));
        assert_case(mcp_inner_read(&request, &arena, &method, &params) == cases[i].is_read, cases[i].source);
    }
}

static void test_answers(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    assert_text(mcp_error_answer(TEXT("\"x\""), MCP_INVALID_PARAMS, TEXT("a \"b\""), &arena),
                "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":-32602,\"message\":\"a \\\"b\\\"\"}}\n");
    assert_text(mcp_tool_error(TEXT("1"), TEXT("no"), false, &arena),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],"
                "\"isError\":true}}\n");
    assert_text(
        mcp_tool_error(TEXT("1"), TEXT("no"), true, &arena),
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\","
        "\"text\":\"no\"}],\"isError\":true}}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refuses),           cmocka_unit_test(test_reads),
        cmocka_unit_test(test_keeps_ids_exactly), cmocka_unit_test(test_reads_requests_inside_others),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
