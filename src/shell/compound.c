/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/parser.h"

#include "base/limits.h"

/* ---- Reserved words ---- */

struct reserved_word {
    const char *text;
    enum reserved reserved;
};

static const struct reserved_word reserved_words[] = {
    {"!", RESERVED_NOT},
    {"{", RESERVED_OPEN_BRACE},
    {"}", RESERVED_CLOSE_BRACE},
    {"[[", RESERVED_TEST},
    {"if", RESERVED_IF},
    {"then", RESERVED_THEN},
    {"else", RESERVED_ELSE},
    {"elif", RESERVED_ELIF},
    {"fi", RESERVED_FI},
    {"for", RESERVED_FOR},
    {"select", RESERVED_SELECT},
    {"while", RESERVED_WHILE},
    {"until", RESERVED_UNTIL},
    {"do", RESERVED_DO},
    {"done", RESERVED_DONE},
    {"case", RESERVED_CASE},
    {"esac", RESERVED_ESAC},
    {"in", RESERVED_IN},
    {"function", RESERVED_FUNCTION},
    {"time", RESERVED_TIME},
    {"coproc", RESERVED_COPROCESS},
};

enum reserved reserved_of(struct text word)
{
    if (word.size == 0 || word.size > sizeof "function" - 1) {
        return RESERVED_NONE;
    }
    for (size_t i = 0; i < sizeof reserved_words / sizeof *reserved_words; i++) {
        if (reserved_words[i].text[0] == word.data[0] && text_equal(word, text_of(reserved_words[i].text))) {
            return reserved_words[i].reserved;
        }
    }
    return RESERVED_NONE;
}

enum reserved parser_reserved(struct parser *parser, size_t *ret_size)
{
    parser_peek(parser);
    struct text rest = text_after(parser->source, parser->at);
    size_t size = 0;
    while (size < rest.size && size <= sizeof "function" - 1 &&
           !is_metacharacter((unsigned char)rest.data[size])) {
        size++;
    }
    *ret_size = size;
    return reserved_of(text_slice(rest, 0, size));
}

bool parser_take_reserved(struct parser *parser, enum reserved wanted, const char *message)
{
    size_t size;
    parser_skip_blanks(parser);
    if (parser_reserved(parser, &size) != wanted) {
        return parser_fail(parser, parser->at, message);
    }
    parser->at += size;
    return true;
}

/* ---- Lists between reserved words ---- */

/* A list with at least one command. */
static bool parse_some(struct parser *parser, struct shell_node **ret_first)
{
    size_t start = parser->at;
    return parse_list(parser, ret_first) &&
           (*ret_first != NULL || parser_fail(parser, start, "commands expected"));
}

static bool parse_do(struct parser *parser, struct shell_node **ret_first)
{
    return parser_take_reserved(parser, RESERVED_DO, "\"do\" expected") && parse_some(parser, ret_first) &&
           parser_take_reserved(parser, RESERVED_DONE, "\"done\" expected");
}

static bool parse_if(struct parser *parser, struct shell_node *node)
{
    if (!parser_enter(parser) || !parse_some(parser, &node->condition) ||
        !parser_take_reserved(parser, RESERVED_THEN, "\"then\" expected") ||
        !parse_some(parser, &node->first)) {
        return false;
    }
    size_t size;
    size_t start = parser->at;
    enum reserved reserved = parser_reserved(parser, &size);
    bool is_fine;
    if (reserved == RESERVED_ELIF) {
        parser->at += size;
        struct shell_node *otherwise = parser_node(parser, NODE_IF, start);
        node->otherwise = otherwise;
        is_fine = parse_if(parser, otherwise);
        otherwise->range = shell_parser_range(parser, start, parser->at);
    } else if (reserved == RESERVED_ELSE) {
        parser->at += size;
        is_fine = parse_some(parser, &node->otherwise) &&
                  parser_take_reserved(parser, RESERVED_FI, "\"fi\" expected");
    } else {
        is_fine = parser_take_reserved(parser, RESERVED_FI, "\"fi\" expected");
    }
    parser_leave(parser);
    return is_fine;
}

/* ---- for, select ---- */

static bool parse_for_words(struct parser *parser, struct shell_node *node)
{
    struct shell_word **end = &node->words;
    node->has_words = true;
    for (;;) {
        parser_skip_blanks(parser);
        int c = parser_peek(parser);
        bool is_process = (c == '<' || c == '>') && parser_peek_second(parser) == '(';
        if (c == '#') {
            parser_skip_comment(parser);
            return true;
        }
        if (is_metacharacter(c) && !is_process) {
            return c == ';' || c == '\n' || parser_fail(parser, parser->at, "\";\" or a new line expected");
        }
        struct shell_word *word = parse_word(parser, WORD_NORMAL);
        if (word == NULL) {
            return false;
        }
        *end = word;
        end = &word->next;
    }
}

