/* SPDX-License-Identifier: Apache-2.0 */
/* One statement at a time: what follows its keyword. */
#include "lang/parser.h"

#include <assert.h>

struct keyword_entry {
    struct text word;
    const char *form; /* for the help of syntax errors */
};

static const struct keyword_entry keywords[] = {
    [STATEMENT_GOAL] = {TEXT_INIT("goal"), "the form is `goal \"text\"`"},
    [STATEMENT_ALLOW] = {TEXT_INIT("allow"), "the form is `allow capability, capability, ...`"},
    [STATEMENT_USE] = {TEXT_INIT("use"), "the form is `use capability, capability, ...`"},
    [STATEMENT_DENY] = {TEXT_INIT("deny"), "the form is `deny capability, capability, ...`"},
    [STATEMENT_CONFIRM] = {TEXT_INIT("confirm"), "the form is `confirm before capability`"},
    [STATEMENT_BUDGET] = {TEXT_INIT("budget"), "the form is `budget calls=100`"},
    [STATEMENT_MAP] = {TEXT_INIT("map"), "the form is `map TOOL[@SERVER] as CAPABILITY[:args.NAME]`"},
    [STATEMENT_REDACT] = {TEXT_INIT("redact"), "the form is `redact secrets`"},
    [STATEMENT_NEED] = {TEXT_INIT("need"), "the form is `need name: type`"},
    [STATEMENT_DO] = {TEXT_INIT("do"), "the form is `do tool(name=value, ...) -> name`, the arrow optional"},
    [STATEMENT_MAKE] = {TEXT_INIT("make"),
                        "the form is `make name: type from a, b with:` and lines `- instruction` below"},
    [STATEMENT_CHECK] = {TEXT_INIT("check"), "the form is `check condition`"},
    [STATEMENT_IF] = {TEXT_INIT("if"), "the form is `if condition`, with indented steps below"},
    [STATEMENT_FOR] = {TEXT_INIT("for"), "the form is `for name in list`, with indented steps below"},
    [STATEMENT_RETURN] = {TEXT_INIT("return"), "the form is `return value` or `return { key: value, ... }`"},
};

enum { KEYWORDS = sizeof keywords / sizeof *keywords };

struct text statement_keyword(enum statement_kind kind)
{
    return keywords[kind].word;
}

bool statement_kind_of(struct text word, enum statement_kind *ret_kind)
{
    for (unsigned i = 0; i < KEYWORDS && word.size > 0; i++) {
        if (keywords[i].word.data[0] == word.data[0] && text_equal(keywords[i].word, word)) {
            *ret_kind = (enum statement_kind)i;
            return true;
        }
    }
    return false;
}

struct text lang_unquote(struct text value)
{
    if (value.size >= 2 && (value.data[0] == '"' || value.data[0] == '\'') &&
        value.data[value.size - 1] == value.data[0]) {
        return text_slice(value, 1, value.size - 1);
    }
    return value;
}

/* ---- Mistakes ---- */

bool parser_report_form(struct parser *parser, enum statement_kind kind, const char *what)
{
    struct text word = keywords[kind].word;
    mistakes_add(&parser->mistakes, AEX_100, parser_range(parser, parser->line.text), keywords[kind].form,
                 "this `%.*s` %s", TEXT_ARG(word), what);
    return false;
}

/* One piece of it is not. Returns false. */
static bool report_piece(struct parser *parser, enum statement_kind kind, struct text piece, const char *what)
{
    mistakes_add(&parser->mistakes, AEX_100, parser_range(parser, piece), keywords[kind].form, "\"%.*s%s\" %s",
                 MISTAKE_QUOTE(piece), what);
    return false;
}

