/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "state/tally.h"
#include "support/scratch.h"

struct fixture {
    struct scratch *scratch;
    struct tally tally;
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof *fixture);
    fixture->scratch = scratch_new();
    tally_init(&fixture->tally, scratch_path(fixture->scratch, "state"));
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    tally_release(&fixture->tally);
    scratch_free(fixture->scratch);
    test_free(fixture);
    return 0;
}

static void enter(struct fixture *fixture, const char *session)
{
    struct error err = {0};
    if (!tally_enter(&fixture->tally, text_of(session), TEXT("/ws"), &err)) {
        fail_msg("%s", err.message);
    }
}

static struct digest key_of(unsigned number)
{
    return digest_sha256((struct text){(const char *)&number, sizeof number});
}

static enum charge_result charge(struct fixture *fixture, unsigned number)
{
    struct error err = {0};
    struct digest key = key_of(number);
    enum charge_result result = CHARGE_NEW;
    if (!tally_charge(&fixture->tally, &key, &result, &err)) {
        fail_msg("%s", err.message);
    }
    return result;
}

static void commit(struct fixture *fixture)
{
    struct error err = {0};
    if (!tally_commit(&fixture->tally, &err)) {
        fail_msg("%s", err.message);
    }
    tally_leave(&fixture->tally);
}

/* As another process would: through the ledger itself. */
static uint64_t charge_elsewhere(struct fixture *fixture, const char *session, unsigned number,
                                 enum charge_result *ret_result)
{
    struct ledger ledger;
    struct error err = {0};
    struct digest key = key_of(number);
    if (!ledger_open(&ledger, scratch_path(fixture->scratch, "state"), text_of(session), TEXT("/ws"),
                     &fixture->scratch->arena, &err) ||
        !ledger_charge(&ledger, &key, ret_result, &err)) {
        fail_msg("%s", err.message);
    }
    uint64_t used = ledger.used;
    ledger_close(&ledger);
    return used;
}

static void test_charges_with_others(void **state)
{
    struct fixture *fixture = *state;
    enum charge_result result;
    enter(fixture, "s");
    assert_int_equal(charge(fixture, 1), CHARGE_NEW);
    assert_int_equal(charge(fixture, 2), CHARGE_NEW);
    assert_int_equal(tally_used(&fixture->tally), 2);
    commit(fixture);
    assert_int_equal(charge_elsewhere(fixture, "s", 3, &result), 3);
    assert_int_equal(charge_elsewhere(fixture, "s", 1, &result), 3);
    assert_int_equal(result, CHARGE_REPEATED);
    enter(fixture, "s");
    assert_int_equal(tally_used(&fixture->tally), 3);
    assert_int_equal(charge(fixture, 3), CHARGE_REPEATED);
    commit(fixture);
    enter(fixture, "other");
    assert_int_equal(tally_used(&fixture->tally), 0);
    assert_int_equal(charge(fixture, 3), CHARGE_NEW);
    commit(fixture);
    enter(fixture, "s");
    assert_int_equal(tally_used(&fixture->tally), 3);
    tally_leave(&fixture->tally);
}

/* Free three times, whether the charge is in the file already or not. */
static void test_repeats_are_free_three_times(void **state)
{
    struct fixture *fixture = *state;
    enter(fixture, "s");
    assert_int_equal(charge(fixture, 7), CHARGE_NEW);
    assert_int_equal(charge(fixture, 7), CHARGE_REPEATED);
    commit(fixture);
    enter(fixture, "s");
    assert_int_equal(charge(fixture, 7), CHARGE_REPEATED);
    assert_int_equal(charge(fixture, 7), CHARGE_REPEATED);
    assert_int_equal(charge(fixture, 7), CHARGE_NEW);
    assert_int_equal(tally_used(&fixture->tally), 2);
    commit(fixture);
}

/* Against the ledger's own search, past the window's end and around it. */
static void test_finds_what_the_ledger_finds(void **state)
{
    struct fixture *fixture = *state;
    enum { CALLS = REPEAT_WINDOW + 1000 };
    for (unsigned i = 0; i < CALLS;) {
        enter(fixture, "s");
        for (unsigned end = i + TALLY_PENDING; i < end && i < CALLS; i++) {
            assert_int_equal(charge(fixture, i), CHARGE_NEW);
        }
        commit(fixture);
    }
    struct ledger ledger;
    struct error err = {0};
    assert_true(ledger_open(&ledger, scratch_path(fixture->scratch, "state"), TEXT("s"), TEXT("/ws"),
                            &fixture->scratch->arena, &err));
    assert_int_equal(ledger.used, CALLS);
    enum charge_result expected[CALLS / 97 + 1];
    for (unsigned i = 0; i < CALLS; i += 97) {
        struct digest key = key_of(i);
        assert_true(ledger_peek(&ledger, &key, &expected[i / 97], &err));
    }
    ledger_close(&ledger);
    enter(fixture, "s");
    for (unsigned i = 0; i < CALLS; i += 97) {
        struct digest key = key_of(i);
        enum charge_result result;
        assert_true(tally_peek(&fixture->tally, &key, &result, &err));
        assert_int_equal(result, expected[i / 97]);
    }
    tally_leave(&fixture->tally);
}

/* Deleting state never gives budget back. */
static void test_a_deleted_ledger_is_exhausted(void **state)
{
    struct fixture *fixture = *state;
    struct error err;
    enum charge_result result;
    struct digest key = key_of(2);
    enter(fixture, "s");
    charge(fixture, 1);
    commit(fixture);
    assert_int_equal(unlink(fixture->tally.ledger.path), 0);
    enter(fixture, "s");
    assert_true(fixture->tally.ledger.is_exhausted);
    assert_false(tally_charge(&fixture->tally, &key, &result, &err));
    tally_leave(&fixture->tally);
}

static void test_takes_a_limited_number_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct error err;
    enum charge_result result;
    struct digest key = key_of(TALLY_PENDING);
    enter(fixture, "s");
    for (unsigned i = 0; i < TALLY_PENDING; i++) {
        assert_false(tally_is_full(&fixture->tally));
        charge(fixture, i);
    }
    assert_true(tally_is_full(&fixture->tally));
    assert_false(tally_charge(&fixture->tally, &key, &result, &err));
    commit(fixture);
    assert_int_equal(fixture->tally.ledger.used, TALLY_PENDING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_charges_with_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_repeats_are_free_three_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_finds_what_the_ledger_finds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_deleted_ledger_is_exhausted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_takes_a_limited_number_at_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
