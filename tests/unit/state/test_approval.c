/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "state/approval.h"
#include "support/scratch.h"

static struct approval approval_of(struct scratch *scratch, enum approval_status status)
{
    struct digest policy = digest_sha256(TEXT("policy"));
    struct text arguments = TEXT("{\"command\":\"git push\"}");
    return (struct approval){
        .code = approval_code(TEXT("s"), TEXT("Bash"), arguments, &policy, &scratch->arena),
        .status = status,
        .agent = TEXT("codex"),
        .session = TEXT("s"),
        .tool = TEXT("Bash"),
        .demand = TEXT("git.push:origin/main"),
        .rule = TEXT(".aex/policy.aex:8"),
        .root = TEXT("/ws"),
        .arguments = arguments,
        .policy = policy,
        .requested = 1000000000,
        .expires = 9000000000,
    };
}

static struct text write_approval(struct scratch *scratch, enum approval_status status)
{
    struct approval approval = approval_of(scratch, status);
    struct error err = {0};
    if (!approval_write(scratch_path(scratch, "state"), &approval, &scratch->arena, &err)) {
        fail_msg("%s", err.message);
    }
    return approval.code;
}

static bool take(struct scratch *scratch, struct text code, struct approval *ret_approval)
{
    bool is_taken = false;
    struct error err = {0};
    if (!approval_take(scratch_path(scratch, "state"), code, &scratch->arena, &is_taken, ret_approval, &err)) {
        fail_msg("%s", err.message);
    }
    return is_taken;
}

static bool is_there(struct scratch *scratch, struct text code, struct approval *ret_approval)
{
    bool is_found = false;
    assert_true(approval_read(scratch_path(scratch, "state"), code, 2000000000, &scratch->arena, &is_found,
                              ret_approval, NULL));
    return is_found;
}

static void a_decision_is_used_once(void **state)
{
    struct approval taken;
    struct approval left;
    struct text code = write_approval(*state, APPROVAL_APPROVED);
    assert_true(take(*state, code, &taken));
    assert_int_equal(taken.status, APPROVAL_APPROVED);
    assert_true(text_equal(taken.arguments, approval_of(*state, APPROVAL_APPROVED).arguments));
    assert_false(is_there(*state, code, &left));
    assert_false(take(*state, code, &taken));
}

/* One call saw the approval, another used it up, a third asked anew: the first must not take the question for
 * the answer. */
static void a_question_is_no_decision(void **state)
{
    struct approval taken;
    struct approval left;
    struct text code = write_approval(*state, APPROVAL_APPROVED);
    assert_true(take(*state, code, &taken));
    write_approval(*state, APPROVAL_PENDING);
    assert_false(take(*state, code, &taken));
    assert_true(is_there(*state, code, &left));
    assert_int_equal(left.status, APPROVAL_PENDING);
}

/* A person changed their mind after the approval was seen. */
static void what_is_taken_is_what_counts(void **state)
{
    struct approval taken;
    struct text code = write_approval(*state, APPROVAL_APPROVED);
    write_approval(*state, APPROVAL_DENIED);
    assert_true(take(*state, code, &taken));
    assert_int_equal(taken.status, APPROVAL_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_decision_is_used_once, scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(a_question_is_no_decision, scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(what_is_taken_is_what_counts, scratch_set_up, scratch_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