static bool report_unknown(struct parser *parser, struct text word)
{
    const char *const others[] = {"policy", "task"};
    struct text_closest closest = text_closest_to(word);
    for (unsigned i = 0; i < KEYWORDS + 2; i++) {
        text_closest_try(&closest, i < KEYWORDS ? keywords[i].word : text_of(others[i - KEYWORDS]));
    }
    struct source_range range = parser_range(parser, word.size == 0 ? parser->line.text : word);
    if (parser_is_yet_to_come(parser, word)) {
        return parser_report_yet_to_come(parser, word);
    }
    if (word.size == 0) {
        bool is_instruction = parser->line.text.data[0] == '-';
        mistakes_add(&parser->mistakes, AEX_100, range,
                     is_instruction ? "instructions stand directly below `make ... with:`" : NULL,
                     "a line starts with a statement's name or \"#\"");
    } else if (closest.found.size > 0) {
        const char *help = text_format(parser->arena, "did you mean `%.*s`?", TEXT_ARG(closest.found)).data;
        mistakes_add(&parser->mistakes, AEX_100, range, help, "\"%.*s%s\" is no statement",
                     MISTAKE_QUOTE(word));
    } else {
        mistakes_add(&parser->mistakes, AEX_100, range,
                     "statements are goal, allow, use, deny, confirm, budget, map, redact, need, do, make, "
                     "check, if, for, "
                     "return",
                     "\"%.*s%s\" is no statement", MISTAKE_QUOTE(word));
    }
    return false;
}

/* ---- Statements with a boundary ---- */

static bool read_goal(struct parser *parser, struct statement *statement, struct text rest)
{
    parser->goals++;
    if (rest.size < 2 || rest.data[0] != '"' || rest.data[rest.size - 1] != '"') {
        return parser_report_form(parser, STATEMENT_GOAL, "has no text in double quotes");
    }
    statement->value = parser_locate(parser, text_slice(rest, 1, rest.size - 1));
    if (statement->value.text.size == 0) {
        mistakes_add(&parser->mistakes, AEX_002, parser_range(parser, rest), NULL, "the goal is empty");
    }
    return true;
}

/* A quote in a scope keeps its commas: `file.read:"a, b"`. */
static void read_list(struct parser *parser, struct statement *statement, struct text list)
{
    struct splitter splitter;
    struct text part;
    splitter_init(&splitter, list, false);
    while (splitter_next(&splitter, &part)) {
        if (part.size > 0) {
            VECTOR_PUSH(parser->arena, &parser->words, parser_locate(parser, part));
        }
    }
    PARSER_KEEP(parser, &parser->words, &statement->words);
}

static bool read_capabilities(struct parser *parser, struct statement *statement, struct text rest)
{
    if (rest.size == 0) {
        return parser_report_form(parser, statement->kind, "names no capability");
    }
    read_list(parser, statement, rest);
    return parser_check_patterns(parser, &statement->words);
}

static bool read_confirm(struct parser *parser, struct statement *statement, struct scan *scan)
{
    if (!scan_take_keyword(scan, TEXT("before"))) {
        return parser_report_form(parser, STATEMENT_CONFIRM, "lacks the word \"before\"");
    }
    struct text rest = scan_rest(scan);
    if (rest.size == 0) {
        return parser_report_form(parser, STATEMENT_CONFIRM, "names no capability");
    }
    statement->value = parser_locate(parser, rest);
    read_list(parser, statement, rest);
    return parser_check_patterns(parser, &statement->words);
}

static void read_limit(struct parser *parser, struct text part)
{
    size_t equals = text_find_char(part, '=');
    if (equals == TEXT_NOT_FOUND) {
        report_piece(parser, STATEMENT_BUDGET, part, "is no limit: it has no \"=\"");
        return;
    }
    struct assignment limit = {
        .name = parser_locate(parser, scan_trim(text_slice(part, 0, equals))),
        .value = parser_locate(parser, scan_trim(text_after(part, equals + 1))),
    };
    if (limit.name.text.size == 0) {
        report_piece(parser, STATEMENT_BUDGET, part, "limits nothing: there is no name");
    } else if (!scan_number(limit.value.text, &limit.number)) {
        report_piece(parser, STATEMENT_BUDGET, limit.value.text, "is no number");
    } else {
        VECTOR_PUSH(parser->arena, &parser->assignments, limit);
    }
}

