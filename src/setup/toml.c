/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/toml.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

VECTOR_DECLARE(step_vector, struct text);

/* How many elements an array of tables has so far. */
struct table_array {
    struct toml_path path;
    size_t count;
};

VECTOR_DECLARE(table_array_vector, struct table_array);

struct reader {
    struct toml_document *document;
    struct text source;
    size_t at;
    size_t depth;
    struct toml_path header; /* of the keys that follow */
    struct table_array_vector arrays;
    struct arena *arena;
    struct error *err;
};

static bool fail(struct reader *reader, size_t offset, const char *mistake)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < reader->source.size; i++) {
        line += reader->source.data[i] == '\n';
    }
    return error_set(reader->err, "TOML line %zu: %s", line, mistake);
}

static char peek(const struct reader *reader)
{
    return reader->at < reader->source.size ? reader->source.data[reader->at] : '\0';
}

static void skip_blanks(struct reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t') {
        reader->at++;
    }
}

static void skip_comment(struct reader *reader)
{
    if (peek(reader) == '#') {
        while (reader->at < reader->source.size && peek(reader) != '\n') {
            reader->at++;
        }
    }
}

/* Blanks, comments and line ends, as inside an array. */
static void skip_trivia(struct reader *reader)
{
    size_t before;
    do {
        before = reader->at;
        skip_blanks(reader);
        skip_comment(reader);
        if (peek(reader) == '\n' || peek(reader) == '\r') {
            reader->at++;
        }
    } while (reader->at > before);
}

/* The rest of a line that must hold nothing more. */
static bool finish_line(struct reader *reader)
{
    skip_blanks(reader);
    skip_comment(reader);
    if (peek(reader) == '\r') {
        reader->at++;
    }
    if (reader->at < reader->source.size && peek(reader) != '\n') {
        return fail(reader, reader->at, "more text after the value");
    }
    reader->at += reader->at < reader->source.size;
    return true;
}

/* ---- Strings and keys ---- */

static bool read_unicode(struct reader *reader, size_t digits, struct builder *out)
{
    uint32_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        char c = peek(reader);
        const char *found = c == '\0' ? NULL : strchr("0123456789abcdefABCDEF", c);
        if (found == NULL) {
            return fail(reader, reader->at, "a hexadecimal digit is missing");
        }
        int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        value = value << 4 | (uint32_t)digit;
        reader->at++;
    }
    if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return fail(reader, reader->at, "an escape that is no character");
    }
    utf8_add(out, value);
    return true;
}

static bool read_escape(struct reader *reader, bool is_multiline, struct builder *out)
{
    static const char from[] = "btnfr\"\\";
    static const char to[] = "\b\t\n\f\r\"\\";
    char c = peek(reader);
    const char *found = c == '\0' ? NULL : strchr(from, c);
    if (found != NULL) {
        builder_add_char(out, to[found - from]);
        reader->at++;
        return true;
    }
    if (c == 'u' || c == 'U') {
        reader->at++;
        return read_unicode(reader, c == 'u' ? 4 : 8, out);
    }
    if (is_multiline && (c == '\n' || c == '\r' || c == ' ' || c == '\t')) {
        while (peek(reader) == ' ' || peek(reader) == '\t' || peek(reader) == '\n' || peek(reader) == '\r') {
            reader->at++;
        }
        return true;
    }
    return fail(reader, reader->at, "unknown escape in a string");
}

/* Any of the four kinds of strings; `at` stands on the first quote. */
static bool read_string(struct reader *reader, bool may_be_multiline, struct text *ret_text)
{
    size_t start = reader->at;
    char quote = peek(reader);
    const char triple[] = {quote, quote, quote, '\0'};
    struct text rest = text_after(reader->source, start);
    bool is_multiline = may_be_multiline && text_starts_with(rest, text_of(triple));
    struct builder out;
    builder_init(&out, reader->arena);
    reader->at += is_multiline ? 3 : 1;
    if (is_multiline) {
        reader->at += peek(reader) == '\r';
        reader->at += peek(reader) == '\n';
    }
    while (reader->at < reader->source.size) {
        char c = peek(reader);
        bool closes = c == quote && (!is_multiline ||
                                     text_starts_with(text_after(reader->source, reader->at), text_of(triple)));
        if (closes) {
            reader->at += is_multiline ? 3 : 1;
            /* One or two quotes may stand before the closing three. */
            while (is_multiline && peek(reader) == quote) {
                builder_add_char(&out, quote);
                reader->at++;
            }
            *ret_text = builder_text(&out);
            return true;
        }
        if (c == '\n' && !is_multiline) {
            break;
        }
        reader->at++;
        if (c == '\\' && quote == '"') {
            if (!read_escape(reader, is_multiline, &out)) {
                return false;
            }
        } else {
            builder_add_char(&out, c);
        }
    }
    return fail(reader, start, "a string is not closed");
}

