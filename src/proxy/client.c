/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/internal.h"

#include "base/limits.h"
#include "mcp/question.h"
#include "state/ask.h"

/* What the client calls itself, for the trail. */
static void note_client(struct proxy *proxy, const struct mcp_step *step)
{
    enum { LONGEST_CLIENT = 100 };
    struct text name;
    const struct json *info = NULL;
    if (proxy->decider.client.size > 0) {
        return;
    }
    if (step->is_modern) { /* in every request (2026-07-28, "Client information") */
        info =
            json_get(json_get(step->message.params, TEXT("_meta")), TEXT("io.modelcontextprotocol/clientInfo"));
    } else if (text_equal(step->message.method, TEXT("initialize"))) {
        info = json_get(step->message.params, TEXT("clientInfo"));
    }
    if (json_get_text(info, TEXT("name"), &name)) {
        proxy->decider.client = text_copy(proxy->process, text_slice(name, 0, LONGEST_CLIENT));
    }
}

static void forget_request(struct proxy *proxy, const struct mcp_id *id)
{
    struct mcp_request *request = mcp_requests_find(&proxy->session.from_client, id);
    if (request != NULL) {
        mcp_requests_remove(&proxy->session.from_client, request);
    }
}

static void refuse_crowd(struct proxy *proxy, const struct mcp_step *step)
{
    proxy_send(proxy, &proxy->to_client,
               mcp_error_answer(step->message.id.source, MCP_REFUSED,
                                TEXT("aex refused this: too many requests wait for their answers"),
                                &proxy->round));
}

/* ---- Questions to the client's user ---- */

/* Puts the question, and keeps the call until it is answered. The client that speaks 2026-07-28 makes the call
 * again itself. */
static void ask_user(struct proxy *proxy, const struct mcp_step *step, const struct decided *decided)
{
    struct error err;
    struct held_call *held;
    struct arena *arena = &proxy->round;
    struct text id = step->message.id.source;
    if (!holding_add(&proxy->holding, step->message.source, &decided->policy, decided->approval,
                     proxy->decider.now, &held, &err)) {
        proxy_send(proxy, &proxy->to_client, decided->answer);
        return;
    }
    struct text token = text_of(held->token);
    if (step->is_modern) {
        proxy_send(proxy, &proxy->to_client, mcp_question_result(id, token, decided->question, arena));
        return;
    }
    struct mcp_request own = {.method = mcp_method_find(TEXT("elicitation/create"), MCP_FROM_SERVER, true),
                              .is_ours = true};
    struct mcp_id own_id = {.value = token, .is_string = true};
    if (!mcp_sent_by_client(&proxy->session, step) ||
        !mcp_requests_add(&proxy->session.from_server, &own_id, &own)) {
        forget_request(proxy, &step->message.id);
        holding_remove(&proxy->holding, held);
        refuse_crowd(proxy, step);
        return;
    }
    proxy_send(proxy, &proxy->to_client, mcp_question_request(token, decided->question, arena));
}

/* A held call read again, from a copy that lives as long as this round: on the way to its decision the batch
 * may be committed, with all that lies in its arena. False when it does not wait any more. */
static bool take_held(struct proxy *proxy, struct held_call *held, struct text id, struct mcp_step *ret_step)
{
    struct mcp_session nobody = {.client_elicits = false};
    struct arena *arena = &proxy->round;
    struct text line = text_copy(arena, (struct text){held->line, held->size});
    struct mcp_step step = mcp_from_client(&nobody, line, arena);
    if (step.action == MCP_JUDGE && id.size > 0) {
        line = mcp_with_id(&step.message, id, arena);
        step = mcp_from_client(&nobody, line, arena);
    }
    mcp_session_release(&nobody);
    step.fingerprint = step.is_modern ? decide_fingerprint(step.message.params, arena) : 0;
    *ret_step = step;
    return step.action == MCP_JUDGE;
}

/* The answer to a request that does not go on. */
static void send_decided(struct proxy *proxy, const struct mcp_step *step, const struct decided *decided)
{
    if (decided->is_charged) {
        proxy_answer_recorded(proxy, step, decided->answer);
    } else {
        proxy_send(proxy, &proxy->to_client, decided->answer);
    }
}

/* Goes on with a call whose user has answered. It is judged again: what was asked about may be denied by now.
 */
