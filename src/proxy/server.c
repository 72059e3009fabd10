/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/internal.h"

#include "base/limits.h"
#include "mcp/list.h"

/* ---- Whole messages ---- */

static void filter_list(struct proxy *proxy, const struct mcp_step *step)
{
    struct arena *arena = &proxy->round;
    const struct json *entries = mcp_list_entries(step);
    if (entries == NULL) {
        proxy_note(proxy, "upstream.error", "message", TEXT("a list that is none"));
        proxy_send(proxy, &proxy->to_client,
                   mcp_error_answer(step->message.id.source, MCP_INTERNAL_ERROR,
                                    TEXT("aex withheld the server's answer: it holds no list"), arena));
        return;
    }
    bool *keep = ARENA_ARRAY(arena, bool, entries->count);
    struct record record;
    size_t hidden = 0;
    record_begin(&record, "tools.filtered", clock_now(), arena);
    json_member_string(&record.writer, TEXT("server"), proxy->options->server);
    json_member_string(&record.writer, TEXT("method"), step->method->name);
    json_key(&record.writer, TEXT("hidden"));
    json_begin_array(&record.writer);
    for (size_t i = 0; i < entries->count; i++) {
        struct text name = TEXT("");
        keep[i] =
            mcp_list_name(step, &entries->items[i], &name) &&
            (judge_could_allow(&proxy->judge, step->method->name, name, arena) || proxy->options->observes);
        if (!keep[i]) {
            json_string(&record.writer, text_slice(name, 0, 100));
            hidden++;
        }
    }
    json_end_array(&record.writer);
    if (hidden > 0) {
        batch_tell(&proxy->batch, record_members(&record));
    }
    proxy_send(proxy, &proxy->to_client,
               text_format(arena, "%.*s\n", TEXT_ARG(mcp_list_filter(step, keep, TEXT(""), arena))));
}

static void judge_step(struct proxy *proxy, const struct mcp_step *step)
{
    struct text answer;
    enum outcome outcome = decide_request(&proxy->decider, step, &proxy->round, &answer);
    if (outcome == OUTCOME_FORWARD && mcp_sent_by_server(&proxy->session, step)) {
        proxy_forward_judged(proxy, step, false);
    } else if (outcome == OUTCOME_ANSWER) {
        proxy_send(proxy, &proxy->to_server, answer);
    }
}

static void handle_message(struct proxy *proxy, struct text line)
{
    judge_refresh(&proxy->judge);
    decide_begin(&proxy->decider, clock_now(), &proxy->round);
    struct mcp_step step = mcp_from_server(&proxy->session, line, &proxy->round);
    switch (step.action) {
    case MCP_FORWARD:
        proxy_forward(proxy, &proxy->to_client, step.message.source);
        break;
    case MCP_LIST:
        filter_list(proxy, &step);
        break;
    case MCP_JUDGE:
        judge_step(proxy, &step);
        break;
    case MCP_ANSWER:
        proxy_note(proxy, "upstream.error", "message", step.explanation);
        proxy_send(proxy, &proxy->to_server, step.answer);
        break;
    case MCP_INPUT:
        proxy_note(proxy, "upstream.error", "message", TEXT("it asks for input"));
        proxy_send(proxy, &proxy->to_client,
                   mcp_error_answer(step.message.id.source, MCP_REFUSED,
                                    TEXT("aex refused the server's request for input"), &proxy->round));
        break;
    case MCP_DROP:
    case MCP_OURS:
        if (step.explanation.size > 0) {
            proxy_note(proxy, step.message.source.size > 0 ? "upstream.error" : "upstream.non_jsonrpc",
                       "message", step.explanation);
        }
        break;
    }
}

/* ---- The stream ---- */

static void begin_message(struct proxy *proxy)
{
    mcp_scan_init(&proxy->scan);
    proxy->scanned = 0;
    proxy->is_streamed = false;
    proxy->is_skipped = false;
}

/* What went on already cannot be taken back: the client must not take it for a whole message. */
static void break_stream(struct proxy *proxy)
{
    proxy_note(proxy, "upstream.error", "message",
               TEXT("an answer that was being passed on turned out to be no message"));
    batch_commit(&proxy->batch); /* what came before it */
    sink_flush(&proxy->to_client);
    proxy->to_client.is_broken = true;
}

