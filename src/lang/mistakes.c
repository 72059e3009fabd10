/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/mistakes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"

size_t mistake_cut(struct text text)
{
    enum { LONGEST = 60 };
    if (text.size <= LONGEST) {
        return text.size;
    }
    return utf8_whole(text_slice(text, 0, LONGEST)).size;
}

void mistakes_add(struct mistakes *mistakes, enum diagnostic_code code, struct source_range range,
                  const char *help, const char *format, ...)
{
    const struct code_entry *entry = code_entry(code);
    size_t order = mistakes->error_count + mistakes->warning_count;
    size_t *count = entry->severity == SEVERITY_ERROR ? &mistakes->error_count : &mistakes->warning_count;
    ++*count;
    /* Warnings use up half of the room at most: they must not crowd out the errors behind them. */
    size_t room = entry->severity == SEVERITY_ERROR ? LIMIT_DIAGNOSTICS : LIMIT_DIAGNOSTICS / 2;
    if (mistakes->list.count >= room) {
        return;
    }
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 0 : (size_t)length < sizeof message ? (size_t)length : sizeof message - 1;
    struct mistake mistake = {
        .code = code,
        .range = range,
        .order = order,
        .message = text_copy(mistakes->arena, utf8_whole((struct text){message, size})),
        .help = text_of(help != NULL ? help : entry->help),
    };
    VECTOR_PUSH(mistakes->arena, &mistakes->list, mistake);
}

static int compare_places(const void *a, const void *b)
{
    const struct mistake *left = a;
    const struct mistake *right = b;
    if (left->range.start != right->range.start) {
        return left->range.start < right->range.start ? -1 : 1;
    }
    return left->order < right->order ? -1 : left->order > right->order;
}

/* A place in the source, moved forward only, so that many mistakes in one long line cost its length once. */
struct place {
    struct text source;
    size_t offset;
    size_t line_start;
    size_t line;
    size_t column;
};

static void place_advance(struct place *place, size_t offset)
{
    while (place->offset < offset) {
        char c = place->source.data[place->offset++];
        if (c == '\n') {
            place->line++;
            place->line_start = place->offset;
            place->column = 1;
        } else {
            struct text one = {&c, 1};
            place->column += utf8_count(one);
        }
    }
}

/* Starts at `range`'s line unless `place` is in it already. */
static void place_move_to(struct place *place, const struct source_range *range)
{
    if (range->line != place->line) {
        size_t newline = text_find_last_char(text_slice(place->source, 0, range->start), '\n');
        place->line = range->line;
        place->line_start = newline == TEXT_NOT_FOUND ? 0 : newline + 1;
        if (place->line_start == 0 && text_starts_with(place->source, TEXT("\xEF\xBB\xBF"))) {
            place->line_start = 3;
        }
        place->offset = place->line_start;
        place->column = 1;
    }
    place_advance(place, range->start);
}

static struct text line_at(struct text source, size_t start)
{
    struct text line = text_after(source, start);
    line = text_slice(line, 0, text_find_char(line, '\n'));
    if (text_ends_with(line, TEXT("\r"))) {
        line.size--;
    }
    return line;
}

void mistakes_resolve(struct mistakes *mistakes, const struct document *document,
                      struct diagnostics *diagnostics)
{
    struct mistake_vector *list = &mistakes->list;
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, compare_places);
    }
    struct place place = {.source = document->source};
    struct text line = {"", 0};
    for (size_t i = 0; i < list->count; i++) {
        const struct mistake *mistake = &list->items[i];
        size_t line_before = place.line;
        place_move_to(&place, &mistake->range);
        if (place.line != line_before) {
            line = line_at(document->source, place.line_start);
        }
        struct place end = place;
        /* A range is a word or a line; only a value that spans lines ends in another one, and is marked up to
         * the end of its first. */
        size_t line_end = place.line_start + line.size;
        place_advance(&end, mistake->range.end < line_end ? mistake->range.end : line_end);
        struct diagnostic diagnostic = {
            .code = mistake->code,
            .file = document->file,
            .line = place.line,
            .column = place.column,
            .end_line = place.line,
            .end_column = end.column > place.column ? end.column : place.column + 1,
            .message = mistake->message,
            .help = mistake->help,
            .source_line = line,
        };
        VECTOR_PUSH(diagnostics->arena, &diagnostics->list, diagnostic);
    }
    diagnostics->error_count += mistakes->error_count;
    diagnostics->warning_count += mistakes->warning_count;
}
