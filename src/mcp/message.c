/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/message.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "mcp/scan.h"
#include "json/writer.h"

/* Members that mean something to MCP. One that differs in case only is what a lenient reader might take for it.
 */
static const struct text outer_names[] = {
    TEXT_INIT("jsonrpc"), TEXT_INIT("id"),     TEXT_INIT("method"),
    TEXT_INIT("params"),  TEXT_INIT("result"), TEXT_INIT("error"),
};
static const struct text parameter_names[] = {
    TEXT_INIT("name"),
    TEXT_INIT("arguments"),
    TEXT_INIT("uri"),
    TEXT_INIT("_meta"),
    TEXT_INIT("cursor"),
    TEXT_INIT("requestState"),
    TEXT_INIT("inputResponses"),
    TEXT_INIT("task"),
    TEXT_INIT("taskId"),
    TEXT_INIT("ref"),
    TEXT_INIT("argument"),
    TEXT_INIT("requestId"),
    TEXT_INIT("inputRequests"),
    TEXT_INIT("capabilities"),
    TEXT_INIT("progressToken"),
    TEXT_INIT("notifications"),
};

static const struct text result_names[] = {TEXT_INIT("resultType"), TEXT_INIT("inputRequests")};

static bool fail(struct mcp_mistake *mistake, enum mcp_error_code code, struct text explanation)
{
    mistake->code = code;
    mistake->explanation = explanation;
    return false;
}

static bool check_names(const struct json *object, const struct text *names, size_t count,
                        struct mcp_mistake *mistake, struct arena *arena)
{
    for (size_t i = 0; object != NULL && i < object->count; i++) {
        struct text name = object->members[i].name;
        if (mcp_has_folding_letter(name)) {
            return fail(mistake, MCP_INVALID_REQUEST,
                        TEXT("a member is spelled with a letter that some take for another"));
        }
        for (size_t j = 0; j < count; j++) {
            if (!text_may_be_equal(name, names[j])) {
                continue;
            }
            if (text_equal(name, names[j])) {
                break; /* no two of them differ in case only */
            }
            if (text_equal_ignoring_case(name, names[j])) {
                return fail(mistake, MCP_INVALID_REQUEST,
                            text_format(arena, "the member \"%.*s\" is not spelled \"%.*s\"", TEXT_ARG(name),
                                        TEXT_ARG(names[j])));
            }
        }
    }
    return true;
}

/* A decimal integer that fits 64 bits, signed or not. */
static bool is_integer(struct text digits)
{
    uint64_t value;
    bool is_negative = digits.size > 0 && digits.data[0] == '-';
    if (is_negative) {
        digits = text_after(digits, 1);
    }
    bool is_spelled_short = digits.size == 1 || (digits.size > 1 && digits.data[0] != '0');
    return is_spelled_short && text_to_u64(digits, &value) &&
           (!is_negative || (value > 0 && value <= UINT64_C(1) << 63));
}

static bool id_of(const struct json *value, struct text source, struct mcp_id *ret_id)
{
    bool is_string = value->type == JSON_STRING;
    if (!is_string && (value->type != JSON_NUMBER || !is_integer(value->text))) {
        return false;
    }
    if (value->text.size > LIMIT_MCP_ID) {
        return false;
    }
    *ret_id = (struct mcp_id){
        .source = text_slice(source, value->start, value->end), .value = value->text, .is_string = is_string};
    return true;
}

bool mcp_id_read(struct text source, struct arena *arena, struct mcp_id *ret_id)
{
    bool is_plain = source.size >= 2 && source.data[0] == '"' && source.size - 2 <= LIMIT_MCP_ID &&
                    text_find_char(text_slice(source, 1, source.size - 1), '\\') == TEXT_NOT_FOUND;
    if (is_plain || is_integer(source)) {
        struct text value = is_plain ? text_slice(source, 1, source.size - 1) : source;
        *ret_id = (struct mcp_id){.source = source, .value = value, .is_string = is_plain};
        return true;
    }
    struct json value;
    return json_parse(source, arena, &value, NULL) && id_of(&value, source, ret_id);
}

bool mcp_id_equal(const struct mcp_id *a, const struct mcp_id *b)
{
    return a->is_string == b->is_string && text_equal(a->value, b->value);
}

/* A line that is no JSON to us may still be some to others, and say which request it is. */
static bool fail_to_parse(struct text line, struct text reason, struct arena *arena,
                          struct mcp_mistake *mistake)
{
    struct mcp_scan scan;
    struct mcp_id id;
    mcp_scan_init(&scan);
    (void)mcp_scan_feed(&scan, line);
    if (!mcp_scan_is_whole(&scan)) {
        return fail(mistake, MCP_PARSE_ERROR, reason);
    }
    if (scan.members[MEMBER_METHOD].is_there &&
        mcp_id_read(mcp_scan_member(&scan, line, MEMBER_ID), arena, &id)) {
        mistake->id = id.source;
    }
    return fail(mistake, MCP_INVALID_REQUEST, reason);
}

