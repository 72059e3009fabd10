/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/chain.h"
#include "audit/log.h"
#include "audit/verify.h"
#include "base/limits.h"
#include "trail.h"

static void test_records_are_chained(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 3);
    struct text log = scratch_read(scratch, "audit.jsonl");
    assert_true(
        text_contains(scratch_line(log, 1), TEXT(",\"seq\":1,\"prev\":\"00000000000000000000000000000000"
                                                 "00000000000000000000000000000000\",\"hash\":\"")));
    assert_true(text_contains(scratch_line(log, 3), TEXT("\"toolUseId\":\"call 3\",\"seq\":3,\"prev\":\"")));
    struct audit_report report = trail_verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.records, 3);
    assert_int_equal(report.last.seq, 3);
    assert_string_equal(report.first_time, "2026-11-21T03:04:05.678Z");
    struct stat status;
    assert_int_equal(stat(trail_path(scratch), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

/* The line and its hash, computed with sha256sum over the line without the hash member. */
static void test_line_has_the_published_form(void **state)
{
    struct scratch *scratch = *state;
    struct builder line;
    struct audit_link link = {0};
    builder_init(&line, &scratch->arena);
    audit_seal_line(&line, TEXT("\"event\":\"x\""), &link);
    assert_string_equal(
        builder_text(&line).data,
        "{\"event\":\"x\",\"seq\":1,\"prev\":\"00000000000000000000000000000000000000000000000000000000"
        "00000000\",\"hash\":\"a595253001bec2b4449b20aaf499c84d65fa4653010468806bb17a94a0055835\"}\n");
    assert_int_equal(link.seq, 1);
    assert_int_equal(link.offset, line.size);
}

static void test_changed_byte_shows(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 5);
    struct text log = scratch_read(scratch, "audit.jsonl");
    size_t place = text_find(log, TEXT("call 3")) + 5;
    struct text changed = text_copy(&scratch->arena, log);
    ((char *)(uintptr_t)changed.data)[place] = '9';
    scratch_write(scratch, "audit.jsonl", changed);
    trail_assert_broken(scratch, AUDIT_CHANGED, 3, 3);
    assert_int_equal(trail_verify(scratch, "audit.jsonl").records, 2);
    scratch_write(scratch, "audit.jsonl", log);
    trail_assert_intact(scratch, 5);
}

/* Whatever byte is changed, to whatever of three values, something is noticed. */
static void test_no_byte_may_change(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 3);
    struct text log = scratch_read(scratch, "audit.jsonl");
    for (size_t i = 0; i < log.size; i++) {
        static const char others[] = {'0', '\n', ' '};
        for (size_t j = 0; j < sizeof others; j++) {
            if (log.data[i] == others[j]) {
                continue;
            }
            struct text changed = text_copy(&scratch->arena, log);
            ((char *)(uintptr_t)changed.data)[i] = others[j];
            scratch_write(scratch, "audit.jsonl", changed);
            if (trail_verify(scratch, "audit.jsonl").broken == AUDIT_INTACT) {
                fail_msg("byte %zu may become %d", i, others[j]);
            }
        }
    }
}

static void test_cut_tail_shows(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 10);
    struct text log = scratch_read(scratch, "audit.jsonl");
    trail_rearrange(scratch, log, (const size_t[]){1, 2, 3, 4, 5, 6, 7, 0});
    trail_assert_broken(scratch, AUDIT_CUT_TAIL, 8, 8);
    assert_non_null(strstr(trail_verify(scratch, "audit.jsonl").explanation.data, "records 8 to 10"));
    trail_assert_refuses(scratch);
    scratch_write(scratch, "audit.jsonl", text_slice(log, 0, log.size - 1));
    trail_assert_broken(scratch, AUDIT_CUT_TAIL, 10, 10);
    trail_assert_refuses(scratch);
    scratch_write(scratch, "audit.jsonl", TEXT(""));
    trail_assert_broken(scratch, AUDIT_CUT_TAIL, 1, 1);
    trail_assert_refuses(scratch);
    assert_int_equal(unlink(trail_path(scratch)), 0);
    trail_assert_broken(scratch, AUDIT_CUT_TAIL, 1, 1);
}

