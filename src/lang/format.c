/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical form of a document. */
#include <stdlib.h>

#include "lang/lang.h"
#include "lang/scan.h"

enum { INDENT = 2 };

struct formatter {
    struct builder out;
    struct arena *arena;
};

/* ---- Pieces ---- */

static void add_comments(struct formatter *formatter, const struct comment_vector *comments, size_t indent)
{
    for (size_t i = 0; i < comments->count; i++) {
        builder_add_repeated(&formatter->out, ' ', indent);
        builder_add(&formatter->out, comments->items[i].text);
        builder_add_char(&formatter->out, '\n');
    }
}

static void add_list(struct formatter *formatter, const struct located_text_vector *words)
{
    for (size_t i = 0; i < words->count; i++) {
        builder_add_c(&formatter->out, i == 0 ? "" : ", ");
        builder_add(&formatter->out, words->items[i].text);
    }
    if (words->count == 0) {
        builder_add_char(&formatter->out, ','); /* a list of nothing is written so */
    }
}

static void add_assignment(struct formatter *formatter, const struct assignment *assignment)
{
    builder_add(&formatter->out, assignment->name.text);
    if (assignment->value.text.data != NULL) {
        builder_add_char(&formatter->out, '=');
        builder_add(&formatter->out, assignment->value.text);
    }
}

static int compare_arguments(const void *a, const void *b)
{
    const struct assignment *const *left = a;
    const struct assignment *const *right = b;
    int order = text_compare((*left)->name.text, (*right)->name.text);
    /* The last of one name wins, so those keep their order. */
    return order != 0 ? order : (*left < *right ? -1 : *left > *right);
}

static void add_do(struct formatter *formatter, const struct statement *step)
{
    struct builder *out = &formatter->out;
    size_t count = step->assignments.count;
    const struct assignment **sorted = ARENA_ARRAY(formatter->arena, const struct assignment *, count);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &step->assignments.items[i];
    }
    if (count > 1) {
        qsort(sorted, count, sizeof *sorted, compare_arguments);
    }
    builder_add(out, step->name.text);
    builder_add_char(out, '(');
    for (size_t i = 0; i < count; i++) {
        builder_add_c(out, i == 0 ? "" : ", ");
        add_assignment(formatter, sorted[i]);
    }
    builder_add_char(out, ')');
    if (step->bind.text.size > 0) {
        builder_add_c(out, " -> ");
        builder_add(out, step->bind.text);
    }
}

static void add_map(struct formatter *formatter, const struct statement *map)
{
    struct builder *out = &formatter->out;
    builder_add(out, map->name.text);
    if (map->value.text.size > 0) {
        builder_format(out, "@%.*s", TEXT_ARG(map->value.text));
    }
    builder_add_c(out, " as ");
    builder_add(out, map->type.text);
    if (map->bind.text.size > 0) {
        builder_format(out, ":args.%.*s", TEXT_ARG(map->bind.text));
    }
}

static void add_instruction_lines(struct formatter *formatter, const struct statement *make, size_t indent)
{
    size_t comment = 0;
    for (size_t i = 0; i < make->instructions.count; i++) {
        const struct located_text *instruction = &make->instructions.items[i];
        for (; comment < make->inner_comments.count &&
               make->inner_comments.items[comment].range.start < instruction->range.start;
             comment++) {
            struct comment_vector one = {.items = &make->inner_comments.items[comment], .count = 1};
            add_comments(formatter, &one, indent);
        }
        builder_add_repeated(&formatter->out, ' ', indent);
        builder_add_c(&formatter->out, instruction->text.size == 0 ? "-" : "- ");
        builder_add(&formatter->out, instruction->text);
        builder_add_char(&formatter->out, '\n');
    }
}

static void add_statement(struct formatter *formatter, const struct statement *statement,
                          enum document_kind document, size_t indent);

static void add_body(struct formatter *formatter, const struct statement_vector *body, enum document_kind kind,
                     size_t indent)
{
    for (size_t i = 0; i < body->count; i++) {
        add_statement(formatter, &body->items[i], kind, indent);
    }
}