static bool find_kind(const struct json *body, struct mcp_message *message, struct mcp_mistake *mistake)
{
    const struct json *result = json_get(body, TEXT("result"));
    const struct json *error = json_get(body, TEXT("error"));
    const struct json *method = json_get(body, TEXT("method"));
    const struct json *id = json_get(body, TEXT("id"));
    if ((result != NULL) + (error != NULL) + (method != NULL) != 1) {
        return fail(mistake, MCP_INVALID_REQUEST,
                    TEXT("a message has exactly one of \"method\", \"result\" and \"error\""));
    }
    bool is_id = id != NULL && id_of(id, message->source, &message->id);
    bool is_null_error = error != NULL && id != NULL && id->type == JSON_NULL;
    if (is_id && method != NULL) {
        mistake->id = message->id.source;
    }
    if ((id != NULL || method == NULL) && !is_id && !is_null_error) {
        return fail(mistake, MCP_INVALID_REQUEST,
                    TEXT("an id is a string of at most 128 bytes or an integer of at most 64 bits"));
    }
    if (is_null_error) {
        message->id.source = TEXT("null");
    }
    if (method != NULL && method->type != JSON_STRING) {
        return fail(mistake, MCP_INVALID_REQUEST, TEXT("\"method\" must be a string"));
    }
    if (method != NULL) {
        message->method = method->text;
        message->kind = is_id ? MCP_KIND_REQUEST : MCP_KIND_NOTIFICATION;
        return true;
    }
    message->kind = result != NULL ? MCP_KIND_RESULT : MCP_KIND_ERROR;
    const struct json *content = result != NULL ? result : error;
    return content->type == JSON_OBJECT ||
           fail(mistake, MCP_INVALID_REQUEST, TEXT("\"result\" and \"error\" must be objects"));
}

/* A number that is beyond all doubles is infinite to most readers, and means whatever they make of that. Few
 * digits and no exponent cannot be. */
static bool is_beyond_doubles(struct text number)
{
    enum { LONGEST = 300 };
    if (number.size < LONGEST && text_find_char(number, 'e') == TEXT_NOT_FOUND &&
        text_find_char(number, 'E') == TEXT_NOT_FOUND) {
        return false;
    }
    /* What follows a number in JSON ends it for strtod(3) too. */
    return isinf(strtod(number.data, NULL));
}

static bool has_infinite(const struct json *value)
{
    for (size_t i = 0; (value->type == JSON_ARRAY || value->type == JSON_OBJECT) && i < value->count; i++) {
        if (has_infinite(value->type == JSON_ARRAY ? &value->items[i] : &value->members[i].value)) {
            return true;
        }
    }
    return value->type == JSON_NUMBER && is_beyond_doubles(value->text);
}

static bool check_outer_names(const struct json *body, struct mcp_mistake *mistake, struct arena *arena)
{
    return check_names(body, outer_names, sizeof outer_names / sizeof outer_names[0], mistake, arena);
}

static bool check_params(const struct json *params, struct mcp_mistake *mistake, struct arena *arena)
{
    if (params != NULL && params->type != JSON_OBJECT) {
        return fail(mistake, MCP_INVALID_REQUEST, TEXT("\"params\" must be an object, in a request"));
    }
    if (params != NULL && has_infinite(params)) {
        return fail(mistake, MCP_INVALID_REQUEST, TEXT("a number that is beyond all doubles"));
    }
    return check_names(params, parameter_names, sizeof parameter_names / sizeof parameter_names[0], mistake,
                       arena);
}

bool mcp_inner_read(const struct json *request, struct arena *arena, struct text *ret_method,
                    const struct json **ret_params)
{
    struct mcp_mistake mistake;
    struct text method;
    const struct json *params = json_get(request, TEXT("params"));
    if (!json_get_text(request, TEXT("method"), &method) || !check_outer_names(request, &mistake, arena) ||
        !check_params(params, &mistake, arena)) {
        return false;
    }
    *ret_method = method;
    *ret_params = params;
    return true;
}