static void settle(struct proxy *proxy, struct mcp_step *step, const struct held_call *held, enum mcp_said said)
{
    struct arena *arena = &proxy->round;
    bool is_same_policy = proxy->judge.is_loaded && digest_equal(&held->policy, &proxy->judge.workspace.digest);
    struct text approval = text_copy(arena, text_of(held->approval));
    const char *state_folder = proxy->options->state_folder.data;
    if (said != MCP_SAID_NOTHING) {
        ask_withdraw(state_folder, approval, proxy->decider.now, arena);
    }
    /* A person may have answered at a terminal instead, which the decision looks up. */
    bool is_settled =
        said == MCP_SAID_NOTHING && ask_is_decided(state_folder, approval, proxy->decider.now, arena);
    if (said != MCP_SAID_ALLOW && !is_settled) {
        forget_request(proxy, &step->message.id);
        proxy_send(proxy, &proxy->to_client, decide_refused(&proxy->decider, step, approval, said, arena));
        return;
    }
    struct decided decided =
        decide_request(&proxy->decider, step, said == MCP_SAID_ALLOW && is_same_policy, arena);
    bool is_remembered = mcp_requests_find(&proxy->session.from_client, &step->message.id) != NULL ||
                         mcp_sent_by_client(&proxy->session, step);
    if (decided.outcome == OUTCOME_FORWARD && is_remembered) {
        proxy_forward_judged(proxy, step, true);
        return;
    }
    forget_request(proxy, &step->message.id);
    send_decided(proxy, step, &decided);
}

/* Ends the wait of a call that a question of our own was put about, unless it was cancelled meanwhile. */
static void end_wait(struct proxy *proxy, struct held_call *held, enum mcp_said said)
{
    struct mcp_step call;
    if (take_held(proxy, held, TEXT(""), &call)) {
        struct mcp_request *request = mcp_requests_find(&proxy->session.from_client, &call.message.id);
        if (request == NULL || request->is_cancelled) {
            forget_request(proxy, &call.message.id);
        } else {
            settle(proxy, &call, held, said);
        }
    }
    holding_remove(&proxy->holding, held);
}

/* The client's answer to our own question; one that cannot be read says nothing. */
static void handle_reply(struct proxy *proxy, const struct mcp_step *step)
{
    struct held_call *held = holding_find(&proxy->holding, step->message.id.value);
    if (held != NULL) {
        bool is_late = held->expires <= proxy->decider.now;
        end_wait(proxy, held, is_late ? MCP_SAID_NOTHING : mcp_question_answered(&step->message));
    }
}

/* Tells the client that its user need not answer any more. */
static void withdraw_question(struct proxy *proxy, const struct mcp_id *question)
{
    struct mcp_request *request = mcp_requests_find(&proxy->session.from_server, question);
    if (request != NULL) {
        mcp_requests_remove(&proxy->session.from_server, request);
        proxy_send(proxy, &proxy->to_client, mcp_question_withdrawn(question->value, &proxy->round));
    }
}

void client_look_at_held(struct proxy *proxy)
{
    proxy_begin_round(proxy);
    for (size_t i = 0; i < LIMIT_MCP_HELD_CALLS; i++) {
        struct held_call *held = &proxy->holding.calls[i];
        struct mcp_id question = {.value = text_of(held->token), .is_string = true};
        /* Else it is the client that makes the call again. */
        bool is_ours = held->line != NULL && mcp_requests_find(&proxy->session.from_server, &question) != NULL;
        if (is_ours && (held->expires <= proxy->decider.now ||
                        ask_is_decided(proxy->options->state_folder.data, text_of(held->approval),
                                       proxy->decider.now, &proxy->round))) {
            withdraw_question(proxy, &question);
            end_wait(proxy, held, MCP_SAID_NOTHING);
        }
        arena_reset(&proxy->round);
    }
    batch_commit(&proxy->batch);
}

void client_ended(struct proxy *proxy)
{
    proxy_begin_round(proxy);
    for (size_t i = 0; i < LIMIT_MCP_HELD_CALLS; i++) {
        struct held_call *held = &proxy->holding.calls[i];
        if (held->line != NULL) {
            end_wait(proxy, held, MCP_SAID_NOTHING);
        }
        arena_reset(&proxy->round);
    }
    batch_commit(&proxy->batch);
}

/* A call made again with the state of a question of ours. True: it was dealt with. */
static bool handle_retry(struct proxy *proxy, const struct mcp_step *step)
{
    struct text state;
    struct mcp_step call;
    struct arena *arena = &proxy->round;
    if (!json_get_text(step->message.params, TEXT("requestState"), &state) ||
        !text_starts_with(state, TEXT("aex."))) {
        return false;
    }
    struct held_call *held = holding_find(&proxy->holding, state);
    if (held == NULL || held->expires <= proxy->decider.now ||
        !take_held(proxy, held, step->message.id.source, &call)) {
        proxy_send(
            proxy, &proxy->to_client,
            mcp_error_answer(step->message.id.source, MCP_INVALID_PARAMS,
                             TEXT("aex refused this: the question it answers is not open any more; make the "
                                  "call again without requestState"),
                             arena));
        return true;
    }
    /* The state is good for the call it was given for. */
    struct digest asked = decide_request_digest(call.message.params, arena);
    struct digest made = decide_request_digest(step->message.params, arena);
    enum mcp_said said =
        digest_equal(&asked, &made) ? mcp_question_retried(step->message.params) : MCP_SAID_NOTHING;
    settle(proxy, &call, held, said);
    holding_remove(&proxy->holding, held);
    return true;
}

