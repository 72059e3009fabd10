/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/model.h"

#include "base/builder.h"
#include "base/limits.h"
#include "json/writer.h"

/* By which the agent tells the call's result. */
static const struct text call_name = TEXT_INIT("toolu_aex_doctor");

/* ---- HTTP (RFC 9112), as far as these two clients use it ---- */

static bool find_headers(struct text bytes, struct text *ret_headers)
{
    size_t end = text_find(bytes, TEXT("\r\n\r\n"));
    if (end == TEXT_NOT_FOUND) {
        return false;
    }
    *ret_headers = text_slice(bytes, 0, end + 2);
    return true;
}

/* The value of a header. */
static bool header(struct text headers, struct text name, struct text *ret_value)
{
    struct text rest = headers;
    struct text line;
    while (rest.size > 0 && text_next(&rest, '\n', &line)) {
        bool is_named = name.size < line.size && line.data[name.size] == ':';
        if (is_named && text_equal_ignoring_case(text_slice(line, 0, name.size), name)) {
            *ret_value = text_trim_space(text_after(line, name.size + 1));
            return true;
        }
    }
    return false;
}

size_t model_request_size(struct text bytes)
{
    struct text headers;
    struct text value;
    uint64_t size = 0;
    if (!find_headers(bytes, &headers)) {
        return bytes.size > LIMIT_MODEL_HEADERS ? SIZE_MAX : 0;
    }
    bool is_unknown = header(headers, TEXT("transfer-encoding"), &value) ||
                      (header(headers, TEXT("content-length"), &value) && !text_to_u64(value, &size));
    if (is_unknown || size > LIMIT_MODEL_REQUEST) {
        return SIZE_MAX;
    }
    size_t whole = headers.size + 2 + (size_t)size;
    return bytes.size < whole ? 0 : whole;
}

static struct text response(struct arena *arena, const char *status, const char *type, struct text body)
{
    return text_format(
        arena, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%.*s",
        status, type, body.size, TEXT_ARG(body));
}

/* Whether the request is one for the model's next word: "POST /SECRET/... HTTP/1.1" at the agent's API. */
static bool is_for_us(const struct model *model, struct text request)
{
    struct text line;
    struct text path;
    struct text rest = request;
    struct text start = model->agent == SETUP_CLAUDE ? TEXT("/v1/messages") : TEXT("/v1/responses");
    if (!text_next(&rest, '\n', &line) || !text_starts_with(line, TEXT("POST /"))) {
        return false;
    }
    path = text_after(line, sizeof "POST /" - 1);
    if (!text_starts_with(path, model->secret)) {
        return false;
    }
    path = text_after(path, model->secret.size);
    char behind = text_starts_with(path, start) && path.size > start.size ? path.data[start.size] : '/';
    return behind == ' ' || behind == '?';
}

/* ---- What a request says ---- */

static const char *tool_of(enum setup_agent agent)
{
    return agent == SETUP_CLAUDE ? "Bash" : "exec_command";
}

static bool offers_tool(const struct model *model, const struct json *body)
{
    const struct json *tools = json_get(body, TEXT("tools"));
    struct text name;
    for (size_t i = 0; tools != NULL && tools->type == JSON_ARRAY && i < tools->count; i++) {
        if (json_get_text(&tools->items[i], TEXT("name"), &name) &&
            text_equal(name, text_of(tool_of(model->agent)))) {
            return true;
        }
    }
    return false;
}

/* A text, or the texts of an array of parts. */
static struct text content_text(const struct json *content, struct arena *arena)
{
    struct builder out;
    struct text part;
    builder_init(&out, arena);
    if (content != NULL && content->type == JSON_STRING) {
        builder_add(&out, content->text);
    }
    for (size_t i = 0; content != NULL && content->type == JSON_ARRAY && i < content->count; i++) {
        if (json_get_text(&content->items[i], TEXT("text"), &part)) {
            builder_add(&out, part);
            builder_add_char(&out, '\n');
        }
    }
    return builder_text(&out);
}

/* Notes the result when `item` holds it: a tool_result, or a function_call_output. */
static void look_at_item(struct model *model, const struct json *item, struct arena *arena)
{
    struct text name;
    bool is_claude = model->agent == SETUP_CLAUDE;
    if (json_get_text(item, is_claude ? TEXT("tool_use_id") : TEXT("call_id"), &name) &&
        text_equal(name, call_name)) {
        const struct json *content = json_get(item, is_claude ? TEXT("content") : TEXT("output"));
        if (content != NULL) {
            model->has_result = true;
            model->result = content_text(content, arena);
        }
    }
}

static void look_for_result(struct model *model, const struct json *body, struct arena *arena)
{
    bool is_claude = model->agent == SETUP_CLAUDE;
    const struct json *items = json_get(body, is_claude ? TEXT("messages") : TEXT("input"));
    for (size_t i = 0; items != NULL && items->type == JSON_ARRAY && i < items->count; i++) {
        if (!is_claude) {
            look_at_item(model, &items->items[i], arena);
            continue;
        }
        const struct json *parts = json_get(&items->items[i], TEXT("content"));
        for (size_t j = 0; parts != NULL && parts->type == JSON_ARRAY && j < parts->count; j++) {
            look_at_item(model, &parts->items[j], arena);
        }
    }
}

/* ---- Answers ---- */

