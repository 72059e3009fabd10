/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/message.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "redact/base64.h"
#include "redact/kinds.h"
#include "redact/names.h"
#include "redact/place.h"
#include "redact/values.h"
#include "json/writer.h"

/* One message on its way. */
struct redaction {
    struct text source;
    const struct secret_values *values;
    const struct hints *hints;
    struct place_methods methods;
    struct arena *arena;
    struct json_writer *writer; /* NULL in the first pass, which only looks for a reason to write at all */
    bool found;
};

/* ---- Strings ---- */

static int compare_spans(const void *a, const void *b)
{
    const struct secret_span *left = a;
    const struct secret_span *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

/* In order and apart; what overlaps becomes one. */
static void merge_spans(struct secret_span_vector *spans)
{
    size_t kept = 0;
    if (spans->count < 2) {
        return;
    }
    qsort(spans->items, spans->count, sizeof spans->items[0], compare_spans);
    for (size_t i = 1; i < spans->count; i++) {
        struct secret_span *last = &spans->items[kept];
        if (spans->items[i].start < last->end) {
            last->end = spans->items[i].end > last->end ? spans->items[i].end : last->end;
        } else {
            spans->items[++kept] = spans->items[i];
        }
    }
    spans->count = kept + 1;
}

static void find_spans(const struct redaction *redaction, struct text text, struct secret_span_vector *spans)
{
    secret_values_find(redaction->values, text, redaction->arena, spans);
    if (hints_found(redaction->hints, text)) {
        struct scanner scanner = {.text = text, .spans = spans, .arena = redaction->arena};
        (void)secret_scan(&scanner, SIZE_MAX);
    }
    merge_spans(spans);
}

/* The text with the part of each span that lies in it masked; it begins at `offset` of what the spans are
 * about. `*first` is the first span that does not end before it: so texts that follow each other walk over all
 * spans once. */
static struct text mask_spans(const struct redaction *redaction, struct text text, size_t offset,
                              const struct secret_span_vector *spans, size_t *first)
{
    struct builder out;
    size_t at = 0;
    builder_init_sized(&out, redaction->arena, text.size + 64);
    while (*first < spans->count && spans->items[*first].end <= offset) {
        (*first)++;
    }
    for (size_t i = *first; i < spans->count && spans->items[i].start < offset + text.size; i++) {
        const struct secret_span *span = &spans->items[i];
        size_t start = span->start > offset ? span->start - offset : 0;
        size_t end = span->end - offset < text.size ? span->end - offset : text.size;
        builder_add(&out, text_slice(text, at, start));
        secret_mask(&out, span->kind);
        at = end;
    }
    builder_add(&out, text_after(text, at));
    return builder_text(&out);
}

static struct text mask_all(const struct redaction *redaction, struct text text,
                            const struct secret_span_vector *spans)
{
    size_t first = 0;
    return mask_spans(redaction, text, 0, spans, &first);
}

/* The text without its secrets. False: it has none. */
static bool mask_text(const struct redaction *redaction, struct text text, struct text *ret_masked)
{
    struct secret_span_vector spans = {0};
    find_spans(redaction, text, &spans);
    if (spans.count == 0) {
        return false;
    }
    *ret_masked = mask_all(redaction, text, &spans);
    return true;
}

/* In pictures and sound only what has the shape of a key is looked for, since any two bytes may be called a
 * name and a sign there. */
static void find_in_bytes(const struct redaction *redaction, struct text bytes,
                          struct secret_span_vector *spans)
{
    if (utf8_find_invalid(bytes) == TEXT_NOT_FOUND) {
        find_spans(redaction, bytes, spans);
        return;
    }
    secret_values_find(redaction->values, bytes, redaction->arena, spans);
    for (size_t i = 0; i < bytes.size; i++) {
        char before = i > 0 ? bytes.data[i - 1] : ' ';
        struct text kind;
        size_t length = 0;
        if (hints_may_begin(redaction->hints, bytes, i) && !is_secret_letter(before) &&
            !is_secret_digit(before)) {
            length = secret_token_length(bytes, i, &kind);
        }
        if (length > 0) {
            struct secret_span span = {.start = i, .end = i + length, .kind = kind};
            VECTOR_PUSH(redaction->arena, spans, span);
            i += length - 1;
        }
    }
    merge_spans(spans);
}

/* Embedded data, which may be called so and be a text as well: it is looked at as it stands too, if it is not
 * base64 alone, or so short that chance makes no key of it. */
static bool mask_data(const struct redaction *redaction, struct text text, struct text *ret_masked)
{
    enum { SHORT = 256 };
    struct base64_form form;
    struct secret_span_vector spans = {0};
    struct text bytes = base64_decode(text, redaction->arena, &form);
    find_in_bytes(redaction, bytes, &spans);
    if (spans.count > 0) {
        *ret_masked = base64_encode(mask_all(redaction, bytes, &spans), &form, redaction->arena);
        return true;
    }
    return (!form.is_pure || text.size <= SHORT) && mask_text(redaction, text, ret_masked);
}

static void write_raw(struct redaction *redaction, const struct json *value)
{
    if (redaction->writer != NULL) {
        json_raw(redaction->writer, text_slice(redaction->source, value->start, value->end));
    }
}

static void write_masked(struct redaction *redaction, struct text masked)
{
    redaction->found = true;
    if (redaction->writer != NULL) {
        json_string(redaction->writer, masked);
    }
}

static void redact_string(struct redaction *redaction, const struct json *value, struct place place)
{
    struct text masked;
    if (place.kind.size > 0 && !secret_value_is_harmless(value->text, place.kind)) {
        write_masked(redaction, text_format(redaction->arena, "[redacted:%.*s]", TEXT_ARG(place.kind)));
    } else if (place.is_data ? mask_data(redaction, value->text, &masked)
                             : mask_text(redaction, value->text, &masked)) {
        write_masked(redaction, masked);
    } else {
        write_raw(redaction, value);
    }
}

/* ---- Structure ---- */

static void redact_value(struct redaction *redaction, const struct json *value, struct place place);

static bool has_text(const struct json *item, struct text *ret_text)
{
    struct text type;
    return json_get_text(item, TEXT("type"), &type) && text_equal(type, TEXT("text")) &&
           json_get_text(item, TEXT("text"), ret_text);
}

/* Consecutive text parts of `content`, [first, end), are read as one: a secret may be cut between two. What is
 * found by itself in each part counts too. */
static struct secret_span_vector find_in_parts(const struct redaction *redaction, const struct json *parts,
                                               size_t first, size_t end)
{
    struct secret_span_vector spans = {0};
    struct builder joined;
    struct text text = TEXT("");
    builder_init(&joined, redaction->arena);
    for (size_t i = first; i < end; i++) {
        struct secret_span_vector own = {0};
        (void)has_text(&parts->items[i], &text);
        find_spans(redaction, text, &own);
        for (size_t j = 0; j < own.count; j++) {
            struct secret_span span = own.items[j];
            span.start += joined.size;
            span.end += joined.size;
            VECTOR_PUSH(redaction->arena, &spans, span);
        }
        builder_add(&joined, text);
    }
    if (end > first + 1) {
        struct secret_span_vector over = {0};
        find_spans(redaction, builder_text(&joined), &over);
        for (size_t i = 0; i < over.count; i++) {
            VECTOR_PUSH(redaction->arena, &spans, over.items[i]);
        }
    }
    merge_spans(&spans);
    return spans;
}

static void redact_name(struct redaction *redaction, struct member_names *names, size_t index)
{
    struct text name = names->object->members[index].name;
    struct text masked;
    bool is_masked = mask_text(redaction, name, &masked);
    redaction->found = redaction->found || is_masked;
    if (redaction->writer != NULL) {
        json_key(redaction->writer, is_masked ? changed_name(names, masked, index, redaction->arena) : name);
    }
}

/* `text` is what its member of that name becomes, when that is known already; else NULL. */
static void redact_object(struct redaction *redaction, const struct json *object, struct place place,
                          const struct text *text)
{
    struct member_names names = {.object = object};
    if (redaction->writer != NULL) {
        json_begin_object(redaction->writer);
    }
    for (size_t i = 0; i < object->count; i++) {
        const struct json_member *member = &object->members[i];
        redact_name(redaction, &names, i);
        if (text != NULL && text_equal(member->name, TEXT("text"))) {
            write_masked(redaction, *text);
        } else {
            redact_value(redaction, &member->value,
                         place_below(object, member->name, place, &redaction->methods));
        }
    }
    if (redaction->writer != NULL) {
        json_end_object(redaction->writer);
    }
}

/* A run of text parts. */
static void redact_parts(struct redaction *redaction, const struct json *parts, size_t first, size_t end,
                         struct place place)
{
    struct secret_span_vector spans = find_in_parts(redaction, parts, first, end);
    size_t offset = 0;
    size_t span = 0;
    for (size_t i = first; i < end; i++) {
        struct text text = TEXT("");
        (void)has_text(&parts->items[i], &text);
        struct text masked = mask_spans(redaction, text, offset, &spans, &span);
        redact_object(redaction, &parts->items[i], place, text_equal(masked, text) ? NULL : &masked);
        offset += text.size;
    }
}

static void redact_array(struct redaction *redaction, const struct json *value, struct place place)
{
    struct text text;
    if (redaction->writer != NULL) {
        json_begin_array(redaction->writer);
    }
    for (size_t i = 0; i < value->count;) {
        size_t end = i;
        while (place.kind.size == 0 && end < value->count && has_text(&value->items[end], &text)) {
            end++;
        }
        if (end > i + 1) {
            redact_parts(redaction, value, i, end, place);
            i = end;
        } else {
            redact_value(redaction, &value->items[i++], place);
        }
    }
    if (redaction->writer != NULL) {
        json_end_array(redaction->writer);
    }
}

static void redact_value(struct redaction *redaction, const struct json *value, struct place place)
{
    struct text masked;
    /* The first pass is over when it found something. */
    if (redaction->writer == NULL && redaction->found) {
        return;
    }
    if (place.part == PART_AS_IS) {
        if (value->type == JSON_STRING || value->type == JSON_NUMBER) {
            write_raw(redaction, value);
            return;
        }
        place.part = PART_OTHER; /* not what the protocol has there */
    }
    switch (value->type) {
    case JSON_NULL:
    case JSON_FALSE:
    case JSON_TRUE:
        write_raw(redaction, value);
        break;
    case JSON_NUMBER:
        if (text_equal(place.kind, TEXT("password"))) {
            write_masked(redaction, TEXT("[redacted:password]"));
        } else if (mask_text(redaction, value->text, &masked)) {
            write_masked(redaction, masked);
        } else {
            write_raw(redaction, value);
        }
        break;
    case JSON_STRING:
        redact_string(redaction, value, place);
        break;
    case JSON_ARRAY:
        redact_array(redaction, value, place);
        break;
    case JSON_OBJECT:
        redact_object(redaction, value, place, NULL);
        break;
    }
}

/* ---- The message ---- */

/* One round. False: there was nothing to mask. */
static bool redact_once(struct text source, const struct json *message, struct redaction *redaction,
                        struct text *ret_message)
{
    struct builder out;
    struct json_writer writer;
    redaction->source = source;
    redaction->found = false;
    redact_object(redaction, message, (struct place){.part = PART_MESSAGE}, NULL);
    if (!redaction->found) {
        return false;
    }
    builder_init_sized(&out, redaction->arena, source.size + 256);
    json_writer_init(&writer, &out, false);
    redaction->writer = &writer;
    redact_object(redaction, message, (struct place){.part = PART_MESSAGE}, NULL);
    redaction->writer = NULL;
    *ret_message = builder_text(&out);
    return true;
}

bool redact_message(struct text source, const struct json *message, struct text answered,
                    const struct secret_values *values, const struct hints *hints, struct arena *arena,
                    struct text *ret_message)
{
    enum { MOST_ROUNDS = 8 };
    struct redaction redaction = {
        .values = values, .hints = hints, .methods = {.answered = answered}, .arena = arena};
    struct json masked = *message;
    struct text before = source;
    *ret_message = source;
    if (message->type != JSON_OBJECT) {
        return false;
    }
    (void)json_get_text(message, TEXT("method"), &redaction.methods.own);
    /* What stands beside a mask may be seen in a new light: until nothing changes. */
    for (int round = 0; round < MOST_ROUNDS && redact_once(before, &masked, &redaction, ret_message); round++) {
        if (text_equal(*ret_message, before) || !json_parse(*ret_message, arena, &masked, NULL)) {
            break;
        }
        before = *ret_message;
    }
    return ret_message->data != source.data;
}