static void test_removed_records_show(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 6);
    struct text log = scratch_read(scratch, "audit.jsonl");
    trail_rearrange(scratch, log, (const size_t[]){1, 2, 4, 5, 6, 0});
    trail_assert_broken(scratch, AUDIT_MISSING, 3, 3);
    trail_assert_refuses(scratch);
    trail_rearrange(scratch, log, (const size_t[]){1, 5, 6, 0});
    trail_assert_broken(scratch, AUDIT_MISSING, 2, 2);
    assert_non_null(strstr(trail_verify(scratch, "audit.jsonl").explanation.data, "records 2 to 4"));
    trail_rearrange(scratch, log, (const size_t[]){2, 3, 4, 5, 6, 0});
    trail_assert_broken(scratch, AUDIT_MISSING, 1, 1);
}

static void test_moved_records_show(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 5);
    struct text log = scratch_read(scratch, "audit.jsonl");
    trail_rearrange(scratch, log, (const size_t[]){1, 3, 2, 4, 5, 0});
    trail_assert_broken(scratch, AUDIT_MOVED, 2, 3);
    trail_rearrange(scratch, log, (const size_t[]){1, 2, 2, 3, 4, 5, 0});
    trail_assert_broken(scratch, AUDIT_MOVED, 3, 2);
    trail_rearrange(scratch, log, (const size_t[]){2, 1, 3, 4, 5, 0});
    trail_assert_broken(scratch, AUDIT_MOVED, 1, 2);
}

/* A chain forged from record 2 on, each hash genuine: the head gives it away; so does the record behind it. */
static void test_forged_records_show(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 3);
    struct text log = scratch_read(scratch, "audit.jsonl");
    struct text first = scratch_line(log, 1);
    struct audit_seal seal;
    assert_true(audit_read_seal(text_slice(first, 0, first.size - 1), &seal));
    struct builder forged;
    builder_init(&forged, &scratch->arena);
    struct audit_link link = {.seq = 1, .hash = seal.hash};
    builder_add(&forged, first);
    audit_seal_line(&forged,
                    TEXT("\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T03:04:05.678Z\","
                         "\"toolUseId\":\"evil 2\""),
                    &link);
    struct text one_forged = text_copy(&scratch->arena, builder_text(&forged));
    builder_add(&forged, scratch_line(log, 3));
    scratch_write(scratch, "audit.jsonl", builder_text(&forged));
    trail_assert_broken(scratch, AUDIT_REPLACED, 3, 3);

    builder_init(&forged, &scratch->arena);
    builder_add(&forged, one_forged);
    audit_seal_line(&forged,
                    TEXT("\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T03:04:05.678Z\","
                         "\"toolUseId\":\"evil 3\""),
                    &link);
    scratch_write(scratch, "audit.jsonl", builder_text(&forged));
    assert_int_equal(builder_text(&forged).size, log.size);
    trail_assert_broken(scratch, AUDIT_OTHER_HEAD, 3, 3);
}

static void test_missing_or_damaged_head_shows(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 3);
    struct text head = scratch_read(scratch, "audit.jsonl.head");
    assert_int_equal(head.size, 2 * AUDIT_HEAD_SIZE);
    for (size_t size = 0; size < AUDIT_HEAD_SIZE; size += 15) {
        scratch_write(scratch, "audit.jsonl.head", text_slice(head, 0, size));
        trail_assert_broken(scratch, AUDIT_NO_HEAD, 4, 0);
        trail_assert_refuses(scratch);
    }
    scratch_write(scratch, "audit.jsonl.head", text_format(&scratch->arena, "%sx", head.data));
    trail_assert_broken(scratch, AUDIT_NO_HEAD, 4, 0);
    trail_assert_refuses(scratch);
    assert_int_equal(unlink(scratch_path(scratch, "audit.jsonl.head")), 0);
    trail_assert_broken(scratch, AUDIT_NO_HEAD, 4, 0);
    trail_assert_refuses(scratch);
    /* The refusal made no head that would let the next one through. */
    trail_assert_refuses(scratch);
}

