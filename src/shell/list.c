/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/parser.h"

#include <string.h>

#include "base/limits.h"

struct shell_node *parser_node(struct parser *parser, enum shell_node_kind kind, size_t start)
{
    struct shell_node *node = ARENA_NEW(parser->arena, struct shell_node);
    node->kind = kind;
    node->range.start = start;
    return node;
}

/* ---- Simple commands ---- */

struct simple_state {
    struct shell_node *node;
    struct shell_word **assignments_end;
    struct shell_word **words_end;
    struct shell_redirect **redirects_end;
    bool is_declaration; /* `declare` and its like: operands are assignments */
};

static bool is_declaration(struct shell_word *word)
{
    static const char *const names[] = {"declare", "typeset", "local", "export", "readonly"};
    if (word->exact.size < sizeof "local" - 1 || strchr("dtler", word->exact.data[0]) == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (word->is_plain && text_equal(word->exact, text_of(names[i]))) {
            return true;
        }
    }
    return false;
}

static void simple_add_word(struct simple_state *state, struct shell_word *word)
{
    if (word->assignment != NULL && state->node->words == NULL) {
        *state->assignments_end = word;
        state->assignments_end = &word->next;
        return;
    }
    if (state->node->words == NULL) {
        state->is_declaration = is_declaration(word);
    }
    *state->words_end = word;
    state->words_end = &word->next;
}

/* "name (" is the start of a function when nothing else stands before. */
static struct shell_node *parse_function(struct parser *parser, const struct simple_state *state, size_t start)
{
    struct shell_word *name = state->node->words;
    if (name == NULL || name->next != NULL || !name->is_plain || state->node->assignments != NULL ||
        state->node->redirects != NULL) {
        parser_fail(parser, parser->at, "a parenthesis where none can stand");
        return NULL;
    }
    parser_advance(parser);
    parser_skip_blanks(parser);
    if (!parser_take(parser, ')')) {
        parser_fail(parser, parser->at, "\")\" expected");
        return NULL;
    }
    return parse_function_body(parser, name->exact, start);
}

/* "i\<newline>f" is a reserved word too; nobody writes that, so it need not be understood. */
static bool is_broken_reserved(const struct shell_word *word)
{
    enum reserved reserved = word->is_plain ? reserved_of(word->exact) : RESERVED_NONE;
    return reserved != RESERVED_NONE && reserved != RESERVED_TIME;
}

static bool parse_simple_word(struct parser *parser, struct simple_state *state)
{
    bool is_first = state->node->words == NULL;
    struct shell_word *word =
        parse_word(parser, is_first || state->is_declaration ? WORD_ASSIGNABLE : WORD_NORMAL);
    if (word == NULL) {
        return false;
    }
    if (is_first && word->assignment == NULL && state->node->assignments == NULL &&
        state->node->redirects == NULL && is_broken_reserved(word)) {
        return parser_fail(parser, word->range.start, "a reserved word out of place");
    }
    simple_add_word(state, word);
    return true;
}

static struct shell_node *parse_simple(struct parser *parser)
{
    size_t start = parser->at;
    struct simple_state state = {.node = parser_node(parser, NODE_SIMPLE, start)};
    state.assignments_end = &state.node->assignments;
    state.words_end = &state.node->words;
    state.redirects_end = &state.node->redirects;
    size_t end = start;
    for (;;) {
        parser_skip_blanks(parser);
        int c = parser_peek(parser);
        size_t operator;
        if (c == '#') {
            parser_skip_comment(parser);
            break;
        }
        if (parser_at_redirect(parser, &operator)) {
            struct shell_redirect *redirect = parse_redirect(parser, operator);
            if (redirect == NULL) {
                return NULL;
            }
            *state.redirects_end = redirect;
            state.redirects_end = &redirect->next;
        } else if (c == '(') {
            return parse_function(parser, &state, start);
        } else if (is_metacharacter(c) && c != '<' && c != '>') {
            break;
        } else if (!parse_simple_word(parser, &state)) {
            return NULL;
        }
        end = parser->at;
    }
    state.node->range = shell_parser_range(parser, start, end);
    if (end == start) {
        parser_fail(parser, start, "a command expected");
        return NULL;
    }
    return state.node;
}

