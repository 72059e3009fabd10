/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/excerpt.h"

#include "base/utf8.h"
#include "base/visible.h"
#include "redact/redact.h"

/* Columns, the ellipses not counted. */
enum { ELLIPSIS = 3, MOST_BEFORE = 30, MOST_MARKED = 44, MOST_BYTES = 4, WIDTH = 96 };

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0U) == 0x80;
}

/* Fit to be shown; a tab is a blank. */
static struct text make_visible(struct arena *arena, struct text text)
{
    struct builder out;
    struct text part;
    builder_init(&out, arena);
    for (bool is_first = true; text.data != NULL && text_next(&text, '\t', &part); is_first = false) {
        builder_add(&out, TEXT(" "));
        out.size -= is_first ? 1 : 0;
        builder_add_visible(&out, part);
    }
    return builder_text(&out);
}

/* The first columns of a text, "..." behind them when that is not all. */
static struct text keep_first(struct arena *arena, struct text text, size_t columns, bool is_cut)
{
    struct text visible = make_visible(arena, text_slice(text, 0, columns * MOST_BYTES));
    is_cut = is_cut || text.size > columns * MOST_BYTES;
    if (!is_cut && utf8_count(visible) <= columns + ELLIPSIS) {
        return visible;
    }
    size_t end = 0;
    for (size_t count = 0; end < visible.size && count < columns; count++) {
        for (end++; end < visible.size && is_continuation(visible.data[end]);) {
            end++;
        }
    }
    is_cut = is_cut || end < visible.size;
    return text_format(arena, "%.*s%s", TEXT_ARG(text_slice(visible, 0, end)), is_cut ? "..." : "");
}

static struct text keep_last(struct arena *arena, struct text text, size_t columns)
{
    bool is_cut = text.size > columns * MOST_BYTES;
    size_t from = is_cut ? text.size - columns * MOST_BYTES : 0;
    while (from > 0 && from < text.size && is_continuation(text.data[from])) {
        from++;
    }
    struct text visible = make_visible(arena, text_after(text, from));
    if (!is_cut && utf8_count(visible) <= columns + ELLIPSIS) {
        return visible;
    }
    size_t start = visible.size;
    for (size_t count = 0; start > 0 && count < columns; count++) {
        for (start--; start > 0 && is_continuation(visible.data[start]);) {
            start--;
        }
    }
    is_cut = is_cut || start > 0;
    return text_format(arena, "%s%.*s", is_cut ? "..." : "", TEXT_ARG(text_after(visible, start)));
}

struct text excerpt(struct arena *arena, struct text text, size_t start, size_t end)
{
    struct redact_span span = {.start = start < text.size ? start : text.size, .end = end};
    span.end = span.end < span.start ? span.start : span.end;
    span.end = span.end < text.size ? span.end : text.size;
    struct text masked = redact_span(arena, text, &span);
    size_t line = span.start;
    while (line > 0 && masked.data[line - 1] != '\n') {
        line--;
    }
    size_t line_end = span.start;
    while (line_end < masked.size && masked.data[line_end] != '\n') {
        line_end++;
    }
    bool goes_on = span.end > line_end;
    size_t marked_end = goes_on ? line_end : span.end;
    struct text before = keep_last(arena, text_slice(masked, line, span.start), MOST_BEFORE);
    struct text marked = keep_first(arena, text_slice(masked, span.start, marked_end), MOST_MARKED, goes_on);
    size_t left = WIDTH - ELLIPSIS - utf8_count(before) - utf8_count(marked);
    struct text after = keep_first(arena, text_slice(masked, marked_end, line_end), left, false);
    if (text_ends_with(marked, TEXT("...")) && marked_end == line_end) {
        after.size = 0;
    }
    struct builder out;
    builder_init(&out, arena);
    builder_format(&out, "    %.*s%.*s%.*s\n    ", TEXT_ARG(before), TEXT_ARG(marked), TEXT_ARG(after));
    for (size_t i = utf8_count(before); i > 0; i--) {
        builder_add_char(&out, ' ');
    }
    size_t carets = utf8_count(marked);
    for (size_t i = carets == 0 ? 1 : carets; i > 0; i--) {
        builder_add_char(&out, '^');
    }
    return builder_text(&out);
}
