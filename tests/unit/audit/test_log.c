/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/chain.h"
#include "audit/log.h"
#include "audit/rotate.h"
#include "audit/verify.h"
#include "base/limits.h"
#include "support/scratch.h"

/* 2026-11-21T03:04:05Z */
#define NOW (INT64_C(1795230245) * 1000000000)

static int set_up(void **state)
{
    *state = scratch_new();
    return 0;
}

static int tear_down(void **state)
{
    scratch_free(*state);
    return 0;
}

static const char *log_path(struct scratch *scratch)
{
    return scratch_path(scratch, "audit.jsonl");
}

static bool try_append(struct scratch *scratch, const char *call, struct error *err)
{
    struct text members = text_format(&scratch->arena,
                                      "\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T03:04:05.678Z\","
                                      "\"toolUseId\":\"%s\"",
                                      call);
    return audit_append(log_path(scratch), members, &scratch->arena, err);
}

static void append(struct scratch *scratch, const char *call)
{
    struct error err = {0};
    if (!try_append(scratch, call, &err)) {
        fail_msg("%s", err.message);
    }
}

static void append_many(struct scratch *scratch, int count)
{
    for (int i = 1; i <= count; i++) {
        append(scratch, text_format(&scratch->arena, "call %d", i).data);
    }
}

static struct audit_report verify(struct scratch *scratch, const char *name)
{
    struct audit_report report;
    struct error err = {0};
    if (!audit_verify(scratch_path(scratch, name), &scratch->arena, &report, &err)) {
        fail_msg("%s", err.message);
    }
    return report;
}

static void assert_intact(struct scratch *scratch, uint64_t records)
{
    struct audit_report report = verify(scratch, "audit.jsonl");
    if (report.broken != AUDIT_INTACT) {
        fail_msg("%s", report.explanation.data);
    }
    assert_int_equal(report.records, records);
}

/* The log is broken there, gates refuse to write on it, and verifying leaves it as it is. */
static void assert_broken(struct scratch *scratch, enum audit_break broken, uint64_t line, uint64_t seq)
{
    struct audit_report report = verify(scratch, "audit.jsonl");
    assert_string_equal(audit_break_name(report.broken), audit_break_name(broken));
    assert_int_equal(report.line, line);
    assert_int_equal(report.seq, seq);
    assert_true(report.explanation.size > 0);
}

static void assert_refuses(struct scratch *scratch)
{
    struct text before = scratch_read(scratch, "audit.jsonl");
    struct error err = {0};
    assert_false(try_append(scratch, "refused", &err));
    assert_non_null(strstr(err.message, "aex audit verify"));
    assert_non_null(strstr(err.message, "aex audit rotate"));
    assert_true(text_equal(scratch_read(scratch, "audit.jsonl"), before));
}

/* The log anew, from some of its lines in this order; 0 ends the list. */
static void rearrange(struct scratch *scratch, struct text log, const size_t *lines)
{
    struct builder content;
    builder_init(&content, &scratch->arena);
    for (; *lines != 0; lines++) {
        builder_add(&content, scratch_line(log, *lines));
    }
    scratch_write(scratch, "audit.jsonl", builder_text(&content));
}

static void test_records_are_chained(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 3);
    struct text log = scratch_read(scratch, "audit.jsonl");
    assert_true(
        text_contains(scratch_line(log, 1), TEXT(",\"seq\":1,\"prev\":\"00000000000000000000000000000000"
                                                 "00000000000000000000000000000000\",\"hash\":\"")));
    assert_true(text_contains(scratch_line(log, 3), TEXT("\"toolUseId\":\"call 3\",\"seq\":3,\"prev\":\"")));
    struct audit_report report = verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.records, 3);
    assert_int_equal(report.last.seq, 3);
    assert_string_equal(report.first_time, "2026-11-21T03:04:05.678Z");
    struct stat status;
    assert_int_equal(stat(log_path(scratch), &status), 0);
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
    append_many(scratch, 5);
    struct text log = scratch_read(scratch, "audit.jsonl");
    size_t place = text_find(log, TEXT("call 3")) + 5;
    struct text changed = text_copy(&scratch->arena, log);
    ((char *)(uintptr_t)changed.data)[place] = '9';
    scratch_write(scratch, "audit.jsonl", changed);
    assert_broken(scratch, AUDIT_CHANGED, 3, 3);
    assert_int_equal(verify(scratch, "audit.jsonl").records, 2);
    scratch_write(scratch, "audit.jsonl", log);
    assert_intact(scratch, 5);
}

/* Whatever byte is changed, to whatever of three values, something is noticed. */
static void test_no_byte_may_change(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 3);
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
            if (verify(scratch, "audit.jsonl").broken == AUDIT_INTACT) {
                fail_msg("byte %zu may become %d", i, others[j]);
            }
        }
    }
}

