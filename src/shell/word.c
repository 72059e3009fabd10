/* SPDX-License-Identifier: Apache-2.0 */

#include <string.h>

#include "base/builder.h"
#include "shell/parser.h"

void part_list_init(struct part_list *list)
{
    *list = (struct part_list){.is_exact = true};
    list->end = &list->first;
}

struct shell_piece *part_add(struct parser *parser, struct part_list *list, enum shell_piece_kind kind,
                             size_t start, bool is_quoted)
{
    struct shell_piece *part = ARENA_NEW(parser->arena, struct shell_piece);
    part->kind = kind;
    part->is_quoted = is_quoted;
    part->range = shell_parser_range(parser, start, parser->at);
    *list->end = part;
    list->end = &part->next;
    list->count++;
    list->is_exact = list->is_exact && kind == PART_TEXT;
    return part;
}

void part_add_text(struct parser *parser, struct part_list *list, struct text text, size_t start,
                   bool is_quoted)
{
    part_add(parser, list, PART_TEXT, start, is_quoted)->text = text;
}

void parser_word_finish(struct parser *parser, struct shell_word *word, struct part_list *list)
{
    word->parts = list->first;
    word->is_exact = list->is_exact;
    if (!list->is_exact) {
        return;
    }
    if (list->count <= 1) {
        word->exact = list->first == NULL ? TEXT("") : list->first->text;
        return;
    }
    struct builder whole;
    builder_init(&whole, parser->arena);
    for (const struct shell_piece *part = list->first; part != NULL; part = part->next) {
        builder_add(&whole, part->text);
    }
    word->exact = builder_text(&whole);
}

/* ---- Double quotes and what reads like them ---- */

static bool is_escapable(int c, enum quoted_end end)
{
    return c == '$' || c == '`' || c == '\\' || (c == '"' && end != QUOTED_SOURCE);
}

static bool parse_quoted_backslash(struct parser *parser, struct part_list *list, enum quoted_end end)
{
    size_t start = parser->at;
    size_t next = start + 1;
    if (next >= parser->source.size) {
        if (end != QUOTED_SOURCE) {
            return parser_fail(parser, start, "a backslash at the very end");
        }
        parser->at = next;
        part_add_text(parser, list, TEXT("\\"), start, true);
        return true;
    }
    size_t from = is_escapable((unsigned char)parser->source.data[next], end) ? next : start;
    parser->at = next + 1;
    part_add_text(parser, list, text_slice(parser->source, from, next + 1), start, true);
    return true;
}

/* Whether the text ends at the front, consuming what ends it. `depth` counts brackets inside arithmetic. */
static bool takes_quoted_end(struct parser *parser, enum quoted_end end, size_t *depth, bool *ret_failed)
{
    int c = parser_peek(parser);
    *ret_failed = false;
    if (end == QUOTED_SOURCE) {
        return c == END;
    }
    if (c == END) {
        *ret_failed = true;
        return parser_fail(parser, parser->at,
                           end == QUOTED_DOUBLE ? "the double quote is never closed"
                                                : "the arithmetic is never closed");
    }
    if (end == QUOTED_DOUBLE) {
        return parser_take(parser, '"');
    }
    char open = end == QUOTED_BRACKET ? '[' : '(';
    char close = end == QUOTED_BRACKET ? ']' : ')';
    if (c == open) {
        ++*depth;
    } else if (c == close && *depth > 0) {
        --*depth;
    } else if (c == close && end == QUOTED_BRACKET) {
        return parser_take(parser, close);
    } else if (c == close) {
        if (parser_peek_second(parser) == ')') {
            parser_advance(parser);
            return parser_take(parser, ')');
        }
        *ret_failed = true;
        return parser_fail(parser, parser->at, "\"))\" expected");
    }
    return false;
}

static bool is_run_character(char c, enum quoted_end end)
{
    if (c == '\\' || c == '$' || c == '`') {
        return false;
    }
    if (end == QUOTED_DOUBLE) {
        return c != '"';
    }
    return end == QUOTED_SOURCE || strchr("\"'()[]", c) == NULL;
}

/* One thing that is neither plain text nor the end. */
static bool parse_quoted_special(struct parser *parser, struct part_list *list, enum quoted_end end)
{
    size_t start = parser->at;
    switch (parser_peek(parser)) {
    case '\\':
        return parse_quoted_backslash(parser, list, end);
    case '$':
        return parse_dollar(parser, list, true);
    case '`':
        return parse_backquotes(parser, list, true);
    case '\'':
        /* Versions of Bash differ on what quotes mean in arithmetic. */
        return parser_fail(parser, start, "a single quote in arithmetic");
    case '"':
        parser_advance(parser);
        return parse_quoted(parser, list, QUOTED_DOUBLE);
    default:
        parser_advance(parser);
        part_add_text(parser, list, text_slice(parser->source, start, parser->at), start, true);
        return true;
    }
}

