/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/session.h"

#include <stdio.h>

#include "mcp/list.h"
#include "support/check.h"

/* A connection and the arena of the message that is being looked at. */
struct line {
    struct mcp_session session;
    struct arena arena;
};

static int set_up(void **state)
{
    struct line *line = test_calloc(1, sizeof *line);
    arena_init(&line->arena, 1 << 24);
    *state = line;
    return 0;
}

static int tear_down(void **state)
{
    struct line *line = *state;
    mcp_session_release(&line->session);
    arena_release(&line->arena);
    test_free(line);
    return 0;
}

static struct mcp_step client(struct line *line, const char *message)
{
    struct mcp_step step = mcp_from_client(&line->session, text_of(message), &line->arena);
    if (step.action == MCP_JUDGE) {
        assert_true(mcp_sent_by_client(&line->session, &step));
    }
    return step;
}

static struct mcp_step server(struct line *line, const char *message)
{
    struct mcp_step step = mcp_from_server(&line->session, text_of(message), &line->arena);
    if (step.action == MCP_JUDGE) {
        assert_true(mcp_sent_by_server(&line->session, &step));
    }
    return step;
}

#define REQUEST(id, method) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"" method "\"}"
#define RESULT(id, result) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":" result "}"

static void test_follows_requests(void **state)
{
    struct line *line = *state;
    assert_int_equal(client(line, REQUEST("1", "initialize")).action, MCP_FORWARD);
    assert_int_equal(client(line, REQUEST("2", "tools/call")).action, MCP_JUDGE);
    assert_int_equal(server(line, RESULT("2", "{}")).action, MCP_FORWARD);
    struct mcp_step again = server(line, RESULT("2", "{}"));
    assert_int_equal(again.action, MCP_DROP);
    assert_true(again.explanation.size > 0);
    assert_int_equal(server(line, RESULT("\"1\"", "{}")).action, MCP_DROP);
    assert_int_equal(server(line, RESULT("1", "{}")).action, MCP_FORWARD);
}

/* Each side counts its own requests: the same id means two things. */
static void test_keeps_directions_apart(void **state)
{
    struct line *line = *state;
    assert_int_equal(client(line, REQUEST("1", "tools/call")).action, MCP_JUDGE);
    assert_int_equal(server(line, REQUEST("1", "roots/list")).action, MCP_JUDGE);
    assert_int_equal(client(line, RESULT("1", "{\"roots\":[]}")).action, MCP_FORWARD);
    assert_int_equal(client(line, RESULT("1", "{\"roots\":[]}")).action, MCP_DROP);
    assert_int_equal(server(line, RESULT("1", "{}")).action, MCP_FORWARD);
}

static void test_refuses_a_second_use_of_an_id(void **state)
{
    struct line *line = *state;
    assert_int_equal(client(line, REQUEST("1", "tools/call")).action, MCP_JUDGE);
    struct mcp_step step = client(line, REQUEST("1", "ping"));
    assert_int_equal(step.action, MCP_ANSWER);
    assert_true(text_contains(step.answer, TEXT("-32600")));
    assert_int_equal(client(line, REQUEST("\"1\"", "ping")).action, MCP_FORWARD);
}

static void test_denies_what_it_does_not_know(void **state)
{
    struct line *line = *state;
    struct mcp_step step = client(line, REQUEST("1", "notifications/progress"));
    assert_int_equal(step.action, MCP_ANSWER);
    assert_true(text_contains(step.answer, TEXT("-32601")));
    step = client(line, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/other\"}");
    assert_int_equal(step.action, MCP_DROP);
    assert_int_equal(client(line, REQUEST("2", "Tools/call")).action, MCP_ANSWER);
    assert_int_equal(client(line, REQUEST("3", "sampling/createMessage")).action, MCP_ANSWER);
    assert_int_equal(server(line, REQUEST("3", "tools/call")).action, MCP_ANSWER);
    /* A server's own method is the policy's matter, and is none of MCP's. */
    step = client(line, REQUEST("4", "admin/shutdown"));
    assert_int_equal(step.action, MCP_JUDGE);
    assert_int_equal(step.method->name.size, 0);
    assert_int_equal(server(line, REQUEST("4", "admin/shutdown")).action, MCP_ANSWER);
    /* A call without an id gets no answer, and goes nowhere either. */
    assert_int_equal(
        client(line, "{\"jsonrpc\":\"2.0\",\"method\":\"tools/call\",\"params\":{\"name\":\"x\"}}").action,
        MCP_DROP);
}

