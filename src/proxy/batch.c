/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/batch.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "proxy/record.h"
#include "state/folder.h"

/* So few that the server is at work on some while others are decided, so many that a write is for many. */
enum { MOST_MESSAGES = 24 };

#define LONGEST_LOCK INT64_C(1000000) /* nanoseconds */

bool batch_init(struct batch *batch, const struct proxy_options *options, struct arena *process,
                struct error *err)
{
    *batch = (struct batch){.options = options,
                            .rest_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
    arena_init(&batch->arena, LIMIT_MCP_MEMORY);
    tally_init(&batch->tally, options->state_folder.data);
    sink_open(&batch->errors, STDERR_FILENO);
    if (batch->rest_timer < 0) {
        return error_set_os(err, errno, "cannot make a timer");
    }
    struct text path = options->audit;
    if (path.size == 0) {
        bool is_lost; /* the ledger's matter: the trail goes on */
        if (!state_folder_prepare(options->state_folder.data, &is_lost, err)) {
            return false;
        }
        path = state_folder_audit(process, options->state_folder);
    }
    audit_writer_init(&batch->writer, path.data, process);
    return true;
}

bool batch_check_options(struct batch *batch, struct error *err)
{
    return batch->options->audit.size == 0 || batch->options->has_no_audit ||
           audit_writer_check(&batch->writer, &batch->arena, err);
}

void batch_release(struct batch *batch)
{
    sink_close(&batch->errors);
    file_close(&batch->rest_timer);
    tally_release(&batch->tally);
    audit_writer_release(&batch->writer);
    arena_release(&batch->arena);
}

void batch_send(struct batch *batch, struct sink *sink, struct text bytes)
{
    struct batch_output output = {.sink = sink, .bytes = bytes};
    VECTOR_PUSH(&batch->arena, &batch->outputs, output);
}

void batch_send_piece(struct batch *batch, struct sink *sink, struct text bytes, bool is_end)
{
    struct batch_output output = {
        .sink = sink, .bytes = bytes, .piece = is_end ? BATCH_LAST_PIECE : BATCH_PIECE};
    VECTOR_PUSH(&batch->arena, &batch->outputs, output);
}

void batch_send_request(struct batch *batch, struct sink *sink, struct text bytes,
                        const struct batch_request *request)
{
    struct batch_request *kept = ARENA_NEW(&batch->arena, struct batch_request);
    *kept = *request;
    kept->id = text_copy(&batch->arena, request->id);
    kept->key.value = text_copy(&batch->arena, request->key.value);
    struct batch_output output = {.sink = sink, .bytes = bytes, .request = kept};
    VECTOR_PUSH(&batch->arena, &batch->outputs, output);
}

void batch_tell(struct batch *batch, struct text members)
{
    struct batch_event event = {.members = text_copy(&batch->arena, members)};
    VECTOR_PUSH(&batch->arena, &batch->events, event);
}

void batch_record(struct batch *batch, struct text members)
{
    struct batch_event event = {.members = members, .is_on_record = true};
    VECTOR_PUSH(&batch->arena, &batch->events, event);
}

bool batch_is_full(const struct batch *batch)
{
    return batch->events.count >= MOST_MESSAGES || batch->outputs.count >= MOST_MESSAGES ||
           tally_is_full(&batch->tally);
}

/* Both must be done before anything of it goes on. Charged but not on record is refused too: nothing ran for
 * free. */
static bool charge_and_record(struct batch *batch, struct error *err)
{
    if (!tally_commit(&batch->tally, err)) {
        return error_prefix(err, "cannot charge the call");
    }
    if (batch->options->has_no_audit) {
        return true;
    }
    struct text *members = ARENA_ARRAY(&batch->arena, struct text, batch->events.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < batch->events.count; i++) {
        if (batch->events.items[i].is_on_record) {
            members[count++] = batch->events.items[i].members;
        }
    }
    return count == 0 || audit_writer_append(&batch->writer, members, count, &batch->arena, err);
}

/* Where nobody reads, events are dropped and counted: the trail has them. */
static void tell(struct batch *batch)
{
    struct builder lines;
    struct sink *errors = &batch->errors;
    size_t size = 128;
    for (size_t i = 0; i < batch->events.count; i++) {
        size += batch->events.items[i].members.size + 3;
    }
    builder_init_sized(&lines, &batch->arena, size);
    sink_flush(errors);
    for (size_t i = 0; i < batch->events.count; i++) {
        struct text members = batch->events.items[i].members;
        if (errors->queue.size + lines.size + members.size > LIMIT_MCP_EVENTS) {
            batch->dropped++;
            continue;
        }
        if (batch->dropped > 0) {
            struct record record;
            record_begin(&record, "events.dropped", clock_now(), &batch->arena);
            json_member_integer(&record.writer, TEXT("count"), (int64_t)batch->dropped);
            builder_add(&lines, record_line(record_members(&record), &batch->arena));
            batch->dropped = 0;
        }
        builder_add_char(&lines, '{');
        builder_add(&lines, members);
        builder_add(&lines, TEXT("}\n"));
    }
    sink_send(errors, builder_text(&lines));
}

/* What went wrong with charging and recording. */
static void tell_failure(struct batch *batch, const struct error *failure)
{
    struct record record;
    record_begin(&record, "proxy.failed", clock_now(), &batch->arena);
    json_member_string(&record.writer, TEXT("message"), text_of(failure->message));
    batch_tell(batch, record_members(&record));
}

/* What is sent in place of a request that could not go on. */
static void refuse(struct batch *batch, struct batch_output *output, const struct error *failure)
{
    const struct batch_request *request = output->request;
    if (request->back == NULL) {
        output->bytes = TEXT("");
        return;
    }
    struct text message = text_format(&batch->arena, "aex refused the call: %s", failure->message);
    struct mcp_request *remembered = mcp_requests_find(request->requests, &request->key);
    if (remembered != NULL) {
        mcp_requests_remove(request->requests, remembered);
    }
    output->sink = request->back;
    output->bytes = request->is_tool_call
                        ? mcp_tool_error(request->id, message, request->is_modern, &batch->arena)
                        : mcp_error_answer(request->id, MCP_REFUSED, message, &batch->arena);
}

/* Writes runs of bytes that lie behind each other at once. */
static void send_outputs(const struct batch *batch)
{
    const struct batch_output_vector *outputs = &batch->outputs;
    for (size_t i = 0; i < outputs->count;) {
        const struct batch_output *output = &outputs->items[i++];
        struct text run = output->bytes;
        if (run.size == 0) {
            continue;
        }
        if (output->piece != BATCH_WHOLE) {
            sink_send_piece(output->sink, run, output->piece == BATCH_LAST_PIECE);
            continue;
        }
        while (i < outputs->count && outputs->items[i].sink == output->sink &&
               outputs->items[i].piece == BATCH_WHOLE && outputs->items[i].bytes.data == run.data + run.size) {
            run.size += outputs->items[i++].bytes.size;
        }
        sink_send(output->sink, run);
    }
}

void batch_rest(struct batch *batch)
{
    struct error failure;
    uint64_t expirations;
    (void)!read(batch->rest_timer, &expirations, sizeof expirations); /* what it has said is done now */
    if (!audit_writer_leave(&batch->writer, &failure)) {
        tell_failure(batch, &failure);
    }
    tally_leave(&batch->tally);
    batch->locked_since = 0;
}

/* A timer of its own costs less than a limit for each poll(2), which sets one and takes it back. */
static void rest_later(struct batch *batch)
{
    const struct itimerspec limit = {.it_value.tv_nsec = LONGEST_LOCK};
    batch->locked_since = clock_steady();
    if (timerfd_settime(batch->rest_timer, 0, &limit, NULL) != 0) {
        batch_rest(batch);
    }
}

/* Within one round no timer is looked at. */
static void rest_when_due(struct batch *batch)
{
    if (!batch->tally.is_locked && !batch->writer.is_locked) {
        return;
    }
    if (batch->locked_since == 0) {
        rest_later(batch);
    } else if (clock_steady() - batch->locked_since >= LONGEST_LOCK) {
        batch_rest(batch);
    }
}

bool batch_enter(struct batch *batch, struct text session, struct text root, struct error *err)
{
    bool is_there = batch->tally.is_locked && text_equal(batch->tally.session, session);
    if (is_there && !tally_is_full(&batch->tally)) {
        return true;
    }
    if (batch->outputs.count > 0 || batch->events.count > 0) {
        batch_commit(batch); /* another session's charges first */
    }
    if (!is_there) {
        batch_rest(batch);
    }
    return tally_enter(&batch->tally, session, root, err);
}

void batch_commit(struct batch *batch)
{
    struct error failure = {0};
    if (!charge_and_record(batch, &failure)) {
        for (size_t i = 0; i < batch->outputs.count; i++) {
            if (batch->outputs.items[i].request != NULL) {
                refuse(batch, &batch->outputs.items[i], &failure);
            }
        }
        batch->events.count = 0; /* none of it happened */
        tell_failure(batch, &failure);
    }
    if (batch->events.count > 0) {
        tell(batch);
    }
    send_outputs(batch);
    batch->outputs = (struct batch_output_vector){0};
    batch->events = (struct batch_event_vector){0};
    arena_reset(&batch->arena);
    rest_when_due(batch); /* which may have something to tell */
}
