/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "setup/toml_reader.h"

bool toml_fail(struct toml_reader *reader, size_t offset, const char *mistake)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < reader->source.size; i++) {
        line += reader->source.data[i] == '\n';
    }
    return error_set(reader->err, "TOML line %zu: %s", line, mistake);
}

char toml_peek(const struct toml_reader *reader)
{
    return reader->at < reader->source.size ? reader->source.data[reader->at] : '\0';
}

void toml_skip_blanks(struct toml_reader *reader)
{
    while (toml_peek(reader) == ' ' || toml_peek(reader) == '\t') {
        reader->at++;
    }
}

void toml_skip_comment(struct toml_reader *reader)
{
    if (toml_peek(reader) == '#') {
        while (reader->at < reader->source.size && toml_peek(reader) != '\n') {
            reader->at++;
        }
    }
}

/* Blanks, comments and line ends, as inside an array. */
static void skip_trivia(struct toml_reader *reader)
{
    size_t before;
    do {
        before = reader->at;
        toml_skip_blanks(reader);
        toml_skip_comment(reader);
        if (toml_peek(reader) == '\n' || toml_peek(reader) == '\r') {
            reader->at++;
        }
    } while (reader->at > before);
}

/* ---- Strings and keys ---- */

static bool read_unicode(struct toml_reader *reader, size_t digits, struct builder *out)
{
    uint32_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        char c = toml_peek(reader);
        const char *found = c == '\0' ? NULL : strchr("0123456789abcdefABCDEF", c);
        if (found == NULL) {
            return toml_fail(reader, reader->at, "a hexadecimal digit is missing");
        }
        int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        value = value << 4 | (uint32_t)digit;
        reader->at++;
    }
    if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return toml_fail(reader, reader->at, "an escape that is no character");
    }
    utf8_add(out, value);
    return true;
}

static bool read_escape(struct toml_reader *reader, bool is_multiline, struct builder *out)
{
    static const char from[] = "btnfr\"\\";
    static const char to[] = "\b\t\n\f\r\"\\";
    char c = toml_peek(reader);
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
        while (toml_peek(reader) == ' ' || toml_peek(reader) == '\t' || toml_peek(reader) == '\n' ||
               toml_peek(reader) == '\r') {
            reader->at++;
        }
        return true;
    }
    return toml_fail(reader, reader->at, "unknown escape in a string");
}