static bool check_body(struct mcp_message *message, struct mcp_mistake *mistake, struct arena *arena)
{
    const struct json *body = message->body;
    struct text version;
    if (body->type != JSON_OBJECT) {
        return fail(mistake, MCP_INVALID_REQUEST,
                    body->type == JSON_ARRAY ? TEXT("batches are not part of MCP since 2025-06-18")
                                             : TEXT("a message must be an object"));
    }
    if (!check_outer_names(body, mistake, arena) || !find_kind(body, message, mistake)) {
        return false;
    }
    if (!json_get_text(body, TEXT("jsonrpc"), &version) || !text_equal(version, TEXT("2.0"))) {
        return fail(mistake, MCP_INVALID_REQUEST, TEXT("\"jsonrpc\" must be \"2.0\""));
    }
    message->params = json_get(body, TEXT("params"));
    if (message->params != NULL && message->method.size == 0) {
        return fail(mistake, MCP_INVALID_REQUEST, TEXT("\"params\" must be an object, in a request"));
    }
    return check_names(json_get(body, TEXT("result")), result_names,
                       sizeof result_names / sizeof result_names[0], mistake, arena) &&
           check_params(message->params, mistake, arena);
}

/* The request that a line says it answers, though it cannot be taken for that. */
static struct mcp_id find_answered(struct text line, struct arena *arena)
{
    struct mcp_scan scan;
    struct mcp_id id = {0};
    mcp_scan_init(&scan);
    (void)mcp_scan_feed(&scan, line);
    bool is_answer = scan.members[MEMBER_RESULT].is_there || scan.members[MEMBER_ERROR].is_there;
    if (is_answer && !scan.members[MEMBER_METHOD].is_there) {
        (void)mcp_id_read(mcp_scan_member(&scan, line, MEMBER_ID), arena, &id);
    }
    return id;
}

bool mcp_message_read(struct text line, struct arena *arena, struct mcp_message *ret_message,
                      struct mcp_mistake *ret_mistake)
{
    struct mcp_mistake mistake = {.id = TEXT("null")};
    struct error err;
    struct json *body = ARENA_NEW(arena, struct json);
    struct text source = text_ends_with(line, TEXT("\r")) ? text_slice(line, 0, line.size - 1) : line;
    struct mcp_message message = {.source = source, .body = body};
    bool is_read;
    if (!json_parse(source, arena, body, &err)) {
        is_read = fail_to_parse(source, text_copy(arena, text_of(err.message)), arena, &mistake);
    } else {
        is_read = check_body(&message, &mistake, arena);
    }
    /* Some readers end a line there, so that they would read another message than this one. */
    if (is_read && text_find_char(source, '\r') != TEXT_NOT_FOUND) {
        is_read = fail(&mistake, MCP_INVALID_REQUEST, TEXT("a carriage return inside a message"));
    }
    if (is_read) {
        *ret_message = message;
    } else {
        mistake.answered = find_answered(source, arena);
        *ret_mistake = mistake;
    }
    return is_read;
}

bool mcp_names_page(const struct json *object, struct text member)
{
    const struct json *cursor = json_get(object, member);
    return cursor != NULL && cursor->type != JSON_NULL;
}

static void begin_answer(struct json_writer *writer, struct builder *out, struct text id, struct arena *arena)
{
    builder_init(out, arena);
    json_writer_init(writer, out, false);
    json_begin_object(writer);
    json_member_string(writer, TEXT("jsonrpc"), TEXT("2.0"));
    json_key(writer, TEXT("id"));
    json_raw(writer, id);
}

static struct text end_answer(struct json_writer *writer)
{
    json_end_object(writer);
    builder_add_char(writer->out, '\n');
    return builder_text(writer->out);
}

struct text mcp_error_answer(struct text id, enum mcp_error_code code, struct text explanation,
                             struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    begin_answer(&writer, &out, id, arena);
    json_key(&writer, TEXT("error"));
    json_begin_object(&writer);
    json_member_integer(&writer, TEXT("code"), code);
    json_member_string(&writer, TEXT("message"), explanation);
    json_end_object(&writer);
    return end_answer(&writer);
}

struct text mcp_tool_result(struct text text, struct text structured, bool is_error, bool is_modern,
                            struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    if (is_modern) {
        json_member_string(&writer, TEXT("resultType"), TEXT("complete"));
    }
    json_key(&writer, TEXT("content"));
    json_begin_array(&writer);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("type"), TEXT("text"));
    json_member_string(&writer, TEXT("text"), text);
    json_end_object(&writer);
    json_end_array(&writer);
    if (structured.size > 0) {
        json_key(&writer, TEXT("structuredContent"));
        json_raw(&writer, structured);
    }
    json_key(&writer, TEXT("isError"));
    json_bool(&writer, is_error);
    json_end_object(&writer);
    return builder_text(&out);
}

struct text mcp_result_answer(struct text id, struct text result, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    begin_answer(&writer, &out, id, arena);
    json_key(&writer, TEXT("result"));
    json_raw(&writer, result);
    return end_answer(&writer);
}

struct text mcp_tool_error(struct text id, struct text explanation, bool is_modern, struct arena *arena)
{
    return mcp_result_answer(id, mcp_tool_result(explanation, TEXT(""), true, is_modern, arena), arena);
}