static bool is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* a."b c".d */
static bool read_key(struct reader *reader, struct step_vector *steps)
{
    for (;;) {
        struct text step;
        skip_blanks(reader);
        if (peek(reader) == '"' || peek(reader) == '\'') {
            if (!read_string(reader, false, &step)) {
                return false;
            }
        } else {
            size_t start = reader->at;
            while (is_bare(peek(reader))) {
                reader->at++;
            }
            step = text_slice(reader->source, start, reader->at);
            if (step.size == 0) {
                return fail(reader, start, "expected a key");
            }
        }
        VECTOR_PUSH(reader->arena, steps, step);
        skip_blanks(reader);
        if (peek(reader) != '.') {
            return true;
        }
        reader->at++;
    }
}

/* ---- Values ---- */

static bool read_value(struct reader *reader, struct toml_entry *entry);

static bool read_array(struct reader *reader)
{
    size_t start = reader->at++;
    for (;;) {
        struct toml_entry element = {.kind = TOML_INNER};
        skip_trivia(reader);
        if (peek(reader) == ']') {
            reader->at++;
            return true;
        }
        if (reader->at >= reader->source.size) {
            return fail(reader, start, "an array is not closed");
        }
        if (!read_value(reader, &element)) {
            return false;
        }
        skip_trivia(reader);
        if (peek(reader) == ',') {
            reader->at++;
        } else if (peek(reader) != ']') {
            return fail(reader, reader->at, "expected , or ] in an array");
        }
    }
}

static bool add_entry(struct reader *reader, struct toml_entry entry)
{
    enum { MOST_ENTRIES = 100000 };
    if (reader->document->entries.count == MOST_ENTRIES) {
        return fail(reader, entry.start, "more entries than a configuration has");
    }
    VECTOR_PUSH(reader->arena, &reader->document->entries, entry);
    return true;
}

/* `owner` has the path that the table's keys stand below; without one (in an array) they are only read over. */
static bool read_inline_table(struct reader *reader, const struct toml_entry *owner)
{
    size_t start = reader->at++;
    skip_blanks(reader);
    if (peek(reader) == '}') {
        reader->at++;
        return true;
    }
    for (;;) {
        struct step_vector steps = {0};
        for (size_t i = 0; i < owner->path.count; i++) {
            VECTOR_PUSH(reader->arena, &steps, owner->path.steps[i]);
        }
        struct toml_entry inner = {.kind = TOML_INNER, .start = reader->at};
        if (!read_key(reader, &steps)) {
            return false;
        }
        if (peek(reader) != '=') {
            return fail(reader, reader->at, "expected = after a key");
        }
        reader->at++;
        skip_blanks(reader);
        if (owner->path.count > 0) {
            inner.path = (struct toml_path){steps.items, steps.count};
        }
        if (!read_value(reader, &inner)) {
            return false;
        }
        inner.end = reader->at;
        if (owner->path.count > 0 && !add_entry(reader, inner)) {
            return false;
        }
        skip_blanks(reader);
        if (peek(reader) == '}') {
            reader->at++;
            return true;
        }
        if (peek(reader) != ',') {
            return fail(reader, start, "an inline table is not closed on its line");
        }
        reader->at++;
    }
}

static bool read_bare(struct reader *reader, struct toml_entry *entry)
{
    size_t start = reader->at;
    while (reader->at < reader->source.size && strchr(",]}#\n\r=[{\"'", peek(reader)) == NULL) {
        reader->at++;
    }
    struct text text = text_trim(text_slice(reader->source, start, reader->at));
    if (text.size == 0 || text_has_nul(text)) {
        return fail(reader, start, "expected a value");
    }
    reader->at = start + text.size;
    entry->type = TOML_BARE;
    entry->text = text;
    return true;
}

