/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/internal.h"

#include "base/limits.h"
#include "base/memory.h"
#include "mcp/list.h"
#include "proxy/own_tools.h"

/* ---- Whole messages ---- */

/* The message without the secrets in it, where they are to be taken out: `line` itself, or a copy that lives as
 * long as this round. */
static struct text without_secrets(struct proxy *proxy, struct text line, const struct json *body)
{
    struct text redacted = line;
    if (proxy->session.holds_all &&
        redact_message(line, body, proxy->secrets, &proxy->decider.hints, &proxy->round, &redacted)) {
        proxy_note(proxy, "result.redacted", "message", TEXT("secrets were taken out of what a server said"));
    }
    return redacted;
}

/* Sends a message on; `line` is without its LF. */
static void send_on(struct proxy *proxy, struct text line, const struct json *body)
{
    proxy_forward(proxy, &proxy->to_client, without_secrets(proxy, line, body));
}

static void withhold(struct proxy *proxy, const struct mcp_step *step, const char *why)
{
    proxy_note(proxy, "upstream.error", "message", text_of(why));
    proxy_send(proxy, &proxy->to_client,
               mcp_error_answer(step->message.id.source, MCP_INTERNAL_ERROR,
                                text_format(&proxy->round, "aex withheld the server's answer: %s", why),
                                &proxy->round));
}

/* ---- Lists ---- */

/* Which tools are what a person has seen. */
static bool check_pins(struct proxy *proxy, const struct json *entries, bool is_last,
                       enum pin_status *ret_statuses, struct error *err)
{
    for (size_t i = 0; i < entries->count; i++) {
        ret_statuses[i] = PIN_PINNED;
    }
    judge_forget_known(&proxy->judge); /* decisions that held for tools as they were */
    return proxy->decider.pins == NULL ||
           pins_check_page(proxy->decider.pins, entries, is_last, ret_statuses, &proxy->round, err);
}

static bool waits_for_person(enum pin_status status)
{
    return status != PIN_PINNED && status != PIN_UNSEEN;
}

static bool is_kept(struct proxy *proxy, const struct mcp_step *step, struct text name, enum pin_status status)
{
    enum meta_tool own;
    bool is_tool = text_equal(step->method->name, TEXT("tools/list"));
    if (is_tool && proxy->options->has_meta && meta_find(name, &own)) {
        return false; /* never reachable: ours is */
    }
    if (proxy->options->observes) {
        return true;
    }
    return !waits_for_person(status) &&
           judge_could_allow(&proxy->judge, step->method->name, name, &proxy->round);
}

/* The names of entries that are not shown; with `by_pins` of those that wait for a person only. */
static void list_hidden(struct json_writer *writer, const struct mcp_step *step, const struct json *entries,
                        const bool *keep, const enum pin_status *statuses, bool by_pins)
{
    enum { LONGEST_NAME = 100 };
    json_begin_array(writer);
    for (size_t i = 0; i < entries->count; i++) {
        struct text name = TEXT("");
        if (!keep[i] && (!by_pins || waits_for_person(statuses[i]))) {
            (void)mcp_list_name(step, &entries->items[i], &name);
            json_string(writer, text_slice(name, 0, LONGEST_NAME));
        }
    }
    json_end_array(writer);
}

static void note_hidden(struct proxy *proxy, const struct mcp_step *step, const struct json *entries,
                        const bool *keep, const enum pin_status *statuses)
{
    struct record record;
    size_t hidden = 0;
    size_t waiting = 0;
    for (size_t i = 0; i < entries->count; i++) {
        hidden += !keep[i];
        waiting += !keep[i] && waits_for_person(statuses[i]);
    }
    if (hidden == 0) {
        return;
    }
    record_begin(&record, "tools.filtered", clock_now(), &proxy->round);
    json_member_string(&record.writer, TEXT("session"), proxy->decider.session);
    json_member_string(&record.writer, TEXT("server"), proxy->options->server.name);
    json_member_string(&record.writer, TEXT("method"), step->method->name);
    json_key(&record.writer, TEXT("hidden"));
    list_hidden(&record.writer, step, entries, keep, statuses, false);
    if (waiting > 0) {
        json_key(&record.writer, TEXT("waiting"));
        list_hidden(&record.writer, step, entries, keep, statuses, true);
    }
    batch_tell(&proxy->batch, record_members(&record));
}

