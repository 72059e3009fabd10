/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/session.h"

#define META_VERSION "io.modelcontextprotocol/protocolVersion"
#define META_CAPABILITIES "io.modelcontextprotocol/clientCapabilities"

void mcp_session_release(struct mcp_session *session)
{
    mcp_requests_release(&session->from_client);
    mcp_requests_release(&session->from_server);
}

static void answer(struct mcp_step *step, struct text id, enum mcp_error_code code, struct text explanation,
                   struct arena *arena)
{
    step->action = MCP_ANSWER;
    step->explanation = explanation;
    step->answer =
        mcp_error_answer(id, code, text_format(arena, "aex refused this: %.*s", TEXT_ARG(explanation)), arena);
}

static void drop(struct mcp_step *step, struct text explanation)
{
    step->action = MCP_DROP;
    step->explanation = explanation;
}

/* A client may be able to open addresses only (2025-11-25, "Elicitation", capabilities). */
static bool shows_forms(const struct json *elicitation)
{
    return elicitation != NULL && elicitation->type == JSON_OBJECT &&
           (json_get(elicitation, TEXT("form")) != NULL || json_get(elicitation, TEXT("url")) == NULL);
}

static void read_era(struct mcp_session *session, struct mcp_step *step)
{
    const struct json *meta = json_get(step->message.params, TEXT("_meta"));
    step->is_modern = json_get(meta, TEXT(META_VERSION)) != NULL;
    if (text_equal(step->message.method, TEXT("initialize"))) {
        const struct json *capabilities = json_get(step->message.params, TEXT("capabilities"));
        const struct json *elicitation = json_get(capabilities, TEXT("elicitation"));
        session->client_elicits = shows_forms(elicitation);
    }
    step->can_elicit = session->client_elicits;
    if (step->is_modern) {
        const struct json *capabilities = json_get(meta, TEXT(META_CAPABILITIES));
        const struct json *elicitation = json_get(capabilities, TEXT("elicitation"));
        step->can_elicit = shows_forms(elicitation);
    }
}

static bool remember(struct mcp_requests *requests, const struct mcp_step *step)
{
    struct mcp_request request = {
        .method = step->method,
        .is_modern = step->is_modern,
        .fingerprint = step->fingerprint,
        .is_first_page = !mcp_names_page(step->message.params, TEXT("cursor")),
    };
    return mcp_requests_add(requests, &step->message.id, &request);
}

bool mcp_sent_by_client(struct mcp_session *session, const struct mcp_step *step)
{
    return remember(&session->from_client, step);
}

bool mcp_sent_by_server(struct mcp_session *session, const struct mcp_step *step)
{
    return remember(&session->from_server, step);
}

/* Whether 2026-07-28 has the method no more: subscriptions/listen took its place. */
static bool is_gone(const struct mcp_step *step)
{
    return step->is_modern && (text_equal(step->method->name, TEXT("resources/subscribe")) ||
                               text_equal(step->method->name, TEXT("resources/unsubscribe")));
}

/* The same from either side; `requests` are those of the sender. */
static void step_request(struct mcp_step *step, struct mcp_requests *requests, struct arena *arena)
{
    struct text id = step->message.id.source;
    if (step->method == NULL || is_gone(step)) {
        answer(step, id, MCP_METHOD_NOT_FOUND,
               text_format(arena, "it does not know the method \"%.*s\"", TEXT_ARG(step->message.method)),
               arena);
    } else if (mcp_requests_find(requests, &step->message.id) != NULL) {
        answer(step, id, MCP_INVALID_REQUEST, TEXT("a request with this id still waits for its answer"), arena);
    } else if (!mcp_requests_have_room(requests)) {
        answer(step, id, MCP_REFUSED, TEXT("too many requests wait for their answers"), arena);
    } else if (step->method->class == MCP_CLASS_JUDGED || step->method->class == MCP_CLASS_LIST) {
        step->action = MCP_JUDGE;
    } else {
        step->action = remember(requests, step) ? MCP_FORWARD : MCP_DROP;
    }
}

/* A cancellation goes where the request went; of one that never went anywhere, or is answered, nobody needs to
 * hear (MCP, "Cancellation"). */
