/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/parser.h"

#include <string.h>

static bool is_special_parameter(int c)
{
    return c == '@' || c == '*' || c == '#' || c == '?' || c == '-' || c == '$' || c == '!';
}

/* ---- $(...), <(...), $((...)) ---- */

/* The commands up to the closing parenthesis; the front is behind the opening one. */
static bool parse_enclosed(struct parser *parser, struct shell_node **ret_first)
{
    struct pending_document *outer = parser->documents;
    size_t start = parser->at;
    if (!parser_enter(parser)) {
        return false;
    }
    /* A here-document announced inside is read inside; where one announced before "$(" would be read if a line
     * ended inside differs between shells. */
    parser->documents = NULL;
    if (!parse_list(parser, ret_first)) {
        return false;
    }
    if (parser->documents != NULL) {
        return parser_fail(parser, start, "a here-document without its text");
    }
    if (outer != NULL && memchr(parser->source.data + start, '\n', parser->at - start) != NULL) {
        return parser_fail(parser, start, "a line ends here between a here-document and its text");
    }
    parser->documents = outer;
    if (!parser_take(parser, ')')) {
        return parser_fail(parser, parser->at, "\")\" expected");
    }
    parser_leave(parser);
    return true;
}

static bool parse_arithmetic(struct parser *parser, struct part_list *list, size_t start, enum quoted_end end)
{
    struct shell_word *expression = parse_quoted_word(parser, end);
    if (expression == NULL) {
        return false;
    }
    part_add(parser, list, PART_ARITHMETIC, start, true)->expression = expression;
    return true;
}

/* At "$(". "$((" is arithmetic when it ends in "))", else a substitution that starts with a subshell (POSIX
 * 2.6.3 leaves that to the shell; Bash tries in this order). */
static bool parse_substitution(struct parser *parser, struct part_list *list, bool is_quoted)
{
    size_t start = parser->at;
    parser->at += 1;
    parser_take(parser, '(');
    if (parser_peek(parser) == '(') {
        struct parser before = *parser;
        struct shell_piece **list_end = list->end;
        size_t list_count = list->count;
        parser_advance(parser);
        if (parse_arithmetic(parser, list, start, QUOTED_ARITHMETIC)) {
            return true;
        }
        if (!parser_may_retry(parser)) {
            return parser_fail(parser, start, "too many \"((\" that are no arithmetic");
        }
        *parser = before;
        list->end = list_end;
        *list_end = NULL;
        list->count = list_count;
    }
    struct shell_node *first;
    if (!parse_enclosed(parser, &first)) {
        return false;
    }
    part_add(parser, list, PART_COMMAND, start, is_quoted)->list = first;
    return true;
}

bool parse_process(struct parser *parser, struct part_list *list)
{
    size_t start = parser->at;
    char direction = parser->source.data[start];
    parser_advance(parser);
    parser_take(parser, '(');
    *parser->is_bash_only = true;
    struct shell_node *first;
    if (!parse_enclosed(parser, &first)) {
        return false;
    }
    struct shell_piece *part = part_add(parser, list, PART_PROCESS, start, true);
    part->direction = direction;
    part->list = first;
    return true;
}

/* ---- ${...} ---- */

static bool parse_parameter_name(struct parser *parser, struct shell_parameter *parameter)
{
    int c = parser_peek(parser);
    size_t start = parser->at;
    if (is_name_start(c)) {
        while (is_name_character(parser_peek(parser))) {
            parser_advance(parser);
        }
    } else if (is_shell_digit(c)) {
        while (is_shell_digit(parser_peek(parser))) {
            parser_advance(parser);
        }
    } else if (is_special_parameter(c)) {
        parser_advance(parser);
    } else {
        return parser_fail(parser, start, "a parameter's name expected");
    }
    parameter->name = text_slice(parser->source, start, parser->at);
    if (text_contains(parameter->name, TEXT("\\"))) {
        return parser_fail(parser, start, "a line continued inside a parameter's name");
    }
    if (parser_peek(parser) == '[') {
        parser_advance(parser);
        *parser->is_bash_only = true;
        parameter->subscript = parse_quoted_word(parser, QUOTED_BRACKET);
        return parameter->subscript != NULL;
    }
    return true;
}

static bool parse_argument_quotes(struct parser *parser, struct part_list *list, struct shell_word *word, int c,
                                  bool single_quotes_count)
{
    size_t start = parser->at;
    if (c == '\'' && !single_quotes_count) {
        parser_advance(parser);
        part_add_text(parser, list, TEXT("'"), start, true);
        return true;
    }
    word->has_quotes = true;
    if (c == '\'') {
        return parse_single_quotes(parser, list);
    }
    parser_advance(parser);
    return parse_quoted(parser, list, QUOTED_DOUBLE);
}