/* "do ... done" or, as Bash allows, "{ ... }". */
static bool parse_for_body(struct parser *parser, struct shell_node *node)
{
    parser_skip_blanks(parser);
    if (parser_take(parser, ';')) {
        parser_skip_blanks(parser);
    }
    if (!parse_newlines(parser)) {
        return false;
    }
    size_t size;
    if (parser_reserved(parser, &size) == RESERVED_OPEN_BRACE) {
        parser->at += size;
        return parse_some(parser, &node->first) &&
               parser_take_reserved(parser, RESERVED_CLOSE_BRACE, "\"}\" expected");
    }
    return parse_do(parser, &node->first);
}

static bool parse_for(struct parser *parser, struct shell_node *node)
{
    parser_skip_blanks(parser);
    if (parser_peek(parser) == '(' && parser_peek_second(parser) == '(' && !node->is_select) {
        parser_advance(parser);
        parser_take(parser, '(');
        node->kind = NODE_FOR_NUMBER;
        *parser->is_bash_only = true;
        node->expression = parse_quoted_word(parser, QUOTED_ARITHMETIC);
        return node->expression != NULL && parse_for_body(parser, node);
    }
    struct shell_word *name = is_metacharacter(parser_peek(parser)) ? NULL : parse_word(parser, WORD_NORMAL);
    if (name == NULL || !name->is_plain || name->exact.size == 0 ||
        !is_name_start((unsigned char)name->exact.data[0])) {
        return parser_fail(parser, parser->at, "the name of a variable expected");
    }
    for (size_t i = 0; i < name->exact.size; i++) {
        if (!is_name_character((unsigned char)name->exact.data[i])) {
            return parser_fail(parser, name->range.start, "the name of a variable expected");
        }
    }
    node->name = name->exact;
    struct parser before = *parser;
    size_t size;
    if (!parse_newlines(parser)) {
        return false;
    }
    if (parser_reserved(parser, &size) == RESERVED_IN) {
        parser->at += size;
        return parse_for_words(parser, node) && parse_for_body(parser, node);
    }
    *parser = before;
    return parse_for_body(parser, node);
}

/* ---- case ---- */

static bool parse_patterns(struct parser *parser, struct shell_case_item *item)
{
    struct shell_word **end = &item->patterns;
    parser_take(parser, '(');
    for (;;) {
        parser_skip_blanks(parser);
        struct shell_word *pattern = parse_word(parser, WORD_PATTERN);
        if (pattern == NULL) {
            return false;
        }
        *end = pattern;
        end = &pattern->next;
        parser_skip_blanks(parser);
        if (parser_take(parser, ')')) {
            return true;
        }
        if (!parser_take(parser, '|')) {
            return parser_fail(parser, parser->at, "\")\" expected after a pattern");
        }
    }
}

/* ";;", ";&", ";;&". */
static bool takes_item_end(struct parser *parser)
{
    int second = parser_peek_second(parser);
    if (parser_peek(parser) != ';' || (second != ';' && second != '&')) {
        return false;
    }
    parser_advance(parser);
    if (parser_take(parser, '&') || (parser_take(parser, ';') && parser_take(parser, '&'))) {
        *parser->is_bash_only = true;
    }
    return true;
}

static bool parse_case(struct parser *parser, struct shell_node *node)
{
    parser_skip_blanks(parser);
    node->words = parse_word(parser, WORD_NORMAL);
    if (node->words == NULL || !parse_newlines(parser) ||
        !parser_take_reserved(parser, RESERVED_IN, "\"in\" expected")) {
        return false;
    }
    struct shell_case_item **end = &node->items;
    for (bool has_ended = true;;) {
        size_t size;
        if (!parse_newlines(parser)) {
            return false;
        }
        if (parser_reserved(parser, &size) == RESERVED_ESAC) {
            parser->at += size;
            return true;
        }
        if (!has_ended) {
            return parser_fail(parser, parser->at, "\";;\" or \"esac\" expected");
        }
        struct shell_case_item *item = ARENA_NEW(parser->arena, struct shell_case_item);
        if (!parse_patterns(parser, item) || !parse_list(parser, &item->first)) {
            return false;
        }
        *end = item;
        end = &item->next;
        has_ended = takes_item_end(parser);
    }
}

/* ---- Functions, groups, coprocesses ---- */

static bool starts_compound(struct parser *parser)
{
    size_t size;
    switch ((int)parser_reserved(parser, &size)) {
    case RESERVED_OPEN_BRACE:
    case RESERVED_TEST:
    case RESERVED_IF:
    case RESERVED_FOR:
    case RESERVED_SELECT:
    case RESERVED_WHILE:
    case RESERVED_UNTIL:
    case RESERVED_CASE:
        return true;
    default:
        return parser_peek(parser) == '(';
    }
}

struct shell_node *parse_function_body(struct parser *parser, struct text name, size_t start)
{
    struct shell_node *node = parser_node(parser, NODE_FUNCTION, start);
    node->name = name;
    if (!parser_enter(parser) || !parse_newlines(parser)) {
        return NULL;
    }
    if (!starts_compound(parser)) {
        parser_fail(parser, parser->at, "the body of a function expected");
        return NULL;
    }
    node->first = parse_command(parser);
    node->range = shell_parser_range(parser, start, parser->at);
    parser_leave(parser);
    return node->first == NULL ? NULL : node;
}