static void step_cancel(struct mcp_step *step, struct mcp_requests *requests, struct text source,
                        struct arena *arena)
{
    const struct json *value = json_get(step->message.params, TEXT("requestId"));
    struct mcp_id id;
    drop(step, TEXT(""));
    if (value == NULL || !mcp_id_read(text_slice(source, value->start, value->end), arena, &id)) {
        drop(step, TEXT("a cancellation without the id of a request"));
        return;
    }
    step->message.id = id;
    struct mcp_request *request = mcp_requests_find(requests, &id);
    if (request != NULL) {
        request->is_cancelled = true;
        step->action = MCP_FORWARD;
    }
}

static void step_notification(struct mcp_step *step, struct mcp_requests *requests, struct arena *arena)
{
    if (step->method == NULL) {
        drop(step,
             text_format(arena, "the notification \"%.*s\" is not known", TEXT_ARG(step->message.method)));
    } else if (step->method->class == MCP_CLASS_CANCEL) {
        step_cancel(step, requests, step->message.source, arena);
    } else {
        step->action = MCP_FORWARD;
    }
}

/* What the client answers to the server's requests, or to ours. */
static void step_client_answer(struct mcp_session *session, struct mcp_step *step)
{
    struct mcp_request *request = mcp_requests_find(&session->from_server, &step->message.id);
    if (step->message.id.value.data == NULL || request == NULL) {
        drop(step, TEXT("an answer to nothing that was asked"));
        return;
    }
    step->method = request->method;
    step->action = request->is_ours ? MCP_OURS : MCP_FORWARD;
    mcp_requests_remove(&session->from_server, request);
}

/* An answer that cannot be taken, to something that waits for it. */
static void spoil(struct mcp_step *step, const struct mcp_request *request, const struct mcp_mistake *mistake,
                  struct arena *arena)
{
    step->message.id = mistake->answered;
    step->method = request->method;
    answer(step, mistake->answered.source, MCP_INTERNAL_ERROR, mistake->explanation, arena);
    step->action = request->is_ours ? MCP_OURS : MCP_SPOILED;
}

struct mcp_step mcp_from_client(struct mcp_session *session, struct text line, struct arena *arena)
{
    struct mcp_step step = {.action = MCP_DROP, .from = MCP_FROM_CLIENT};
    struct mcp_mistake mistake;
    if (!mcp_message_read(line, arena, &step.message, &mistake)) {
        struct mcp_request *request = mcp_requests_find(&session->from_server, &mistake.answered);
        if (mistake.answered.value.data == NULL || request == NULL) {
            answer(&step, mistake.id, mistake.code, mistake.explanation, arena);
        } else {
            spoil(&step, request, &mistake, arena);
            mcp_requests_remove(&session->from_server, request);
        }
        return step;
    }
    bool is_request = step.message.kind == MCP_KIND_REQUEST;
    if (is_request || step.message.kind == MCP_KIND_NOTIFICATION) {
        step.method = mcp_method_find(step.message.method, MCP_FROM_CLIENT, is_request);
        if (step.method == NULL && is_request) {
            step.method = mcp_method_foreign(step.message.method);
        }
        read_era(session, &step);
    }
    if (is_request) {
        step_request(&step, &session->from_client, arena);
    } else if (step.message.kind == MCP_KIND_NOTIFICATION) {
        step_notification(&step, &session->from_client, arena);
    } else {
        step_client_answer(session, &step);
    }
    return step;
}

/* Whether a result is not the last word but asks for something first (2026-07-28, "Multi Round-Trip Requests").
 */
static bool asks_for_input(const struct json *body)
{
    struct text type;
    const struct json *result = json_get(body, TEXT("result"));
    bool says_so = json_get_text(result, TEXT("resultType"), &type) && text_equal(type, TEXT("input_required"));
    return says_so || json_get(result, TEXT("inputRequests")) != NULL;
}