static bool parse_argument_piece(struct parser *parser, struct part_list *list, struct shell_word *word,
                                 bool is_quoted, bool single_quotes_count)
{
    size_t start = parser->at;
    int c = parser_peek(parser);
    switch (c) {
    case '\\':
        if (start + 1 >= parser->source.size) {
            return parser_fail(parser, start, "a backslash at the very end");
        }
        parser->at += 2;
        part_add_text(parser, list, text_slice(parser->source, start + 1, start + 2), start, true);
        /* Inside quotes the backslash may stay: not worth knowing. */
        list->is_exact = list->is_exact && !is_quoted;
        return true;
    case '\'':
    case '"':
        return parse_argument_quotes(parser, list, word, c, single_quotes_count);
    case '`':
        return parse_backquotes(parser, list, is_quoted);
    case '$':
        return parse_dollar(parser, list, is_quoted);
    default:
        break;
    }
    if ((c == '<' || c == '>') && parser_peek_second(parser) == '(' && !is_quoted) {
        return parse_process(parser, list);
    }
    parser_advance(parser);
    bool is_wild = !is_quoted && (c == '*' || c == '?' || c == '[' || c == ']');
    part_add(parser, list,
             is_wild    ? PART_WILD
             : c == '~' ? PART_UNKNOWN
                        : PART_TEXT,
             start, is_quoted)
        ->text = text_slice(parser->source, start, parser->at);
    return true;
}

/* The word behind an operator, up to the closing brace, which stays. */
static struct shell_word *parse_argument(struct parser *parser, bool is_quoted, bool single_quotes_count)
{
    struct shell_word *word = ARENA_NEW(parser->arena, struct shell_word);
    struct part_list list;
    part_list_init(&list);
    size_t start = parser->at;
    for (;;) {
        int c = parser_peek(parser);
        if (c == '}') {
            break;
        }
        if (c == END) {
            parser_fail(parser, start, "\"${\" is never closed");
            return NULL;
        }
        if (!parse_argument_piece(parser, &list, word, is_quoted, single_quotes_count)) {
            return NULL;
        }
    }
    word->range = shell_parser_range(parser, start, parser->at);
    parser_word_finish(parser, word, &list);
    return word;
}

static enum shell_operator take_operator(struct parser *parser, struct shell_parameter *parameter)
{
    if (parser_take(parser, ':')) {
        int c = parser_peek(parser);
        if (c == ':' && parser_peek_second(parser) == '=') {
            return OPERATOR_NONE; /* zsh assigns, to Bash it is a mistake */
        }
        if (c != '-' && c != '=' && c != '?' && c != '+') {
            return OPERATOR_SUBSTRING;
        }
        parameter->has_colon = true;
    }
    int c = parser_peek(parser);
    parser_advance(parser);
    switch (c) {
    case '-':
        return OPERATOR_DEFAULT;
    case '=':
        return OPERATOR_ASSIGN;
    case '?':
        return OPERATOR_ERROR;
    case '+':
        return OPERATOR_ALTERNATIVE;
    case '#':
    case '%':
        return OPERATOR_TRIM;
    case '/':
        return OPERATOR_REPLACE;
    case '^':
    case ',':
    case '~':
        return OPERATOR_CASE;
    case '@':
        return OPERATOR_TRANSFORM;
    default:
        return OPERATOR_NONE;
    }
}

static bool parse_operator(struct parser *parser, struct shell_parameter *parameter, bool is_quoted)
{
    size_t start = parser->at;
    parameter->operator= take_operator(parser, parameter);
    if (parameter->operator== OPERATOR_NONE) {
        return parser_fail(parser, start, "an operator of a parameter expansion expected");
    }
    bool is_pattern =
        parameter->operator== OPERATOR_TRIM || parameter->operator== OPERATOR_REPLACE || parameter->operator==
        OPERATOR_CASE;
    if (parameter->operator!= OPERATOR_TRIM) {
        *parser->is_bash_only =
            *parser->is_bash_only || is_pattern ||
            parameter->operator== OPERATOR_SUBSTRING || parameter->operator== OPERATOR_TRANSFORM;
    }
    parameter->argument = parse_argument(parser, is_quoted, !is_quoted || is_pattern);
    return parameter->argument != NULL;
}

/* "${#" is the number of positional parameters, or the length of what follows. */
static bool takes_length(struct parser *parser)
{
    if (parser_peek(parser) != '#') {
        return false;
    }
    int next = parser_peek_second(parser);
    if (is_name_start(next) || is_shell_digit(next) || next == '@' || next == '*' || next == '!' ||
        next == '$') {
        parser_advance(parser);
        return true;
    }
    if (next == '#' || next == '?' || next == '-') {
        struct parser ahead = *parser;
        parser_advance(&ahead);
        if (parser_peek_second(&ahead) == '}') {
            parser_advance(parser);
            return true;
        }
    }
    return false;
}