bool parse_quoted(struct parser *parser, struct part_list *list, enum quoted_end end)
{
    if (!parser_enter(parser)) {
        return false;
    }
    size_t depth = 0;
    for (;;) {
        bool failed;
        if (takes_quoted_end(parser, end, &depth, &failed)) {
            break;
        }
        if (failed) {
            return false;
        }
        size_t start = parser->at;
        while (parser->at < parser->source.size && is_run_character(parser->source.data[parser->at], end)) {
            parser->at++;
        }
        if (parser->at > start) {
            part_add_text(parser, list, text_slice(parser->source, start, parser->at), start, true);
        } else if (!parse_quoted_special(parser, list, end)) {
            return false;
        }
    }
    parser_leave(parser);
    return true;
}

struct shell_word *parse_quoted_word(struct parser *parser, enum quoted_end end)
{
    struct shell_word *word = ARENA_NEW(parser->arena, struct shell_word);
    size_t start = parser->at;
    struct part_list list;
    part_list_init(&list);
    if (!parse_quoted(parser, &list, end)) {
        return NULL;
    }
    word->has_quotes = true;
    word->range = shell_parser_range(parser, start, parser->at);
    parser_word_finish(parser, word, &list);
    return word;
}

/* ---- Words ---- */

/* What a byte can mean outside quotes. */
static bool is_ordinary(unsigned char c)
{
    static const char special[] = " \t\n;&|<>()\\\"'`$*?[]{},~!@+";
    return c != '\0' && strchr(special, c) == NULL;
}

struct word_state {
    struct shell_word *word;
    struct part_list list;
    enum word_mode mode;
    size_t start;
    size_t parentheses; /* open ones inside a regular expression */
};

static void add_character(struct parser *parser, struct word_state *state, enum shell_piece_kind kind)
{
    size_t start = parser->at++;
    part_add(parser, &state->list, kind, start, false)->text = text_slice(parser->source, start, parser->at);
}

/* "~" is expanded at the start of a word, and after "=" or ":" in what looks like an assignment. */
static bool is_tilde_place(const struct parser *parser, const struct word_state *state)
{
    if (parser->at == state->start) {
        return true;
    }
    char before = parser->source.data[parser->at - 1];
    return before == '=' || before == ':' || before == '\n';
}

static void parse_tilde(struct parser *parser, struct word_state *state)
{
    size_t start = parser->at;
    char before = start > state->start ? parser->source.data[start - 1] : '\0';
    if (before == '{' || before == ',') {
        /* Braces are expanded first: there it may stand at the start of a word. */
        add_character(parser, state, PART_UNKNOWN);
        return;
    }
    if (!is_tilde_place(parser, state)) {
        add_character(parser, state, PART_TEXT);
        return;
    }
    parser->at++;
    size_t name = parser->at;
    while (parser->at < parser->source.size) {
        unsigned char c = (unsigned char)parser->source.data[parser->at];
        if (!is_name_character(c) && c != '+' && c != '-' && c != '.') {
            break;
        }
        parser->at++;
    }
    part_add(parser, &state->list, PART_TILDE, start, false)->text =
        text_slice(parser->source, name, parser->at);
    int after = parser_peek(parser);
    if (after != '/' && after != ':' && !is_metacharacter(after)) {
        /* Quotes and expansions make it no name of a user: "~" stays as it is (Bash manual, 3.5.2). */
        part_add(parser, &state->list, PART_UNKNOWN, parser->at, false);
    }
}

static bool parse_word_backslash(struct parser *parser, struct word_state *state)
{
    size_t start = parser->at;
    if (start + 1 >= parser->source.size) {
        return parser_fail(parser, start, "a backslash at the very end");
    }
    state->word->has_quotes = true;
    parser->at += 2;
    part_add_text(parser, &state->list, text_slice(parser->source, start + 1, start + 2), start, true);
    return true;
}

static bool parse_word_quotes(struct parser *parser, struct word_state *state, int c)
{
    state->word->has_quotes = true;
    if (c == '\'') {
        return parse_single_quotes(parser, &state->list);
    }
    if (c == '`') {
        return parse_backquotes(parser, &state->list, false);
    }
    size_t start = parser->at;
    parser_advance(parser);
    if (!parse_quoted(parser, &state->list, QUOTED_DOUBLE)) {
        return false;
    }
    if (state->list.first == NULL) {
        part_add_text(parser, &state->list, TEXT(""), start, true);
    }
    return true;
}

static bool parse_word_piece(struct parser *parser, struct word_state *state, bool *ret_ends);