/* Any of the four kinds of strings; `at` stands on the first quote. */
static bool read_string(struct toml_reader *reader, bool may_be_multiline, struct text *ret_text)
{
    size_t start = reader->at;
    char quote = toml_peek(reader);
    const char triple[] = {quote, quote, quote, '\0'};
    struct text rest = text_after(reader->source, start);
    bool is_multiline = may_be_multiline && text_starts_with(rest, text_of(triple));
    struct builder out;
    builder_init(&out, reader->arena);
    reader->at += is_multiline ? 3 : 1;
    if (is_multiline) {
        reader->at += toml_peek(reader) == '\r';
        reader->at += toml_peek(reader) == '\n';
    }
    while (reader->at < reader->source.size) {
        char c = toml_peek(reader);
        bool closes = c == quote && (!is_multiline ||
                                     text_starts_with(text_after(reader->source, reader->at), text_of(triple)));
        if (closes) {
            reader->at += is_multiline ? 3 : 1;
            /* One or two quotes may stand before the closing three. */
            while (is_multiline && toml_peek(reader) == quote) {
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
    return toml_fail(reader, start, "a string is not closed");
}

bool toml_is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* a."b c".d */
bool toml_read_key(struct toml_reader *reader, struct text_vector *steps)
{
    for (;;) {
        struct text step;
        toml_skip_blanks(reader);
        if (toml_peek(reader) == '"' || toml_peek(reader) == '\'') {
            if (!read_string(reader, false, &step)) {
                return false;
            }
        } else {
            size_t start = reader->at;
            while (toml_is_bare(toml_peek(reader))) {
                reader->at++;
            }
            step = text_slice(reader->source, start, reader->at);
            if (step.size == 0) {
                return toml_fail(reader, start, "expected a key");
            }
        }
        VECTOR_PUSH(reader->arena, steps, step);
        toml_skip_blanks(reader);
        if (toml_peek(reader) != '.') {
            return true;
        }
        reader->at++;
    }
}

/* ---- Values ---- */

static bool read_array(struct toml_reader *reader)
{
    size_t start = reader->at++;
    for (;;) {
        struct toml_entry element = {.kind = TOML_INNER};
        skip_trivia(reader);
        if (toml_peek(reader) == ']') {
            reader->at++;
            return true;
        }
        if (reader->at >= reader->source.size) {
            return toml_fail(reader, start, "an array is not closed");
        }
        if (!toml_read_value(reader, &element)) {
            return false;
        }
        skip_trivia(reader);
        if (toml_peek(reader) == ',') {
            reader->at++;
        } else if (toml_peek(reader) != ']') {
            return toml_fail(reader, reader->at, "expected , or ] in an array");
        }
    }
}

bool toml_add_entry(struct toml_reader *reader, struct toml_entry entry)
{
    enum { MOST_ENTRIES = 100000 };
    if (reader->document->entries.count == MOST_ENTRIES) {
        return toml_fail(reader, entry.start, "more entries than a configuration has");
    }
    VECTOR_PUSH(reader->arena, &reader->document->entries, entry);
    return true;
}

/* `owner` has the path that the table's keys stand below; without one (in an array) they are only read over. */
static bool read_inline_table(struct toml_reader *reader, const struct toml_entry *owner)
{
    size_t start = reader->at++;
    toml_skip_blanks(reader);
    if (toml_peek(reader) == '}') {
        reader->at++;
        return true;
    }
    for (;;) {
        struct text_vector steps = {0};
        for (size_t i = 0; i < owner->path.count; i++) {
            VECTOR_PUSH(reader->arena, &steps, owner->path.steps[i]);
        }
        struct toml_entry inner = {.kind = TOML_INNER, .start = reader->at};
        if (!toml_read_key(reader, &steps)) {
            return false;
        }
        if (toml_peek(reader) != '=') {
            return toml_fail(reader, reader->at, "expected = after a key");
        }
        reader->at++;
        toml_skip_blanks(reader);
        if (owner->path.count > 0) {
            inner.path = (struct toml_path){steps.items, steps.count};
        }
        if (!toml_read_value(reader, &inner)) {
            return false;
        }
        inner.end = reader->at;
        if (owner->path.count > 0 && !toml_add_entry(reader, inner)) {
            return false;
        }
        toml_skip_blanks(reader);
        if (toml_peek(reader) == '}') {
            reader->at++;
            return true;
        }
        if (toml_peek(reader) != ',') {
            return toml_fail(reader, start, "an inline table is not closed on its line");
        }
        reader->at++;
    }
}

static bool read_bare(struct toml_reader *reader, struct toml_entry *entry)
{
    size_t start = reader->at;
    while (reader->at < reader->source.size && strchr(",]}#\n\r=[{\"'", toml_peek(reader)) == NULL) {
        reader->at++;
    }
    struct text text = text_trim(text_slice(reader->source, start, reader->at));
    if (text.size == 0) {
        return toml_fail(reader, start, "expected a value");
    }
    reader->at = start + text.size;
    entry->type = TOML_BARE;
    entry->text = text;
    return true;
}

bool toml_read_value(struct toml_reader *reader, struct toml_entry *entry)
{
    bool is_read;
    if (reader->depth == LIMIT_NESTING) {
        return toml_fail(reader, reader->at, "nested too deeply");
    }
    reader->depth++;
    entry->value_start = reader->at;
    switch (toml_peek(reader)) {
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
