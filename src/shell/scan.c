/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/parser.h"

#include "base/limits.h"

bool parser_fail(struct parser *parser, size_t at, const char *message)
{
    if (!parser->failed) {
        parser->failed = true;
        parser->failed_at = parser->has_fixed_range ? parser->fixed_range.start : at;
        error_set(parser->err, "%s", message);
    }
    return false;
}

static bool is_continuation(const struct parser *parser, size_t at)
{
    const char *data = parser->source.data;
    return at + 1 < parser->source.size && data[at] == '\\' && data[at + 1] == '\n';
}

int parser_peek(struct parser *parser)
{
    while (is_continuation(parser, parser->at)) {
        parser->at += 2;
    }
    return parser->at < parser->source.size ? (unsigned char)parser->source.data[parser->at] : END;
}

int parser_peek_second(struct parser *parser)
{
    if (parser_peek(parser) == END) {
        return END;
    }
    size_t at = parser->at + 1;
    while (is_continuation(parser, at)) {
        at += 2;
    }
    return at < parser->source.size ? (unsigned char)parser->source.data[at] : END;
}

void parser_advance(struct parser *parser)
{
    parser->at++;
}

bool parser_take(struct parser *parser, int wanted)
{
    if (parser_peek(parser) != wanted) {
        return false;
    }
    parser->at++;
    return true;
}

void parser_skip_blanks(struct parser *parser)
{
    int c = parser_peek(parser);
    while (c == ' ' || c == '\t') {
        parser->at++;
        c = parser_peek(parser);
    }
}

void parser_skip_comment(struct parser *parser)
{
    while (parser->at < parser->source.size && parser->source.data[parser->at] != '\n') {
        parser->at++;
    }
}

bool is_metacharacter(int c)
{
    switch (c) {
    case END:
    case ' ':
    case '\t':
    case '\n':
    case ';':
    case '&':
    case '|':
    case '<':
    case '>':
    case '(':
    case ')':
        return true;
    default:
        return false;
    }
}

bool is_name_start(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_shell_digit(int c)
{
    return c >= '0' && c <= '9';
}

bool is_name_character(int c)
{
    return is_name_start(c) || is_shell_digit(c);
}

struct shell_range shell_parser_range(const struct parser *parser, size_t start, size_t end)
{
    return parser->has_fixed_range ? parser->fixed_range : (struct shell_range){start, end};
}

bool parser_may_retry(struct parser *parser)
{
    if (*parser->attempts_left == 0) {
        return false;
    }
    --*parser->attempts_left;
    return true;
}

bool parser_enter(struct parser *parser)
{
    if (parser->depth >= LIMIT_NESTING) {
        return parser_fail(parser, parser->at, "nested too deeply");
    }
    parser->depth++;
    return true;
}

void parser_leave(struct parser *parser)
{
    parser->depth--;
}

struct parser parser_inner(struct parser *parser, struct text source, struct shell_range range)
{
    struct parser inner = *parser;
    inner.source = source;
    inner.at = 0;
    inner.documents = NULL;
    inner.has_fixed_range = true;
    inner.fixed_range = parser->has_fixed_range ? parser->fixed_range : range;
    return inner;
}

bool parser_adopt(struct parser *parser, const struct parser *inner, size_t at)
{
    if (!inner->failed) {
        return true;
    }
    if (!parser->failed) {
        parser->failed = true;
        parser->failed_at = parser->has_fixed_range ? parser->fixed_range.start : at;
    }
    return false;
}