struct shell_node *parse_command(struct parser *parser)
{
    parser_skip_blanks(parser);
    if (parser_peek(parser) == '(') {
        return parse_parenthesis(parser);
    }
    size_t size;
    enum reserved reserved = parser_reserved(parser, &size);
    if (reserved == RESERVED_NONE || reserved == RESERVED_IN || reserved == RESERVED_TIME) {
        return parse_simple(parser);
    }
    return parse_compound(parser, reserved);
}

bool parse_redirects(struct parser *parser, struct shell_node *node)
{
    struct shell_redirect **end = &node->redirects;
    size_t operator;
    for (;;) {
        size_t before = parser->at;
        parser_skip_blanks(parser);
        if (!parser_at_redirect(parser, &operator)) {
            parser->at = before;
            return true;
        }
        struct shell_redirect *redirect = parse_redirect(parser, operator);
        if (redirect == NULL) {
            return false;
        }
        *end = redirect;
        end = &redirect->next;
    }
}

/* ---- Pipelines and lists ---- */

/* Takes "!" and "time [-p]" in front of a pipeline. */
static void take_prefixes(struct parser *parser, bool *ret_is_negated, bool *ret_is_timed)
{
    for (;;) {
        size_t size;
        parser_skip_blanks(parser);
        enum reserved reserved = parser_reserved(parser, &size);
        if (reserved == RESERVED_NOT) {
            *ret_is_negated = !*ret_is_negated;
            parser->at += size;
        } else if (reserved == RESERVED_TIME) {
            *ret_is_timed = true;
            parser->at += size;
            parser_skip_blanks(parser);
            if (parser_peek(parser) == '-' && parser_peek_second(parser) == 'p' &&
                is_metacharacter(parser->at + 2 < parser->source.size
                                     ? (unsigned char)parser->source.data[parser->at + 2]
                                     : END)) {
                parser->at += 2;
            }
        } else {
            return;
        }
    }
}

static bool parse_pipeline_rest(struct parser *parser, struct shell_node **end)
{
    for (;;) {
        parser_skip_blanks(parser);
        if (parser_peek(parser) != '|' || parser_peek_second(parser) == '|') {
            return true;
        }
        parser_advance(parser);
        bool has_errors = parser_take(parser, '&');
        *parser->is_bash_only = *parser->is_bash_only || has_errors;
        if (!parse_newlines(parser)) {
            return false;
        }
        struct shell_node *next = parse_command(parser);
        if (next == NULL) {
            return false;
        }
        next->reads_errors = has_errors;
        *end = next;
        end = &next->next;
    }
}

static bool at_command_end(struct parser *parser)
{
    parser_skip_blanks(parser);
    int c = parser_peek(parser);
    return c == END || c == '\n' || c == ';' || c == '&' || c == '|' || c == ')' || c == '#';
}

static struct shell_node *parse_pipeline(struct parser *parser)
{
    parser_skip_blanks(parser);
    parser_peek(parser);
    size_t start = parser->at;
    bool is_negated = false;
    bool is_timed = false;
    take_prefixes(parser, &is_negated, &is_timed);
    bool has_prefix = parser->at != start;
    struct shell_node *first = NULL;
    if (!is_timed || !at_command_end(parser)) {
        first = parse_command(parser);
        if (first == NULL || !parse_pipeline_rest(parser, &first->next)) {
            return NULL;
        }
        if (!has_prefix && first->next == NULL) {
            return first;
        }
    }
    struct shell_node *pipeline = parser_node(parser, NODE_PIPELINE, start);
    pipeline->first = first;
    pipeline->is_negated = is_negated;
    pipeline->is_timed = is_timed;
    *parser->is_bash_only = *parser->is_bash_only || is_timed;
    pipeline->range = shell_parser_range(parser, start, parser->at);
    return pipeline;
}

static enum shell_connector take_connector(struct parser *parser)
{
    parser_skip_blanks(parser);
    int c = parser_peek(parser);
    if ((c != '&' && c != '|') || parser_peek_second(parser) != c) {
        return CONNECTOR_NONE;
    }
    parser_advance(parser);
    parser_take(parser, c);
    return c == '&' ? CONNECTOR_AND : CONNECTOR_OR;
}

