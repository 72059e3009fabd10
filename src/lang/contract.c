/* SPDX-License-Identifier: Apache-2.0 */
/* The errors that only a whole document shows. */
#include "lang/contract.h"

struct text name_root(struct text path)
{
    if (text_starts_with(path, TEXT("$"))) {
        path = text_after(path, 1);
    }
    return text_slice(path, 0, text_find_char(path, '.'));
}

/* ---- What the document lists ---- */

static void collect_allowed(struct contract *contract, const struct statement *statement)
{
    for (size_t i = 0; i < statement->words.count; i++) {
        const struct located_text *word = &statement->words.items[i];
        struct pattern pattern = rule_pattern(word->text);
        rule_index_add(&contract->allowed, &pattern, word->range.line, true, contract->arena);
        contract->has_scoped_allow = contract->has_scoped_allow || pattern.scope_kind != SCOPE_NONE;
    }
}

static void collect_denied(struct contract *contract, const struct statement *statement)
{
    for (size_t i = 0; i < statement->words.count; i++) {
        const struct located_text *word = &statement->words.items[i];
        if (text_find_char(word->text, ':') == TEXT_NOT_FOUND) {
            struct pattern pattern = rule_pattern(word->text);
            rule_index_add(&contract->denied, &pattern, word->range.line, false, contract->arena);
        } else if (contract->has_scoped_allow) {
            names_add(&contract->denied_scopes, word->text, word->range.line, contract->arena);
        }
    }
}

static void collect_input(struct contract *contract, const struct statement *need)
{
    const struct located_text *name = &need->assignments.items[0].name;
    names_add(&contract->inputs, name->text, name->range.line, contract->arena);
    names_add(&contract->bound, name->text, name->range.line, contract->arena);
}

static void collect_boundary(struct contract *contract)
{
    const struct document *document = contract->document;
    for (size_t i = 0; i < document->statements.count; i++) {
        const struct statement *statement = &document->statements.items[i];
        if (statement->kind == STATEMENT_USE ||
            (statement->kind == STATEMENT_ALLOW && document->kind == DOCUMENT_POLICY)) {
            collect_allowed(contract, statement);
        } else if (statement->kind == STATEMENT_NEED) {
            collect_input(contract, statement);
        }
    }
    for (size_t i = 0; i < document->statements.count; i++) {
        if (document->statements.items[i].kind == STATEMENT_DENY) {
            collect_denied(contract, &document->statements.items[i]);
        }
    }
}

/* What the step binds; empty when it binds nothing. */
static struct text bound_name(const struct statement *step)
{
    switch (step->kind) {
    case STATEMENT_DO:
        return step->bind.text;
    case STATEMENT_MAKE:
    case STATEMENT_FOR:
        return step->name.text;
    case STATEMENT_GOAL:
    case STATEMENT_ALLOW:
    case STATEMENT_USE:
    case STATEMENT_DENY:
    case STATEMENT_CONFIRM:
    case STATEMENT_BUDGET:
    case STATEMENT_MAP:
    case STATEMENT_REDACT:
    case STATEMENT_NEED:
    case STATEMENT_CHECK:
    case STATEMENT_IF:
    case STATEMENT_RETURN:
        break;
    }
    return (struct text){"", 0};
}

static void collect_names(struct contract *contract, const struct statement_vector *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct statement *step = &steps->items[i];
        struct text name = bound_name(step);
        if (name.size > 0) {
            names_add(&contract->bound_anywhere, name, step->range.line, contract->arena);
        }
        if (contract->inputs.count > 0) {
            lint_mentions(contract, step);
        }
        collect_names(contract, &step->body);
    }
}

/* ---- Steps ---- */

/* Scopes are left to the run: a scoped `use` may cover the call, a scoped `deny` may spare it. */
static void check_tool(struct contract *contract, const struct located_text *tool)
{
    struct pattern pattern = {.source = tool->text, .capability = tool->text};
    if (rule_index_covering(&contract->allowed, &pattern) == 0) {
        mistakes_add(contract->mistakes, AEX_010, tool->range, NULL, "no `use` covers \"%.*s%s\"",
                     MISTAKE_QUOTE(tool->text));
    }
    size_t line = rule_index_covering(&contract->denied, &pattern);
    if (line > 0) {
        mistakes_add(contract->mistakes, AEX_011, tool->range, NULL, "line %zu denies \"%.*s%s\"", line,
                     MISTAKE_QUOTE(tool->text));
    }
}

static void check_inputs(struct contract *contract, const struct statement *make)
{
    for (size_t i = 0; i < make->words.count; i++) {
        const struct located_text *input = &make->words.items[i];
        if (names_find(&contract->bound, name_root(input->text)) == NULL) {
            mistakes_add(contract->mistakes, AEX_020, input->range, NULL, "nothing above gives \"%.*s%s\"",
                         MISTAKE_QUOTE(input->text));
        }
    }
}

