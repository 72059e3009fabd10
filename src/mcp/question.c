/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/question.h"

#include "json/writer.h"

#define QUESTION "aex_confirm"

static void write_form(struct json_writer *writer, struct text question)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("message"), question);
    json_key(writer, TEXT("requestedSchema"));
    /* The refusal comes first, for those who just press return. */
    json_raw(writer, TEXT("{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"string\","
                          "\"title\":\"Allow this call?\",\"enum\":[\"deny\",\"allow\"]}},"
                          "\"required\":[\"answer\"]}"));
    json_end_object(writer);
}

struct text mcp_question_request(struct text id, struct text question, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("jsonrpc"), TEXT("2.0"));
    json_member_string(&writer, TEXT("id"), id);
    json_member_string(&writer, TEXT("method"), TEXT("elicitation/create"));
    json_key(&writer, TEXT("params"));
    write_form(&writer, question);
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    return builder_text(&out);
}

struct text mcp_question_result(struct text id, struct text state, struct text question, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("resultType"), TEXT("input_required"));
    json_key(&writer, TEXT("inputRequests"));
    json_begin_object(&writer);
    json_key(&writer, TEXT(QUESTION));
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("method"), TEXT("elicitation/create"));
    json_key(&writer, TEXT("params"));
    write_form(&writer, question);
    json_end_object(&writer);
    json_end_object(&writer);
    json_member_string(&writer, TEXT("requestState"), state);
    json_end_object(&writer);
    return mcp_result_answer(id, builder_text(&out), arena);
}

struct text mcp_question_withdrawn(struct text id, struct arena *arena)
{
    return text_format(
        arena,
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":%.*s,"
        "\"reason\":\"answered at a terminal, or too late\"}}\n",
        TEXT_ARG(json_quoted(arena, id)));
}

static enum mcp_said read_result(const struct json *result)
{
    struct text action;
    struct text answer;
    if (!json_get_text(result, TEXT("action"), &action)) {
        return MCP_SAID_NOTHING;
    }
    /* Clients without a person in front of them decline and cancel by themselves. */
    if (!text_equal(action, TEXT("accept")) ||
        !json_get_text(json_get(result, TEXT("content")), TEXT("answer"), &answer)) {
        return MCP_SAID_NOTHING;
    }
    return text_equal(answer, TEXT("allow")) ? MCP_SAID_ALLOW : MCP_SAID_DENY;
}

enum mcp_said mcp_question_answered(const struct mcp_message *answer)
{
    return read_result(json_get(answer->body, TEXT("result")));
}

enum mcp_said mcp_question_retried(const struct json *params)
{
    return read_result(json_get(json_get(params, TEXT("inputResponses")), TEXT(QUESTION)));
}

struct text mcp_with_id(const struct mcp_message *message, struct text id, struct arena *arena)
{
    const struct json *old = json_get(message->body, TEXT("id"));
    return text_format(arena, "%.*s%.*s%.*s", TEXT_ARG(text_slice(message->source, 0, old->start)),
                       TEXT_ARG(id), TEXT_ARG(text_after(message->source, old->end)));
}
