/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/scan.h"

#include "support/check.h"
#include <stdio.h>

#include "json/json.h"

/* Feeds a message in pieces of `step` bytes. */
static bool feed(struct mcp_scan *scan, struct text message, size_t step)
{
    mcp_scan_init(scan);
    for (size_t at = 0; at < message.size; at += step) {
        if (!mcp_scan_feed(scan, text_slice(message, at, at + step))) {
            return false;
        }
    }
    return true;
}

static const char *const whole[] = {
    "{}",
    "{\"id\":1}",
    " {\"jsonrpc\" : \"2.0\", \"id\":-12, \"result\":{\"content\":[{\"text\":\"h\\u00e9\\n\"}]}} \r",
    "{\"a\":[1,2.5,-0.1e+7,0,10E2,true,false,null,\"\",[],{}]}",
    "{\"a\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"0123456789abcdef0123456789abcdef\\\"0123456789abcdef\"}",
};

static const char *const broken[] = {
    "",
    "{",
    "{\"a\"",
    "{\"a\":}",
    "{\"a\":1,}",
    "{\"a\":1}}",
    "{\"a\":1}{}",
    "{\"a\":1} x",
    "[]",
    "1",
    "null",
    "{a:1}",
    "{'a':1}",
    "{\"a\":01}",
    "{\"a\":+1}",
    "{\"a\":1.}",
    "{\"a\":.5}",
    "{\"a\":1e}",
    "{\"a\":-}",
    "{\"a\":NaN}",
    "{\"a\":Infinity}",
    "{\"a\":tru}",
    "{\"a\":truer}",
    "{\"a\":\"\t\"}",
    "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u12g4\"}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"\xc0\xaf\"}",
    "{\"a\":\"\xed\xa0\x80\"}",
    "{\"a\":\"\xf4\x90\x80\x80\"}",
    "{\"a\":\"\xe2\x82\"}",
    "{\"a\":[1 2]}",
    "{\"a\":[1,]}",
    "{\"a\" 1}",
    "{\"a\":1]",
    "{\"a\":[1}",
    "\xef\xbb\xbf{}",
    /* Another message for a reader that ends lines at carriage returns. */
    "{\"a\":\r{\"jsonrpc\":\"2.0\"}\r}",
    /* Members of JSON-RPC in two spellings. */
    "{\"id\":1,\"id\":2}",
    "{\"id\":1,\"i\\u0064\":2}",
    "{\"id\":1,\"Id\":2}",
    "{\"Method\":\"x\"}",
    "{\"result\":{\"resultType\":\"complete\",\"resultType\":\"input_required\"}}",
    "{\"result\":{\"resulttype\":\"input_required\"}}",
};

/* However the bytes are cut, the outcome is the same; and what it accepts the tree's parser accepts. */
static void test_accepts_what_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        struct text message = text_of(whole[i]);
        for (size_t step = 1; step <= message.size; step++) {
            struct mcp_scan scan;
            assert_case(feed(&scan, message, step) && mcp_scan_is_whole(&scan), whole[i]);
        }
        AUTO_ARENA arena;
        struct json value;
        arena_init(&arena, 1 << 20);
        assert_case(json_parse(message, &arena, &value, NULL), whole[i]);
    }
}

static void test_refuses_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct text message = text_of(broken[i]);
        for (size_t step = 1; step <= message.size + 1; step++) {
            struct mcp_scan scan;
            assert_case(!feed(&scan, message, step) || !mcp_scan_is_whole(&scan), broken[i]);
        }
    }
}

static void test_finds_members(void **state)
{
    (void)state;
    struct mcp_scan scan;
    struct text message = TEXT("{\"result\":{\"id\":5,\"content\":[]},\"x\":[{\"id\":6}],\"id\": \"a b\" ,"
                               "\"jsonrpc\":\"2.0\"}");
    assert_true(feed(&scan, message, 1));
    assert_text(mcp_scan_member(&scan, message, MEMBER_ID), "\"a b\"");
    assert_text(mcp_scan_member(&scan, message, MEMBER_JSONRPC), "\"2.0\"");
    assert_text(mcp_scan_member(&scan, message, MEMBER_RESULT), "{\"id\":5,\"content\":[]}");
    assert_false(scan.members[MEMBER_ERROR].is_there);
    assert_true(scan.has_content);
    assert_true(feed(&scan, TEXT("{\"id\":12,\"error\":{\"code\":-1}}"), 3));
    assert_int_equal(scan.members[MEMBER_ID].end, 8);
    assert_int_equal(scan.members[MEMBER_ERROR].first, '{');
}

static enum mcp_result_type type_of(const char *message)
{
    struct mcp_scan scan;
    return feed(&scan, text_of(message), 2) ? scan.result_type : MCP_RESULT_NAMED;
}

static void test_says_what_a_result_is(void **state)
{
    (void)state;
    assert_int_equal(type_of("{\"result\":{\"resultType\":\"complete\"}}"), MCP_RESULT_COMPLETE);
    assert_int_equal(type_of("{\"result\":{\"result\\u0054ype\":\"c\\u006fmplete\"}}"), MCP_RESULT_COMPLETE);
    assert_int_equal(type_of("{\"result\":{\"resultType\":\"input_required\"}}"), MCP_RESULT_OTHER);
    assert_int_equal(type_of("{\"result\":{\"resultType\":{\"a\":\"complete\"}}}"), MCP_RESULT_OTHER);
    assert_int_equal(type_of("{\"result\":{\"resultType\":null}}"), MCP_RESULT_OTHER);
    assert_int_equal(type_of("{\"result\":{\"a\":{\"resultType\":\"input_required\"}}}"), MCP_RESULT_UNTYPED);
    assert_int_equal(type_of("{\"params\":{\"resultType\":\"input_required\"}}"), MCP_RESULT_UNTYPED);
    struct mcp_scan scan;
    assert_true(feed(&scan, TEXT("{\"result\":{\"input\\u0052equests\":{}}}"), 1));
    assert_true(scan.has_input_requests);
}

static void test_limits_depth(void **state)
{
    (void)state;
    char message[2 * LIMIT_NESTING + 16];
    for (size_t depth = LIMIT_NESTING - 1; depth <= LIMIT_NESTING; depth++) {
        size_t size = (size_t)snprintf(message, sizeof message, "{\"a\":");
        memset(message + size, '[', depth);
        memset(message + size + depth, ']', depth);
        message[size + 2 * depth] = '}';
        struct mcp_scan scan;
        bool fits = feed(&scan, (struct text){message, size + 2 * depth + 1}, 7) && mcp_scan_is_whole(&scan);
        assert_int_equal(fits, depth == LIMIT_NESTING - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts_what_is_whole), cmocka_unit_test(test_refuses_the_rest),
        cmocka_unit_test(test_finds_members),         cmocka_unit_test(test_says_what_a_result_is),
        cmocka_unit_test(test_limits_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