static bool parse_braced(struct parser *parser, struct shell_parameter *parameter, bool is_quoted)
{
    size_t start = parser->at;
    parameter->is_length = takes_length(parser);
    if (parser_peek(parser) == '!' && !parameter->is_length) {
        int next = parser_peek_second(parser);
        if (is_name_start(next) || is_shell_digit(next) || next == '#' || next == '@' || next == '*') {
            parser_advance(parser);
            parameter->is_indirect = true;
            *parser->is_bash_only = true;
        }
    }
    if (!parse_parameter_name(parser, parameter)) {
        return false;
    }
    int c = parser_peek(parser);
    if (parameter->is_indirect && (c == '@' || c == '*') && parser_peek_second(parser) == '}') {
        parser_advance(parser); /* ${!prefix*}: names of variables */
    } else if (c != '}' && !parse_operator(parser, parameter, is_quoted)) {
        return false;
    }
    if (!parser_take(parser, '}')) {
        return parser_fail(parser, start, "\"${\" is never closed");
    }
    return true;
}

/* zsh (zshexpn, zshparam): "$name[...]" is an element, "$#name" a length, "$name:t" is changed by the modifier;
 * the subscript, and what ":F:...:" repeats by, are evaluated. */
static void mark_zsh_meaning(struct parser *parser, struct shell_parameter *parameter, bool has_braces)
{
    int c = parser_peek(parser);
    int next = parser_peek_second(parser);
    if (has_braces) {
        return;
    }
    bool is_letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '&';
    parameter->has_modifier_in_zsh = c == ':' && is_letter;
    bool repeats =
        parameter->has_modifier_in_zsh && text_contains(text_after(parser->source, parser->at), TEXT(":F"));
    bool is_length = text_equal(parameter->name, TEXT("#")) && is_name_start(c);
    parameter->means_more_in_zsh = c == '[' || repeats || is_length;
}

static bool parse_parameter(struct parser *parser, struct part_list *list, bool is_quoted, size_t start)
{
    struct shell_parameter *parameter = ARENA_NEW(parser->arena, struct shell_parameter);
    if (parser_take(parser, '{')) {
        if (!parser_enter(parser) || !parse_braced(parser, parameter, is_quoted)) {
            return false;
        }
        parser_leave(parser);
    } else {
        size_t name = parser->at;
        parser_advance(parser);
        if (is_name_start((unsigned char)parser->source.data[name])) {
            while (parser->at < parser->source.size &&
                   is_name_character((unsigned char)parser->source.data[parser->at])) {
                parser->at++;
            }
            parameter->name = text_slice(parser->source, name, parser->at);
            size_t end = parser->at;
            if (is_name_character(parser_peek(parser)) && parser->at > end) {
                return parser_fail(parser, name, "a line continued inside a parameter's name");
            }
        } else {
            parameter->name = text_slice(parser->source, name, parser->at);
        }
    }
    mark_zsh_meaning(parser, parameter, parser->source.data[start + 1] == '{');
    part_add(parser, list, PART_PARAMETER, start, is_quoted)->parameter = parameter;
    return true;
}

/* "$~name", "$=name", "$^name", "$+name" at the dollar: to zsh an expansion, to Bash text behind a dollar. */
static bool is_flagged_in_zsh(const struct parser *parser)
{
    size_t at = parser->at + 1;
    while (at < parser->source.size && strchr("~=^+", parser->source.data[at]) != NULL) {
        at++;
    }
    int c = at < parser->source.size ? (unsigned char)parser->source.data[at] : END;
    return at > parser->at + 1 &&
           (is_name_start(c) || is_shell_digit(c) || is_special_parameter(c) || c == '{');
}

bool parse_dollar(struct parser *parser, struct part_list *list, bool is_quoted)
{
    size_t start = parser->at;
    int next = parser_peek_second(parser);
    if (next == '(') {
        return parse_substitution(parser, list, is_quoted);
    }
    if (next == '[') {
        parser_advance(parser);
        parser_take(parser, '[');
        *parser->is_bash_only = true;
        return parse_arithmetic(parser, list, start, QUOTED_BRACKET);
    }
    if (next == '{' || is_name_start(next) || is_shell_digit(next) || is_special_parameter(next)) {
        parser_advance(parser);
        parser_peek(parser);
        return parse_parameter(parser, list, is_quoted, start);
    }
    if (is_flagged_in_zsh(parser)) {
        struct shell_parameter *parameter = ARENA_NEW(parser->arena, struct shell_parameter);
        parser_advance(parser);
        parameter->name = text_slice(parser->source, parser->at, parser->at + 1);
        parameter->means_more_in_zsh = true;
        parser_advance(parser);
        part_add(parser, list, PART_PARAMETER, start, is_quoted)->parameter = parameter;
        return true;
    }
    if (!is_quoted && next == '\'') {
        parser_advance(parser);
        parser_peek(parser);
        parser->at--;
        return parse_ansi_quotes(parser, list);
    }
    if (!is_quoted && next == '"') {
        /* The translation of a text by the locale. */
        parser_advance(parser);
        parser_take(parser, '"');
        *parser->is_bash_only = true;
        if (!parse_quoted(parser, list, QUOTED_DOUBLE)) {
            return false;
        }
        part_add(parser, list, PART_UNKNOWN, start, true);
        return true;
    }
    parser_advance(parser);
    part_add_text(parser, list, TEXT("$"), start, is_quoted);
    return true;
}
