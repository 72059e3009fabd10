/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "audit/rotate.h"
#include "trail.h"

/* 2026-11-21T03:04:05Z */
#define NOW (INT64_C(1795230245) * 1000000000)

static struct audit_rotation rotate(struct scratch *scratch, int64_t seconds)
{
    struct audit_rotation rotation;
    struct error err = {0};
    if (!audit_rotate(trail_path(scratch), NOW + seconds * 1000000000, TEXT("full"), &scratch->arena, &rotation,
                      &err)) {
        fail_msg("%s", err.message);
    }
    return rotation;
}

static void test_rotation_goes_on_with_the_chain(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 3);
    struct audit_rotation rotation = rotate(scratch, 0);
    assert_true(text_ends_with(rotation.closed, TEXT("/audit-20261121T030405Z.jsonl")));
    struct audit_report closed = trail_verify(scratch, "audit-20261121T030405Z.jsonl");
    assert_int_equal(closed.broken, AUDIT_INTACT);
    assert_int_equal(closed.records, 3);
    trail_append(scratch, "call 5");
    struct audit_report report = trail_verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.records, 2);
    assert_int_equal(report.last.seq, 5);
    assert_true(text_equal(report.continues, TEXT("audit-20261121T030405Z.jsonl")));
    struct text first = scratch_line(scratch_read(scratch, "audit.jsonl"), 1);
    assert_true(text_contains(first, TEXT("\"event\":\"audit.rotated\"")));
    assert_true(text_contains(first, TEXT("\"verified\":true")));
    assert_true(text_contains(first, TEXT("\"reason\":\"full\"")));
    struct text last_hash = digest_hex(&scratch->arena, &closed.last.hash);
    assert_true(text_contains(first, last_hash));
    /* The first record is as protected as any. */
    trail_rearrange(scratch, scratch_read(scratch, "audit.jsonl"), (const size_t[]){2, 0});
    trail_assert_broken(scratch, AUDIT_MISSING, 1, 1);
}

static void test_rotation_is_the_way_out_of_a_broken_log(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 4);
    trail_rearrange(scratch, scratch_read(scratch, "audit.jsonl"), (const size_t[]){1, 2, 0});
    trail_assert_refuses(scratch);
    struct audit_rotation rotation = rotate(scratch, 0);
    assert_int_equal(rotation.report.broken, AUDIT_CUT_TAIL);
    trail_append(scratch, "after");
    struct audit_report report = trail_verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.last.seq, 6);
    assert_true(text_contains(scratch_line(scratch_read(scratch, "audit.jsonl"), 1),
                              TEXT("\"verified\":false,\"break\":")));
    assert_int_equal(trail_verify(scratch, "audit-20261121T030405Z.jsonl").broken, AUDIT_CUT_TAIL);

    assert_int_equal(unlink(scratch_path(scratch, "audit.jsonl.head")), 0);
    trail_assert_refuses(scratch);
    rotate(scratch, 1);
    trail_append(scratch, "after");
    trail_assert_intact(scratch, 2);
    assert_int_equal(trail_verify(scratch, "audit-20261121T030406Z.jsonl").broken, AUDIT_NO_HEAD);

    struct text head = scratch_read(scratch, "audit.jsonl.head");
    scratch_write(scratch, "audit.jsonl.head",
                  text_format(&scratch->arena, "%s%s%s", head.data, head.data, head.data));
    trail_assert_refuses(scratch);
    rotate(scratch, 3);
    trail_append(scratch, "after");
    trail_assert_intact(scratch, 2);

    assert_int_equal(unlink(trail_path(scratch)), 0);
    rotate(scratch, 2);
    trail_append(scratch, "after");
    trail_assert_intact(scratch, 2);
}

/* Killed before the new head was written: the log's first record continues the old head. */
static void test_killed_rotation_is_finished(void **state)
{
    struct scratch *scratch = *state;
    for (int records = 1; records <= 4; records++) {
        trail_append(scratch, "call");
        struct text head = scratch_read(scratch, "audit.jsonl.head");
        rotate(scratch, records);
        scratch_write(scratch, "audit.jsonl.head", head);
        trail_assert_intact(scratch, 1);
        trail_append(scratch, "after");
        trail_assert_intact(scratch, 2);
    }
}

static void test_rotation_that_cannot_be(void **state)
{
    struct scratch *scratch = *state;
    struct audit_rotation rotation;
    struct error err;
    assert_false(audit_rotate(trail_path(scratch), NOW, TEXT(""), &scratch->arena, &rotation, &err));
    trail_append_many(scratch, 2);
    scratch_write(scratch, "audit-20261121T030405Z.jsonl", TEXT("taken"));
    assert_false(audit_rotate(trail_path(scratch), NOW, TEXT(""), &scratch->arena, &rotation, &err));
    assert_true(text_equal(scratch_read(scratch, "audit-20261121T030405Z.jsonl"), TEXT("taken")));
    assert_false(scratch_exists(scratch, "audit-20261121T030405Z.jsonl.head"));
    trail_assert_intact(scratch, 2);
    trail_append(scratch, "call 3");
    trail_assert_intact(scratch, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rotation_goes_on_with_the_chain),
        TEST(test_rotation_is_the_way_out_of_a_broken_log),
        TEST(test_killed_rotation_is_finished),
        TEST(test_rotation_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