static void filter_list(struct proxy *proxy, const struct mcp_step *step)
{
    struct error err;
    struct arena *arena = &proxy->round;
    const struct json *result = json_get(step->message.body, TEXT("result"));
    const struct json *entries = mcp_list_entries(step);
    bool is_tools = text_equal(step->method->name, TEXT("tools/list"));
    if (entries == NULL) {
        withhold(proxy, step, "it holds no list");
        return;
    }
    bool *keep = ARENA_ARRAY(arena, bool, entries->count + 1);
    enum pin_status *statuses = ARENA_ARRAY(arena, enum pin_status, entries->count + 1);
    bool is_last = !mcp_names_page(result, TEXT("nextCursor"));
    if (is_tools && !check_pins(proxy, entries, is_last, statuses, &err)) {
        withhold(proxy, step, err.message);
        return;
    }
    for (size_t i = 0; i < entries->count; i++) {
        struct text name;
        keep[i] = mcp_list_name(step, &entries->items[i], &name) && is_kept(proxy, step, name, statuses[i]);
    }
    note_hidden(proxy, step, entries, keep, statuses);
    struct text added = is_tools && step->is_first_page ? own_tool_entries(&proxy->decider, arena) : TEXT("");
    struct text line = mcp_list_filter(step, keep, added, &proxy->batch.arena);
    struct text filtered = text_slice(line, 0, line.size - 1);
    struct json body = {0};
    if (proxy->session.holds_all && !json_parse(filtered, arena, &body, &err)) {
        withhold(proxy, step, err.message);
        return;
    }
    send_on(proxy, filtered, &body);
}

/* ---- What servers ask of their clients ---- */

static void judge_step(struct proxy *proxy, const struct mcp_step *step)
{
    struct decided decided = decide_request(&proxy->decider, step, false, &proxy->round);
    if (decided.outcome == OUTCOME_FORWARD && mcp_sent_by_server(&proxy->session, step)) {
        struct mcp_step sent = *step;
        sent.message.source = without_secrets(proxy, step->message.source, step->message.body);
        proxy_forward_judged(proxy, &sent, false);
    } else if (decided.outcome != OUTCOME_FORWARD) {
        proxy_send(proxy, &proxy->to_server, decided.answer);
    }
}

/* What is asked of the client inside another message: each thing is judged as if it were asked by itself. */
static bool may_ask(struct proxy *proxy, const struct mcp_step *step, const struct json *asked)
{
    bool is_allowed = asked == NULL || asked->type == JSON_OBJECT;
    for (size_t i = 0; is_allowed && asked != NULL && i < asked->count; i++) {
        struct text method;
        const struct json *params;
        is_allowed = mcp_inner_read(&asked->members[i].value, &proxy->round, &method, &params) &&
                     decide_inner(&proxy->decider, step, method, params, &proxy->round);
    }
    return is_allowed;
}

/* A result that asks for input before it is one. Lists never do (2026-07-28, "Multi Round-Trip Requests"). */
static void judge_input(struct proxy *proxy, const struct mcp_step *step)
{
    const struct json *result = json_get(step->message.body, TEXT("result"));
    bool is_list = step->method->class == MCP_CLASS_LIST;
    if (is_list || !may_ask(proxy, step, json_get(result, TEXT("inputRequests")))) {
        struct text explanation =
            is_list ? TEXT("aex refused the list: the server asks for something before it says what there is")
                    : TEXT("aex refused the call: the server asks the client for something the policy does not "
                           "allow");
        bool is_call = text_equal(step->method->name, TEXT("tools/call"));
        struct text id = step->message.id.source;
        proxy_send(proxy, &proxy->to_client,
                   is_call ? mcp_tool_error(id, explanation, step->is_modern, &proxy->round)
                           : mcp_error_answer(id, MCP_REFUSED, explanation, &proxy->round));
        return;
    }
    struct text state = TEXT("");
    (void)json_get_text(result, TEXT("requestState"), &state);
    struct digest key = decide_unfinished_key(step->fingerprint, state);
    holding_note_unfinished(&proxy->holding, &key);
    struct text line = without_secrets(proxy, step->message.source, step->message.body);
    proxy_answer_recorded(proxy, step, text_format(&proxy->round, "%.*s\n", TEXT_ARG(line)));
}

