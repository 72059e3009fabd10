/* SPDX-License-Identifier: Apache-2.0 */
/* [[ expression ]] (Bash manual, 3.2.5.2). Only the words matter: the tree keeps them in order. */
#include "shell/parser.h"

struct test_state {
    struct shell_node *node;
    struct shell_word **end;
};

static bool parse_test_or(struct parser *parser, struct test_state *state);

static bool add_test_word(struct parser *parser, struct test_state *state, enum word_mode mode)
{
    parser_skip_blanks(parser);
    struct shell_word *word = parse_word(parser, mode);
    if (word == NULL) {
        return false;
    }
    *state->end = word;
    state->end = &word->next;
    return true;
}

static bool at_test_end(struct parser *parser)
{
    parser_skip_blanks(parser);
    int c = parser_peek(parser);
    return (c == ']' && parser_peek_second(parser) == ']') || c == ')' || c == '\n' ||
           ((c == '&' || c == '|') && parser_peek_second(parser) == c);
}

static bool is_unary(struct text word)
{
    return word.size == 2 && word.data[0] == '-' &&
           text_find_char(TEXT("abcdefghknoprstuvwxzGLNORS"), word.data[1]) != TEXT_NOT_FOUND;
}

/* What follows the first word of a primary: nothing, an operator and another word, or a unary's operand. */
static bool parse_test_rest(struct parser *parser, struct test_state *state, struct shell_word *first)
{
    if (at_test_end(parser)) {
        return true;
    }
    int c = parser_peek(parser);
    int second = parser_peek_second(parser);
    if ((c == '<' || c == '>') && second != '(') {
        parser_advance(parser);
        return add_test_word(parser, state, WORD_NORMAL);
    }
    if (is_metacharacter(c) && second != '(') {
        return parser_fail(parser, parser->at, "an operator of [[ ]] expected");
    }
    size_t start = parser->at;
    bool is_regex = c == '=' && second == '~';
    if (!add_test_word(parser, state, WORD_PATTERN)) {
        return false;
    }
    bool was_unary = first->is_plain && is_unary(first->exact);
    if (at_test_end(parser)) {
        return was_unary || parser_fail(parser, start, "an operator of [[ ]] expected");
    }
    return add_test_word(parser, state, is_regex ? WORD_REGEX : WORD_PATTERN);
}

static bool parse_test_primary(struct parser *parser, struct test_state *state)
{
    if (!parse_newlines(parser)) {
        return false;
    }
    if (parser_take(parser, '(')) {
        if (!parser_enter(parser) || !parse_test_or(parser, state) || !parse_newlines(parser)) {
            return false;
        }
        parser_leave(parser);
        return parser_take(parser, ')') || parser_fail(parser, parser->at, "\")\" expected");
    }
    size_t size;
    if (parser_reserved(parser, &size) == RESERVED_NOT) {
        parser->at += size;
        if (!parser_enter(parser) || !parse_test_primary(parser, state)) {
            return false;
        }
        parser_leave(parser);
        return true;
    }
    if (at_test_end(parser)) {
        return parser_fail(parser, parser->at, "an expression expected");
    }
    struct shell_word **first = state->end;
    return add_test_word(parser, state, WORD_PATTERN) && parse_test_rest(parser, state, *first) &&
           parse_newlines(parser);
}

static bool parse_test_or(struct parser *parser, struct test_state *state)
{
    for (;;) {
        if (!parse_test_primary(parser, state)) {
            return false;
        }
        parser_skip_blanks(parser);
        int c = parser_peek(parser);
        if ((c != '&' && c != '|') || parser_peek_second(parser) != c) {
            return true;
        }
        parser_advance(parser);
        parser_take(parser, c);
    }
}

struct shell_node *parse_test(struct parser *parser, size_t start)
{
    struct shell_node *node = parser_node(parser, NODE_TEST, start);
    struct test_state state = {.node = node, .end = &node->words};
    *parser->is_bash_only = true;
    if (!parse_test_or(parser, &state) || !parse_newlines(parser)) {
        return NULL;
    }
    parser_skip_blanks(parser);
    bool is_closed = parser_take(parser, ']');
    is_closed = is_closed && parser_take(parser, ']');
    if (!is_closed || !is_metacharacter(parser_peek(parser))) {
        parser_fail(parser, parser->at, "\"]]\" expected");
        return NULL;
    }
    return node;
}
