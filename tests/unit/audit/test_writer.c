/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/file.h>

#include "audit/log.h"
#include "audit/rotate.h"
#include "audit/verify.h"
#include "audit/writer.h"
#include "support/scratch.h"

struct fixture {
    struct scratch *scratch;
    const char *path;
    struct audit_writer writer;
};

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof *fixture);
    fixture->scratch = scratch_new();
    fixture->path = scratch_path(fixture->scratch, "audit.jsonl");
    audit_writer_init(&fixture->writer, fixture->path, &fixture->scratch->arena);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    audit_writer_release(&fixture->writer);
    scratch_free(fixture->scratch);
    test_free(fixture);
    return 0;
}

static bool append(struct fixture *fixture, size_t count)
{
    struct error err = {0};
    const struct text members[] = {TEXT("\"event\":\"a\""), TEXT("\"event\":\"b\""), TEXT("\"event\":\"c\"")};
    return audit_writer_append(&fixture->writer, members, count, &fixture->scratch->arena, &err);
}

static void leave(struct fixture *fixture)
{
    struct error err = {0};
    if (!audit_writer_leave(&fixture->writer, &err)) {
        fail_msg("%s", err.message);
    }
}

static uint64_t verified(struct fixture *fixture)
{
    struct audit_report report;
    struct error err = {0};
    if (!audit_verify(fixture->path, &fixture->scratch->arena, &report, &err)) {
        fail_msg("%s", err.message);
    }
    if (report.broken != AUDIT_INTACT) {
        fail_msg("%.*s", TEXT_ARG(report.explanation));
    }
    return report.records;
}

static void append_elsewhere(struct fixture *fixture)
{
    struct error err = {0};
    if (!audit_append(fixture->path, TEXT("\"event\":\"other\""), &fixture->scratch->arena, &err)) {
        fail_msg("%s", err.message);
    }
}

static void test_takes_turns_with_others(void **state)
{
    struct fixture *fixture = *state;
    assert_true(append(fixture, 3));
    leave(fixture);
    append_elsewhere(fixture);
    assert_true(append(fixture, 1));
    assert_true(append(fixture, 2));
    leave(fixture);
    append_elsewhere(fixture);
    assert_int_equal(verified(fixture), 8);
}

/* What a killed process wrote while it held the lock is taken over by the next one. */
static void test_survives_being_killed_before_the_head_moved(void **state)
{
    struct fixture *fixture = *state;
    assert_true(append(fixture, 1));
    leave(fixture);
    assert_true(append(fixture, 3));
    audit_writer_release(&fixture->writer); /* as the kernel would */
    append_elsewhere(fixture);
    assert_int_equal(verified(fixture), 5);
}

static void test_follows_a_rotation(void **state)
{
    struct fixture *fixture = *state;
    struct audit_rotation rotation;
    struct error err = {0};
    assert_true(append(fixture, 2));
    leave(fixture);
    assert_true(audit_rotate(fixture->path, 0, TEXT(""), &fixture->scratch->arena, &rotation, &err));
    assert_true(append(fixture, 2));
    leave(fixture);
    assert_int_equal(verified(fixture), 3);
}

static void test_refuses_a_log_that_was_cut(void **state)
{
    struct fixture *fixture = *state;
    assert_true(append(fixture, 2));
    leave(fixture);
    assert_int_equal(truncate(fixture->path, 10), 0);
    assert_false(append(fixture, 1));
    assert_int_equal(scratch_read(fixture->scratch, "audit.jsonl").size, 10);
}

/* Whoever cannot write does not keep others from looking and mending. */
static void test_gives_the_lock_back_when_it_refuses(void **state)
{
    struct fixture *fixture = *state;
    assert_true(append(fixture, 2));
    leave(fixture);
    int log = open(fixture->path, O_WRONLY | O_APPEND);
    assert_int_equal(write(log, "not a record\n", 13), 13);
    close(log);
    assert_false(append(fixture, 1));
    int head = open(scratch_path(fixture->scratch, "audit.jsonl.head"), O_RDWR);
    assert_true(head >= 0);
    assert_int_equal(flock(head, LOCK_EX | LOCK_NB), 0);
    close(head);
}

static void test_refuses_what_is_no_record(void **state)
{
    struct fixture *fixture = *state;
    struct error err;
    const struct text bad[] = {TEXT("\"event\":\"a\""), TEXT("\"event\":\"a\n\"")};
    assert_false(audit_writer_append(&fixture->writer, bad, 2, &fixture->scratch->arena, &err));
    assert_false(scratch_exists(fixture->scratch, "audit.jsonl"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_takes_turns_with_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_survives_being_killed_before_the_head_moved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_follows_a_rotation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuses_a_log_that_was_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gives_the_lock_back_when_it_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refuses_what_is_no_record, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
