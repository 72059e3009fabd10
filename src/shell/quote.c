/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/utf8.h"
#include "shell/parser.h"

bool parse_single_quotes(struct parser *parser, struct part_list *list)
{
    size_t start = parser->at++;
    struct text rest = text_after(parser->source, parser->at);
    size_t size = text_find_char(rest, '\'');
    if (size == TEXT_NOT_FOUND) {
        return parser_fail(parser, start, "the single quote is never closed");
    }
    part_add_text(parser, list, text_slice(rest, 0, size), start, true);
    parser->at += size + 1;
    return true;
}

static int hex_value(int c)
{
    if (is_shell_digit(c)) {
        return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Up to `most` digits in `base`; how many there were. */
static size_t read_number(const struct parser *parser, size_t at, unsigned base, size_t most,
                          uint32_t *ret_value)
{
    uint32_t value = 0;
    size_t count = 0;
    while (count < most && at + count < parser->source.size) {
        int digit = hex_value((unsigned char)parser->source.data[at + count]);
        if (digit < 0 || (unsigned)digit >= base) {
            break;
        }
        value = value * base + (uint32_t)digit;
        count++;
    }
    *ret_value = value;
    return count;
}

/* "\x41", "\101", "A": at the letter after the backslash. Bash cuts the text at a NUL, so a NUL is a mistake
 * here; what \u gives above ASCII depends on the locale. */
static bool parse_numeric_escape(struct parser *parser, struct builder *value, bool *ret_is_known)
{
    char letter = parser->source.data[parser->at];
    uint32_t number = 0;
    size_t digits;
    if (letter >= '0' && letter <= '7') {
        digits = read_number(parser, parser->at, 8, 3, &number);
        parser->at += digits;
        number &= 0xFF;
    } else {
        size_t most = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
        digits = read_number(parser, parser->at + 1, 16, most, &number);
        parser->at += 1 + digits;
        if (letter != 'x' && number > 0x7F) {
            *ret_is_known = false;
            return true;
        }
    }
    if (digits == 0 || number == 0) {
        return parser_fail(parser, parser->at, "an escape in $'...' that gives nothing or NUL");
    }
    builder_add_char(value, (char)number);
    return true;
}

static bool parse_ansi_escape(struct parser *parser, struct builder *value, bool *ret_is_known)
{
    static const char letters[] = "abeEfnrtv\\'\"?";
    static const char meanings[] = "\a\b\033\033\f\n\r\t\v\\'\"?";
    if (parser->at >= parser->source.size) {
        return parser_fail(parser, parser->at, "$'...' is never closed");
    }
    char letter = parser->source.data[parser->at];
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    if (found != NULL) {
        builder_add_char(value, meanings[found - letters]);
        parser->at++;
        return true;
    }
    if ((letter >= '0' && letter <= '7') || letter == 'x' || letter == 'u' || letter == 'U') {
        return parse_numeric_escape(parser, value, ret_is_known);
    }
    if (letter == 'c') {
        return parser_fail(parser, parser->at, "a control character in $'...'");
    }
    builder_add_char(value, '\\'); /* as Bash: an unknown escape stays as it is */
    return true;
}

bool parse_ansi_quotes(struct parser *parser, struct part_list *list)
{
    size_t start = parser->at;
    parser->at += 2;
    *parser->is_bash_only = true;
    struct builder value;
    builder_init(&value, parser->arena);
    bool is_known = true;
    while (parser->at < parser->source.size && parser->source.data[parser->at] != '\'') {
        char c = parser->source.data[parser->at++];
        if (c != '\\') {
            builder_add_char(&value, c);
        } else if (!parse_ansi_escape(parser, &value, &is_known)) {
            return false;
        }
    }
    if (parser->at >= parser->source.size) {
        return parser_fail(parser, start, "$'...' is never closed");
    }
    parser->at++;
    if (is_known) {
        part_add_text(parser, list, builder_text(&value), start, true);
    } else {
        part_add(parser, list, PART_UNKNOWN, start, true);
    }
    return true;
}

/* The text between backquotes with one level of backslashes taken out (Bash manual, 3.5.4). */
static bool unescape_backquotes(struct parser *parser, bool in_double_quotes, struct text *ret_text)
{
    size_t start = parser->at++;
    struct builder text;
    builder_init(&text, parser->arena);
    while (parser->at < parser->source.size && parser->source.data[parser->at] != '`') {
        char c = parser->source.data[parser->at++];
        if (c == '\\' && parser->at < parser->source.size) {
            char next = parser->source.data[parser->at];
            bool is_taken_out = next == '`' || next == '\\' || next == '$' || (in_double_quotes && next == '"');
            if (!is_taken_out) {
                builder_add_char(&text, c);
            }
            builder_add_char(&text, next);
            parser->at++;
        } else {
            builder_add_char(&text, c);
        }
    }
    if (parser->at >= parser->source.size) {
        return parser_fail(parser, start, "the backquote is never closed");
    }
    parser->at++;
    *ret_text = builder_text(&text);
    return true;
}

bool parse_backquotes(struct parser *parser, struct part_list *list, bool in_double_quotes)
{
    size_t start = parser->at;
    struct text text = TEXT("");
    if (!parser_enter(parser) || !unescape_backquotes(parser, in_double_quotes, &text)) {
        return false;
    }
    struct parser inner = parser_inner(parser, text, (struct shell_range){start, parser->at});
    struct shell_node *first;
    if (!parse_source(&inner, &first)) {
        return parser_adopt(parser, &inner, start);
    }
    parser_leave(parser);
    part_add(parser, list, PART_COMMAND, start, in_double_quotes)->list = first;
    return true;
}