static bool read_budget(struct parser *parser, struct statement *statement, struct text rest)
{
    struct splitter splitter;
    struct text part;
    if (rest.size == 0) {
        return parser_report_form(parser, STATEMENT_BUDGET, "sets no limit");
    }
    splitter_init(&splitter, rest, false);
    while (splitter_next(&splitter, &part)) {
        if (part.size > 0) {
            read_limit(parser, part);
        }
    }
    PARSER_KEEP(parser, &parser->assignments, &statement->assignments);
    return parser_check_limits(parser, &statement->assignments);
}

/* ---- Steps ---- */

static bool read_need(struct parser *parser, struct statement *statement, struct scan *scan)
{
    struct assignment input = {.name = parser_locate(parser, scan_take_word(scan, "-"))};
    scan_skip_blanks(scan);
    if (input.name.text.size == 0 || !scan_take_char(scan, ':')) {
        return parser_report_form(parser, STATEMENT_NEED, "is not a name, a colon and a type");
    }
    input.value = parser_locate(parser, scan_rest(scan));
    if (input.value.text.size == 0) {
        return parser_report_form(parser, STATEMENT_NEED, "has no type");
    }
    VECTOR_PUSH(parser->arena, &parser->assignments, input);
    PARSER_KEEP(parser, &parser->assignments, &statement->assignments);
    return true;
}

static void add_argument(struct parser *parser, struct text part)
{
    size_t equals = text_find_char(part, '=');
    struct assignment argument = {.name = parser_locate(parser, scan_trim(text_slice(part, 0, equals)))};
    if (equals != TEXT_NOT_FOUND) {
        argument.value = parser_locate(parser, scan_trim(text_after(part, equals + 1)));
    }
    VECTOR_PUSH(parser->arena, &parser->assignments, argument);
}

/* Behind the ")": nothing, or `-> name`. */
static bool read_bind(struct parser *parser, struct statement *statement, struct text rest)
{
    struct scan scan = {.text = rest};
    if (rest.size == 0) {
        return true;
    }
    if (!scan_take_char(&scan, '-') || !scan_take_char(&scan, '>')) {
        return report_piece(parser, STATEMENT_DO, rest, "follows the arguments");
    }
    scan_skip_blanks(&scan);
    struct text name = scan_take_word(&scan, "");
    if (name.size == 0 || !scan_at_end(&scan)) {
        return report_piece(parser, STATEMENT_DO, rest, "binds no name");
    }
    statement->bind = parser_locate(parser, name);
    return true;
}

bool parser_read_do(struct parser *parser, struct statement *statement, struct scan *scan)
{
    struct text tool = scan_take_word(scan, ".*");
    scan_skip_blanks(scan);
    struct text rest = scan_rest(scan);
    if (tool.size == 0) {
        return parser_report_form(parser, STATEMENT_DO, "names no tool");
    }
    statement->name = parser_locate(parser, tool);
    size_t arrow_from = text_find_last_char(rest, ')');
    if (!text_starts_with(rest, TEXT("("))) {
        if (rest.size == 0) {
            return parser_report_form(parser, STATEMENT_DO, "has no \"(\" behind the tool");
        }
        return report_piece(parser, STATEMENT_DO, rest, "stands where \"(\" and the arguments should");
    }
    if (arrow_from == TEXT_NOT_FOUND) {
        return parser_report_form(parser, STATEMENT_DO, "has no \")\" behind the arguments");
    }
    struct splitter splitter;
    struct text part;
    splitter_init(&splitter, text_slice(rest, 1, arrow_from), true);
    while (splitter_next(&splitter, &part)) {
        if (part.size > 0) {
            add_argument(parser, part);
        }
    }
    PARSER_KEEP(parser, &parser->assignments, &statement->assignments);
    return read_bind(parser, statement, scan_trim(text_after(rest, arrow_from + 1)));
}