static void check_steps(struct contract *contract, const struct statement_vector *steps)
{
    for (size_t i = 0; i < steps->count; i++) {
        const struct statement *step = &steps->items[i];
        if (step->kind == STATEMENT_DO) {
            check_tool(contract, &step->name);
        } else if (step->kind == STATEMENT_MAKE) {
            check_inputs(contract, step);
        }
        lint_step(contract, step);
        struct text name = bound_name(step);
        if (name.size > 0) {
            names_add(&contract->bound, name, step->range.line, contract->arena);
        }
        check_steps(contract, &step->body);
    }
}

/* ---- Statements in the wrong document ---- */

static void check_policy_statement(struct contract *contract, const struct statement *statement)
{
    if (statement->kind == STATEMENT_NEED || statement->kind >= STATEMENT_DO) {
        struct text word = statement_keyword(statement->kind);
        struct source_range range = statement->range;
        range.end = range.start + (uint32_t)word.size;
        mistakes_add(contract->mistakes, AEX_120, range, NULL, "a policy cannot hold `%.*s`", TEXT_ARG(word));
    }
}

/* str num int bool file url json, list[T], T? */
static bool is_type(struct text type)
{
    static const struct text names[] = {TEXT_INIT("str"),  TEXT_INIT("num"),  TEXT_INIT("int"),
                                        TEXT_INIT("bool"), TEXT_INIT("file"), TEXT_INIT("url"),
                                        TEXT_INIT("json")};
    for (;;) {
        type = scan_trim(type);
        if (text_ends_with(type, TEXT("?"))) {
            type.size--;
        }
        if (!text_starts_with(type, TEXT("list[")) || !text_ends_with(type, TEXT("]"))) {
            break;
        }
        type = text_slice(type, 5, type.size - 1);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (text_equal(names[i], type)) {
            return true;
        }
    }
    return false;
}

static void check_task_statement(struct contract *contract, const struct statement *statement)
{
    if (statement->kind == STATEMENT_NEED) {
        const struct located_text *type = &statement->assignments.items[0].value;
        if (!is_type(type->text)) {
            mistakes_add(contract->mistakes, AEX_032, type->range, NULL, "\"%.*s%s\" is no type",
                         MISTAKE_QUOTE(type->text));
        }
    }
}

/* `allow` is for policies; above a late header the document was still taken for a task. */
static void check_allow(struct contract *contract, const struct statement *statement, size_t header_line)
{
    if (statement->kind == STATEMENT_ALLOW &&
        (contract->document->kind == DOCUMENT_TASK || statement->range.line < header_line)) {
        struct source_range range = statement->range;
        range.end = range.start + (uint32_t)statement_keyword(STATEMENT_ALLOW).size;
        bool is_early = contract->document->kind == DOCUMENT_POLICY;
        mistakes_add(contract->mistakes, AEX_121, range,
                     is_early ? "move the `policy` line to the top of the file" : NULL, "%s",
                     is_early ? "this `allow` stands above the header" : "a task cannot hold `allow`");
    }
}

static void check_document(struct contract *contract, const struct parser *parser)
{
    const struct document *document = contract->document;
    struct source_range start = {.start = 0, .end = 1, .line = 1};
    if (text_starts_with(document->source, TEXT("\xEF\xBB\xBF"))) {
        start.start = 3;
        start.end = 4;
    }
    if (parser->headers == 0) {
        mistakes_add(contract->mistakes, AEX_001, start, NULL, "the file does not say what it is");
    }
    struct source_range place = document->has_header ? document->name.range : start;
    if (parser->goals == 0) {
        mistakes_add(contract->mistakes, AEX_002, place, NULL, "there is no goal");
    }
    if (parser->returns == 0 && document->kind == DOCUMENT_TASK) {
        mistakes_add(contract->mistakes, AEX_003, place, NULL, "the task returns nothing");
    }
}

void contract_check(struct parser *parser)
{
    struct contract contract = {
        .document = parser->document,
        .mistakes = &parser->mistakes,
        .arena = parser->arena,
        .is_whole = parser->mistakes.error_count == 0,
    };
    const struct statement_vector *statements = &parser->document->statements;
    check_document(&contract, parser);
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        check_allow(&contract, statement, parser->first_header_line);
        if (parser->document->kind == DOCUMENT_POLICY) {
            check_policy_statement(&contract, statement);
        } else {
            check_task_statement(&contract, statement);
        }
    }
    bool is_task = parser->document->kind == DOCUMENT_TASK;
    if (is_task || parser->warns) {
        collect_boundary(&contract);
    }
    if (parser->warns) {
        lint_boundary(&contract);
    }
    if (is_task) {
        collect_names(&contract, statements);
        check_steps(&contract, statements);
        lint_inputs(&contract);
    }
}