static bool read_value(struct reader *reader, struct toml_entry *entry)
{
    bool is_read;
    if (reader->depth == LIMIT_NESTING) {
        return fail(reader, reader->at, "nested too deeply");
    }
    reader->depth++;
    entry->value_start = reader->at;
    switch (peek(reader)) {
    case '"':
    case '\'':
        entry->type = TOML_STRING;
        is_read = read_string(reader, true, &entry->text);
        break;
    case '[':
        entry->type = TOML_ARRAY;
        is_read = read_array(reader);
        break;
    case '{':
        entry->type = TOML_INLINE_TABLE;
        is_read = read_inline_table(reader, entry);
        break;
    default:
        is_read = read_bare(reader, entry);
    }
    reader->depth--;
    entry->value_end = reader->at;
    return is_read;
}

/* ---- Lines ---- */

static struct table_array *find_array(struct reader *reader, const struct step_vector *steps)
{
    struct toml_path path = {steps->items, steps->count};
    for (size_t i = 0; i < reader->arrays.count; i++) {
        if (toml_path_equal(reader->arrays.items[i].path, path)) {
            return &reader->arrays.items[i];
        }
    }
    return NULL;
}

static void push_index(struct reader *reader, struct step_vector *steps, size_t index)
{
    struct text step = text_format(reader->arena, "%zu", index);
    VECTOR_PUSH(reader->arena, steps, step);
}

/* A header's steps with the indices of the arrays of tables that they lead through. */
static struct toml_path place_header(struct reader *reader, const struct step_vector *named, bool is_element)
{
    struct step_vector steps = {0};
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

static bool read_header(struct reader *reader, size_t start)
{
    bool is_element = text_starts_with(text_after(reader->source, reader->at), TEXT("[["));
    struct step_vector steps = {0};
    reader->at += is_element ? 2 : 1;
    if (!read_key(reader, &steps)) {
        return false;
    }
    if (!text_starts_with(text_after(reader->source, reader->at), is_element ? TEXT("]]") : TEXT("]"))) {
        return fail(reader, reader->at, "a table's header is not closed");
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
    return is_read && add_entry(reader, entry);
}

static bool read_key_line(struct reader *reader, size_t start)
{
    struct step_vector steps = {0};
    for (size_t i = 0; i < reader->header.count; i++) {
        VECTOR_PUSH(reader->arena, &steps, reader->header.steps[i]);
    }
    struct toml_entry entry = {.kind = TOML_KEY, .base = steps.count, .start = start};
    if (!read_key(reader, &steps)) {
        return false;
    }
    if (peek(reader) != '=') {
        return fail(reader, reader->at, "expected = after a key");
    }
    reader->at++;
    skip_blanks(reader);
    entry.path = (struct toml_path){steps.items, steps.count};
    size_t index = reader->document->entries.count;
    if (!add_entry(reader, entry) || !read_value(reader, &entry) || !finish_line(reader)) {
        return false;
    }
    entry.end = reader->at;
    reader->document->entries.items[index] = entry; /* in front of what its inline table added */
    return true;
}

static bool read_line(struct reader *reader)
{
    size_t start = reader->at;
    skip_blanks(reader);
    switch (peek(reader)) {
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
static bool check_contradictions(struct reader *reader)
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
            return fail(reader, later, "defined twice");
        }
        bool is_value = above->kind == TOML_KEY || above->kind == TOML_INNER;
        if (is_value && toml_path_starts_with(entry->path, above->path) &&
            (above->type != TOML_INLINE_TABLE || entry->kind != TOML_INNER)) {
            return fail(reader, later, "defined below something that already has a value");
        }
    }
    return true;
}

bool toml_read(struct text source, struct arena *arena, struct toml_document *ret_document, struct error *err)
{
    struct toml_document document = {.source = source};
    struct reader reader = {.document = &document, .source = source, .arena = arena, .err = err};
    size_t invalid = source.size == 0 ? TEXT_NOT_FOUND : utf8_find_invalid(source);
    if (invalid != TEXT_NOT_FOUND) {
        return fail(&reader, invalid, "invalid UTF-8");
    }
    if (text_starts_with(source, TEXT("\xEF\xBB\xBF"))) {
        return fail(&reader, 0, "it starts with a byte order mark");
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
            needs_quotes = needs_quotes || !is_bare(path.steps[i].data[j]);
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