static bool read_condition(struct parser *parser, struct statement *statement, struct text rest)
{
    statement->value = parser_locate(parser, rest);
    if (rest.size == 0) {
        parser_report_form(parser, statement->kind, "has no condition");
        return statement->kind == STATEMENT_IF;
    }
    return true;
}

/* A `for` that is wrong is kept all the same: its body must not look like steps of their own. */
static bool read_for(struct parser *parser, struct statement *statement, struct scan *scan)
{
    statement->name = parser_locate(parser, scan_take_word(scan, ""));
    scan_skip_blanks(scan);
    bool has_in = scan_take_keyword(scan, TEXT("in"));
    statement->value = parser_locate(parser, scan_rest(scan));
    if (statement->name.text.size == 0 || !has_in || statement->value.text.size == 0) {
        parser_report_form(parser, STATEMENT_FOR, "is not a name, \"in\" and a list");
        statement->value = (struct located_text){0};
    }
    return true;
}

/* What belongs at the top of a document has no meaning under a condition. */
static bool is_misplaced(struct parser *parser, enum statement_kind kind, struct text word)
{
    if (parser->depth == 0 || kind == STATEMENT_CONFIRM || kind >= STATEMENT_DO) {
        return false;
    }
    mistakes_add(&parser->mistakes, AEX_100, parser_range(parser, word),
                 "it holds for the whole document: put it at the top, not indented below `if` or `for`",
                 "`%.*s` cannot stand in the body of an `if` or a `for`", TEXT_ARG(word));
    return true;
}

static bool read_by_kind(struct parser *parser, struct statement *statement, struct scan *scan)
{
    switch (statement->kind) {
    case STATEMENT_GOAL:
        return read_goal(parser, statement, scan_rest(scan));
    case STATEMENT_ALLOW:
    case STATEMENT_USE:
    case STATEMENT_DENY:
        return read_capabilities(parser, statement, scan_rest(scan));
    case STATEMENT_CONFIRM:
        return read_confirm(parser, statement, scan);
    case STATEMENT_BUDGET:
        return read_budget(parser, statement, scan_rest(scan));
    case STATEMENT_MAP:
        return parser_read_map(parser, statement, scan);
    case STATEMENT_REDACT:
        return parser_read_redact(parser, statement, scan);
    case STATEMENT_NEED:
        return read_need(parser, statement, scan);
    case STATEMENT_DO:
        return parser_read_do(parser, statement, scan);
    case STATEMENT_MAKE:
        parser_read_make(parser, statement, scan);
        return true;
    case STATEMENT_CHECK:
    case STATEMENT_IF:
        return read_condition(parser, statement, scan_rest(scan));
    case STATEMENT_FOR:
        return read_for(parser, statement, scan);
    case STATEMENT_RETURN:
        parser->returns++;
        if (scan_at_end(scan)) {
            return parser_report_form(parser, STATEMENT_RETURN, "has no value");
        }
        return parser_read_return(parser, statement, scan_rest(scan));
    }
    assert(false);
    return false;
}

bool parser_read_statement(struct parser *parser, struct text keyword, struct statement *ret_statement)
{
    enum statement_kind kind;
    struct text line = parser->line.text;
    struct scan scan = {.text = line};
    if (!statement_kind_of(keyword, &kind)) {
        return report_unknown(parser, keyword);
    }
    bool is_misplaced_here = is_misplaced(parser, kind, keyword);
    bool is_later = kind == STATEMENT_MAP || kind == STATEMENT_REDACT;
    if (is_later && !parser_needs_version(parser, keyword)) {
        return false;
    }
    *ret_statement = (struct statement){.kind = kind, .range = parser_range(parser, line)};
    if (!scan_take_keyword(&scan, keyword)) {
        return parser_report_form(parser, kind, "has no blank behind its name");
    }
    return read_by_kind(parser, ret_statement, &scan) && !is_misplaced_here;
}
