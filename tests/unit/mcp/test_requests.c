/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/requests.h"

#include <stdio.h>

#include "support/check.h"

static const struct mcp_method method = {.name = TEXT_INIT("ping")};

static struct mcp_id number(char *into, unsigned value)
{
    return (struct mcp_id){.value = {into, (size_t)snprintf(into, 16, "%u", value)}};
}

static void add(struct mcp_requests *requests, unsigned value)
{
    char digits[16];
    struct mcp_id id = number(digits, value);
    struct mcp_request request = {.method = &method, .is_cancelled = value % 2 == 1};
    assert_true(mcp_requests_add(requests, &id, &request));
}

static struct mcp_request *find(const struct mcp_requests *requests, unsigned value)
{
    char digits[16];
    struct mcp_id id = number(digits, value);
    return mcp_requests_find(requests, &id);
}

/* Against a plain list, through many additions and removals in an order that mixes them. */
static void test_is_a_table(void **state)
{
    (void)state;
    enum { IDS = 3000 };
    struct mcp_requests requests = {0};
    bool *is_there = test_calloc(IDS, sizeof *is_there);
    unsigned seed = 1;
    size_t count = 0;
    for (unsigned step = 0; step < 40 * IDS; step++) {
        seed = seed * 1103515245 + 12345;
        unsigned value = seed / 65536 % IDS;
        struct mcp_request *found = find(&requests, value);
        assert_int_equal(found != NULL, is_there[value]);
        if (found == NULL) {
            add(&requests, value);
            count++;
        } else {
            mcp_requests_remove(&requests, found);
            count--;
        }
        is_there[value] = !is_there[value];
        assert_int_equal(requests.count, count);
    }
    mcp_requests_release(&requests);
    test_free(is_there);
}

static void test_has_a_limit(void **state)
{
    (void)state;
    struct mcp_requests requests = {0};
    struct mcp_id id = {.value = TEXT("one more"), .is_string = true};
    struct mcp_request request = {.method = &method};
    for (unsigned i = 0; i < LIMIT_MCP_IN_FLIGHT; i++) {
        add(&requests, i * 2);
    }
    assert_false(mcp_requests_add(&requests, &id, &request));
    assert_int_equal(requests.count, LIMIT_MCP_IN_FLIGHT);
    /* Those nobody waits for make room. */
    for (unsigned i = 0; i < 10; i++) {
        find(&requests, i * 2)->is_cancelled = true;
    }
    assert_true(mcp_requests_add(&requests, &id, &request));
    assert_int_equal(requests.count, LIMIT_MCP_IN_FLIGHT - 9);
    assert_null(find(&requests, 0));
    assert_non_null(find(&requests, 20));
    mcp_requests_release(&requests);
}

static void test_spells_ids(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct mcp_requests requests = {0};
    struct mcp_id id = {.value = TEXT("a\"b"), .is_string = true};
    struct mcp_request request = {.method = &method};
    arena_init(&arena, 1 << 20);
    assert_true(mcp_requests_add(&requests, &id, &request));
    add(&requests, 12);
    assert_text(mcp_request_id(mcp_requests_find(&requests, &id), &arena), "\"a\\\"b\"");
    assert_text(mcp_request_id(find(&requests, 12), &arena), "12");
    mcp_requests_release(&requests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_a_table),
        cmocka_unit_test(test_has_a_limit),
        cmocka_unit_test(test_spells_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