/* What follows the keyword on its line. */
static void add_content(struct formatter *formatter, const struct statement *statement)
{
    struct builder *out = &formatter->out;
    switch (statement->kind) {
    case STATEMENT_GOAL:
        builder_add_char(out, '"');
        builder_add(out, statement->value.text);
        builder_add_char(out, '"');
        break;
    case STATEMENT_ALLOW:
    case STATEMENT_USE:
    case STATEMENT_DENY:
        add_list(formatter, &statement->words);
        break;
    case STATEMENT_CONFIRM:
        builder_add_c(out, "before ");
        builder_add(out, statement->value.text);
        break;
    case STATEMENT_BUDGET:
        for (size_t i = 0; i < statement->assignments.count; i++) {
            builder_add_c(out, i == 0 ? "" : ", ");
            add_assignment(formatter, &statement->assignments.items[i]);
        }
        builder_add_c(out, statement->assignments.count == 0 ? "," : "");
        break;
    case STATEMENT_MAP:
        add_map(formatter, statement);
        break;
    case STATEMENT_REDACT:
        builder_add(out, statement->value.text);
        break;
    case STATEMENT_NEED:
        builder_add(out, statement->assignments.items[0].name.text);
        builder_add_c(out, ": ");
        builder_add(out, statement->assignments.items[0].value.text);
        break;
    case STATEMENT_DO:
        add_do(formatter, statement);
        break;
    case STATEMENT_MAKE:
        builder_add(out, statement->name.text);
        builder_add_c(out, ": ");
        builder_add(out, statement->type.text);
        builder_add_c(out, " from ");
        add_list(formatter, &statement->words);
        builder_add_c(out, " with:");
        break;
    case STATEMENT_FOR:
        builder_add(out, statement->name.text);
        builder_add_c(out, " in ");
        builder_add(out, statement->value.text);
        break;
    case STATEMENT_CHECK:
    case STATEMENT_IF:
        builder_add(out, statement->value.text);
        break;
    case STATEMENT_RETURN:
        scan_add_lines(&formatter->out, statement->value.text);
        break;
    }
}

static void add_statement(struct formatter *formatter, const struct statement *statement,
                          enum document_kind document, size_t indent)
{
    enum statement_kind kind =
        statement->kind == STATEMENT_USE && document == DOCUMENT_POLICY ? STATEMENT_ALLOW : statement->kind;
    add_comments(formatter, &statement->comments, indent);
    builder_add_repeated(&formatter->out, ' ', indent);
    builder_add(&formatter->out, statement_keyword(kind));
    builder_add_char(&formatter->out, ' ');
    add_content(formatter, statement);
    builder_add_char(&formatter->out, '\n');
    add_instruction_lines(formatter, statement, indent + INDENT);
    add_body(formatter, &statement->body, document, indent + INDENT);
}

/* ---- Sections ---- */

enum section {
    SECTION_GOAL,
    SECTION_ALLOW,
    SECTION_DENY,
    SECTION_MAP,
    SECTION_NEED,
    SECTION_BUDGET,
    SECTION_REDACT,
    SECTION_STEPS,
};

static enum section section_of(enum statement_kind kind)
{
    switch (kind) {
    case STATEMENT_GOAL:
        return SECTION_GOAL;
    case STATEMENT_ALLOW:
    case STATEMENT_USE:
        return SECTION_ALLOW;
    case STATEMENT_DENY:
        return SECTION_DENY;
    case STATEMENT_NEED:
        return SECTION_NEED;
    case STATEMENT_BUDGET:
        return SECTION_BUDGET;
    case STATEMENT_MAP:
        return SECTION_MAP;
    case STATEMENT_REDACT:
        return SECTION_REDACT;
    case STATEMENT_CONFIRM:
    case STATEMENT_DO:
    case STATEMENT_MAKE:
    case STATEMENT_CHECK:
    case STATEMENT_IF:
    case STATEMENT_FOR:
    case STATEMENT_RETURN:
        break;
    }
    return SECTION_STEPS;
}

/* An empty line in front of every section but `deny` behind `allow`, and in front of every step. */
static void add_sections(struct formatter *formatter, const struct document *document)
{
    bool has_allow = false;
    for (unsigned section = SECTION_GOAL; section <= SECTION_STEPS; section++) {
        bool is_first = true;
        for (size_t i = 0; i < document->statements.count; i++) {
            const struct statement *statement = &document->statements.items[i];
            if (section_of(statement->kind) != (enum section)section) {
                continue;
            }
            bool follows_allow = section == SECTION_DENY && has_allow;
            if (section == SECTION_STEPS || (is_first && !follows_allow)) {
                builder_add_char(&formatter->out, '\n');
            }
            has_allow = has_allow || section == SECTION_ALLOW;
            is_first = false;
            add_statement(formatter, statement, document->kind, 0);
        }
    }
}

struct text lang_format(const struct document *document, struct arena *arena)
{
    struct formatter formatter = {.arena = arena};
    struct builder *out = &formatter.out;
    builder_init(out, arena);
    add_comments(&formatter, &document->header_comments, 0);
    builder_add_c(out, document->kind == DOCUMENT_POLICY ? "policy " : "task ");
    builder_add(out, document->name.text);
    builder_add_c(out, " v");
    builder_add(out, document->version.text);
    builder_add_char(out, '\n');
    add_sections(&formatter, document);
    if (document->trailing_comments.count > 0) {
        builder_add_char(out, '\n');
        add_comments(&formatter, &document->trailing_comments, 0);
    }
    return builder_text(out);
}

bool lang_is_formatted(const struct document *document, struct text formatted)
{
    struct text source = document->source;
    size_t at = text_starts_with(source, TEXT("\xEF\xBB\xBF")) ? 3 : 0;
    size_t compared = 0;
    for (; at < source.size; at++) {
        bool is_line_end = source.data[at] == '\r' && at + 1 < source.size && source.data[at + 1] == '\n';
        if (is_line_end) {
            continue;
        }
        if (compared == formatted.size || formatted.data[compared] != source.data[at]) {
            return false;
        }
        compared++;
    }
    return compared == formatted.size;
}
