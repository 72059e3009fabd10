/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/demand/calls.h"

/* What a tool's name may mean, one reading a line; `server` is what the agent says, "" for nothing. */
static void names_are_read_in_every_way(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"mcp__a__b", "", "mcp.a.b|b|mcp__a__b ?\n"},
        {"mcp__a__b", "a", "mcp.a.b|b|mcp__a__b ?\n"},
        {"mcp__my_srv_x__echo", "my srv.x", "mcp.my_srv_x.echo|echo|mcp__my_srv_x__echo ?\n"},
        {"mcp__a__b__c", "", "mcp.a.b__c|b__c|mcp__a__b__c ?\nmcp.a__b.c|c|mcp__a__b__c ?\n"},
        {"mcp__a__b__c", "a__b", "mcp.a__b.c|c|mcp__a__b__c ?\n"},
        {"mcp__a__b__c", "a", "mcp.a.b__c|b__c|mcp__a__b__c ?\n"},
        /* The server that is named is not in the name: what the agent says is not believed. */
        {"mcp__a__b", "c", "mcp.a.b|b|mcp__a__b ?\n"},
        {"mcp__a__b", "a__b", "mcp.a.b|b|mcp__a__b ?\n"},
        {"mcp__a__b", "A", "mcp.a.b|b|mcp__a__b ?\n"},
        {"mcp__a___b", "", "mcp.a._b|_b|mcp__a___b ?\nmcp.a_.b|b|mcp__a___b ?\n"},
        {"mcp__a____b", "",
         "mcp.a.__b|__b|mcp__a____b ?\nmcp.a_._b|_b|mcp__a____b ?\nmcp.a__.b|b|mcp__a____b ?\n"},
        /* No reading at all. */
        {"mcp__", "", "unknown.mcp__ ?\n"},
        {"mcp__a", "", "unknown.mcp__a ?\n"},
        {"mcp__a__", "", "unknown.mcp__a__ ?\n"},
        {"mcp____b", "", "unknown.mcp____b ?\n"},
        {"mcp_a__b", "", "unknown.mcp_a__b ?\n"},
        {"MCP__a__b", "", "unknown.MCP__a__b ?\n"},
    };
    struct calls calls;
    calls_init(&calls);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct json arguments = {.type = JSON_OBJECT};
        struct hook_call call = {.tool = text_of(cases[i][0]),
                                 .mcp_server = text_of(cases[i][1]),
                                 .arguments = &arguments,
                                 .input = &arguments};
        struct demand_vector demands;
        struct error err;
        assert_true(demand_of_call(&agent_claude, &call, &calls.context, &calls.arena, &demands, &err));
        assert_text(calls_describe(&calls, &demands), cases[i][2]);
    }
    calls_release(&calls);
}

static void a_servers_own_spelling_is_marked(void **state)
{
    (void)state;
    struct calls calls;
    struct demand_vector demands;
    struct error err;
    calls_init(&calls);
    assert_true(calls_try(&calls, &agent_codex, "mcp__git__push", "{}", &demands, &err));
    assert_int_equal(demands.count, 1);
    assert_int_equal(demands.items[0].first_raw_name, 1);
    assert_true(demands.items[0].is_sanitised);
    assert_true(calls_try(&calls, &agent_codex, "read_mcp_resource", "{\"server\":\"a\",\"uri\":\"x\"}",
                          &demands, &err));
    assert_true(demands.items[0].is_sanitised);
    calls_release(&calls);
}

static void long_names_end_soon(void **state)
{
    (void)state;
    struct calls calls;
    struct demand_vector demands;
    struct error err;
    struct builder name;
    calls_init(&calls);
    builder_init(&name, &calls.lasting);
    builder_add_c(&name, "mcp__");
    builder_add_repeated(&name, '_', 20000);
    assert_false(calls_try(&calls, &agent_claude, builder_text(&name).data, "{}", &demands, &err));
    calls_release(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_in_every_way),
        cmocka_unit_test(a_servers_own_spelling_is_marked),
        cmocka_unit_test(long_names_end_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
