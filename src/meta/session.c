/* SPDX-License-Identifier: Apache-2.0 */
/* aex.checkpoint and aex.resume. */
#include <errno.h>
#include <fcntl.h>

#include "audit/past.h"
#include "meta/history.h"
#include "meta/internal.h"
#include "os/file.h"
#include "os/private.h"
#include "redact/redact.h"
#include "state/checkpoint.h"

enum {
    LONGEST_DESCRIPTION = 4096,
    SUMMARY_RECORDS = 50, /* what an agent is told of the past: enough to go on, little enough to read */
    SUMMARY_SIZE = 32 * 1024,
    LONGEST_RECORD = 4096,
};

static bool read_name(const struct meta_work *work, struct text *ret_name)
{
    if (!meta_argument(work, TEXT("name"), true, ret_name)) {
        return false;
    }
    return checkpoint_name_is_valid(*ret_name) ||
           error_set(work->err,
                     "\"%.*s\" is no name for a checkpoint: use letters, digits, \"-\" and \"_\", at most 128",
                     TEXT_ARG(*ret_name));
}

static void member_count(struct json_writer *writer, struct text name, uint64_t count)
{
    json_member_integer(writer, name, count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

/* ---- aex.checkpoint ---- */

static bool fill(struct meta_work *work, struct checkpoint *checkpoint)
{
    const struct meta_context *context = work->context;
    struct arena *arena = work->arena;
    const struct ledger *ledger = context->ledger;
    const struct layer *layer;
    struct history history;
    struct audit_link end;
    const char *log = text_to_c(arena, context->audit);
    if (!checkpoint_shares_of(text_to_c(arena, context->state_folder), context->session, ledger, arena,
                              &checkpoint->shares, work->err) ||
        !history_of_session(log, context->session, arena, &history, work->err) ||
        !audit_read_end(log, arena, &end, work->err)) {
        return false;
    }
    checkpoint->timestamp = clock_format(arena, context->now);
    checkpoint->calls_used = ledger->used;
    checkpoint->has_budget = policy_call_budget(context->workspace->policy, &checkpoint->budget, &layer);
    checkpoint->calls = history.calls;
    checkpoint->records = history.records;
    checkpoint->is_partial = history.is_partial;
    checkpoint->session = context->session;
    checkpoint->policy = context->workspace->digest;
    checkpoint->chain = (struct checkpoint_chain){
        .seq = end.seq, .offset = end.offset, .hash = end.hash, .log = digest_sha256(context->audit)};
    return true;
}

bool meta_save(struct meta_work *work)
{
    const struct meta_context *context = work->context;
    struct arena *arena = work->arena;
    struct checkpoint checkpoint = {0};
    struct text description;
    if (!read_name(work, &checkpoint.name) || !meta_argument(work, TEXT("description"), false, &description) ||
        !fill(work, &checkpoint)) {
        return false;
    }
    /* It may be committed, and read by another model. */
    checkpoint.description = redact_and_cut(arena, description, LONGEST_DESCRIPTION);
    if (!context->dry_run &&
        !checkpoint_write(text_to_c(arena, context->workspace->root), text_to_c(arena, context->state_folder),
                          &checkpoint, arena, work->err)) {
        return false;
    }
    struct text path = text_format(arena, CHECKPOINT_FOLDER "/%.*s/", TEXT_ARG(checkpoint.name));
    json_begin_object(work->result);
    json_member_string(work->result, TEXT("path"), path);
    json_member_string(work->result, TEXT("message"),
                       context->dry_run ? TEXT("Dry run: nothing was written")
                                        : text_format(arena, "Checkpoint \"%.*s\" saved to %.*s",
                                                      TEXT_ARG(checkpoint.name), TEXT_ARG(path)));
    json_end_object(work->result);
    json_member_string(work->members, TEXT("checkpoint"), checkpoint.name);
    member_count(work->members, TEXT("callsUsed"), checkpoint.calls_used);
    return true;
}

/* ---- aex.resume ---- */

static bool read_checkpoint(struct meta_work *work, struct checkpoint *ret_checkpoint)
{
    const struct meta_context *context = work->context;
    struct text name;
    struct error failure = {0};
    if (!read_name(work, &name)) {
        return false;
    }
    if (!checkpoint_read(text_to_c(work->arena, context->workspace->root),
                         text_to_c(work->arena, context->state_folder), name, work->arena, ret_checkpoint,
                         &failure)) {
        return failure.os_code == ENOENT
                   ? error_set(work->err, "there is no checkpoint \"%.*s\"; aex.list_tasks lists them",
                               TEXT_ARG(name))
                   : error_pass(work->err, &failure);
    }
    return ret_checkpoint->is_genuine || context->takes_foreign_checkpoints ||
           error_set(work->err,
                     "checkpoint \"%.*s\" was not made by aex here (%.*s); a person who trusts it can start "
                     "the proxy "
                     "with --foreign-checkpoints, and its stated use counts then",
                     TEXT_ARG(name), TEXT_ARG(ret_checkpoint->mismatch));
}

/* Whether the trail still holds what was its last record at the checkpoint. */
static bool find_past(struct meta_work *work, const struct checkpoint *checkpoint, bool *ret_is_there)
{
    const char *path = text_to_c(work->arena, work->context->audit);
    const struct checkpoint_chain *chain = &checkpoint->chain;
    struct audit_link link = {.seq = chain->seq, .offset = chain->offset, .hash = chain->hash};
    struct error failure = {0};
    AUTO_CLOSE log = private_open(path, O_RDONLY, &failure);
    if (log < 0) {
        *ret_is_there = failure.os_code == ENOENT && chain->seq == 0;
        return failure.os_code == ENOENT || error_pass(work->err, &failure);
    }
    return audit_has_link(log, path, &link, ret_is_there, work->err);
}

static void write_event(struct meta_work *work, const struct checkpoint *checkpoint, bool is_there)
{
    struct json_writer *writer = work->members;
    work->event = "checkpoint.resumed";
    json_key(writer, TEXT("checkpoint"));
    json_begin_object(writer);
    json_member_string(writer, TEXT("name"), checkpoint->name);
    member_count(writer, TEXT("callsUsed"), checkpoint->calls_used);
    if (!checkpoint->is_genuine) {
        json_key(writer, TEXT("foreign"));
        json_bool(writer, true);
        json_member_string(writer, TEXT("digest"), digest_hex(work->arena, &checkpoint->digest));
    } else {
        json_member_string(writer, TEXT("session"), checkpoint->session);
        json_key(writer, TEXT("chain"));
        json_begin_object(writer);
        member_count(writer, TEXT("seq"), checkpoint->chain.seq);
        member_count(writer, TEXT("offset"), checkpoint->chain.offset);
        json_member_string(writer, TEXT("hash"), digest_hex(work->arena, &checkpoint->chain.hash));
        json_member_string(writer, TEXT("log"), digest_hex(work->arena, &checkpoint->chain.log));
        json_key(writer, TEXT("found"));
        json_bool(writer, is_there);
        json_end_object(writer);
    }
    json_end_object(writer);
    member_count(writer, TEXT("callsUsed"), work->context->ledger->used);
}

static void write_tools(struct json_writer *writer, const struct checkpoint *checkpoint, struct arena *arena)
{
    enum { MOST_TOOLS = 256 };
    struct text_vector tools = {0};
    for (size_t i = 0; i < checkpoint->calls.count && tools.count < MOST_TOOLS; i++) {
        struct text tool = checkpoint->calls.items[i].tool;
        size_t at = 0;
        while (at < tools.count && !text_equal(tools.items[at], tool)) {
            at++;
        }
        if (at == tools.count) {
            VECTOR_PUSH(arena, &tools, tool);
        }
    }
    json_begin_array(writer);
    for (size_t i = 0; i < tools.count; i++) {
        json_string(writer, tools.items[i]);
    }
    json_end_array(writer);
}

/* One record as AEX returns them: ours without the members that only the chain needs, others as they are. */
static void write_record(struct json_writer *writer, const struct json *record)
{
    static const struct text told[] = {TEXT_INIT("event"),    TEXT_INIT("timestamp"), TEXT_INIT("tool"),
                                       TEXT_INIT("resource"), TEXT_INIT("decision"),  TEXT_INIT("reason"),
                                       TEXT_INIT("data")};
    json_begin_object(writer);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        const struct json *value = json_get(record, told[i]);
        if (value != NULL) {
            json_key(writer, told[i]);
            json_tree(writer, value);
        }
    }
    json_end_object(writer);
}

/* The newest records, oldest first. */
static void write_summary(struct json_writer *writer, struct text records, struct arena *arena)
{
    size_t start = records.size;
    for (size_t count = 0; start > 0 && count < SUMMARY_RECORDS && records.size - start < SUMMARY_SIZE;
         count++) {
        size_t newline = text_find_last_char(text_slice(records, 0, start - 1), '\n');
        start = newline == TEXT_NOT_FOUND ? 0 : newline + 1;
    }
    struct text rest = text_after(records, start);
    struct text line;
    json_begin_array(writer);
    while (rest.size > 0 && text_next(&rest, '\n', &line)) {
        struct json record;
        if (line.size <= LONGEST_RECORD && json_parse(line, arena, &record, NULL) &&
            record.type == JSON_OBJECT) {
            write_record(writer, &record);
        }
    }
    json_end_array(writer);
}

static void write_result(struct meta_work *work, const struct checkpoint *checkpoint)
{
    const struct meta_context *context = work->context;
    struct json_writer *writer = work->result;
    const struct layer *layer;
    uint64_t budget;
    uint64_t used = context->ledger->used;
    json_begin_object(writer);
    json_member_string(writer, TEXT("name"), checkpoint->name);
    if (checkpoint->description.size > 0) {
        json_member_string(writer, TEXT("description"), checkpoint->description);
    }
    json_key(writer, TEXT("toolsCalled"));
    write_tools(writer, checkpoint, work->arena);
    member_count(writer, TEXT("callsUsed"), used);
    if (policy_call_budget(context->workspace->policy, &budget, &layer)) {
        member_count(writer, TEXT("budgetRemaining"), budget > used ? budget - used : 0);
    }
    json_key(writer, TEXT("auditSummary"));
    write_summary(writer, checkpoint->records, work->arena);
    json_end_object(writer);
}

bool meta_resume(struct meta_work *work)
{
    const struct meta_context *context = work->context;
    struct checkpoint checkpoint = {0};
    bool is_there = false;
    if (!read_checkpoint(work, &checkpoint) ||
        (checkpoint.is_genuine && !find_past(work, &checkpoint, &is_there))) {
        return false;
    }
    if (context->dry_run && context->ledger->is_exhausted) {
        return error_set(work->err, "%.*s", TEXT_ARG(context->ledger->loss));
    }
    if (!context->dry_run &&
        !checkpoint_restore(text_to_c(work->arena, context->state_folder), context->session, &checkpoint,
                            context->ledger, work->arena, work->err)) {
        return false;
    }
    write_event(work, &checkpoint, is_there);
    write_result(work, &checkpoint);
    return true;
}
