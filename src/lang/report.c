/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics for machines. */
#include "lang/report.h"

void report_json(struct json_writer *json, const struct diagnostic *diagnostic)
{
    json_begin_object(json);
    json_member_string(json, TEXT("file"), diagnostic->file);
    json_member_string(json, TEXT("code"), text_of(code_entry(diagnostic->code)->code));
    json_member_string(json, TEXT("severity"), text_of(severity_name(code_entry(diagnostic->code)->severity)));
    json_member_integer(json, TEXT("line"), (int64_t)diagnostic->line);
    json_member_integer(json, TEXT("column"), (int64_t)diagnostic->column);
    json_member_integer(json, TEXT("end_line"), (int64_t)diagnostic->end_line);
    json_member_integer(json, TEXT("end_column"), (int64_t)diagnostic->end_column);
    json_member_string(json, TEXT("message"), diagnostic->message);
    json_member_string(json, TEXT("help"), diagnostic->help);
    json_end_object(json);
}

static void write_message(struct json_writer *json, struct text name, struct text text)
{
    json_key(json, name);
    json_begin_object(json);
    json_member_string(json, TEXT("text"), text);
    json_end_object(json);
}

static void write_rules(struct json_writer *json)
{
    json_key(json, TEXT("rules"));
    json_begin_array(json);
    for (unsigned i = 0; i < DIAGNOSTIC_CODES; i++) {
        const struct code_entry *entry = code_entry((enum diagnostic_code)i);
        json_begin_object(json);
        json_member_string(json, TEXT("id"), text_of(entry->code));
        write_message(json, TEXT("shortDescription"), text_of(entry->title));
        write_message(json, TEXT("help"), text_of(entry->help));
        json_key(json, TEXT("defaultConfiguration"));
        json_begin_object(json);
        json_member_string(json, TEXT("level"), text_of(severity_name(entry->severity)));
        json_end_object(json);
        json_end_object(json);
    }
    json_end_array(json);
}

void report_sarif_begin(struct json_writer *json, struct text tool_version)
{
    json_begin_object(json);
    json_member_string(json, TEXT("$schema"), TEXT("https://json.schemastore.org/sarif-2.1.0.json"));
    json_member_string(json, TEXT("version"), TEXT("2.1.0"));
    json_key(json, TEXT("runs"));
    json_begin_array(json);
    json_begin_object(json);
    json_key(json, TEXT("tool"));
    json_begin_object(json);
    json_key(json, TEXT("driver"));
    json_begin_object(json);
    json_member_string(json, TEXT("name"), TEXT("aex"));
    json_member_string(json, TEXT("version"), tool_version);
    write_rules(json);
    json_end_object(json);
    json_end_object(json);
    json_member_string(json, TEXT("columnKind"), TEXT("unicodeCodePoints"));
    json_key(json, TEXT("results"));
    json_begin_array(json);
}

/* A URI reference (RFC 3986): what is no unreserved character or "/" is percent-encoded. */
static struct text uri_of(struct builder *scratch, struct text file)
{
    for (size_t i = 0; i < file.size; i++) {
        char c = file.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
        if (is_plain) {
            builder_add_char(scratch, c);
        } else {
            builder_format(scratch, "%%%02X", (unsigned)(unsigned char)c);
        }
    }
    return builder_text(scratch);
}

static void write_location(struct json_writer *json, const struct diagnostic *diagnostic)
{
    struct builder scratch;
    builder_init(&scratch, json->out->arena);
    json_key(json, TEXT("locations"));
    json_begin_array(json);
    json_begin_object(json);
    json_key(json, TEXT("physicalLocation"));
    json_begin_object(json);
    json_key(json, TEXT("artifactLocation"));
    json_begin_object(json);
    json_member_string(json, TEXT("uri"), uri_of(&scratch, diagnostic->file));
    json_end_object(json);
    json_key(json, TEXT("region"));
    json_begin_object(json);
    json_member_integer(json, TEXT("startLine"), (int64_t)diagnostic->line);
    json_member_integer(json, TEXT("startColumn"), (int64_t)diagnostic->column);
    json_member_integer(json, TEXT("endLine"), (int64_t)diagnostic->end_line);
    json_member_integer(json, TEXT("endColumn"), (int64_t)diagnostic->end_column);
    json_end_object(json);
    json_end_object(json);
    json_end_object(json);
    json_end_array(json);
}

void report_sarif_result(struct json_writer *json, const struct diagnostic *diagnostic)
{
    json_begin_object(json);
    json_member_string(json, TEXT("ruleId"), text_of(code_entry(diagnostic->code)->code));
    json_member_integer(json, TEXT("ruleIndex"), (int64_t)diagnostic->code);
    json_member_string(json, TEXT("level"), text_of(severity_name(code_entry(diagnostic->code)->severity)));
    struct text message =
        text_format(json->out->arena, "%.*s; %.*s", TEXT_ARG(diagnostic->message), TEXT_ARG(diagnostic->help));
    write_message(json, TEXT("message"), message);
    write_location(json, diagnostic);
    json_end_object(json);
}

void report_sarif_end(struct json_writer *json)
{
    json_end_array(json);
    json_end_object(json);
    json_end_array(json);
    json_end_object(json);
}
