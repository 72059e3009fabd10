/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics for people. */
#include "base/utf8.h"
#include "base/visible.h"
#include "lang/report.h"

enum {
    WIDTH = 100, /* columns of source shown */
    BEFORE = 40, /* of them in front of the place, when the line is longer */
};

static const char red[] = "\x1b[1;31m";
static const char yellow[] = "\x1b[1;33m";
static const char bold[] = "\x1b[1m";
static const char plain[] = "\x1b[0m";

/* One column each: a tab becomes a blank, what is not to be printed U+FFFD. Returns the columns written, at
 * most `most`. */
static size_t add_safe(struct builder *out, struct text text, size_t most)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.size && columns < most; columns++) {
        uint32_t c = 0;
        size_t size = utf8_decode(text, at, &c);
        if (size > 0 && !visible_is_treacherous(c)) {
            builder_add(out, text_slice(text, at, at + size));
        } else if (c == '\t') {
            builder_add_char(out, ' ');
        } else {
            builder_add_c(out, "\xEF\xBF\xBD");
        }
        at += size == 0 ? 1 : size;
    }
    return columns;
}

/* Moves over `columns` characters. */
static struct text skip_columns(struct text text, size_t columns)
{
    size_t at = 0;
    for (; at < text.size && columns > 0; columns--) {
        uint32_t c;
        size_t size = utf8_decode(text, at, &c);
        at += size == 0 ? 1 : size;
    }
    return text_after(text, at);
}

static void add_source(struct builder *out, const struct diagnostic *diagnostic, const char *mark,
                       const char *unmark)
{
    size_t first = diagnostic->column > WIDTH ? diagnostic->column - BEFORE : 1;
    struct text shown = skip_columns(diagnostic->source_line, first - 1);
    builder_format(out, "%6zu | %s", diagnostic->line, first > 1 ? "..." : "");
    size_t columns = add_safe(out, shown, WIDTH);
    builder_add_c(out, skip_columns(shown, columns).size > 0 ? "...\n" : "\n");
    builder_add_c(out, "       | ");
    size_t caret = diagnostic->column - first + (first > 1 ? 3 : 0);
    builder_add_repeated(out, ' ', caret);
    size_t length = diagnostic->end_line == diagnostic->line && diagnostic->end_column > diagnostic->column
                        ? diagnostic->end_column - diagnostic->column
                        : 1;
    size_t room = first + WIDTH - diagnostic->column;
    builder_add_c(out, mark);
    builder_add_repeated(out, '^', length < room ? length : room);
    builder_add_c(out, unmark);
    builder_add_char(out, '\n');
}

void report_text(struct builder *out, const struct diagnostic *diagnostic, bool has_colour)
{
    const struct code_entry *entry = code_entry(diagnostic->code);
    const char *mark = !has_colour ? "" : entry->severity == SEVERITY_ERROR ? red : yellow;
    const char *strong = has_colour ? bold : "";
    const char *unmark = has_colour ? plain : "";
    builder_add_c(out, strong);
    add_safe(out, diagnostic->file, SIZE_MAX);
    builder_format(out, ":%zu:%zu:%s %s%s %s%s: ", diagnostic->line, diagnostic->column, unmark, mark,
                   severity_name(entry->severity), entry->code, unmark);
    add_safe(out, diagnostic->message, SIZE_MAX);
    builder_add_char(out, '\n');
    add_source(out, diagnostic, mark, unmark);
    builder_add_c(out, "  help: ");
    add_safe(out, diagnostic->help, SIZE_MAX);
    builder_add_char(out, '\n');
}

/* The escapes of GitHub's workflow commands; a property escapes more than a message. */
static void add_escaped(struct builder *out, struct text text, bool is_property)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < ' ' || c == 0x7F || c == '%' || (is_property && (c == ':' || c == ','))) {
            builder_format(out, "%%%02X", c);
        } else {
            builder_add_char(out, (char)c);
        }
    }
}

void report_github(struct builder *out, const struct diagnostic *diagnostic)
{
    const struct code_entry *entry = code_entry(diagnostic->code);
    builder_format(out, "::%s file=", severity_name(entry->severity));
    add_escaped(out, diagnostic->file, true);
    builder_format(out, ",line=%zu,endLine=%zu,col=%zu,endColumn=%zu,title=%s::", diagnostic->line,
                   diagnostic->end_line, diagnostic->column, diagnostic->end_column, entry->code);
    add_escaped(out, diagnostic->message, false);
    builder_add_c(out, "; ");
    add_escaped(out, diagnostic->help, false);
    builder_add_char(out, '\n');
}