static void test_cancels(void **state)
{
    struct line *line = *state;
#define CANCEL(id)                                                                                             \
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" id "}}"
    assert_int_equal(client(line, REQUEST("1", "tools/call")).action, MCP_JUDGE);
    assert_int_equal(client(line, CANCEL("1")).action, MCP_FORWARD);
    assert_int_equal(client(line, CANCEL("2")).action, MCP_DROP);
    assert_int_equal(client(line, CANCEL("{}")).action, MCP_DROP);
    assert_int_equal(server(line, CANCEL("1")).action, MCP_DROP);
}

/* Servers need not answer what was cancelled (MCP, "Cancellation"). */
static void test_cancelled_requests_do_not_fill_the_table(void **state)
{
    struct line *line = *state;
    char text[128];
    for (int i = 0; i < LIMIT_MCP_IN_FLIGHT; i++) {
        snprintf(text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"ping\"}", i);
        assert_int_equal(client(line, text).action, MCP_FORWARD);
        arena_reset(&line->arena);
    }
    assert_int_equal(client(line, REQUEST("\"one more\"", "ping")).action, MCP_ANSWER);
    assert_int_equal(client(line, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{"
                                  "\"requestId\":7}}")
                         .action,
                     MCP_FORWARD);
    assert_int_equal(client(line, REQUEST("\"one more\"", "ping")).action, MCP_FORWARD);
}

static void test_lists_and_questions(void **state)
{
    struct line *line = *state;
    assert_int_equal(client(line, REQUEST("1", "tools/list")).action, MCP_JUDGE);
    assert_int_equal(client(line, REQUEST("2", "tools/call")).action, MCP_JUDGE);
    assert_int_equal(client(line, REQUEST("3", "tools/list")).action, MCP_JUDGE);
    /* By the request, not by what an answer looks like. */
    assert_int_equal(server(line, RESULT("2", "{\"tools\":[]}")).action, MCP_FORWARD);
    assert_int_equal(server(line, RESULT("1", "{\"tools\":[]}")).action, MCP_FILTER);
    assert_int_equal(
        server(line, "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32022,\"message\":\"version\"}}")
            .action,
        MCP_FORWARD);
    assert_int_equal(client(line, REQUEST("4", "tools/call")).action, MCP_JUDGE);
    assert_int_equal(
        server(line, RESULT("4", "{\"resultType\":\"input_required\",\"inputRequests\":{}}")).action,
        MCP_INPUT);
}

static enum mcp_head head(struct line *line, const char *message)
{
    struct mcp_scan scan;
    struct mcp_request *request;
    mcp_scan_init(&scan);
    if (!mcp_scan_feed(&scan, text_of(message))) {
        return MCP_HEAD_HELD;
    }
    return mcp_head_of(&line->session, &scan, text_of(message), &line->arena, &request);
}

static void test_streams_once_the_head_is_known(void **state)
{
    struct line *line = *state;
    client(line, REQUEST("1", "tools/call"));
    client(line, REQUEST("2", "tools/list"));
    static const struct {
        const char *message;
        enum mcp_head head;
    } cases[] = {
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\",\"te", MCP_HEAD_PLAIN},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"complete\"", MCP_HEAD_PLAIN},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{", MCP_HEAD_PLAIN},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", MCP_HEAD_PLAIN},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"_meta\":{\"a\":1", MCP_HEAD_UNKNOWN},
        {"{\"jsonrpc\":\"2.0\",\"result\":{\"content\":[", MCP_HEAD_UNKNOWN},
        {"{\"jsonrpc\":\"2.0\",\"id\":1", MCP_HEAD_UNKNOWN},
        {"{\"id\":1,\"result\":{\"content\":[", MCP_HEAD_UNKNOWN},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"comp", MCP_HEAD_UNKNOWN},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"input_required\"", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"inputRequests\":{", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"tools\":[", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"content\":[", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{\"content\":[", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ro", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]},\"error\":{}}", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"1.0\",\"id\":1,\"result\":{\"content\":[", MCP_HEAD_HELD},
        {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[", MCP_HEAD_HELD},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (head(line, cases[i].message) != cases[i].head) {
            fail_msg("%s: %d, not %d", cases[i].message, head(line, cases[i].message), cases[i].head);
        }
    }
}