static void step_server_answer(struct mcp_session *session, struct mcp_step *step)
{
    const struct mcp_message *message = &step->message;
    if (message->id.value.data == NULL) {
        step->action = MCP_FORWARD; /* an error about something it could not read */
        return;
    }
    struct mcp_request *request = mcp_requests_find(&session->from_client, &message->id);
    if (request == NULL) {
        drop(step, TEXT("an answer to nothing that was asked"));
        return;
    }
    step->method = request->method;
    step->is_modern = request->is_modern;
    step->is_first_page = request->is_first_page;
    step->fingerprint = request->fingerprint;
    step->action = MCP_FORWARD;
    if (message->kind == MCP_KIND_RESULT && asks_for_input(message->body)) {
        step->action = MCP_INPUT;
    } else if (message->kind == MCP_KIND_RESULT && request->method->class == MCP_CLASS_LIST) {
        step->action = MCP_FILTER;
    }
    mcp_requests_remove(&session->from_client, request);
}

struct mcp_step mcp_from_server(struct mcp_session *session, struct text line, struct arena *arena)
{
    struct mcp_step step = {.action = MCP_DROP, .from = MCP_FROM_SERVER};
    struct mcp_mistake mistake;
    if (!mcp_message_read(line, arena, &step.message, &mistake)) {
        drop(&step, mistake.explanation);
        return step;
    }
    bool is_request = step.message.kind == MCP_KIND_REQUEST;
    if (is_request || step.message.kind == MCP_KIND_NOTIFICATION) {
        step.method = mcp_method_find(step.message.method, MCP_FROM_SERVER, is_request);
        step.can_elicit = session->client_elicits;
    }
    if (is_request) {
        step_request(&step, &session->from_server, arena);
    } else if (step.message.kind == MCP_KIND_NOTIFICATION) {
        step_notification(&step, &session->from_server, arena);
    } else {
        step_server_answer(session, &step);
    }
    return step;
}

/* ---- What the server says, before it has said all of it ---- */

bool mcp_still_plain(const struct mcp_scan *scan)
{
    const struct mcp_span *members = scan->members;
    return !members[MEMBER_METHOD].is_there && !members[MEMBER_PARAMS].is_there &&
           members[MEMBER_RESULT].is_there != members[MEMBER_ERROR].is_there && !scan->has_input_requests &&
           !scan->has_task && scan->result_type != MCP_RESULT_OTHER;
}

enum mcp_head mcp_head_of(const struct mcp_session *session, const struct mcp_scan *scan, struct text message,
                          struct arena *arena, struct mcp_request **ret_request)
{
    struct mcp_id id;
    const struct mcp_span *members = scan->members;
    if (members[MEMBER_METHOD].is_there || members[MEMBER_PARAMS].is_there) {
        return MCP_HEAD_HELD;
    }
    bool is_result = members[MEMBER_RESULT].is_there;
    if (members[MEMBER_ID].end == 0 || is_result == members[MEMBER_ERROR].is_there) {
        return mcp_scan_is_whole(scan) ? MCP_HEAD_HELD : MCP_HEAD_UNKNOWN;
    }
    if (!mcp_id_read(mcp_scan_member(scan, message, MEMBER_ID), arena, &id)) {
        return MCP_HEAD_HELD;
    }
    struct mcp_request *request = mcp_requests_find(&session->from_client, &id);
    struct text version = mcp_scan_member(scan, message, MEMBER_JSONRPC);
    if (request == NULL || session->holds_all || request->method->class == MCP_CLASS_LIST ||
        scan->has_input_requests || scan->has_task) {
        return MCP_HEAD_HELD;
    }
    if (!text_equal(version, TEXT("\"2.0\"")) ||
        members[is_result ? MEMBER_RESULT : MEMBER_ERROR].first != '{') {
        return mcp_scan_is_whole(scan) || version.size > 0 ? MCP_HEAD_HELD : MCP_HEAD_UNKNOWN;
    }
    if (scan->result_type == MCP_RESULT_OTHER) {
        return MCP_HEAD_HELD;
    }
    bool is_known = !is_result || scan->has_content || scan->result_type == MCP_RESULT_COMPLETE;
    if (scan->result_type == MCP_RESULT_NAMED || (!is_known && !mcp_scan_is_whole(scan))) {
        return MCP_HEAD_UNKNOWN;
    }
    *ret_request = request;
    return MCP_HEAD_PLAIN;
}
