/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/line_diff.h"

#include "base/vector.h"
#include "base/visible.h"

/* The largest table of the comparison, in cells: 16 MB. */
enum { MOST_CELLS = 8 * 1024 * 1024, CONTEXT = 3 };

/* One line of the result: kept (' '), removed ('-') or added ('+'). */
struct step {
    char mark;
    struct text line;
};

VECTOR_DECLARE(step_vector, struct step);

static struct text_vector split(struct text text, struct arena *arena)
{
    struct text_vector lines = {0};
    struct text rest = text;
    struct text line;
    while (text.size > 0 && text_next(&rest, '\n', &line)) {
        if (rest.data == NULL && line.size == 0) {
            break; /* behind the final newline */
        }
        VECTOR_PUSH(arena, &lines, line);
    }
    return lines;
}

static void push(struct step_vector *steps, struct arena *arena, char mark, struct text line)
{
    struct step step = {mark, line};
    VECTOR_PUSH(arena, steps, step);
}

/* The stretch between equal heads and tails, by the longest common subsequence. */
static void compare(const struct text *before, size_t rows, const struct text *after, size_t columns,
                    struct arena *arena, struct step_vector *steps)
{
    bool fits = rows < UINT16_MAX && columns < UINT16_MAX && (rows + 1) * (columns + 1) <= MOST_CELLS;
    uint16_t *table = fits ? ARENA_ARRAY(arena, uint16_t, (rows + 1) * (columns + 1)) : NULL;
    for (size_t i = rows; fits && i > 0; i--) {
        for (size_t j = columns; j > 0; j--) {
            uint16_t *cell = &table[(i - 1) * (columns + 1) + j - 1];
            uint16_t down = cell[columns + 1];
            uint16_t right = cell[1];
            uint16_t both = cell[columns + 2];
            *cell = text_equal(before[i - 1], after[j - 1]) ? (uint16_t)(both + 1)
                    : down > right                          ? down
                                                            : right;
        }
    }
    size_t i = 0;
    size_t j = 0;
    while (i < rows || j < columns) {
        const uint16_t *cell = fits ? &table[i * (columns + 1) + j] : NULL;
        if (fits && i < rows && j < columns && text_equal(before[i], after[j])) {
            push(steps, arena, ' ', before[i]);
            i++;
            j++;
        } else if (i < rows && (!fits || j == columns || cell[columns + 1] >= cell[1])) {
            push(steps, arena, '-', before[i++]);
        } else {
            push(steps, arena, '+', after[j++]);
        }
    }
}

/* Tabs stay: they are how lines are indented. */
static void add_line(struct builder *out, const char *mark, struct text line)
{
    struct text rest = text_ends_with(line, TEXT("\r")) ? text_slice(line, 0, line.size - 1) : line;
    struct text part;
    builder_add_c(out, mark);
    while (text_next(&rest, '\t', &part)) {
        builder_add_visible(out, part);
        builder_add_c(out, rest.data != NULL ? "\t" : "");
    }
    builder_add_char(out, '\n');
}

/* The end of the hunk that starts at `from`: behind the last change that has less than two contexts between. */
static size_t hunk_end(const struct step_vector *steps, size_t from)
{
    size_t end = from;
    for (size_t i = from; i < steps->count && i < end + 2 * CONTEXT + 1; i++) {
        if (steps->items[i].mark != ' ') {
            end = i + 1;
        }
    }
    return end;
}

static void add_hunk(struct builder *out, const struct step_vector *steps, size_t from, size_t to,
                     size_t old_line, size_t new_line)
{
    size_t removed = 0;
    size_t added = 0;
    for (size_t i = from; i < to; i++) {
        removed += steps->items[i].mark != '+';
        added += steps->items[i].mark != '-';
    }
    builder_format(out, "@@ -%zu,%zu +%zu,%zu @@\n", removed == 0 ? old_line : old_line + 1, removed,
                   added == 0 ? new_line : new_line + 1, added);
    for (size_t i = from; i < to; i++) {
        const char mark[] = {steps->items[i].mark, '\0'};
        add_line(out, mark, steps->items[i].line);
    }
}

void line_diff(struct builder *out, struct text path, struct text before, struct text after)
{
    struct arena *arena = out->arena;
    if (text_equal(before, after)) {
        return;
    }
    struct text_vector old_lines = split(before, arena);
    struct text_vector new_lines = split(after, arena);
    size_t shorter = old_lines.count < new_lines.count ? old_lines.count : new_lines.count;
    size_t head = 0;
    size_t tail = 0;
    while (head < shorter && text_equal(old_lines.items[head], new_lines.items[head])) {
        head++;
    }
    while (tail < shorter - head && text_equal(old_lines.items[old_lines.count - 1 - tail],
                                               new_lines.items[new_lines.count - 1 - tail])) {
        tail++;
    }
    struct step_vector steps = {0};
    for (size_t i = 0; i < head; i++) {
        push(&steps, arena, ' ', old_lines.items[i]);
    }
    size_t rows = old_lines.count - head - tail;
    size_t columns = new_lines.count - head - tail;
    const struct text none = TEXT("");
    compare(rows > 0 ? old_lines.items + head : &none, rows, columns > 0 ? new_lines.items + head : &none,
            columns, arena, &steps);
    for (size_t i = 0; i < tail; i++) {
        push(&steps, arena, ' ', old_lines.items[old_lines.count - tail + i]);
    }
    add_line(out, "--- ", path);
    add_line(out, "+++ ", path);
    size_t old_line = 0;
    size_t new_line = 0;
    for (size_t i = 0; i < steps.count;) {
        if (steps.items[i].mark == ' ' &&
            (i + CONTEXT >= steps.count || steps.items[i + CONTEXT].mark == ' ')) {
            bool leads = false;
            for (size_t j = i; j < steps.count && j < i + CONTEXT; j++) {
                leads = leads || steps.items[j].mark != ' ';
            }
            if (!leads) {
                i++;
                old_line++;
                new_line++;
                continue;
            }
        }
        size_t end = hunk_end(&steps, i);
        size_t shown = end + CONTEXT < steps.count ? end + CONTEXT : steps.count;
        add_hunk(out, &steps, i, shown, old_line, new_line);
        for (; i < shown; i++) {
            old_line += steps.items[i].mark != '+';
            new_line += steps.items[i].mark != '-';
        }
    }
}
