/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/redact.h"

#include "redact/kinds.h"
#include "redact/names.h"
#include "redact/scan.h"

struct text redact_and_cut(struct arena *arena, struct text text, size_t longest)
{
    struct builder out;
    builder_init(&out, arena);
    struct scanner scanner = {.text = text, .out = &out};
    bool is_all = secret_scan(&scanner, longest);
    if (is_all && out.size <= longest) {
        return builder_text(&out);
    }
    out.size = longest;
    while (out.size > 0 && ((unsigned char)out.data[out.size] & 0xC0U) == 0x80) {
        out.size--;
    }
    builder_format(&out, "...[cut, %zu bytes in all]", text.size);
    return builder_text(&out);
}

struct text redact_text(struct arena *arena, struct text text)
{
    return redact_and_cut(arena, text, SIZE_MAX);
}

/* Where the offset `at` of the text went; into a secret: where its mask starts or ends. */
static size_t moved_to(size_t at, bool is_end, const struct secret_span_vector *secrets, struct arena *arena)
{
    size_t removed = 0;
    size_t added = 0;
    for (size_t i = 0; i < secrets->count; i++) {
        const struct secret_span *secret = &secrets->items[i];
        if (is_end ? at <= secret->start : at < secret->start) {
            break;
        }
        bool is_inside = at < secret->end;
        struct builder mask;
        builder_init(&mask, arena);
        secret_mask(&mask, secret->kind);
        if (is_inside) {
            return secret->start - removed + added + (is_end ? mask.size : 0);
        }
        removed += secret->end - secret->start;
        added += mask.size;
    }
    return at - removed + added;
}

struct text redact_span(struct arena *arena, struct text text, struct redact_span *span)
{
    struct builder out;
    struct secret_span_vector secrets = {0};
    builder_init(&out, arena);
    struct scanner scanner = {.text = text, .out = &out, .spans = &secrets, .arena = arena};
    secret_scan(&scanner, SIZE_MAX);
    size_t start = moved_to(span->start, false, &secrets, arena);
    size_t end = moved_to(span->end, true, &secrets, arena);
    *span = (struct redact_span){.start = start, .end = end < start ? start : end};
    return builder_text(&out);
}

struct json_redaction {
    struct json_writer *writer;
    const struct redact_limits *limits;
    size_t start; /* where the output began */
};

static bool is_full(const struct json_redaction *redaction)
{
    return redaction->writer->out->size - redaction->start >= redaction->limits->longest_value;
}

static void write_string(const struct json_redaction *redaction, struct text text, struct text kind)
{
    struct arena *arena = redaction->writer->out->arena;
    struct text redacted = kind.size != 0 && !secret_value_is_harmless(text, kind)
                               ? text_format(arena, "[redacted:%.*s]", TEXT_ARG(kind))
                               : redact_and_cut(arena, text, redaction->limits->longest_string);
    json_string(redaction->writer, redacted);
}

/* Only changed names end in "#" and their number, so no two names of an object become the same. */
static void write_name(const struct json_redaction *redaction, struct text name, size_t number)
{
    struct arena *arena = redaction->writer->out->arena;
    struct text redacted = redact_and_cut(arena, name, redaction->limits->longest_string);
    if (!text_equal(redacted, name) || is_numbered_name(name)) {
        redacted = text_format(arena, "%.*s#%zu", TEXT_ARG(redacted), number);
    }
    json_key(redaction->writer, redacted);
}

static void write_value(const struct json_redaction *redaction, const struct json *value, struct text kind);

static void write_array(const struct json_redaction *redaction, const struct json *value, struct text kind)
{
    json_begin_array(redaction->writer);
    for (size_t i = 0; i < value->count; i++) {
        if (is_full(redaction)) {
            json_string(redaction->writer,
                        text_format(redaction->writer->out->arena, "[cut, %zu items in all]", value->count));
            break;
        }
        write_value(redaction, &value->items[i], kind);
    }
    json_end_array(redaction->writer);
}

static void write_object(const struct json_redaction *redaction, const struct json *value, struct text kind)
{
    json_begin_object(redaction->writer);
    for (size_t i = 0; i < value->count; i++) {
        const struct json_member *member = &value->members[i];
        if (is_full(redaction)) {
            struct text name = text_format(redaction->writer->out->arena, "[cut]#%zu", i);
            json_member_integer(redaction->writer, name, (int64_t)value->count);
            break;
        }
        write_name(redaction, member->name, i);
        struct text own_kind = secret_name_kind(member->name);
        write_value(redaction, &member->value, own_kind.size != 0 ? own_kind : kind);
    }
    json_end_object(redaction->writer);
}

/* `kind` is not empty under a telling name. */
static void write_value(const struct json_redaction *redaction, const struct json *value, struct text kind)
{
    switch (value->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        json_tree(redaction->writer, value);
        break;
    case JSON_NUMBER:
        if (text_equal(kind, TEXT("password"))) {
            json_string(redaction->writer, TEXT("[redacted:password]"));
        } else {
            struct text cut =
                redact_and_cut(redaction->writer->out->arena, value->text, redaction->limits->longest_string);
            if (text_equal(cut, value->text)) {
                json_raw(redaction->writer, cut);
            } else {
                json_string(redaction->writer, cut);
            }
        }
        break;
    case JSON_STRING:
        write_string(redaction, value->text, kind);
        break;
    case JSON_ARRAY:
        write_array(redaction, value, kind);
        break;
    case JSON_OBJECT:
        write_object(redaction, value, kind);
        break;
    }
}

void redact_json(struct json_writer *writer, const struct json *value, const struct redact_limits *limits)
{
    struct json_redaction redaction = {.writer = writer, .limits = limits, .start = writer->out->size};
    write_value(&redaction, value, TEXT(""));
}

/* Hints know the telling names of usual characters, but a member's name may hold any, which they do not look
 * behind. */
static bool is_telling(struct text name)
{
    size_t usual = 0;
    while (usual < name.size && is_secret_name_char(name.data[usual])) {
        usual++;
    }
    return usual < name.size && secret_name_kind(name).size > 0;
}

static bool has_telling_name(const struct json *value)
{
    bool is_array = value->type == JSON_ARRAY;
    for (size_t i = 0; (is_array || value->type == JSON_OBJECT) && i < value->count; i++) {
        if (!is_array && is_telling(value->members[i].name)) {
            return true;
        }
        if (has_telling_name(is_array ? &value->items[i] : &value->members[i].value)) {
            return true;
        }
    }
    return false;
}

/* Whether redact_json would write the same characters, but for white space between values. Short enough for
 * both limits, without escapes, and without names that end as changed ones do. */
static bool stands_for_itself(const struct json *value, struct text source, const struct hints *hints,
                              const struct redact_limits *limits)
{
    if (source.size > limits->longest_string || source.size > limits->longest_value) {
        return false;
    }
    for (size_t i = 0; i < source.size; i++) {
        unsigned char c = (unsigned char)source.data[i];
        if (c < 0x20 || c == 0x7F || c == '\\' || c == '#') {
            return false;
        }
    }
    return !hints_found(hints, source) && !has_telling_name(value);
}

void redact_json_source(struct json_writer *writer, const struct json *value, struct text source,
                        const struct hints *hints, const struct redact_limits *limits)
{
    if (stands_for_itself(value, source, hints, limits)) {
        json_raw(writer, source);
    } else {
        redact_json(writer, value, limits);
    }
}