/* What comes behind a head that was passed on. */
static void test_sees_later_violations(void **state)
{
    (void)state;
    static const char *const later[] = {
        "],\"resultType\":\"input_required\"",
        "],\"inputRequests\":{",
        "]},\"method\":\"x\"",
        "]},\"error\":{",
        "]},\"params\":{",
        "]},\"id\":2",
        "]},\"result\":{",
        "]},\"Result\":{",
        "}",
    };
    static const struct text begin = TEXT_INIT("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[");
    for (size_t i = 0; i < COUNT_OF(later); i++) {
        struct mcp_scan scan;
        mcp_scan_init(&scan);
        assert_true(mcp_scan_feed(&scan, begin) && mcp_still_plain(&scan));
        assert_case(!mcp_scan_feed(&scan, text_of(later[i])) || !mcp_still_plain(&scan), later[i]);
    }
    struct mcp_scan scan;
    mcp_scan_init(&scan);
    assert_true(mcp_scan_feed(&scan, begin));
    assert_true(mcp_scan_feed(&scan, TEXT("],\"resultType\":\"complete\",\"isError\":false},\"x\":1}")));
    assert_true(mcp_still_plain(&scan) && mcp_scan_is_whole(&scan));
}

static struct text filter(struct line *line, const char *request, const char *answer, unsigned keeps,
                          const char *added)
{
    client(line, request);
    struct mcp_step step = server(line, answer);
    assert_int_equal(step.action, MCP_FILTER);
    const struct json *entries = mcp_list_entries(&step);
    if (entries == NULL) {
        return TEXT("none");
    }
    bool keep[8];
    for (size_t i = 0; i < entries->count && i < COUNT_OF(keep); i++) {
        keep[i] = (keeps >> i & 1) != 0;
    }
    struct text filtered = mcp_list_filter(&step, keep, text_of(added), &line->arena);
    assert_true(text_ends_with(filtered, TEXT("\n")));
    return text_slice(filtered, 0, filtered.size - 1);
}