static void finish_request(struct proxy *proxy, const struct mcp_id *id)
{
    struct mcp_request *request = mcp_requests_find(&proxy->session.from_client, id);
    if (request != NULL) {
        mcp_requests_remove(&proxy->session.from_client, request);
    }
}

/* Starts passing on the message whose beginning is `message`. */
static void begin_stream(struct proxy *proxy, const struct mcp_request *request)
{
    memcpy(proxy->streamed_id, request->id, request->id_size);
    proxy->streamed =
        (struct mcp_id){.value = {proxy->streamed_id, request->id_size}, .is_string = request->id_is_string};
    proxy->is_streamed = true;
}

/* A line's end was reached: `line` is what was not passed on yet. */
static void end_line(struct proxy *proxy, struct text line)
{
    struct mcp_request *request;
    if (proxy->is_streamed) {
        if (!mcp_scan_is_whole(&proxy->scan)) {
            break_stream(proxy);
            return;
        }
        proxy_forward(proxy, &proxy->to_client, line);
        finish_request(proxy, &proxy->streamed);
        return;
    }
    if (proxy->is_skipped || text_trim_space(line).size == 0) {
        return;
    }
    if (mcp_scan_is_whole(&proxy->scan) &&
        mcp_head_of(&proxy->session, &proxy->scan, line, &proxy->round, &request) == MCP_HEAD_PLAIN) {
        proxy_forward(proxy, &proxy->to_client, line);
        mcp_requests_remove(&proxy->session.from_client, request);
        return;
    }
    handle_message(proxy, line);
}

/* More of a line arrived, but not its end. What is left of it in the queue is passed on or dropped when it need
 * not be held. */
static void continue_line(struct proxy *proxy, struct text line)
{
    struct mcp_request *request;
    if (!proxy->is_streamed && !proxy->is_skipped &&
        mcp_head_of(&proxy->session, &proxy->scan, line, &proxy->round, &request) == MCP_HEAD_PLAIN) {
        begin_stream(proxy, request);
    }
    if (proxy->is_streamed) {
        batch_send(&proxy->batch, &proxy->to_client, line);
    } else if (!proxy->is_skipped && line.size > LIMIT_MCP_HELD_MESSAGE) {
        proxy_note(proxy, "upstream.error", "message", TEXT("a message longer than 64 MiB"));
        proxy->is_skipped = true;
    }
}

/* Feeds what is new of a line. False: what was being passed on is no message. */
static bool scan_line(struct proxy *proxy, struct text line)
{
    if (proxy->is_skipped) {
        return true;
    }
    bool fits = proxy->scan.mistake == NULL && mcp_scan_feed(&proxy->scan, text_after(line, proxy->scanned)) &&
                (!proxy->is_streamed || mcp_still_plain(&proxy->scan));
    proxy->scanned = line.size;
    if (!fits && proxy->is_streamed) {
        break_stream(proxy);
        return false;
    }
    return true;
}

void server_handle(struct proxy *proxy)
{
    struct text line;
    bool goes_on = !proxy->to_client.is_broken;
    while (goes_on && source_next_line(&proxy->server, &line)) {
        goes_on = scan_line(proxy, line);
        if (goes_on) {
            end_line(proxy, line);
            begin_message(proxy);
        }
        arena_reset(&proxy->round);
        if (batch_is_full(&proxy->batch)) {
            batch_commit(&proxy->batch);
        }
    }
    line = source_rest(&proxy->server);
    if (goes_on && line.size > proxy->scanned && scan_line(proxy, line)) {
        continue_line(proxy, line);
    }
    batch_commit(&proxy->batch);
    arena_reset(&proxy->round);
    bool takes_rest = proxy->is_streamed || proxy->is_skipped || proxy->to_client.is_broken;
    source_done(&proxy->server, takes_rest);
    if (takes_rest) {
        proxy->scanned = 0;
    }
}

void server_answer_all(struct proxy *proxy, struct text explanation)
{
    struct mcp_requests *requests = &proxy->session.from_client;
    for (size_t i = 0; i < requests->capacity; i++) {
        if (requests->slots[i].method == NULL || requests->slots[i].is_cancelled) {
            continue;
        }
        struct text id = mcp_request_id(&requests->slots[i], &proxy->round);
        proxy_send(proxy, &proxy->to_client, mcp_error_answer(id, MCP_SERVER_GONE, explanation, &proxy->round));
        arena_reset(&proxy->round);
    }
    batch_commit(&proxy->batch);
    mcp_session_release(&proxy->session);
}
