/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/toml.h"

#include <stdlib.h>
#include <string.h>

#include "base/builder.h"
#include "base/utf8.h"
#include "setup/toml_reader.h"

/* The rest of a line that must hold nothing more. */
static bool finish_line(struct toml_reader *reader)
{
    toml_skip_blanks(reader);
    toml_skip_comment(reader);
    if (toml_peek(reader) == '\r') {
        reader->at++;
    }
    if (reader->at < reader->source.size && toml_peek(reader) != '\n') {
        return toml_fail(reader, reader->at, "more text after the value");
    }
    reader->at += reader->at < reader->source.size;
    return true;
}

/* ---- Lines ---- */

static struct table_array *find_array(struct toml_reader *reader, const struct text_vector *steps)
{
    struct toml_path path = {steps->items, steps->count};
    for (size_t i = 0; i < reader->arrays.count; i++) {
        if (toml_path_equal(reader->arrays.items[i].path, path)) {
            return &reader->arrays.items[i];
        }
    }
    return NULL;
}

static void push_index(struct toml_reader *reader, struct text_vector *steps, size_t index)
{
    struct text step = text_format(reader->arena, "%zu", index);
    VECTOR_PUSH(reader->arena, steps, step);
}

/* A header's steps with the indices of the arrays of tables that they lead through. */
static struct toml_path place_header(struct toml_reader *reader, const struct text_vector *named,
                                     bool is_element)
{
    struct text_vector steps = {0};
    for (size_t i = 0; i < named->count; i++) {
        VECTOR_PUSH(reader->arena, &steps, named->items[i]);
        struct table_array *array = find_array(reader, &steps);
        if (i + 1 == named->count && is_element) {
            if (array == NULL) {
                struct text *copy = ARENA_ARRAY(reader->arena, struct text, steps.count);
                memcpy(copy, steps.items, steps.count * sizeof *copy);
                struct table_array new_array = {{copy, steps.count}, 0};
                VECTOR_PUSH(reader->arena, &reader->arrays, new_array);
                array = &reader->arrays.items[reader->arrays.count - 1];
            }
            push_index(reader, &steps, array->count++);
        } else if (array != NULL) {
            push_index(reader, &steps, array->count - 1);
        }
    }
    return (struct toml_path){steps.items, steps.count};
}

static bool read_header(struct toml_reader *reader, size_t start)
{
    bool is_element = text_starts_with(text_after(reader->source, reader->at), TEXT("[["));
    struct text_vector steps = {0};
    reader->at += is_element ? 2 : 1;
    if (!toml_read_key(reader, &steps)) {
        return false;
    }
    if (!text_starts_with(text_after(reader->source, reader->at), is_element ? TEXT("]]") : TEXT("]"))) {
        return toml_fail(reader, reader->at, "a table's header is not closed");
    }
    reader->at += is_element ? 2 : 1;
    reader->header = place_header(reader, &steps, is_element);
    struct toml_entry entry = {
        .kind = is_element ? TOML_TABLE_ELEMENT : TOML_TABLE,
        .path = reader->header,
        .start = start,
    };
    bool is_read = finish_line(reader);
    entry.end = reader->at;
    return is_read && toml_add_entry(reader, entry);
}

static bool read_key_line(struct toml_reader *reader, size_t start)
{
    struct text_vector steps = {0};
    for (size_t i = 0; i < reader->header.count; i++) {
        VECTOR_PUSH(reader->arena, &steps, reader->header.steps[i]);
    }
    struct toml_entry entry = {.kind = TOML_KEY, .base = steps.count, .start = start};
    if (!toml_read_key(reader, &steps)) {
        return false;
    }
    if (toml_peek(reader) != '=') {
        return toml_fail(reader, reader->at, "expected = after a key");
    }
    reader->at++;
    toml_skip_blanks(reader);
    entry.path = (struct toml_path){steps.items, steps.count};
    size_t index = reader->document->entries.count;
    if (!toml_add_entry(reader, entry) || !toml_read_value(reader, &entry) || !finish_line(reader)) {
        return false;
    }
    entry.end = reader->at;
    reader->document->entries.items[index] = entry; /* in front of what its inline table added */
    return true;
}

static bool read_line(struct toml_reader *reader)
{
    size_t start = reader->at;
    toml_skip_blanks(reader);
    switch (toml_peek(reader)) {
    case '[':
        return read_header(reader, start);
    case '\r':
    case '\n':
    case '#':
        return finish_line(reader);
    default:
        return reader->at >= reader->source.size || read_key_line(reader, start);
    }
}