static struct shell_node *parse_function_keyword(struct parser *parser, size_t start)
{
    *parser->is_bash_only = true;
    parser_skip_blanks(parser);
    struct shell_word *name = is_metacharacter(parser_peek(parser)) ? NULL : parse_word(parser, WORD_NORMAL);
    if (name == NULL || !name->is_plain) {
        parser_fail(parser, parser->at, "the name of a function expected");
        return NULL;
    }
    parser_skip_blanks(parser);
    if (parser_peek(parser) == '(') {
        struct parser ahead = *parser;
        parser_advance(&ahead);
        parser_skip_blanks(&ahead);
        if (parser_take(&ahead, ')')) {
            parser->at = ahead.at;
        }
    }
    return parse_function_body(parser, name->exact, start);
}

static bool parse_coprocess(struct parser *parser, struct shell_node *node)
{
    *parser->is_bash_only = true;
    parser_skip_blanks(parser);
    struct parser before = *parser;
    node->name = TEXT("COPROC");
    if (!starts_compound(parser) && !is_metacharacter(parser_peek(parser))) {
        struct shell_word *name = parse_word(parser, WORD_NORMAL);
        if (name == NULL) {
            return false;
        }
        parser_skip_blanks(parser);
        if (name->is_plain && starts_compound(parser)) {
            node->name = name->exact;
        } else {
            *parser = before;
        }
    }
    node->first = parse_command(parser);
    return node->first != NULL;
}

struct shell_node *parse_parenthesis(struct parser *parser)
{
    size_t start = parser->at;
    if (!parser_enter(parser)) {
        return NULL;
    }
    struct shell_node *node = parser_node(parser, NODE_SUBSHELL, start);
    struct parser before = *parser;
    bool is_arithmetic = false;
    if (parser_peek_second(parser) == '(') {
        *parser->is_bash_only = true;
        parser_advance(parser);
        parser_take(parser, '(');
        node->expression = parse_quoted_word(parser, QUOTED_ARITHMETIC);
        is_arithmetic = node->expression != NULL;
        if (!is_arithmetic) {
            if (!parser_may_retry(parser)) {
                parser_fail(parser, start, "too many \"((\" that are no arithmetic");
                return NULL;
            }
            *parser = before;
        }
    }
    if (is_arithmetic) {
        node->kind = NODE_ARITHMETIC;
    } else {
        parser_advance(parser);
        if (!parse_some(parser, &node->first)) {
            return NULL;
        }
        if (!parser_take(parser, ')')) {
            parser_fail(parser, parser->at, "\")\" expected");
            return NULL;
        }
    }
    parser_leave(parser);
    if (!parse_redirects(parser, node)) {
        return NULL;
    }
    node->range = shell_parser_range(parser, start, parser->at);
    return node;
}

static bool parse_compound_inside(struct parser *parser, struct shell_node *node, enum reserved reserved)
{
    switch ((int)reserved) {
    case RESERVED_OPEN_BRACE:
        node->kind = NODE_GROUP;
        return parse_some(parser, &node->first) &&
               parser_take_reserved(parser, RESERVED_CLOSE_BRACE, "\"}\" expected");
    case RESERVED_IF:
        node->kind = NODE_IF;
        return parse_if(parser, node);
    case RESERVED_WHILE:
    case RESERVED_UNTIL:
        node->kind = NODE_LOOP;
        node->is_until = reserved == RESERVED_UNTIL;
        return parse_some(parser, &node->condition) && parse_do(parser, &node->first);
    case RESERVED_FOR:
    case RESERVED_SELECT:
        node->kind = NODE_FOR;
        node->is_select = reserved == RESERVED_SELECT;
        *parser->is_bash_only = *parser->is_bash_only || node->is_select;
        return parse_for(parser, node);
    case RESERVED_CASE:
        node->kind = NODE_CASE;
        return parse_case(parser, node);
    default:
        return parser_fail(parser, node->range.start, "a reserved word out of place");
    }
}

struct shell_node *parse_compound(struct parser *parser, enum reserved reserved)
{
    size_t start = parser->at;
    size_t size;
    parser_reserved(parser, &size);
    parser->at += size;
    struct shell_node *node;
    if (!parser_enter(parser)) {
        return NULL;
    }
    if (reserved == RESERVED_FUNCTION) {
        node = parse_function_keyword(parser, start);
        parser_leave(parser);
        return node;
    }
    if (reserved == RESERVED_TEST) {
        node = parse_test(parser, start);
    } else if (reserved == RESERVED_COPROCESS) {
        node = parser_node(parser, NODE_COPROCESS, start);
        node = parse_coprocess(parser, node) ? node : NULL;
    } else {
        node = parser_node(parser, NODE_GROUP, start);
        node = parse_compound_inside(parser, node, reserved) ? node : NULL;
    }
    parser_leave(parser);
    if (node == NULL || (node->kind != NODE_COPROCESS && !parse_redirects(parser, node))) {
        return NULL;
    }
    node->range = shell_parser_range(parser, start, parser->at);
    return node;
}