static void test_filters_lists(void **state)
{
    struct line *line = *state;
#define MODERN                                                                                                 \
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":{"                          \
    "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}"
    const char *tools =
        RESULT("1", "{\"a\":1.50,\"tools\":[ {\"name\":\"a\"} , {\"name\":\"b\",\"x\":[9007199254740993]}, "
                    "{\"name\":\"c\"}],\"nextCursor\":\"n\"}");
    assert_text(
        filter(line, REQUEST("1", "tools/list"), tools, 2, ""),
        RESULT("1", "{\"a\":1.50,\"tools\":[{\"name\":\"b\",\"x\":[9007199254740993]}],\"nextCursor\":\"n\"}"));
    assert_text(filter(line, REQUEST("1", "tools/list"), RESULT("1", "{\"tools\":[]}"), 0, "{\"name\":\"m\"}"),
                RESULT("1", "{\"tools\":[{\"name\":\"m\"}]}"));
    assert_text(filter(line, REQUEST("1", "tools/list"), RESULT("1", "{\"tools\":[{}]}"), 1, "1,2"),
                RESULT("1", "{\"tools\":[{},1,2]}"));
    assert_text(
        filter(line, MODERN, RESULT("1", "{\"tools\":[],\"ttlMs\":5,\"cacheScope\":\"public\"}"), 0, ""),
        RESULT("1", "{\"tools\":[],\"ttlMs\":5,\"cacheScope\":\"private\"}"));
    assert_text(filter(line, MODERN, RESULT("1", "{\"tools\":[]}"), 0, ""),
                RESULT("1", "{\"tools\":[],\"cacheScope\":\"private\"}"));
    assert_text(filter(line, REQUEST("1", "tools/list"), RESULT("1", "{\"tools\":{}}"), 0, ""), "none");
    assert_text(filter(line, REQUEST("1", "tools/list"), RESULT("1", "{}"), 0, ""), "none");
    assert_text(filter(line, REQUEST("1", "tools/list"), RESULT("1", "{\"tools\":[],\"Tools\":[{}]}"), 0, ""),
                "none");
    assert_text(filter(line, REQUEST("1", "resources/list"),
                       RESULT("1", "{\"tools\":[{}],\"resources\":[{},{}]}"), 1, ""),
                RESULT("1", "{\"tools\":[{}],\"resources\":[{}]}"));
}

static void test_names_entries(void **state)
{
    struct line *line = *state;
    static const struct {
        const char *method;
        const char *entries; /* a list */
        const char *name;    /* NULL: it has none */
    } cases[] = {
        {"tools/list", "\"tools\":[{\"name\":\"a\",\"Title\":\"b\"}]", "a"},
        {"tools/list",
         "\"tools\":[{\"name\":\"a\",\"title\":\"x\",\"names\":\"b\",\"uri\":\"c\",\"URI\":\"d\"}]", "a"},
        {"tools/list", "\"tools\":[{\"name\":\"a\",\"inputSchema\":{\"Name\":{}}}]", "a"},
        {"tools/list", "\"tools\":[{\"name\":\"a\",\"Name\":\"b\"}]", NULL},
        {"tools/list", "\"tools\":[{\"NAME\":\"b\",\"name\":\"a\"}]", NULL},
        {"tools/list", "\"tools\":[{\"Name\":\"b\"}]", NULL},
        {"prompts/list", "\"prompts\":[{\"name\":\"a\",\"n\\u0041me\":\"b\"}]", NULL},
        {"resources/list", "\"resources\":[{\"uri\":\"a:a\",\"name\":\"n\",\"Name\":\"m\"}]", "a:a"},
        {"resources/list", "\"resources\":[{\"uri\":\"a:a\",\"Uri\":\"b:b\"}]", NULL},
        {"resources/templates/list", "\"resourceTemplates\":[{\"uriTemplate\":\"a:{x}\"}]", "a:{x}"},
        {"resources/templates/list",
         "\"resourceTemplates\":[{\"uriTemplate\":\"a:{x}\",\"uritemplate\":\"b:{x}\"}]", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text name = TEXT("");
        client(line, text_format(&line->arena, REQUEST("1", "%s"), cases[i].method).data);
        struct mcp_step step =
            server(line, text_format(&line->arena, RESULT("1", "{%s}"), cases[i].entries).data);
        const struct json *entries = mcp_list_entries(&step);
        assert_non_null(entries);
        assert_case(mcp_list_name(&step, &entries->items[0], &name) == (cases[i].name != NULL),
                    cases[i].entries);
        assert_text(name, cases[i].name == NULL ? "" : cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_follows_requests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keeps_directions_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuses_a_second_use_of_an_id, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_denies_what_it_does_not_know, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cancels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cancelled_requests_do_not_fill_the_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lists_and_questions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_streams_once_the_head_is_known, set_up, tear_down),
        cmocka_unit_test(test_sees_later_violations),
        cmocka_unit_test_setup_teardown(test_filters_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_entries, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
