/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/record.h"

#include "audit/log.h"
#include "policy/message.h"
#include "redact/redact.h"
#include "state/folder.h"
#include "json/writer.h"

enum { TRACE_HEX_SIZE = 32, SPAN_HEX_SIZE = 16, LONGEST_TEXT = 1024 };

/* How much of a call's arguments the trail keeps: enough to recognise the call; the digest stands for the rest.
 */
static const struct redact_limits argument_limits = {.longest_string = 256, .longest_value = 8 * 1024};

/* The opening that all events share. The object is written without its last brace: the log closes it. */
static void begin(struct json_writer *writer, struct builder *out, const struct record_subject *subject,
                  const char *event, struct arena *arena)
{
    builder_init(out, arena);
    json_writer_init(writer, out, false);
    json_begin_object(writer);
    json_member_string(writer, TEXT("event"), text_of(event));
    json_member_string(writer, TEXT("timestamp"), clock_format(arena, subject->options->now));
    json_member_string(writer, TEXT("session"), subject->session);
    json_member_string(writer, TEXT("agent"), text_of(subject->agent->name));
    if (subject->call->tool_use_id.size > 0) {
        json_member_string(writer, TEXT("toolUseId"), subject->call->tool_use_id);
    }
    json_member_string(writer, TEXT("tool"), subject->call->tool);
    json_member_string(writer, TEXT("root"), subject->root);
}

/* Trace and span of OpenTelemetry: one trace a session, one span a call, the same from every process that sees
 * it. `has_ledger`: the session's was opened, so the state folder is there. */
static bool finish(struct json_writer *writer, const struct record_subject *subject, bool has_ledger,
                   struct arena *arena, struct error *err)
{
    struct digest session = digest_sha256(subject->session);
    json_member_string(writer, TEXT("traceId"), text_slice(digest_hex(arena, &session), 0, TRACE_HEX_SIZE));
    json_member_string(writer, TEXT("spanId"), text_slice(digest_hex(arena, &subject->key), 0, SPAN_HEX_SIZE));
    struct text path = subject->options->audit;
    if (path.size == 0) {
        bool is_lost; /* the ledger's matter: the trail goes on */
        if (!has_ledger && !state_folder_prepare(subject->options->state_folder.data, &is_lost, err)) {
            return false;
        }
        path = state_folder_audit(arena, subject->options->state_folder);
    }
    struct text object = builder_text(writer->out);
    return audit_append(path.data, text_after(object, 1), arena, err);
}

static void add_decision(struct json_writer *writer, const struct workspace *workspace,
                         const struct decision *decision, struct arena *arena)
{
    if (decision->demand != NULL) {
        struct text demand = message_demand(decision->demand, workspace->root, arena);
        struct text name = decision->demand->names[0];
        json_member_string(writer, TEXT("capability"), name);
        if (decision->demand->resource.kind != RESOURCE_NONE && demand.size > name.size + 1 &&
            demand.data[name.size] == ':') {
            json_member_string(writer, TEXT("resource"),
                               redact_and_cut(arena, text_after(demand, name.size + 1), LONGEST_TEXT));
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

bool record_decision(const struct record_subject *subject, const struct workspace *workspace,
                     const struct decision *decision, struct text message, const char *failure,
                     struct arena *arena, struct error *err)
{
    struct builder out;
    struct json_writer writer;
    begin(&writer, &out, subject, "gate.decision", arena);
    if (failure == NULL) {
        add_decision(&writer, workspace, decision, arena);
    } else {
        json_member_string(&writer, TEXT("decision"), TEXT("deny"));
        json_member_string(&writer, TEXT("reason"), TEXT("gate_failed"));
    }
    if (message.size > 0) {
        json_member_string(&writer, TEXT("message"), redact_and_cut(arena, message, LONGEST_TEXT));
    }
    if (subject->approval.size > 0) {
        json_member_string(&writer, TEXT("approval"), subject->approval);
    }
    if (subject->options->observes) {
        json_key(&writer, TEXT("observed"));
        json_bool(&writer, true);
    }
    if (subject->options->dry_run) {
        json_key(&writer, TEXT("dryRun"));
        json_bool(&writer, true);
    }
    json_member_string(&writer, TEXT("cwd"), subject->call->working_folder);
    json_member_string(&writer, TEXT("argsDigest"), digest_hex(arena, &subject->arguments));
    json_key(&writer, TEXT("arguments"));
    redact_json(&writer, subject->call->arguments, &argument_limits);
    return finish(&writer, subject, failure == NULL, arena, err);
}

bool record_settings(const struct record_subject *subject, struct arena *arena, struct error *err)
{
    struct builder out;
    struct json_writer writer;
    struct text source = TEXT("");
    struct text file = TEXT("");
    (void)json_get_text(subject->call->input, TEXT("source"), &source);
    (void)json_get_text(subject->call->input, TEXT("file_path"), &file);
    begin(&writer, &out, subject, "settings.refused", arena);
    json_member_string(&writer, TEXT("source"), redact_and_cut(arena, source, LONGEST_TEXT));
    json_member_string(&writer, TEXT("file"), redact_and_cut(arena, file, LONGEST_TEXT));
    return finish(&writer, subject, false, arena, err);
}

bool record_outcome(const struct record_subject *subject, struct arena *arena, struct error *err)
{
    struct builder out;
    struct json_writer writer;
    bool failed = subject->call->event == HOOK_TOOL_FAILED;
    struct hook_outcome outcome = subject->agent->outcome(subject->call);
    begin(&writer, &out, subject, failed ? "tool.failed" : "tool.result", arena);
    json_member_string(&writer, TEXT("status"), failed ? TEXT("error") : TEXT("success"));
    if (outcome.has_duration) {
        json_member_integer(&writer, TEXT("durationMs"), outcome.duration_ms);
    }
    if (outcome.has_exit_code) {
        json_member_integer(&writer, TEXT("exitCode"), outcome.exit_code);
    }
    if (outcome.error.size > 0) {
        json_member_string(&writer, TEXT("error"), redact_and_cut(arena, outcome.error, LONGEST_TEXT));
    }
    json_member_string(&writer, TEXT("argsDigest"), digest_hex(arena, &subject->arguments));
    return finish(&writer, subject, false, arena, err);
}
