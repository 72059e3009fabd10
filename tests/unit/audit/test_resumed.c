/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "audit/log.h"
#include "audit/past.h"
#include "audit/rotate.h"
#include "os/file.h"
#include "trail.h"

static struct audit_link end_of(struct scratch *scratch)
{
    struct audit_link link;
    assert_true(audit_read_end(trail_path(scratch), &scratch->arena, &link, NULL));
    return link;
}

static void append_resumed(struct scratch *scratch, const struct audit_link *link, bool found)
{
    struct text members =
        text_format(&scratch->arena,
                    "\"event\":\"checkpoint.resumed\",\"checkpoint\":{\"name\":\"n\",\"callsUsed\":1,"
                    "\"session\":\"s\",\"chain\":{"
                    "\"seq\":%llu,\"offset\":%llu,\"hash\":\"%.*s\",\"log\":\"x\",\"found\":%s}}",
                    (unsigned long long)link->seq, (unsigned long long)link->offset,
                    TEXT_ARG(digest_hex(&scratch->arena, &link->hash)), found ? "true" : "false");
    assert_true(audit_append(trail_path(scratch), members, &scratch->arena, NULL));
}

static bool has(struct scratch *scratch, struct audit_link link)
{
    bool is_there = false;
    AUTO_CLOSE log = file_open(AT_FDCWD, trail_path(scratch), O_RDONLY, 0, NULL);
    assert_true(log >= 0);
    assert_true(audit_has_link(log, "log", &link, &is_there, NULL));
    return is_there;
}

static void test_links(void **state)
{
    struct scratch *scratch = *state;
    assert_int_equal(end_of(scratch).seq, 0);
    trail_append_many(scratch, 3);
    struct audit_link third = end_of(scratch);
    trail_append_many(scratch, 2);
    struct audit_link other = third;
    assert_int_equal(third.seq, 3);
    assert_true(has(scratch, third));
    assert_true(has(scratch, end_of(scratch)));
    assert_true(has(scratch, (struct audit_link){0}));
    other.hash.bytes[31] ^= 1;
    assert_false(has(scratch, other));
    other = third;
    other.seq = 4;
    assert_false(has(scratch, other));
    static const uint64_t wrong[] = {0, 1, 100, UINT64_MAX, INT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        other = third;
        other.offset = wrong[i];
        assert_false(has(scratch, other));
    }
    other = third;
    other.offset++;
    assert_false(has(scratch, other));
}

static void test_followed(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 3);
    struct audit_link link = end_of(scratch);
    trail_append_many(scratch, 2);
    append_resumed(scratch, &link, true);
    struct audit_report report = trail_verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.resumed, 1);
    assert_int_equal(report.resumed_elsewhere, 0);
    /* Rotated, it is still found. */
    struct audit_rotation rotation;
    assert_true(
        audit_rotate(trail_path(scratch), 1795219200000000000, TEXT(""), &scratch->arena, &rotation, NULL));
    append_resumed(scratch, &link, false);
    report = trail_verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.resumed, 1);
    assert_int_equal(report.resumed_elsewhere, 0);
    unlink(rotation.closed.data);
    report = trail_verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.resumed_elsewhere, 1);
}

/* A whole log made anew is a chain like any other; what a checkpoint remembers of the old one tells them apart.
 */
static void test_a_new_chain_shows(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 3);
    struct audit_link link = end_of(scratch);
    link.hash = digest_sha256(TEXT("what stood there before"));
    append_resumed(scratch, &link, true);
    trail_assert_broken(scratch, AUDIT_OTHER_PAST, 4, 4);
    struct text log = text_copy(&scratch->arena, scratch_read(scratch, "audit.jsonl"));
    assert_true(text_contains(log, TEXT("\"found\":true")));
}

/* One that names itself, or what comes after it, was not written so. */
static void test_the_future_is_no_past(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 1);
    struct audit_link link = end_of(scratch);
    link.seq = 9;
    append_resumed(scratch, &link, true);
    trail_assert_broken(scratch, AUDIT_OTHER_PAST, 2, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_links, scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_followed, scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_a_new_chain_shows, scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_the_future_is_no_past, scratch_set_up, scratch_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