static void test_cut_tail_shows(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 10);
    struct text log = scratch_read(scratch, "audit.jsonl");
    rearrange(scratch, log, (const size_t[]){1, 2, 3, 4, 5, 6, 7, 0});
    assert_broken(scratch, AUDIT_CUT_TAIL, 8, 8);
    assert_non_null(strstr(verify(scratch, "audit.jsonl").explanation.data, "records 8 to 10"));
    assert_refuses(scratch);
    scratch_write(scratch, "audit.jsonl", text_slice(log, 0, log.size - 1));
    assert_broken(scratch, AUDIT_CUT_TAIL, 10, 10);
    assert_refuses(scratch);
    scratch_write(scratch, "audit.jsonl", TEXT(""));
    assert_broken(scratch, AUDIT_CUT_TAIL, 1, 1);
    assert_refuses(scratch);
    assert_int_equal(unlink(log_path(scratch)), 0);
    assert_broken(scratch, AUDIT_CUT_TAIL, 1, 1);
}

static void test_removed_records_show(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 6);
    struct text log = scratch_read(scratch, "audit.jsonl");
    rearrange(scratch, log, (const size_t[]){1, 2, 4, 5, 6, 0});
    assert_broken(scratch, AUDIT_MISSING, 3, 3);
    assert_refuses(scratch);
    rearrange(scratch, log, (const size_t[]){1, 5, 6, 0});
    assert_broken(scratch, AUDIT_MISSING, 2, 2);
    assert_non_null(strstr(verify(scratch, "audit.jsonl").explanation.data, "records 2 to 4"));
    rearrange(scratch, log, (const size_t[]){2, 3, 4, 5, 6, 0});
    assert_broken(scratch, AUDIT_MISSING, 1, 1);
}

static void test_moved_records_show(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 5);
    struct text log = scratch_read(scratch, "audit.jsonl");
    rearrange(scratch, log, (const size_t[]){1, 3, 2, 4, 5, 0});
    assert_broken(scratch, AUDIT_MOVED, 2, 3);
    rearrange(scratch, log, (const size_t[]){1, 2, 2, 3, 4, 5, 0});
    assert_broken(scratch, AUDIT_MOVED, 3, 2);
    rearrange(scratch, log, (const size_t[]){2, 1, 3, 4, 5, 0});
    assert_broken(scratch, AUDIT_MOVED, 1, 2);
}

/* A chain forged from record 2 on, each hash genuine: the head gives it away; so does the record behind it. */
static void test_forged_records_show(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 3);
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
    assert_broken(scratch, AUDIT_REPLACED, 3, 3);

    builder_init(&forged, &scratch->arena);
    builder_add(&forged, one_forged);
    audit_seal_line(&forged,
                    TEXT("\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T03:04:05.678Z\","
                         "\"toolUseId\":\"evil 3\""),
                    &link);
    scratch_write(scratch, "audit.jsonl", builder_text(&forged));
    assert_int_equal(builder_text(&forged).size, log.size);
    assert_broken(scratch, AUDIT_OTHER_HEAD, 3, 3);
}

static void test_missing_or_damaged_head_shows(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 3);
    struct text head = scratch_read(scratch, "audit.jsonl.head");
    assert_int_equal(head.size, AUDIT_HEAD_SIZE);
    for (size_t size = 0; size < head.size; size += 15) {
        scratch_write(scratch, "audit.jsonl.head", text_slice(head, 0, size));
        assert_broken(scratch, AUDIT_NO_HEAD, 4, 0);
        assert_refuses(scratch);
    }
    scratch_write(scratch, "audit.jsonl.head", text_format(&scratch->arena, "%sx", head.data));
    assert_broken(scratch, AUDIT_NO_HEAD, 4, 0);
    assert_int_equal(unlink(scratch_path(scratch, "audit.jsonl.head")), 0);
    assert_broken(scratch, AUDIT_NO_HEAD, 4, 0);
    assert_refuses(scratch);
    /* The refusal made no head that would let the next one through. */
    assert_refuses(scratch);
}

static void test_lines_that_are_no_records(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 2);
    struct text log = scratch_read(scratch, "audit.jsonl");
    const char *bad[] = {"", "garbage", "{}", "{\"seq\":3}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scratch_write(scratch, "audit.jsonl", text_format(&scratch->arena, "%s%s\n", log.data, bad[i]));
        assert_broken(scratch, AUDIT_NOT_A_RECORD, 3, 0);
        assert_refuses(scratch);
    }
    struct builder longest;
    builder_init(&longest, &scratch->arena);
    builder_add(&longest, log);
    builder_add_repeated(&longest, 'x', 3 * LIMIT_AUDIT_LINE);
    builder_add_char(&longest, '\n');
    scratch_write(scratch, "audit.jsonl", builder_text(&longest));
    assert_broken(scratch, AUDIT_NOT_A_RECORD, 3, 0);
    assert_refuses(scratch);
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
    assert_broken(scratch, AUDIT_NOT_A_RECORD, 1, 1);
}

