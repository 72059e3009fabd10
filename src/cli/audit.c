/* SPDX-License-Identifier: Apache-2.0 */
/* aex audit verify, aex audit rotate. */
#include "cli/audit.h"

#include <inttypes.h>

#include "audit/rotate.h"
#include "audit/verify.h"
#include "cli/output.h"
#include "os/path.h"
#include "state/folder.h"
#include "json/writer.h"

const char *audit_choose_path(const struct invocation *invocation)
{
    struct arena *arena = invocation->arena;
    const char *file = option_text(invocation, "audit");
    struct text path;
    struct text folder;
    struct error err;
    if (invocation->operands.count != 0) {
        complain("%s takes no operand, but got \"%s\"; a log is named with --audit", invocation->command->name,
                 invocation->operands.items[0]);
        return NULL;
    }
    if (file == NULL) {
        if (!state_folder_find(option_text(invocation, "state-dir"), arena, &folder, &err)) {
            complain("cannot find the audit log: %s", err.message);
            return NULL;
        }
        return text_to_c(arena, state_folder_audit(arena, folder));
    }
    if (file[0] == '/') {
        return file;
    }
    if (!path_current(arena, &folder, &err)) {
        complain("cannot find the audit log: %s", err.message);
        return NULL;
    }
    path = path_normalise(arena, folder, text_of(file));
    return text_to_c(arena, path);
}

static void print_report_json(const char *path, const struct audit_report *report, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("file"), text_of(path));
    json_key(&writer, TEXT("intact"));
    json_bool(&writer, report->broken == AUDIT_INTACT);
    json_member_integer(&writer, TEXT("records"), (int64_t)report->records);
    json_member_integer(&writer, TEXT("lastSeq"), (int64_t)report->last.seq);
    json_member_string(&writer, TEXT("lastHash"), digest_hex(arena, &report->last.hash));
    json_member_string(&writer, TEXT("firstTime"), text_of(report->first_time));
    json_member_string(&writer, TEXT("lastTime"), text_of(report->last_time));
    json_member_integer(&writer, TEXT("unfinishedBytes"), (int64_t)report->unfinished);
    json_member_integer(&writer, TEXT("resumed"), (int64_t)report->resumed);
    json_member_integer(&writer, TEXT("resumedElsewhere"), (int64_t)report->resumed_elsewhere);
    if (report->continues.size != 0) {
        json_member_string(&writer, TEXT("continues"), report->continues);
        json_key(&writer, TEXT("continuesFound"));
        json_bool(&writer, report->has_continued);
    }
    if (report->broken != AUDIT_INTACT) {
        json_key(&writer, TEXT("break"));
        json_begin_object(&writer);
        json_member_string(&writer, TEXT("kind"), text_of(audit_break_name(report->broken)));
        json_member_integer(&writer, TEXT("line"), (int64_t)report->line);
        json_member_integer(&writer, TEXT("seq"), (int64_t)report->seq);
        json_member_string(&writer, TEXT("message"), report->explanation);
        json_end_object(&writer);
    }
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    print_text(stdout, builder_text(&out));
}

static void print_report(const char *path, const struct audit_report *report, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    const char *plural = report->records == 1 ? "" : "s";
    if (report->broken != AUDIT_INTACT) {
        builder_format(&out, "%s: broken: %.*s (%" PRIu64 " intact record%s before)\n", path,
                       TEXT_ARG(report->explanation), report->records, plural);
        print_text(stdout, builder_text(&out));
        return;
    }
    builder_format(&out, "%s: intact, %" PRIu64 " record%s", path, report->records, plural);
    if (report->first_time[0] != '\0') {
        struct text first = print_safely(arena, text_of(report->first_time));
        struct text last = print_safely(arena, text_of(report->last_time));
        builder_format(&out, ", %.*s to %.*s", TEXT_ARG(first), TEXT_ARG(last));
    }
    if (report->continues.size != 0) {
        struct text continues = print_safely(arena, report->continues);
        builder_format(&out, ", continuing %.*s%s", TEXT_ARG(continues),
                       report->has_continued ? "" : " (whose last record is missing)");
    }
    if (report->resumed != 0) {
        builder_format(&out, ", %" PRIu64 " checkpoint%s taken up", report->resumed,
                       report->resumed == 1 ? "" : "s");
    }
    if (report->resumed_elsewhere != 0) {
        builder_format(&out, " (%" PRIu64 " made by a trail that is not here)", report->resumed_elsewhere);
    }
    if (report->unfinished != 0) {
        builder_format(&out,
                       "; an unfinished line of %" PRIu64 " bytes behind them, of a call that was not let "
                       "through, goes with the next record",
                       report->unfinished);
    }
    builder_add_char(&out, '\n');
    print_text(stdout, builder_text(&out));
}

static int run_verify(struct invocation *invocation)
{
    struct audit_report report;
    struct error err;
    const char *path = audit_choose_path(invocation);
    if (path == NULL) {
        return STATUS_USAGE;
    }
    if (!audit_verify(path, invocation->arena, &report, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    if (option_given(invocation, "json")) {
        print_report_json(path, &report, invocation->arena);
    } else {
        print_report(path, &report, invocation->arena);
    }
    if (!output_finish()) {
        return STATUS_USAGE;
    }
    return report.broken == AUDIT_INTACT ? STATUS_OK : STATUS_FOUND;
}

static const struct option_spec verify_options[] = {
    AUDIT_PLACE_OPTIONS,
    {.name = "json", .help = "Print one JSON object"},
    {0},
};

const struct command command_audit_verify = {
    .name = "audit verify",
    .summary = "Check that the audit log is complete and unchanged",
    .operands = "",
    .details =
        "Reads the whole log, recomputes the chain of hashes and compares it with the head kept beside it.\n"
        "Names the first record that was changed, removed, moved or cut off. Of a log that this one continues\n"
        "it only says whether its last record is there: verify that one with --audit.\n"
        "Exit status: 0 intact, 1 broken, 2 the log could not be read.\n",
    .options = verify_options,
    .run = run_verify,
};

static int run_rotate(struct invocation *invocation)
{
    struct audit_rotation rotation;
    struct error err;
    const char *path = audit_choose_path(invocation);
    if (path == NULL) {
        return STATUS_USAGE;
    }
    struct text reason = text_of(option_text(invocation, "reason"));
    if (!audit_rotate(path, invocation->now, reason, invocation->arena, &rotation, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    printf("closed %s, ", rotation.closed.data);
    if (rotation.report.broken == AUDIT_INTACT) {
        printf("intact with %" PRIu64 " records\n", rotation.report.records);
    } else {
        printf("broken: %.*s\n", TEXT_ARG(rotation.report.explanation));
    }
    printf("started %s\n", path);
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec rotate_options[] = {
    AUDIT_PLACE_OPTIONS,
    {.name = "reason", .value = "TEXT", .help = "Why, for the new log's first record"},
    {0},
};

const struct command command_audit_rotate = {
    .name = "audit rotate",
    .summary = "Close the audit log under a dated name and start a new one",
    .operands = "",
    .details =
        "audit.jsonl becomes audit-20261121T030405Z.jsonl, its head beside it. The new log's first record\n"
        "names the old file, its last hash and whether it was intact, and the chain goes on from there.\n"
        "This is also the way out of a broken log, which gates refuse to write to.\n"
        "Exit status: 0 rotated, 2 nothing was changed.\n",
    .options = rotate_options,
    .run = run_rotate,
};