static struct shell_node *parse_and_or(struct parser *parser)
{
    struct shell_node *first = parse_pipeline(parser);
    if (first == NULL) {
        return NULL;
    }
    enum shell_connector connector = take_connector(parser);
    if (connector == CONNECTOR_NONE) {
        return first;
    }
    struct shell_node *chain = parser_node(parser, NODE_AND_OR, first->range.start);
    chain->first = first;
    struct shell_node **end = &first->next;
    while (connector != CONNECTOR_NONE) {
        if (!parse_newlines(parser)) {
            return NULL;
        }
        struct shell_node *next = parse_pipeline(parser);
        if (next == NULL) {
            return NULL;
        }
        next->connector = connector;
        *end = next;
        end = &next->next;
        connector = take_connector(parser);
    }
    chain->range = shell_parser_range(parser, chain->range.start, parser->at);
    return chain;
}

bool parse_newlines(struct parser *parser)
{
    for (;;) {
        parser_skip_blanks(parser);
        int c = parser_peek(parser);
        if (c == '#') {
            parser_skip_comment(parser);
        } else if (c == '\n') {
            parser_advance(parser);
            if (!parse_documents(parser)) {
                return false;
            }
        } else {
            return true;
        }
    }
}

static bool at_list_end(struct parser *parser)
{
    int c = parser_peek(parser);
    if (c == END || c == ')' ||
        (c == ';' && (parser_peek_second(parser) == ';' || parser_peek_second(parser) == '&'))) {
        return true;
    }
    size_t size;
    switch ((int)parser_reserved(parser, &size)) {
    case RESERVED_THEN:
    case RESERVED_ELSE:
    case RESERVED_ELIF:
    case RESERVED_FI:
    case RESERVED_DO:
    case RESERVED_DONE:
    case RESERVED_ESAC:
    case RESERVED_CLOSE_BRACE:
        return true;
    default:
        return false;
    }
}

bool parse_list(struct parser *parser, struct shell_node **ret_first)
{
    struct shell_node *first = NULL;
    struct shell_node **end = &first;
    if (!parse_newlines(parser)) {
        return false;
    }
    while (!at_list_end(parser)) {
        struct shell_node *node = parse_and_or(parser);
        if (node == NULL) {
            return false;
        }
        *end = node;
        end = &node->next;
        parser_skip_blanks(parser);
        int c = parser_peek(parser);
        int second = parser_peek_second(parser);
        if (c == '&') {
            node->is_background = true;
            parser_advance(parser);
        } else if (c == ';' && second != ';' && second != '&') {
            parser_advance(parser);
        } else if (c != '\n' && c != '#') {
            break;
        }
        if (!parse_newlines(parser)) {
            return false;
        }
    }
    *ret_first = first;
    return true;
}

bool parse_source(struct parser *parser, struct shell_node **ret_first)
{
    if (!parse_list(parser, ret_first)) {
        return false;
    }
    if (parser_peek(parser) != END) {
        return parser_fail(parser, parser->at, "this cannot start or continue a command");
    }
    if (parser->documents != NULL) {
        return parser_fail(parser, parser->documents->redirect->range.start,
                           "a here-document without its text");
    }
    return true;
}

bool shell_parse(struct text source, struct arena *arena, struct shell_tree *ret_tree, size_t *ret_offset,
                 struct error *err)
{
    size_t attempts_left = LIMIT_SHELL_ATTEMPTS;
    bool is_bash_only = false;
    struct parser parser = {.arena = arena,
                            .err = err,
                            .source = source,
                            .attempts_left = &attempts_left,
                            .is_bash_only = &is_bash_only};
    *ret_offset = 0;
    if (source.size > LIMIT_SHELL_COMMAND) {
        return error_set(err, "the command line is longer than %d bytes", LIMIT_SHELL_COMMAND);
    }
    size_t nul = text_find_char(source, '\0');
    if (nul != TEXT_NOT_FOUND) {
        *ret_offset = nul;
        return error_set(err, "a NUL byte");
    }
    struct shell_node *first;
    if (!parse_source(&parser, &first)) {
        *ret_offset = parser.failed_at;
        return false;
    }
    *ret_tree = (struct shell_tree){.first = first, .is_bash_only = is_bash_only};
    return true;
}