/* Killed before the head moved: whole lines are taken over, a torn one is cut off. */
static void test_killed_writers_are_repaired(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 2);
    struct text head = scratch_read(scratch, "audit.jsonl.head");
    append(scratch, "call 3");
    append(scratch, "call 4");
    struct text log = scratch_read(scratch, "audit.jsonl");
    size_t third = text_find(log, TEXT("call 3"));
    size_t after_third = third + text_find_char(text_after(log, third), '\n') + 1;
    for (size_t size = third; size < log.size; size++) {
        scratch_write(scratch, "audit.jsonl", text_slice(log, 0, size));
        scratch_write(scratch, "audit.jsonl.head", head);
        uint64_t whole = size >= after_third ? 3 : 2;
        struct audit_report report = verify(scratch, "audit.jsonl");
        assert_int_equal(report.broken, AUDIT_INTACT);
        assert_int_equal(report.records, whole);
        assert_int_equal(report.unfinished == 0, size == after_third);
        append(scratch, "next");
        assert_intact(scratch, whole + 1);
        assert_int_equal(verify(scratch, "audit.jsonl").unfinished, 0);
    }
}

static void test_killed_before_the_first_head(void **state)
{
    struct scratch *scratch = *state;
    scratch_write(scratch, "audit.jsonl.head", TEXT(""));
    scratch_write(scratch, "audit.jsonl", TEXT(""));
    append(scratch, "call 1");
    assert_intact(scratch, 1);
}

static void test_unsuitable_files_are_refused(void **state)
{
    struct scratch *scratch = *state;
    struct error err;
    scratch_write(scratch, "elsewhere", TEXT(""));
    assert_int_equal(symlink(scratch_path(scratch, "elsewhere"), log_path(scratch)), 0);
    assert_false(try_append(scratch, "1", &err));
    assert_non_null(strstr(err.message, "symbolic link"));
    assert_int_equal(scratch_read(scratch, "elsewhere").size, 0);
    assert_int_equal(unlink(log_path(scratch)), 0);
    assert_int_equal(unlink(scratch_path(scratch, "audit.jsonl.head")), 0);
    append(scratch, "1");
    assert_int_equal(chmod(log_path(scratch), 0622), 0);
    assert_false(try_append(scratch, "1", &err));
    assert_non_null(strstr(err.message, "chmod go-w"));
    assert_int_equal(chmod(log_path(scratch), 0600), 0);
    assert_int_equal(chmod(scratch_path(scratch, "audit.jsonl.head"), 0606), 0);
    assert_false(try_append(scratch, "1", &err));
    assert_int_equal(chmod(scratch_path(scratch, "audit.jsonl.head"), 0600), 0);
    append(scratch, "2");
    assert_intact(scratch, 2);
    assert_false(audit_append(scratch_path(scratch, "no/such/folder"), TEXT("\"a\":1"), &scratch->arena, &err));
}

static void test_members_must_fit_a_line(void **state)
{
    struct scratch *scratch = *state;
    struct error err;
    struct builder members;
    assert_false(audit_append(log_path(scratch), TEXT(""), &scratch->arena, &err));
    assert_false(audit_append(log_path(scratch), TEXT("\"a\":\n1"), &scratch->arena, &err));
    assert_false(audit_append(log_path(scratch), (struct text){"\"a\":\0", 5}, &scratch->arena, &err));
    builder_init(&members, &scratch->arena);
    builder_add_c(&members, "\"a\":\"");
    builder_add_repeated(&members, 'x', LIMIT_AUDIT_LINE - 200);
    builder_add_c(&members, "\"");
    assert_true(audit_append(log_path(scratch), builder_text(&members), &scratch->arena, &err));
    builder_add_c(&members, ",\"b\":\"");
    builder_add_repeated(&members, 'x', 200);
    builder_add_c(&members, "\"");
    assert_false(audit_append(log_path(scratch), builder_text(&members), &scratch->arena, &err));
    assert_non_null(strstr(err.message, "too long"));
    assert_intact(scratch, 1);
}

static void test_reading_what_is_not_there(void **state)
{
    struct scratch *scratch = *state;
    struct audit_report report;
    struct error err;
    assert_false(audit_verify(log_path(scratch), &scratch->arena, &report, &err));
    assert_non_null(strstr(err.message, "there is no audit log"));
    assert_false(scratch_exists(scratch, "audit.jsonl.head"));
    assert_int_equal(mkdir(log_path(scratch), 0700), 0);
    assert_false(audit_verify(log_path(scratch), &scratch->arena, &report, &err));
}

