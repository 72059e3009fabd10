/* SPDX-License-Identifier: Apache-2.0 */
/* NAME=value, NAME+=value, NAME[subscript]=value, NAME=( elements ). */
#include "shell/parser.h"

/* "[...]" after a name, when "=" or "+=" follows. Leaves the front alone when it is something else. */
static bool parse_subscript(struct parser *parser, struct shell_word **ret_subscript)
{
    struct parser before = *parser;
    parser_advance(parser);
    struct shell_word *subscript = parse_quoted_word(parser, QUOTED_BRACKET);
    int c = subscript == NULL ? END : parser_peek(parser);
    if (c == '=' || (c == '+' && parser_peek_second(parser) == '=')) {
        *ret_subscript = subscript;
        return true;
    }
    *parser = before;
    if (!parser_may_retry(parser)) {
        parser_fail(parser, before.at, "too many brackets that are no subscripts");
    }
    return false;
}

static bool parse_array(struct parser *parser, struct shell_assignment *assignment)
{
    size_t start = parser->at;
    parser_advance(parser);
    assignment->is_array = true;
    *parser->is_bash_only = true;
    struct shell_word **end = &assignment->elements;
    if (!parser_enter(parser)) {
        return false;
    }
    for (;;) {
        if (!parse_newlines(parser)) {
            return false;
        }
        if (parser_take(parser, ')')) {
            parser_leave(parser);
            return true;
        }
        int c = parser_peek(parser);
        bool is_process = (c == '<' || c == '>') && parser_peek_second(parser) == '(';
        if (is_metacharacter(c) && !is_process) {
            return parser_fail(parser, start, "the array is never closed");
        }
        struct shell_word *element = parse_word(parser, WORD_ELEMENT);
        if (element == NULL) {
            return false;
        }
        *end = element;
        end = &element->next;
    }
}

struct shell_assignment *parse_assignment_head(struct parser *parser, enum word_mode mode)
{
    struct parser before = *parser;
    int c = parser_peek(parser);
    bool is_element = mode == WORD_ELEMENT;
    if (is_element ? c != '[' : !is_name_start(c)) {
        return NULL;
    }
    size_t start = parser->at;
    while (!is_element && parser->at < parser->source.size &&
           is_name_character((unsigned char)parser->source.data[parser->at])) {
        parser->at++;
    }
    struct text name = text_slice(parser->source, start, parser->at);
    struct shell_word *subscript = NULL;
    c = parser_peek(parser);
    if (c == '[' && !parse_subscript(parser, &subscript)) {
        if (!parser->failed) {
            *parser = before;
        }
        return NULL;
    }
    bool is_append = parser_peek(parser) == '+' && parser_peek_second(parser) == '=';
    if (is_append) {
        parser_advance(parser);
    }
    if (!parser_take(parser, '=')) {
        *parser = before;
        return NULL;
    }
    struct shell_assignment *assignment = ARENA_NEW(parser->arena, struct shell_assignment);
    assignment->name = name;
    assignment->subscript = subscript;
    assignment->is_append = is_append;
    return assignment;
}

bool parse_assignment_value(struct parser *parser, struct shell_assignment *assignment)
{
    int c = parser_peek(parser);
    if (c == '(') {
        return parse_array(parser, assignment);
    }
    bool is_process = (c == '<' || c == '>') && parser_peek_second(parser) == '(';
    if (is_metacharacter(c) && !is_process) {
        return true;
    }
    assignment->value = parse_word(parser, WORD_NORMAL);
    return assignment->value != NULL;
}
