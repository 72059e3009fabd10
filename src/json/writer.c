/* SPDX-License-Identifier: Apache-2.0 */
#include "json/writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "json/plain.h"

void json_writer_init(struct json_writer *writer, struct builder *out, bool indented)
{
    *writer = (struct json_writer){.out = out, .indented = indented};
}

static void new_line(struct json_writer *writer)
{
    builder_add_char(writer->out, '\n');
    builder_add_repeated(writer->out, ' ', writer->depth * 2);
}

/* What stands before a value or a key. */
static void separate(struct json_writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->needs_comma) {
        builder_add_char(writer->out, ',');
    }
    if (writer->indented && writer->depth > 0) {
        new_line(writer);
    }
}

static void begin(struct json_writer *writer, char bracket)
{
    separate(writer);
    builder_add_char(writer->out, bracket);
    writer->depth++;
    writer->needs_comma = false;
}

static void end(struct json_writer *writer, char bracket)
{
    assert(writer->depth > 0 && !writer->after_key);
    writer->depth--;
    if (writer->indented && writer->needs_comma) {
        new_line(writer);
    }
    builder_add_char(writer->out, bracket);
    writer->needs_comma = true;
}

void json_begin_object(struct json_writer *writer)
{
    begin(writer, '{');
}

void json_end_object(struct json_writer *writer)
{
    end(writer, '}');
}

void json_begin_array(struct json_writer *writer)
{
    begin(writer, '[');
}

void json_end_array(struct json_writer *writer)
{
    end(writer, ']');
}

/* A three-byte encoded surrogate at `offset`, as json_parse keeps it. */
static bool decode_surrogate(struct text text, size_t offset, uint32_t *ret_unit)
{
    const unsigned char *bytes = (const unsigned char *)text.data + offset;
    if (text.size - offset < 3 || bytes[0] != 0xED || bytes[1] < 0xA0 || bytes[1] > 0xBF ||
        (bytes[2] & 0xC0U) != 0x80) {
        return false;
    }
    *ret_unit = 0xD000U | (bytes[1] & 0x3FU) << 6 | (bytes[2] & 0x3FU);
    return true;
}

static void add_control(struct builder *out, unsigned char c)
{
    switch (c) {
    case '\n':
        builder_add_c(out, "\\n");
        break;
    case '\t':
        builder_add_c(out, "\\t");
        break;
    case '\r':
        builder_add_c(out, "\\r");
        break;
    default:
        builder_format(out, "\\u%04x", c);
    }
}

/* One character that cannot stand as it is; returns how many bytes of the text it took. */
static size_t add_special(struct builder *out, struct text text, size_t offset)
{
    unsigned char c = (unsigned char)text.data[offset];
    if (c == '"' || c == '\\') {
        builder_add_char(out, '\\');
        builder_add_char(out, (char)c);
        return 1;
    }
    if (c < 0x20 || c == 0x7F) {
        add_control(out, c);
        return 1;
    }
    uint32_t code_point;
    size_t length = utf8_decode(text, offset, &code_point);
    if (length != 0) {
        builder_add(out, text_slice(text, offset, offset + length));
        return length;
    }
    if (decode_surrogate(text, offset, &code_point)) {
        builder_format(out, "\\u%04x", code_point);
        return 3;
    }
    builder_add_c(out, "\xEF\xBF\xBD");
    return 1;
}

static void add_quoted(struct builder *out, struct text text)
{
    builder_add_char(out, '"');
    size_t plain_start = 0;
    size_t offset = 0;
    while ((offset = plain_end(text, offset)) < text.size) {
        builder_add(out, text_slice(text, plain_start, offset));
        offset += add_special(out, text, offset);
        plain_start = offset;
    }
    builder_add(out, text_after(text, plain_start));
    builder_add_char(out, '"');
}

void json_key(struct json_writer *writer, struct text name)
{
    assert(!writer->after_key);
    separate(writer);
    add_quoted(writer->out, name);
    builder_add_c(writer->out, writer->indented ? ": " : ":");
    writer->needs_comma = true;
    writer->after_key = true;
}

void json_string(struct json_writer *writer, struct text text)
{
    separate(writer);
    add_quoted(writer->out, text);
    writer->needs_comma = true;
}

void json_raw(struct json_writer *writer, struct text json)
{
    separate(writer);
    builder_add(writer->out, json);
    writer->needs_comma = true;
}

void json_integer(struct json_writer *writer, int64_t value)
{
    separate(writer);
    builder_format(writer->out, "%" PRId64, value);
    writer->needs_comma = true;
}

void json_bool(struct json_writer *writer, bool value)
{
    json_raw(writer, value ? TEXT("true") : TEXT("false"));
}

void json_null(struct json_writer *writer)
{
    json_raw(writer, TEXT("null"));
}

void json_tree(struct json_writer *writer, const struct json *value)
{
    switch (value->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        json_raw(writer, text_of(json_type_name(value->type)));
        break;
    case JSON_NUMBER:
        json_raw(writer, value->text);
        break;
    case JSON_STRING:
        if (value->quoted != NULL) {
            json_raw(writer, (struct text){value->quoted, value->end - value->start});
        } else {
            json_string(writer, value->text);
        }
        break;
    case JSON_ARRAY:
        json_begin_array(writer);
        for (size_t i = 0; i < value->count; i++) {
            json_tree(writer, &value->items[i]);
        }
        json_end_array(writer);
        break;
    case JSON_OBJECT:
        json_begin_object(writer);
        for (size_t i = 0; i < value->count; i++) {
            json_key(writer, value->members[i].name);
            json_tree(writer, &value->members[i].value);
        }
        json_end_object(writer);
        break;
    }
}

void json_member_string(struct json_writer *writer, struct text name, struct text value)
{
    json_key(writer, name);
    json_string(writer, value);
}

void json_member_integer(struct json_writer *writer, struct text name, int64_t value)
{
    json_key(writer, name);
    json_integer(writer, value);
}

static void add_canonical(struct json_writer *writer, struct arena *arena, const struct json *value)
{
    if (value->type == JSON_ARRAY) {
        json_begin_array(writer);
        for (size_t i = 0; i < value->count; i++) {
            add_canonical(writer, arena, &value->items[i]);
        }
        json_end_array(writer);
        return;
    }
    if (value->type != JSON_OBJECT) {
        json_tree(writer, value);
        return;
    }
    const struct json_member **sorted = arena_calloc(arena, value->count, sizeof *sorted);
    for (size_t i = 0; i < value->count; i++) {
        sorted[i] = &value->members[i];
    }
    qsort(sorted, value->count, sizeof(struct json_member *), json_compare_members);
    json_begin_object(writer);
    for (size_t i = 0; i < value->count; i++) {
        json_key(writer, sorted[i]->name);
        add_canonical(writer, arena, &sorted[i]->value);
    }
    json_end_object(writer);
}

void json_canonical(struct builder *out, struct arena *arena, const struct json *value)
{
    struct json_writer writer;
    json_writer_init(&writer, out, false);
    add_canonical(&writer, arena, value);
}

struct text json_canonical_text(struct arena *arena, const struct json *value)
{
    struct builder out;
    builder_init_sized(&out, arena, value->end - value->start); /* it seldom takes more than it took */
    json_canonical(&out, arena, value);
    return builder_text(&out);
}

struct text json_quoted(struct arena *arena, struct text text)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_string(&writer, text);
    return builder_text(&out);
}
