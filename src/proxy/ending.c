/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/internal.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/limits.h"

#define MILLISECOND INT64_C(1000000)

/* Both ends are gone within 10 ms of the first sign: the server gets this long to end by itself, and again
 * after a signal. One whose client still waits for answers gets longer. */
static const clock_instant closing_time = 4 * MILLISECOND;
static const clock_instant stopping_time = 4 * MILLISECOND;
static const clock_instant answering_time = PROXY_ANSWERING_SECONDS * 1000 * MILLISECOND;

static void enter(struct proxy *proxy, enum stage stage, clock_instant time)
{
    proxy->stage = stage;
    proxy->deadline = clock_steady() + time;
}

static bool is_late(const struct proxy *proxy, enum stage stage)
{
    return proxy->stage == stage && clock_steady() >= proxy->deadline;
}

/* ---- The server has ended ---- */

static void note_end(struct proxy *proxy)
{
    struct record record;
    int status = proxy->server_status;
    record_begin(&record, "upstream.crashed", clock_now(), &proxy->batch.arena);
    json_member_string(&record.writer, TEXT("session"), proxy->decider.session);
    json_member_string(&record.writer, TEXT("server"), proxy->options->server.name);
    if (WIFSIGNALED(status)) {
        json_member_integer(&record.writer, TEXT("signal"), WTERMSIG(status));
    } else {
        json_member_integer(&record.writer, TEXT("exitCode"), WEXITSTATUS(status));
    }
    json_member_integer(&record.writer, TEXT("unanswered"), (int64_t)proxy->session.from_client.count);
    batch_record(&proxy->batch, record_members(&record));
    batch_commit(&proxy->batch);
    arena_reset(&proxy->round);
}

static struct text describe_end(const struct proxy *proxy, struct arena *arena)
{
    int status = proxy->server_status;
    bool is_ours = WIFSIGNALED(status) && proxy->stage >= STAGE_STOPPING;
    if (proxy->breach != NULL && is_ours) {
        return text_format(arena, "the server behind aex closed its %s", proxy->breach);
    }
    if (WIFSIGNALED(status)) {
        return text_format(arena, "the server behind aex was ended by signal %d", WTERMSIG(status));
    }
    return text_format(arena, "the server behind aex ended with status %d", WEXITSTATUS(status));
}

/* Reads what an ended server left in its pipes, which is no more than they hold; who else holds their other
 * ends has nothing to say here. */
static void drain(struct proxy *proxy)
{
    struct source *const sources[] = {&proxy->server, &proxy->errors};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        struct source *source = sources[i];
        size_t left = STREAM_PIPE_CAPACITY;
        while (source->fd >= 0 && !source->has_ended) {
            size_t before = source_rest(source).size;
            source_read(source);
            size_t got = source_rest(source).size - before;
            if (got == 0 || got >= left) {
                source->has_ended = true;
            }
            left -= got < left ? got : left;
            if (source == &proxy->server) {
                server_handle(proxy);
            } else {
                proxy_handle_errors(proxy);
            }
        }
    }
}

void ending_server_ended(struct proxy *proxy)
{
    drain(proxy);
    upstream_signal(&proxy->upstream, SIGKILL); /* what it left behind */
    if (proxy->stage == STAGE_RUNNING || proxy->breach != NULL) {
        proxy->has_crashed = true;
        note_end(proxy);
    }
    server_answer_all(proxy, describe_end(proxy, proxy->process));
    proxy->stage = STAGE_DONE;
}

/* ---- On the way there ---- */

void ending_signalled(struct proxy *proxy, int number)
{
    proxy->stop_signal = number;
    if (proxy->stage < STAGE_STOPPING) {
        upstream_signal(&proxy->upstream, SIGTERM);
        sink_close(&proxy->to_server);
        enter(proxy, STAGE_STOPPING, stopping_time);
    }
}

/* Whether somebody still hears an answer: not to what was cancelled, nor to a subscription, which has none. */
static bool is_awaited(const struct mcp_requests *requests)
{
    for (size_t i = 0; i < requests->capacity; i++) {
        const struct mcp_request *request = &requests->slots[i];
        if (request->method != NULL && !request->is_cancelled &&
            !text_equal(request->method->name, TEXT("subscriptions/listen"))) {
            return true;
        }
    }
    return false;
}

/* A server that asks and asks, and reads none of the refusals. */
static void end_deaf_server(struct proxy *proxy)
{
    if (proxy->to_server.queue.size > LIMIT_MCP_HELD_MESSAGE && proxy->stage == STAGE_RUNNING) {
        proxy_note(proxy, "upstream.error", "message", TEXT("the server does not read what it is answered"));
        batch_commit(&proxy->batch);
        upstream_signal(&proxy->upstream, SIGKILL);
        sink_close(&proxy->to_server);
    }
}

/* A server that closed one of its ends, while the client is there. Most are about to end, and say how; one that
 * lives on is ended like at the end of a session. What it has read may still be answered. */
static void note_breach(struct proxy *proxy)
{
    bool is_mute = proxy->server.has_ended;
    if (proxy->stage != STAGE_RUNNING || !(is_mute || proxy->to_server.is_broken)) {
        return;
    }
    proxy->breach = is_mute ? "output" : "input";
    if (!is_mute) {
        client_ended(proxy);
        enter(proxy, STAGE_CLIENT_GONE, answering_time);
    }
}

static void stop(struct proxy *proxy)
{
    if (proxy->breach != NULL) {
        proxy_note(proxy, "upstream.error", "message",
                   text_format(&proxy->round, "the server closed its %s and did not end", proxy->breach));
        batch_commit(&proxy->batch);
        arena_reset(&proxy->round);
    }
    upstream_signal(&proxy->upstream, SIGTERM);
    enter(proxy, STAGE_STOPPING, stopping_time);
}

void ending_advance(struct proxy *proxy)
{
    end_deaf_server(proxy);
    note_breach(proxy);
    if (proxy->stage == STAGE_RUNNING && proxy->client.has_ended) {
        client_ended(proxy);
        enter(proxy, STAGE_CLIENT_GONE, answering_time);
    }
    if ((proxy->to_client.is_broken || proxy->server.has_ended) && proxy->stage < STAGE_CLOSING) {
        sink_close(&proxy->to_server);
        enter(proxy, STAGE_CLOSING, closing_time);
    }
    if (proxy->stage == STAGE_CLIENT_GONE &&
        (proxy->to_server.queue.size == 0 || is_late(proxy, STAGE_CLIENT_GONE))) {
        sink_close(&proxy->to_server);
        if (!is_awaited(&proxy->session.from_client) || is_late(proxy, STAGE_CLIENT_GONE)) {
            enter(proxy, STAGE_CLOSING, closing_time);
        }
    } else if (is_late(proxy, STAGE_CLOSING)) {
        stop(proxy);
    } else if (is_late(proxy, STAGE_STOPPING)) {
        upstream_signal(&proxy->upstream, SIGKILL);
        enter(proxy, STAGE_KILLING, answering_time);
    } else if (is_late(proxy, STAGE_KILLING)) {
        /* The kernel does not let it go. */
        server_answer_all(proxy, TEXT("the server behind aex does not end"));
        proxy->stage = STAGE_DONE;
    }
}

int ending_time_left(const struct proxy *proxy)
{
    if (proxy->stage == STAGE_RUNNING) {
        return -1;
    }
    clock_instant left = proxy->deadline - clock_steady();
    return left <= 0 ? 0 : (int)((left + MILLISECOND - 1) / MILLISECOND);
}