/* {"NAME":"the command"} as the tool takes it. */
static struct text call_arguments(const struct model *model, struct arena *arena)
{
    struct text command = json_quoted(arena, model->command);
    return model->agent == SETUP_CLAUDE
               ? text_format(arena, "{\"command\":%.*s,\"description\":\"Look whether the hook holds\"}",
                             TEXT_ARG(command))
               : text_format(arena, "{\"cmd\":%.*s}", TEXT_ARG(command));
}

static void add_event(struct builder *out, const char *type, struct text data)
{
    builder_format(out, "event: %s\ndata: {\"type\":\"%s\"%.*s}\n\n", type, type, TEXT_ARG(data));
}

static const char claude_message[] =
    "{\"id\":\"msg_aex\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"aex\",\"content\":[%.*s],"
    "\"stop_reason\":%s,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";

static struct text claude_answer(const struct model *model, bool calls, bool streams, struct arena *arena)
{
    struct text arguments = call_arguments(model, arena);
    const char *stop = calls ? "\"tool_use\"" : "\"end_turn\"";
    struct text begun =
        calls ? text_format(arena,
                            "{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"Bash\",\"input\":", call_name.data)
              : TEXT("{\"type\":\"text\",\"text\":");
    if (!streams) {
        struct text content =
            text_format(arena, "%.*s%s}", TEXT_ARG(begun), calls ? arguments.data : "\"done\"");
        return response(arena, "200 OK", "application/json",
                        text_format(arena, claude_message, TEXT_ARG(content), stop));
    }
    struct builder out;
    builder_init(&out, arena);
    struct text message = text_format(arena, claude_message, TEXT_ARG(TEXT("")), "null");
    add_event(&out, "message_start", text_format(arena, ",\"message\":%.*s", TEXT_ARG(message)));
    add_event(
        &out, "content_block_start",
        text_format(arena, ",\"index\":0,\"content_block\":%.*s%s}", TEXT_ARG(begun), calls ? "{}" : "\"\""));
    struct text delta = calls ? text_format(arena, "{\"type\":\"input_json_delta\",\"partial_json\":%.*s}",
                                            TEXT_ARG(json_quoted(arena, arguments)))
                              : TEXT("{\"type\":\"text_delta\",\"text\":\"done\"}");
    add_event(&out, "content_block_delta", text_format(arena, ",\"index\":0,\"delta\":%.*s", TEXT_ARG(delta)));
    add_event(&out, "content_block_stop", TEXT(",\"index\":0"));
    add_event(
        &out, "message_delta",
        text_format(arena,
                    ",\"delta\":{\"stop_reason\":%s,\"stop_sequence\":null},\"usage\":{\"output_tokens\":1}",
                    stop));
    add_event(&out, "message_stop", TEXT(""));
    return response(arena, "200 OK", "text/event-stream", builder_text(&out));
}

static struct text codex_answer(const struct model *model, bool calls, struct arena *arena)
{
    static const char whole[] =
        ",\"response\":{\"id\":\"resp_aex\",\"object\":\"response\",\"model\":\"aex\",\"status\":\"%s\","
        "\"output\":[%.*s],\"usage\":{\"input_tokens\":1,\"input_tokens_details\":{\"cached_tokens\":0},"
        "\"output_tokens\":1,\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":2}}";
    struct builder out;
    struct text item =
        TEXT("{\"id\":\"item_0\",\"status\":\"completed\",\"type\":\"message\",\"role\":\"assistant\","
             "\"content\":[{\"type\":\"output_text\",\"text\":\"done\",\"annotations\":[]}]}");
    if (calls) {
        struct text arguments = json_quoted(arena, call_arguments(model, arena));
        item = text_format(
            arena,
            "{\"id\":\"item_0\",\"status\":\"completed\",\"type\":\"function_call\",\"call_id\":\"%s\","
            "\"name\":\"exec_command\",\"arguments\":%.*s}",
            call_name.data, TEXT_ARG(arguments));
    }
    builder_init(&out, arena);
    add_event(&out, "response.created", text_format(arena, whole, "in_progress", TEXT_ARG(TEXT(""))));
    struct text at = text_format(arena, ",\"output_index\":0,\"item\":%.*s", TEXT_ARG(item));
    add_event(&out, "response.output_item.added", at);
    add_event(&out, "response.output_item.done", at);
    add_event(&out, "response.completed", text_format(arena, whole, "completed", TEXT_ARG(item)));
    return response(arena, "200 OK", "text/event-stream", builder_text(&out));
}

struct text model_answer(struct model *model, struct text request, struct arena *arena)
{
    struct text headers;
    struct json body;
    if (!is_for_us(model, request) || !find_headers(request, &headers)) {
        return response(arena, "404 Not Found", "application/json", TEXT("{}"));
    }
    if (!json_parse(text_after(request, headers.size + 2), arena, &body, NULL)) {
        return response(arena, "400 Bad Request", "application/json", TEXT("{}"));
    }
    bool is_offered = offers_tool(model, &body);
    look_for_result(model, &body, arena);
    model->was_offered = model->was_offered || is_offered;
    bool calls = is_offered && !model->has_result;
    return model->agent == SETUP_CLAUDE
               ? claude_answer(model, calls, json_is_true(&body, TEXT("stream")), arena)
               : codex_answer(model, calls, arena);
}