/* "@(a|b)" at its letter. What stands inside is kept for its substitutions; the whole is of unknown value. */
static bool parse_extended_glob(struct parser *parser, struct word_state *state)
{
    size_t start = parser->at;
    if (!parser_enter(parser)) {
        return false;
    }
    *parser->is_bash_only = true;
    parser_advance(parser);
    parser_take(parser, '(');
    for (int c = parser_peek(parser); c != ')'; c = parser_peek(parser)) {
        bool ends = false;
        if (c == END || c == '\n') {
            return parser_fail(parser, start, "the extended glob is never closed");
        }
        if (is_metacharacter(c) && parser_peek_second(parser) != '(') {
            add_character(parser, state, PART_TEXT);
        } else if (!parse_word_piece(parser, state, &ends)) {
            return false;
        } else if (ends) {
            return parser_fail(parser, parser->at, "a parenthesis in an extended glob");
        }
    }
    parser_advance(parser);
    parser_leave(parser);
    part_add(parser, &state->list, PART_UNKNOWN, start, false);
    return true;
}

static bool parse_glob_letter(struct parser *parser, struct word_state *state, int c)
{
    if (parser_peek_second(parser) == '(' && state->mode != WORD_REGEX) {
        return parse_extended_glob(parser, state);
    }
    add_character(parser, state, c == '*' || c == '?' ? PART_WILD : PART_TEXT);
    return true;
}

/* Metacharacters end a word, but for process substitutions and inside regular expressions. */
static bool parse_metacharacter(struct parser *parser, struct word_state *state, int c, bool *ret_ends)
{
    *ret_ends = false;
    if ((c == '<' || c == '>') && parser_peek_second(parser) == '(' && state->mode != WORD_REGEX) {
        return parse_process(parser, &state->list);
    }
    if (state->mode == WORD_REGEX && c != END && c != '\n') {
        if (c == '(') {
            state->parentheses++;
        } else if (c == ')' && state->parentheses > 0) {
            state->parentheses--;
        } else if (c == ')' || (c != '|' && state->parentheses == 0)) {
            *ret_ends = true;
            return true;
        }
        add_character(parser, state, PART_TEXT);
        return true;
    }
    *ret_ends = true;
    return true;
}

static bool parse_word_piece(struct parser *parser, struct word_state *state, bool *ret_ends)
{
    int c = parser_peek(parser);
    *ret_ends = false;
    if (is_metacharacter(c)) {
        return parse_metacharacter(parser, state, c, ret_ends);
    }
    switch (c) {
    case '\\':
        return parse_word_backslash(parser, state);
    case '\'':
    case '"':
    case '`':
        return parse_word_quotes(parser, state, c);
    case '$':
        state->word->has_quotes =
            state->word->has_quotes || parser_peek_second(parser) == '\'' || parser_peek_second(parser) == '"';
        return parse_dollar(parser, &state->list, false);
    case '*':
    case '?':
    case '@':
    case '!':
    case '+':
        return parse_glob_letter(parser, state, c);
    case '[':
    case ']':
        add_character(parser, state, PART_WILD);
        return true;
    case '{':
        state->word->has_braces = true;
        add_character(parser, state, PART_BRACE);
        return true;
    case '}':
    case ',':
        add_character(parser, state, state->word->has_braces ? PART_BRACE : PART_TEXT);
        return true;
    case '~':
        parse_tilde(parser, state);
        return true;
    default: {
        size_t start = parser->at;
        while (parser->at < parser->source.size &&
               is_ordinary((unsigned char)parser->source.data[parser->at])) {
            parser->at++;
        }
        part_add_text(parser, &state->list, text_slice(parser->source, start, parser->at), start, false);
        return true;
    }
    }
}

/* ---- The whole ---- */

static struct shell_word *finish_word(struct parser *parser, struct word_state *state)
{
    struct shell_word *word = state->word;
    word->range = shell_parser_range(parser, state->start, parser->at);
    if (state->parentheses != 0) {
        parser_fail(parser, state->start, "the regular expression is never closed");
        return NULL;
    }
    if (state->list.count == 0) {
        parser_fail(parser, state->start, "a word expected");
        return NULL;
    }
    word->is_plain = state->list.is_exact && !word->has_quotes;
    parser_word_finish(parser, word, &state->list);
    return word;
}

struct shell_word *parse_word(struct parser *parser, enum word_mode mode)
{
    parser_peek(parser);
    struct word_state state = {.mode = mode, .start = parser->at};
    state.word = ARENA_NEW(parser->arena, struct shell_word);
    part_list_init(&state.list);
    if (mode == WORD_ASSIGNABLE || mode == WORD_ELEMENT) {
        struct shell_assignment *assignment = parse_assignment_head(parser, mode);
        if (parser->failed) {
            return NULL;
        }
        if (assignment != NULL) {
            state.word->assignment = assignment;
            if (!parse_assignment_value(parser, assignment)) {
                return NULL;
            }
            state.word->range = shell_parser_range(parser, state.start, parser->at);
            return state.word;
        }
    }
    bool ends = false;
    while (!ends) {
        if (!parse_word_piece(parser, &state, &ends)) {
            return NULL;
        }
    }
    return finish_word(parser, &state);
}
