/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/record.h"

#include "policy/message.h"
#include "redact/redact.h"

enum { TRACE_HEX_SIZE = 32, SPAN_HEX_SIZE = 16, LONGEST_TEXT = 1024, LONGEST_NAME = 256 };

/* As the gate keeps them: enough to recognise the call; the digest stands for the rest. */
static const struct redact_limits argument_limits = {.longest_string = 256, .longest_value = 8 * 1024};

void record_begin(struct record *record, const char *event, clock_instant now, struct arena *arena)
{
    builder_init_sized(&record->out, arena, 1024);
    json_writer_init(&record->writer, &record->out, false);
    json_begin_object(&record->writer);
    json_member_string(&record->writer, TEXT("event"), text_of(event));
    json_member_string(&record->writer, TEXT("timestamp"), clock_format(arena, now));
}

struct text record_members(struct record *record)
{
    return text_after(builder_text(&record->out), 1);
}

struct text record_line(struct text members, struct arena *arena)
{
    return text_format(arena, "{%.*s}\n", TEXT_ARG(members));
}

static void add_text(struct json_writer *writer, const char *name, struct text value, size_t longest)
{
    if (value.size > 0) {
        json_member_string(writer, text_of(name), redact_and_cut(writer->out->arena, value, longest));
    }
}

static void add_flag(struct json_writer *writer, const char *name, bool value)
{
    if (value) {
        json_key(writer, text_of(name));
        json_bool(writer, true);
    }
}

static void add_decision(struct json_writer *writer, const struct workspace *workspace,
                         const struct decision *decision, struct arena *arena)
{
    if (decision->demand != NULL) {
        struct text demand = message_demand(decision->demand, workspace->root, arena);
        struct text name = decision->demand->names[0];
        add_text(writer, "capability", name, LONGEST_NAME);
        if (decision->demand->resource.kind != RESOURCE_NONE && demand.size > name.size + 1 &&
            demand.data[name.size] == ':') {
            add_text(writer, "resource", text_after(demand, name.size + 1), LONGEST_TEXT);
        }
    }
    json_member_string(writer, TEXT("decision"), text_of(verdict_name(decision->verdict)));
    if (decision->reason != REASON_NONE) {
        json_member_string(writer, TEXT("reason"), text_of(reason_code(decision->reason)));
    }
    struct text place = message_rule_place(decision, arena);
    if (place.size > 0) {
        json_member_string(writer, TEXT("rule"), place);
    }
    json_member_string(writer, TEXT("policy"), digest_hex(arena, &workspace->digest));
}

static void begin_common(struct json_writer *writer, struct builder *out, const struct record_call *call,
                         const struct proxy_options *options, struct arena *arena)
{
    builder_init(out, arena);
    json_writer_init(writer, out, false);
    writer->needs_comma = true;
    json_member_string(writer, TEXT("session"), call->session);
    add_text(writer, "agent", call->client, LONGEST_NAME);
    json_member_string(writer, TEXT("server"), options->server.name);
    json_member_string(writer, TEXT("method"), call->step->message.method);
    add_text(writer, "tool", call->tool, LONGEST_NAME);
}

static struct text end_common(struct json_writer *writer, const struct record_call *call)
{
    struct digest session = digest_sha256(call->session);
    struct text trace = digest_hex(writer->out->arena, &session);
    json_member_string(writer, TEXT("traceId"), text_slice(trace, 0, TRACE_HEX_SIZE));
    return builder_text(writer->out);
}

struct text record_common(const struct record_call *call, const struct proxy_options *options,
                          const struct workspace *workspace, const struct decision *decision,
                          bool is_only_observed, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    begin_common(&writer, &out, call, options, arena);
    json_member_string(&writer, TEXT("root"), workspace->root);
    add_decision(&writer, workspace, decision, arena);
    add_flag(&writer, "observed", is_only_observed);
    add_flag(&writer, "dryRun", options->dry_run);
    return end_common(&writer, call);
}

struct text record_failed(const struct record_call *call, const struct proxy_options *options,
                          struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    begin_common(&writer, &out, call, options, arena);
    json_member_string(&writer, TEXT("decision"), TEXT("deny"));
    json_member_string(&writer, TEXT("reason"), TEXT("proxy_failed"));
    return end_common(&writer, call);
}

struct text record_request(const struct record_call *call, struct text common, const char *event,
                           struct text message, struct text time, const struct hints *hints,
                           struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    char hex[DIGEST_HEX_SIZE];
    builder_init_sized(&out, arena, common.size + message.size + 1024);
    builder_add(&out, TEXT("\"event\":\""));
    builder_add_c(&out, event);
    builder_add(&out, TEXT("\",\"timestamp\":\""));
    builder_add(&out, time);
    builder_add(&out, TEXT("\""));
    builder_add(&out, common);
    digest_to_hex(&call->key, hex);
    builder_add(&out, TEXT(",\"spanId\":\""));
    builder_add(&out, (struct text){hex, SPAN_HEX_SIZE});
    digest_to_hex(&call->arguments, hex);
    builder_add(&out, TEXT("\",\"argsDigest\":\""));
    builder_add(&out, (struct text){hex, sizeof hex});
    builder_add(&out, TEXT("\""));
    json_writer_init(&writer, &out, false);
    writer.needs_comma = true;
    add_text(&writer, "toolUseId", call->call_id, LONGEST_NAME);
    add_text(&writer, "message", message, LONGEST_TEXT);
    add_text(&writer, "approval", call->approval, LONGEST_NAME);
    const struct mcp_message *request = &call->step->message;
    const struct json *arguments = json_get(request->params, TEXT("arguments"));
    if (arguments != NULL) {
        struct text source = text_slice(request->source, arguments->start, arguments->end);
        json_key(&writer, TEXT("arguments"));
        redact_json_source(&writer, arguments, source, hints, &argument_limits);
    }
    return builder_text(&out);
}