/* ---- Messages ---- */

static void judge_step(struct proxy *proxy, struct mcp_step *step)
{
    if (step->is_modern && handle_retry(proxy, step)) {
        return;
    }
    step->fingerprint = step->is_modern ? decide_fingerprint(step->message.params, &proxy->round) : 0;
    struct decided decided = decide_request(&proxy->decider, step, false, &proxy->round);
    if (decided.outcome == OUTCOME_ASK) {
        ask_user(proxy, step, &decided);
    } else if (decided.outcome == OUTCOME_ANSWER) {
        send_decided(proxy, step, &decided);
    } else if (mcp_sent_by_client(&proxy->session, step)) {
        proxy_forward_judged(proxy, step, true);
    } else {
        refuse_crowd(proxy, step);
    }
}

static void handle_line(struct proxy *proxy, struct text line)
{
    struct mcp_step step = mcp_from_client(&proxy->session, line, &proxy->round);
    note_client(proxy, &step);
    switch (step.action) {
    case MCP_FORWARD:
        proxy_note_task(proxy, &step);
        proxy_forward(proxy, &proxy->to_server, step.message.source);
        break;
    case MCP_JUDGE:
        judge_step(proxy, &step);
        break;
    case MCP_ANSWER:
        proxy_note(proxy, "message.refused", "message", step.explanation);
        proxy_send(proxy, &proxy->to_client, step.answer);
        break;
    case MCP_DROP:
        if (step.explanation.size > 0) {
            proxy_note(proxy, "message.refused", "message", step.explanation);
        }
        break;
    case MCP_SPOILED:
        proxy_note(proxy, "message.refused", "message", step.explanation);
        proxy_send(proxy, &proxy->to_server, step.answer);
        break;
    case MCP_OURS:
        if (step.explanation.size > 0) {
            proxy_note(proxy, "message.refused", "message", step.explanation);
        }
        handle_reply(proxy, &step);
        break;
    case MCP_FILTER:
    case MCP_INPUT:
        break;
    }
}

static bool is_blank(struct text line)
{
    return text_trim_space(line).size == 0;
}

/* A line that is not even looked into. */
static void refuse_line(struct proxy *proxy, enum mcp_error_code code, struct text explanation)
{
    struct text message = text_format(&proxy->round, "aex refused this: %.*s", TEXT_ARG(explanation));
    proxy_note(proxy, "message.refused", "message", explanation);
    sink_send(&proxy->to_client, mcp_error_answer(TEXT("null"), code, message, &proxy->round));
}

static void refuse_length(struct proxy *proxy)
{
    refuse_line(proxy, MCP_INVALID_REQUEST, TEXT("a message longer than 16 MiB"));
}

static void handle_rest(struct proxy *proxy, struct text rest)
{
    if (proxy->skips_client_line) {
        return;
    }
    if (rest.size > LIMIT_MCP_CLIENT_MESSAGE) {
        refuse_length(proxy);
        proxy->skips_client_line = true;
    } else if (proxy->client.has_ended && !is_blank(rest)) {
        refuse_line(proxy, MCP_PARSE_ERROR,
                    TEXT("the input ended inside a line; each message ends with a line feed"));
        proxy->skips_client_line = true;
    }
}

void client_handle(struct proxy *proxy)
{
    struct text line;
    proxy_begin_round(proxy);
    while (source_next_line(&proxy->client, &line)) {
        if (proxy->skips_client_line) {
            proxy->skips_client_line = false;
        } else if (line.size > LIMIT_MCP_CLIENT_MESSAGE) {
            refuse_length(proxy);
        } else if (!is_blank(line)) {
            handle_line(proxy, line);
        }
        arena_reset(&proxy->round);
        if (batch_is_full(&proxy->batch)) {
            batch_commit(&proxy->batch);
        }
    }
    handle_rest(proxy, source_rest(&proxy->client));
    batch_commit(&proxy->batch);
    arena_reset(&proxy->round);
    source_done(&proxy->client, proxy->skips_client_line);
}
