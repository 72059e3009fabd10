/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "audit/log.h"
#include "trail.h"

const char *trail_path(struct scratch *scratch)
{
    return scratch_path(scratch, "audit.jsonl");
}

bool trail_try_append(struct scratch *scratch, const char *call, struct error *err)
{
    struct text members = text_format(&scratch->arena,
                                      "\"event\":\"gate.decision\",\"timestamp\":\"2026-11-21T03:04:05.678Z\","
                                      "\"toolUseId\":\"%s\"",
                                      call);
    return audit_append(trail_path(scratch), members, &scratch->arena, err);
}

void trail_append(struct scratch *scratch, const char *call)
{
    struct error err = {0};
    if (!trail_try_append(scratch, call, &err)) {
        fail_msg("%s", err.message);
    }
}

void trail_append_many(struct scratch *scratch, int count)
{
    for (int i = 1; i <= count; i++) {
        trail_append(scratch, text_format(&scratch->arena, "call %d", i).data);
    }
}

struct audit_report trail_verify(struct scratch *scratch, const char *name)
{
    struct audit_report report;
    struct error err = {0};
    if (!audit_verify(scratch_path(scratch, name), &scratch->arena, &report, &err)) {
        fail_msg("%s", err.message);
    }
    return report;
}

void trail_assert_intact(struct scratch *scratch, uint64_t records)
{
    struct audit_report report = trail_verify(scratch, "audit.jsonl");
    if (report.broken != AUDIT_INTACT) {
        fail_msg("%s", report.explanation.data);
    }
    assert_int_equal(report.records, records);
}

/* The log is broken there, gates refuse to write on it, and verifying leaves it as it is. */
void trail_assert_broken(struct scratch *scratch, enum audit_break broken, uint64_t line, uint64_t seq)
{
    struct audit_report report = trail_verify(scratch, "audit.jsonl");
    assert_string_equal(audit_break_name(report.broken), audit_break_name(broken));
    assert_int_equal(report.line, line);
    assert_int_equal(report.seq, seq);
    assert_true(report.explanation.size > 0);
}

void trail_assert_refuses(struct scratch *scratch)
{
    struct text before = scratch_read(scratch, "audit.jsonl");
    struct error err = {0};
    assert_false(trail_try_append(scratch, "refused", &err));
    assert_non_null(strstr(err.message, "aex audit verify"));
    assert_non_null(strstr(err.message, "aex audit rotate"));
    assert_true(text_equal(scratch_read(scratch, "audit.jsonl"), before));
}

/* The log anew, from some of its lines in this order; 0 ends the list. */
void trail_rearrange(struct scratch *scratch, struct text log, const size_t *lines)
{
    struct builder content;
    builder_init(&content, &scratch->arena);
    for (; *lines != 0; lines++) {
        builder_add(&content, scratch_line(log, *lines));
    }
    scratch_write(scratch, "audit.jsonl", builder_text(&content));
}
