/* SPDX-License-Identifier: Apache-2.0 */
#include "load/document_layer.h"

static enum rule_kind rule_kind_of(enum statement_kind kind)
{
    return kind == STATEMENT_DENY ? RULE_DENY : kind == STATEMENT_CONFIRM ? RULE_CONFIRM : RULE_ALLOW;
}

static bool add_rule(struct layer *layer, enum statement_kind kind, const struct located_text *word,
                     struct arena *arena, struct error *err)
{
    struct rule rule = {.kind = rule_kind_of(kind), .file = layer->file, .line = word->range.line};
    if (!pattern_parse(word->text, &rule.pattern, err)) {
        return error_prefix(err, "%.*s:%zu", TEXT_ARG(layer->file), word->range.line);
    }
    VECTOR_PUSH(arena, &layer->rules, rule);
    return true;
}

static bool add_rules(struct layer *layer, const struct statement *statement, struct arena *arena,
                      struct error *err)
{
    for (size_t i = 0; i < statement->words.count; i++) {
        if (!add_rule(layer, statement->kind, &statement->words.items[i], arena, err)) {
            return false;
        }
    }
    return true;
}

static bool add_boundary(struct layer *layer, const struct boundary_word_vector *boundary, struct arena *arena,
                         struct error *err)
{
    for (size_t i = 0; i < boundary->count; i++) {
        if (!add_rule(layer, boundary->items[i].kind, &boundary->items[i].word, arena, err)) {
            return false;
        }
    }
    return true;
}

/* `calls` rounded down; zero or less leaves nothing. */
static void add_budget(struct layer *layer, const struct statement *statement)
{
    for (size_t i = 0; i < statement->assignments.count; i++) {
        const struct assignment *limit = &statement->assignments.items[i];
        if (!text_equal(limit->name.text, TEXT("calls"))) {
            continue;
        }
        double calls = limit->number;
        layer->has_call_budget = true;
        layer->call_budget = !(calls >= 1) ? 0 : calls >= 9e18 ? INT64_MAX : (uint64_t)calls;
        layer->budget_file = layer->file;
        layer->budget_line = limit->name.range.line;
    }
}

static void add_map(struct layer *layer, const struct statement *statement, struct arena *arena)
{
    struct tool_map map = {
        .tool = statement->name.text,
        .server = statement->value.text,
        .capability = statement->type.text,
        .argument = statement->bind.text,
        .file = layer->file,
        .line = statement->range.line,
    };
    VECTOR_PUSH(arena, &layer->maps, map);
}

/* Rules hold wherever they stand, in the body of an `if` too: a boundary is not conditional on a step. */
static bool add_statements(struct layer *layer, const struct statement_vector *statements, struct arena *arena,
                           struct error *err)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        bool added = true;
        switch (statement->kind) {
        case STATEMENT_ALLOW:
        case STATEMENT_USE:
        case STATEMENT_DENY:
        case STATEMENT_CONFIRM:
            added = add_rules(layer, statement, arena, err);
            break;
        case STATEMENT_BUDGET:
            add_budget(layer, statement);
            break;
        case STATEMENT_MAP:
            add_map(layer, statement, arena);
            break;
        case STATEMENT_REDACT:
            layer->redacts_secrets = true;
            break;
        case STATEMENT_IF:
        case STATEMENT_FOR:
            added = add_statements(layer, &statement->body, arena, err);
            break;
        case STATEMENT_GOAL:
        case STATEMENT_NEED:
        case STATEMENT_DO:
        case STATEMENT_MAKE:
        case STATEMENT_CHECK:
        case STATEMENT_RETURN:
            break;
        }
        if (!added) {
            return false;
        }
    }
    return true;
}

bool document_layer(struct layer *layer, struct text source, struct arena *arena, struct error *err)
{
    struct diagnostics diagnostics = {.arena = arena};
    const struct document *document = lang_parse_to_decide(layer->file, source, arena, &diagnostics);
    for (size_t i = 0; diagnostics.error_count > 0 && i < diagnostics.list.count; i++) {
        const struct diagnostic *mistake = &diagnostics.list.items[i];
        if (code_entry(mistake->code)->severity == SEVERITY_ERROR) {
            return error_set(err, "%.*s:%zu:%zu: %s %.*s", TEXT_ARG(layer->file), mistake->line,
                             mistake->column, code_entry(mistake->code)->code, TEXT_ARG(mistake->message));
        }
    }
    VECTOR_RESERVE(arena, &layer->rules, document->boundary.count + document->statements.count);
    return add_boundary(layer, &document->boundary, arena, err) &&
           add_statements(layer, &document->statements, arena, err);
}