/* ---- The whole ---- */

static int compare_paths(struct toml_path a, struct toml_path b)
{
    for (size_t i = 0; i < a.count && i < b.count; i++) {
        int order = text_compare(a.steps[i], b.steps[i]);
        if (order != 0) {
            return order;
        }
    }
    return a.count < b.count ? -1 : a.count > b.count;
}

static int compare_entries(const void *a, const void *b)
{
    const struct toml_entry *const *left = a;
    const struct toml_entry *const *right = b;
    return compare_paths((*left)->path, (*right)->path);
}

/* Two definitions of one thing, and definitions below a value. In sorted order they are neighbours. */
static bool check_contradictions(struct toml_reader *reader)
{
    size_t count = reader->document->entries.count;
    const struct toml_entry **sorted = arena_calloc(reader->arena, count, sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &reader->document->entries.items[i];
    }
    qsort(sorted, count, sizeof *sorted, compare_entries);
    for (size_t i = 1; i < count; i++) {
        const struct toml_entry *above = sorted[i - 1];
        const struct toml_entry *entry = sorted[i];
        size_t later = above->start > entry->start ? above->start : entry->start;
        if (toml_path_equal(above->path, entry->path)) {
            return toml_fail(reader, later, "defined twice");
        }
        bool is_value = above->kind == TOML_KEY || above->kind == TOML_INNER;
        if (is_value && toml_path_starts_with(entry->path, above->path) &&
            (above->type != TOML_INLINE_TABLE || entry->kind != TOML_INNER)) {
            return toml_fail(reader, later, "defined below something that already has a value");
        }
    }
    return true;
}

bool toml_read(struct text source, struct arena *arena, struct toml_document *ret_document, struct error *err)
{
    struct toml_document document = {.source = source};
    struct toml_reader reader = {.document = &document, .source = source, .arena = arena, .err = err};
    size_t invalid = source.size == 0 ? TEXT_NOT_FOUND : utf8_find_invalid(source);
    if (invalid != TEXT_NOT_FOUND) {
        return toml_fail(&reader, invalid, "invalid UTF-8");
    }
    for (size_t i = 0; i < source.size; i++) {
        bool is_lone_return = source.data[i] == '\r' && (i + 1 == source.size || source.data[i + 1] != '\n');
        if (source.data[i] == '\0' || is_lone_return) {
            return toml_fail(&reader, i, "a control character that TOML does not know");
        }
    }
    if (text_starts_with(source, TEXT("\xEF\xBB\xBF"))) {
        return toml_fail(&reader, 0, "it starts with a byte order mark");
    }
    while (reader.at < source.size) {
        if (!read_line(&reader)) {
            return false;
        }
    }
    if (!check_contradictions(&reader)) {
        return false;
    }
    *ret_document = document;
    return true;
}

bool toml_path_equal(struct toml_path a, struct toml_path b)
{
    return a.count == b.count && compare_paths(a, b) == 0;
}

bool toml_path_starts_with(struct toml_path path, struct toml_path prefix)
{
    return path.count >= prefix.count &&
           compare_paths((struct toml_path){path.steps, prefix.count}, prefix) == 0;
}

struct text toml_quote(struct arena *arena, struct text text)
{
    struct builder out;
    builder_init(&out, arena);
    builder_add_char(&out, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\') {
            builder_add_char(&out, '\\');
        }
        if (c < 0x20 || c == 0x7F) {
            builder_format(&out, "\\u%04X", c);
        } else {
            builder_add_char(&out, (char)c);
        }
    }
    builder_add_char(&out, '"');
    return builder_text(&out);
}

struct text toml_path_spell(struct arena *arena, struct toml_path path)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < path.count; i++) {
        bool needs_quotes = path.steps[i].size == 0;
        for (size_t j = 0; j < path.steps[i].size; j++) {
            needs_quotes = needs_quotes || !toml_is_bare(path.steps[i].data[j]);
        }
        builder_add_c(&out, i == 0 ? "" : ".");
        builder_add(&out, needs_quotes ? toml_quote(arena, path.steps[i]) : path.steps[i]);
    }
    return builder_text(&out);
}

const struct toml_entry *toml_find(const struct toml_document *document, struct toml_path path)
{
    for (size_t i = 0; i < document->entries.count; i++) {
        if (toml_path_equal(document->entries.items[i].path, path)) {
            return &document->entries.items[i];
        }
    }
    return NULL;
}