static struct audit_rotation rotate(struct scratch *scratch, int64_t seconds)
{
    struct audit_rotation rotation;
    struct error err = {0};
    if (!audit_rotate(log_path(scratch), NOW + seconds * 1000000000, TEXT("full"), &scratch->arena, &rotation,
                      &err)) {
        fail_msg("%s", err.message);
    }
    return rotation;
}

static void test_rotation_goes_on_with_the_chain(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 3);
    struct audit_rotation rotation = rotate(scratch, 0);
    assert_true(text_ends_with(rotation.closed, TEXT("/audit-20261121T030405Z.jsonl")));
    struct audit_report closed = verify(scratch, "audit-20261121T030405Z.jsonl");
    assert_int_equal(closed.broken, AUDIT_INTACT);
    assert_int_equal(closed.records, 3);
    append(scratch, "call 5");
    struct audit_report report = verify(scratch, "audit.jsonl");
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
    rearrange(scratch, scratch_read(scratch, "audit.jsonl"), (const size_t[]){2, 0});
    assert_broken(scratch, AUDIT_MISSING, 1, 1);
}

static void test_rotation_is_the_way_out_of_a_broken_log(void **state)
{
    struct scratch *scratch = *state;
    append_many(scratch, 4);
    rearrange(scratch, scratch_read(scratch, "audit.jsonl"), (const size_t[]){1, 2, 0});
    assert_refuses(scratch);
    struct audit_rotation rotation = rotate(scratch, 0);
    assert_int_equal(rotation.report.broken, AUDIT_CUT_TAIL);
    append(scratch, "after");
    struct audit_report report = verify(scratch, "audit.jsonl");
    assert_int_equal(report.broken, AUDIT_INTACT);
    assert_int_equal(report.last.seq, 6);
    assert_true(text_contains(scratch_line(scratch_read(scratch, "audit.jsonl"), 1),
                              TEXT("\"verified\":false,\"break\":")));
    assert_int_equal(verify(scratch, "audit-20261121T030405Z.jsonl").broken, AUDIT_CUT_TAIL);

    assert_int_equal(unlink(scratch_path(scratch, "audit.jsonl.head")), 0);
    assert_refuses(scratch);
    rotate(scratch, 1);
    append(scratch, "after");
    assert_intact(scratch, 2);
    assert_int_equal(verify(scratch, "audit-20261121T030406Z.jsonl").broken, AUDIT_NO_HEAD);

    assert_int_equal(unlink(log_path(scratch)), 0);
    rotate(scratch, 2);
    append(scratch, "after");
    assert_intact(scratch, 2);
}

/* Killed before the new head was written: the log's first record continues the old head. */
static void test_killed_rotation_is_finished(void **state)
{
    struct scratch *scratch = *state;
    for (int records = 1; records <= 4; records++) {
        append(scratch, "call");
        struct text head = scratch_read(scratch, "audit.jsonl.head");
        rotate(scratch, records);
        scratch_write(scratch, "audit.jsonl.head", head);
        assert_intact(scratch, 1);
        append(scratch, "after");
        assert_intact(scratch, 2);
    }
}

static void test_rotation_that_cannot_be(void **state)
{
    struct scratch *scratch = *state;
    struct audit_rotation rotation;
    struct error err;
    assert_false(audit_rotate(log_path(scratch), NOW, TEXT(""), &scratch->arena, &rotation, &err));
    append_many(scratch, 2);
    scratch_write(scratch, "audit-20261121T030405Z.jsonl", TEXT("taken"));
    assert_false(audit_rotate(log_path(scratch), NOW, TEXT(""), &scratch->arena, &rotation, &err));
    assert_true(text_equal(scratch_read(scratch, "audit-20261121T030405Z.jsonl"), TEXT("taken")));
    assert_false(scratch_exists(scratch, "audit-20261121T030405Z.jsonl.head"));
    assert_intact(scratch, 2);
    append(scratch, "call 3");
    assert_intact(scratch, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
        TEST(test_lines_that_are_no_records),
        TEST(test_every_record_must_be_json),
        TEST(test_killed_writers_are_repaired),
        TEST(test_killed_before_the_first_head),
        TEST(test_unsuitable_files_are_refused),
        TEST(test_members_must_fit_a_line),
        TEST(test_reading_what_is_not_there),
        TEST(test_rotation_goes_on_with_the_chain),
        TEST(test_rotation_is_the_way_out_of_a_broken_log),
        TEST(test_killed_rotation_is_finished),
        TEST(test_rotation_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