/* No byte of a head may change unnoticed: the other head counts then, which knows one record less. */
static void test_half_written_head_leaves_the_other(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 4);
    struct text heads = scratch_read(scratch, "audit.jsonl.head");
    struct text log = scratch_read(scratch, "audit.jsonl");
    /* Four records after the zero head: the newest stands first. */
    for (size_t i = 0; i < AUDIT_HEAD_SIZE; i++) {
        struct text changed = text_copy(&scratch->arena, heads);
        ((char *)(uintptr_t)changed.data)[i] ^= 1;
        scratch_write(scratch, "audit.jsonl.head", changed);
        scratch_write(scratch, "audit.jsonl", log);
        trail_assert_intact(scratch, 4);
        trail_rearrange(scratch, log, (const size_t[]){1, 2, 0});
        trail_assert_broken(scratch, AUDIT_CUT_TAIL, 3, 3);
        scratch_write(scratch, "audit.jsonl", log);
        trail_append(scratch, "call 5");
        trail_assert_intact(scratch, 5);
    }
    for (size_t i = 0; i < AUDIT_HEAD_SIZE; i += 9) {
        struct text changed = text_copy(&scratch->arena, heads);
        ((char *)(uintptr_t)changed.data)[i] ^= 1;
        ((char *)(uintptr_t)changed.data)[AUDIT_HEAD_SIZE + i] ^= 1;
        scratch_write(scratch, "audit.jsonl.head", changed);
        scratch_write(scratch, "audit.jsonl", log);
        trail_assert_broken(scratch, AUDIT_NO_HEAD, 5, 0);
        trail_assert_refuses(scratch);
    }
}

static void test_lines_that_are_no_records(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 2);
    struct text log = scratch_read(scratch, "audit.jsonl");
    const char *bad[] = {"", "garbage", "{}", "{\"seq\":3}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scratch_write(scratch, "audit.jsonl", text_format(&scratch->arena, "%s%s\n", log.data, bad[i]));
        trail_assert_broken(scratch, AUDIT_NOT_A_RECORD, 3, 0);
        trail_assert_refuses(scratch);
    }
    struct builder longest;
    builder_init(&longest, &scratch->arena);
    builder_add(&longest, log);
    builder_add_repeated(&longest, 'x', 3 * LIMIT_AUDIT_LINE);
    builder_add_char(&longest, '\n');
    scratch_write(scratch, "audit.jsonl", builder_text(&longest));
    trail_assert_broken(scratch, AUDIT_NOT_A_RECORD, 3, 0);
    trail_assert_refuses(scratch);
}

/* Sealed well, but no JSON: a duplicate name. */
static void test_every_record_must_be_json(void **state)
{
    struct scratch *scratch = *state;
    struct builder line;
    struct audit_link link = {0};
    char head[AUDIT_HEAD_SIZE];
    builder_init(&line, &scratch->arena);
    audit_seal_line(&line, TEXT("\"a\":1,\"a\":2"), &link);
    audit_format_head(&link, head);
    scratch_write(scratch, "audit.jsonl", builder_text(&line));
    scratch_write(scratch, "audit.jsonl.head", (struct text){head, sizeof head});
    trail_assert_broken(scratch, AUDIT_NOT_A_RECORD, 1, 1);
}

/* Killed before the head moved: whole lines are taken over, a torn one is cut off. */
static void test_killed_writers_are_repaired(void **state)
{
    struct scratch *scratch = *state;
    trail_append_many(scratch, 2);
    struct text head = scratch_read(scratch, "audit.jsonl.head");
    trail_append(scratch, "call 3");
    trail_append(scratch, "call 4");
    struct text log = scratch_read(scratch, "audit.jsonl");
    size_t third = text_find(log, TEXT("call 3"));
    size_t after_third = third + text_find_char(text_after(log, third), '\n') + 1;
    for (size_t size = third; size < log.size; size++) {
        scratch_write(scratch, "audit.jsonl", text_slice(log, 0, size));
        scratch_write(scratch, "audit.jsonl.head", head);
        uint64_t whole = size >= after_third ? 3 : 2;
        struct audit_report report = trail_verify(scratch, "audit.jsonl");
        assert_int_equal(report.broken, AUDIT_INTACT);
        assert_int_equal(report.records, whole);
        assert_int_equal(report.unfinished == 0, size == after_third);
        trail_append(scratch, "next");
        trail_assert_intact(scratch, whole + 1);
        assert_int_equal(trail_verify(scratch, "audit.jsonl").unfinished, 0);
    }
}