/* A large message's tree, and what is made of it, lie in one piece: see MEMORY_LARGE. */
static void make_room(struct proxy *proxy, struct text line)
{
    enum { MADE_OF_A_LINE = 3 }; /* its strings, and their canonical form, with room */
    size_t room = line.size * MADE_OF_A_LINE;
    if (room >= MEMORY_LARGE) {
        (void)arena_reserve(&proxy->round, room);
    }
}

/* What needs no judgement goes on; but the state of a task may ask the client for input too. */
static void forward(struct proxy *proxy, const struct mcp_step *step)
{
    const struct json *asked = json_get(step->message.params, TEXT("inputRequests"));
    if (!may_ask(proxy, step, asked)) {
        proxy_note(proxy, "upstream.error", "message",
                   TEXT("a task asks the client for something the policy does not allow"));
    } else if (asked != NULL) {
        struct text line = without_secrets(proxy, step->message.source, step->message.body);
        proxy_send_recorded(proxy, &proxy->to_client, line);
    } else {
        proxy_note_task(proxy, step);
        send_on(proxy, step->message.source, step->message.body);
    }
}

/* JSON that cannot be taken, though it says whose answer it is: nobody is to wait for another. False: it is no
 * answer. */
static bool withhold_answer(struct proxy *proxy, struct text line, const char *why)
{
    struct mcp_id id;
    const struct mcp_scan *scan = &proxy->scan;
    bool is_answer = scan->members[MEMBER_RESULT].is_there || scan->members[MEMBER_ERROR].is_there;
    if (scan->mistake != NULL || !is_answer || scan->members[MEMBER_METHOD].is_there ||
        !mcp_id_read(mcp_scan_member(scan, line, MEMBER_ID), &proxy->round, &id)) {
        return false;
    }
    struct mcp_request *request = mcp_requests_find(&proxy->session.from_client, &id);
    if (request == NULL || request->is_cancelled) {
        return false;
    }
    const struct mcp_step step = {.message.id = id};
    withhold(proxy, &step, why);
    mcp_requests_remove(&proxy->session.from_client, request);
    return true;
}

static void drop(struct proxy *proxy, struct text line, const struct mcp_step *step)
{
    bool is_message = step->message.source.size > 0;
    if (step->explanation.size > 0 &&
        (is_message || !withhold_answer(proxy, line, text_to_c(&proxy->round, step->explanation)))) {
        proxy_note(proxy, is_message ? "upstream.error" : "upstream.non_jsonrpc", "message", step->explanation);
    }
}

static void handle_message(struct proxy *proxy, struct text line)
{
    proxy_begin_round(proxy);
    make_room(proxy, line);
    struct mcp_step step = mcp_from_server(&proxy->session, line, &proxy->round);
    switch (step.action) {
    case MCP_FORWARD:
        forward(proxy, &step);
        break;
    case MCP_FILTER:
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
        judge_input(proxy, &step);
        break;
    case MCP_DROP:
    case MCP_OURS:
    case MCP_SPOILED:
        drop(proxy, line, &step);
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
        batch_send_piece(&proxy->batch, &proxy->to_client, (struct text){line.data, line.size + 1}, true);
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
        batch_send_piece(&proxy->batch, &proxy->to_client, line, false);
    } else if (!proxy->is_skipped && line.size > LIMIT_MCP_HELD_MESSAGE) {
        static const char explanation[] = "a message longer than 64 MiB";
        if (!withhold_answer(proxy, line, explanation)) {
            proxy_note(proxy, "upstream.error", "message", text_of(explanation));
        }
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
    if (proxy->is_streamed) {
        break_stream(proxy); /* behind half a line nothing could be said */
    }
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
