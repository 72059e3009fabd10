/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/values.h"

#include <stdlib.h>

#include "base/builder.h"
#include "redact/hints.h"
#include "redact/kinds.h"

struct secret_values {
    struct hints hints;
    struct text_vector list; /* sorted; each at least LEAST_KNOWN bytes */
};

enum {
    LEAST_KNOWN = 6,  /* under a name that tells */
    LEAST_LOOKS = 20, /* by its look alone */
    MOST_VALUES = 1024,
};

static uint32_t first_four(const char *bytes)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    return four;
}

/* Upper case, lower case and digits, or a long row of hexadecimal digits: what is made by chance. */
static bool looks_made(struct text value)
{
    bool has_upper = false;
    bool has_lower = false;
    bool has_digit = false;
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        has_upper = has_upper || (c >= 'A' && c <= 'Z');
        has_lower = has_lower || (c >= 'a' && c <= 'z');
        has_digit = has_digit || is_secret_digit(c);
        bool is_fine = is_secret_letter(c) || is_secret_digit(c) || c == '+' || c == '/' || c == '=' ||
                       c == '_' || c == '-';
        if (!is_fine) {
            return false;
        }
    }
    size_t hexadecimal = strspn(value.data, "0123456789abcdefABCDEF");
    return value.size >= LEAST_LOOKS && value.data[0] != '/' && has_digit &&
           ((has_upper && has_lower) || hexadecimal >= 32);
}

static void add(struct secret_values *values, struct text name, struct text value, struct arena *arena)
{
    struct text kind = secret_name_kind(name);
    struct text copy = text_copy(arena, value);
    bool is_told = kind.size > 0 && value.size >= LEAST_KNOWN && !secret_value_is_harmless(value, kind);
    if ((is_told || looks_made(copy)) && values->list.count < MOST_VALUES) {
        VECTOR_PUSH(arena, &values->list, copy);
    }
}

/* A value in quotes, up to the closing one, its escapes taken out. */
static struct text read_quoted(struct text source, size_t *at, char quote, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    while (*at < source.size && source.data[*at] != quote) {
        char c = source.data[(*at)++];
        if (c == '\\' && quote == '"' && *at < source.size) {
            char escaped = source.data[(*at)++];
            c = escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped == 't' ? '\t' : escaped;
        }
        builder_add_char(&out, c);
    }
    return builder_text(&out);
}

static size_t find_line_end(struct text source, size_t at)
{
    size_t length = text_find_char(text_after(source, at), '\n');
    return length == TEXT_NOT_FOUND ? source.size : at + length;
}

/* One line, or several when a quoted value goes on; `at` is left at the next one. */
static void read_line(struct secret_values *values, struct text source, size_t *at, struct arena *arena)
{
    size_t end = find_line_end(source, *at);
    struct text line = text_trim_space(text_slice(source, *at, end));
    if (text_starts_with(line, TEXT("export "))) {
        line = text_trim(text_after(line, 7));
    }
    size_t name_size = 0;
    while (name_size < line.size && is_secret_name_char(line.data[name_size])) {
        name_size++;
    }
    struct text name = text_slice(line, 0, name_size);
    struct text rest = text_trim(text_after(line, name_size));
    *at = end + 1;
    if (name_size == 0 || rest.size == 0 || rest.data[0] != '=') {
        return;
    }
    struct text value = text_trim(text_after(rest, 1));
    if (value.size > 0 && (value.data[0] == '"' || value.data[0] == '\'')) {
        size_t inside = (size_t)(value.data - source.data) + 1;
        char quote = value.data[0];
        value = read_quoted(source, &inside, quote, arena);
        *at = find_line_end(source, inside) + 1;
    } else {
        size_t comment = text_find(value, TEXT(" #"));
        value = text_trim(text_slice(value, 0, comment));
    }
    add(values, name, value, arena);
}

static int compare(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

const struct secret_values *secret_values_of(const struct text *sources, size_t count, struct arena *arena)
{
    struct secret_values *values = ARENA_NEW(arena, struct secret_values);
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < sources[i].size;) {
            read_line(values, sources[i], &at, arena);
        }
    }
    if (values->list.count > 1) {
        qsort(values->list.items, values->list.count, sizeof values->list.items[0], compare);
    }
    for (size_t i = 0; i < values->list.count; i++) {
        hint_set(&values->hints, hint_hash(first_four(values->list.items[i].data)));
    }
    return values;
}

/* The length of the longest value that stands at the start of `rest`, or 0: the values that are a prefix of it
 * all stand before it in the list, the longest last. */
static size_t match(const struct secret_values *values, struct text rest)
{
    size_t low = 0;
    size_t high = values->list.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct text value = values->list.items[middle];
        if (text_compare(value, rest) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low > 0) {
        struct text value = values->list.items[--low];
        if (text_starts_with(rest, value)) {
            return value.size;
        }
        if (value.data[0] != rest.data[0]) {
            break;
        }
    }
    return 0;
}

void secret_values_find(const struct secret_values *values, struct text text, struct arena *arena,
                        struct secret_span_vector *spans)
{
    static const struct text mask = TEXT_INIT("[redacted:");
    if (values == NULL || values->list.count == 0) {
        return;
    }
    for (size_t i = 0; i + 4 <= text.size; i++) {
        struct text rest = text_after(text, i);
        if (text.data[i] == '[' && text_starts_with(rest, mask)) {
            size_t end = text_find_char(text_slice(rest, 0, 64), ']');
            i += end == TEXT_NOT_FOUND ? 0 : end;
            continue;
        }
        if (!hint_is_set(&values->hints, hint_hash(first_four(text.data + i)))) {
            continue;
        }
        size_t length = match(values, rest);
        if (length > 0) {
            struct secret_span span = {.start = i, .end = i + length, .kind = TEXT("env")};
            VECTOR_PUSH(arena, spans, span);
            i += length - 1;
        }
    }
}