static void test_killed_before_the_first_head(void **state)
{
    struct scratch *scratch = *state;
    trail_append(scratch, "call 1");
    struct text head = text_slice(scratch_read(scratch, "audit.jsonl.head"), 0, AUDIT_HEAD_SIZE);
    for (size_t size = 0; size <= head.size; size++) {
        scratch_write(scratch, "audit.jsonl.head", text_slice(head, 0, size));
        scratch_write(scratch, "audit.jsonl", TEXT(""));
        trail_append(scratch, "call 1");
        trail_assert_intact(scratch, 1);
    }
}

static void test_unsuitable_files_are_refused(void **state)
{
    struct scratch *scratch = *state;
    struct error err;
    scratch_write(scratch, "elsewhere", TEXT(""));
    assert_int_equal(symlink(scratch_path(scratch, "elsewhere"), trail_path(scratch)), 0);
    assert_false(trail_try_append(scratch, "1", &err));
    assert_non_null(strstr(err.message, "symbolic link"));
    assert_int_equal(scratch_read(scratch, "elsewhere").size, 0);
    assert_int_equal(unlink(trail_path(scratch)), 0);
    assert_int_equal(unlink(scratch_path(scratch, "audit.jsonl.head")), 0);
    trail_append(scratch, "1");
    assert_int_equal(chmod(trail_path(scratch), 0622), 0);
    assert_false(trail_try_append(scratch, "1", &err));
    assert_non_null(strstr(err.message, "chmod go-w"));
    assert_int_equal(chmod(trail_path(scratch), 0600), 0);
    assert_int_equal(chmod(scratch_path(scratch, "audit.jsonl.head"), 0606), 0);
    assert_false(trail_try_append(scratch, "1", &err));
    assert_int_equal(chmod(scratch_path(scratch, "audit.jsonl.head"), 0600), 0);
    trail_append(scratch, "2");
    trail_assert_intact(scratch, 2);
    assert_false(audit_append(scratch_path(scratch, "no/such/folder"), TEXT("\"a\":1"), &scratch->arena, &err));
}

static void test_members_must_fit_a_line(void **state)
{
    struct scratch *scratch = *state;
    struct error err;
    struct builder members;
    assert_false(audit_append(trail_path(scratch), TEXT(""), &scratch->arena, &err));
    assert_false(audit_append(trail_path(scratch), TEXT("\"a\":\n1"), &scratch->arena, &err));
    assert_false(audit_append(trail_path(scratch), (struct text){"\"a\":\0", 5}, &scratch->arena, &err));
    builder_init(&members, &scratch->arena);
    builder_add_c(&members, "\"a\":\"");
    builder_add_repeated(&members, 'x', LIMIT_AUDIT_LINE - 200);
    builder_add_c(&members, "\"");
    assert_true(audit_append(trail_path(scratch), builder_text(&members), &scratch->arena, &err));
    builder_add_c(&members, ",\"b\":\"");
    builder_add_repeated(&members, 'x', 200);
    builder_add_c(&members, "\"");
    assert_false(audit_append(trail_path(scratch), builder_text(&members), &scratch->arena, &err));
    assert_non_null(strstr(err.message, "too long"));
    trail_assert_intact(scratch, 1);
}

static void test_reading_what_is_not_there(void **state)
{
    struct scratch *scratch = *state;
    struct audit_report report;
    struct error err;
    assert_false(audit_verify(trail_path(scratch), &scratch->arena, &report, &err));
    assert_non_null(strstr(err.message, "there is no audit log"));
    assert_false(scratch_exists(scratch, "audit.jsonl.head"));
    assert_int_equal(mkdir(trail_path(scratch), 0700), 0);
    assert_false(audit_verify(trail_path(scratch), &scratch->arena, &report, &err));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_records_are_chained),
        TEST(test_line_has_the_published_form),
        TEST(test_changed_byte_shows),
        TEST(test_no_byte_may_change),
        TEST(test_cut_tail_shows),
        TEST(test_removed_records_show),
        TEST(test_moved_records_show),
        TEST(test_forged_records_show),
        TEST(test_missing_or_damaged_head_shows),
        TEST(test_half_written_head_leaves_the_other),
        TEST(test_lines_that_are_no_records),
        TEST(test_every_record_must_be_json),
        TEST(test_killed_writers_are_repaired),
        TEST(test_killed_before_the_first_head),
        TEST(test_unsuitable_files_are_refused),
        TEST(test_members_must_fit_a_line),
        TEST(test_reading_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
