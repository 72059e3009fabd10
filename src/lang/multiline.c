/* SPDX-License-Identifier: Apache-2.0 */
/* The two statements that go on over several lines: make and return. */
#include "lang/parser.h"

/* ---- make ---- */

/* `name: type from a, b with:`; false when a part is missing. Nothing searches twice over the line. */
static bool read_make_line(struct parser *parser, struct statement *statement, struct scan *scan)
{
    statement->name = parser_locate(parser, scan_take_word(scan, ""));
    scan_skip_blanks(scan);
    if (statement->name.text.size == 0 || !scan_take_char(scan, ':')) {
        return false;
    }
    struct text rest = scan_rest(scan);
    size_t from = text_find(rest, TEXT(" from "));
    if (text_ends_with(rest, TEXT(":"))) {
        rest = scan_trim(text_slice(rest, 0, rest.size - 1));
    }
    bool ends_with =
        rest.size > 5 && text_ends_with(rest, TEXT("with")) && scan_is_blank(rest.data[rest.size - 5]);
    if (from == TEXT_NOT_FOUND || !ends_with || from + 6 > rest.size - 4) {
        return false;
    }
    statement->type = parser_locate(parser, scan_trim(text_slice(rest, 0, from)));
    struct splitter splitter;
    struct text part;
    splitter_init(&splitter, text_slice(rest, from + 6, rest.size - 4), false);
    while (splitter_next(&splitter, &part)) {
        if (part.size > 0) {
            VECTOR_PUSH(parser->arena, &parser->words, parser_locate(parser, part));
        }
    }
    PARSER_KEEP(parser, &parser->words, &statement->words);
    return statement->type.text.size > 0 && statement->words.count > 0;
}

/* Leading dashes and blanks are no part of an instruction. */
static struct text instruction_text(struct text line)
{
    while (line.size > 0 && (line.data[0] == '-' || scan_is_blank(line.data[0]))) {
        line = text_after(line, 1);
    }
    return line;
}

/* Moves comments into the make: they turned out to stand between its instructions. */
static void take_comments(struct parser *parser, struct statement *statement, struct comment_vector *waiting)
{
    for (size_t i = 0; i < waiting->count; i++) {
        VECTOR_PUSH(parser->arena, &statement->inner_comments, waiting->items[i]);
    }
    waiting->count = 0;
}

static void read_instructions(struct parser *parser, struct statement *statement)
{
    struct line last = parser->line;
    struct comment_vector waiting = {0};
    while (parser_read_line(parser, parser->line.next, parser->line.number + 1)) {
        struct text text = parser->line.text;
        if (text.size == 0) {
            continue;
        }
        if (text.data[0] == '#') {
            VECTOR_PUSH(parser->arena, &waiting, parser_locate(parser, text));
            continue;
        }
        if (text.data[0] != '-') {
            break;
        }
        take_comments(parser, statement, &waiting);
        VECTOR_PUSH(parser->arena, &parser->words, parser_locate(parser, instruction_text(text)));
        statement->range.end = parser_range(parser, text).end;
        last = parser->line;
    }
    PARSER_KEEP(parser, &parser->words, &statement->instructions);
    /* Comments behind the last instruction are read again, for the statement below them. */
    parser->line = last;
}

void parser_read_make(struct parser *parser, struct statement *statement, struct scan *scan)
{
    if (!read_make_line(parser, statement, scan)) {
        mistakes_add(&parser->mistakes, AEX_100, statement->range,
                     "the form is `make name: type from a, b with:` and lines `- instruction` below",
                     "this `make` is not a name, a type, inputs and \"with\"");
    }
    read_instructions(parser, statement);
}

/* ---- return ---- */

/* The original looks for braces in comment lines too, and reads such values as comments later. */
static bool is_value_comment(struct text line)
{
    return text_starts_with(line, TEXT("#")) || text_starts_with(line, TEXT("//"));
}

/* Whether the line can only be the next statement: `word` and a blank, no `word:`. */
static bool is_next_statement(struct text line)
{
    enum statement_kind kind;
    size_t size = 0;
    while (size < line.size && scan_is_word(line.data[size])) {
        size++;
    }
    struct text behind = scan_trim(text_after(line, size));
    return statement_kind_of(text_slice(line, 0, size), &kind) && size < line.size &&
           scan_is_blank(line.data[size]) && behind.data[0] != ':';
}

/* Reads on until the braces are balanced. With `stops` gives up at the next statement. */
static bool close_braces(struct parser *parser, size_t depth, bool stops)
{
    struct line last = parser->line;
    while (parser_read_line(parser, parser->line.next, parser->line.number + 1)) {
        if (stops && is_next_statement(parser->line.text)) {
            break;
        }
        if (!is_value_comment(parser->line.text) && scan_braces(parser->line.text, &depth)) {
            return true;
        }
        last = parser->line;
    }
    parser->line = last;
    return false;
}

bool parser_read_return(struct parser *parser, struct statement *statement, struct text value)
{
    size_t depth = 0;
    statement->value = parser_locate(parser, value);
    if (!text_starts_with(value, TEXT("{")) || scan_braces(value, &depth)) {
        return true;
    }
    struct line first = parser->line;
    /* After one brace that nothing closes, later ones are only searched for up to the next statement: a file
     * of nothing but open braces must not be read once for each of them. */
    bool is_closed = close_braces(parser, depth, parser->has_open_brace);
    if (!is_closed && !parser->has_open_brace) {
        parser->has_open_brace = true;
        parser->line = first;
        is_closed = close_braces(parser, depth, true);
    }
    if (!is_closed) {
        mistakes_add(&parser->mistakes, AEX_100, statement->value.range, "close the value with `}`",
                     "nothing closes this brace");
        return false;
    }
    struct text last = parser->line.text;
    statement->value.text.size = (size_t)(last.data + last.size - value.data);
    statement->value.range.end = statement->value.range.start + (uint32_t)statement->value.text.size;
    statement->range.end = statement->value.range.end;
    return true;
}
