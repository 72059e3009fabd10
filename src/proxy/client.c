/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/internal.h"

#include "base/limits.h"

/* What the client calls itself, for the trail. */
static void note_client(struct proxy *proxy, const struct mcp_step *step)
{
    enum { LONGEST_CLIENT = 100 };
    struct text name;
    const struct json *info = json_get(step->message.params, TEXT("clientInfo"));
    if (text_equal(step->message.method, TEXT("initialize")) && proxy->decider.client.size == 0 &&
        json_get_text(info, TEXT("name"), &name)) {
        proxy->decider.client = text_copy(proxy->process, text_slice(name, 0, LONGEST_CLIENT));
    }
}

static void judge_step(struct proxy *proxy, const struct mcp_step *step)
{
    struct text answer;
    enum outcome outcome = decide_request(&proxy->decider, step, &proxy->round, &answer);
    if (outcome == OUTCOME_FORWARD && !mcp_sent_by_client(&proxy->session, step)) {
        outcome = OUTCOME_ANSWER;
        answer =
            mcp_error_answer(step->message.id.source, MCP_REFUSED,
                             TEXT("aex refused this: too many requests wait for their answers"), &proxy->round);
    }
    if (outcome == OUTCOME_FORWARD) {
        proxy_forward_judged(proxy, step, true);
    } else {
        proxy_send(proxy, &proxy->to_client, answer);
    }
}

static void handle_line(struct proxy *proxy, struct text line)
{
    struct mcp_step step = mcp_from_client(&proxy->session, line, &proxy->round);
    switch (step.action) {
    case MCP_FORWARD:
        note_client(proxy, &step);
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
    case MCP_LIST:
    case MCP_INPUT:
    case MCP_OURS:
        break;
    }
}

static bool is_blank(struct text line)
{
    return text_trim_space(line).size == 0;
}

static void refuse_length(struct proxy *proxy)
{
    static const struct text explanation = TEXT_INIT("a message longer than 16 MiB");
    proxy_note(proxy, "message.refused", "message", explanation);
    sink_send(&proxy->to_client,
              mcp_error_answer(TEXT("null"), MCP_INVALID_REQUEST,
                               TEXT("aex refused this: a message longer than 16 MiB"), &proxy->round));
}

static void handle_rest(struct proxy *proxy, size_t size)
{
    if (size > LIMIT_MCP_CLIENT_MESSAGE && !proxy->skips_client_line) {
        refuse_length(proxy);
        proxy->skips_client_line = true;
    }
}

void client_handle(struct proxy *proxy)
{
    struct text line;
    judge_refresh(&proxy->judge);
    decide_begin(&proxy->decider, clock_now(), &proxy->round);
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
    handle_rest(proxy, source_rest(&proxy->client).size);
    batch_commit(&proxy->batch);
    arena_reset(&proxy->round);
    source_done(&proxy->client, proxy->skips_client_line);
}
