/* SPDX-License-Identifier: Apache-2.0 */
/* The intermediate representation: what AEX 0.0.4 makes of the same document, and for version 1 what that adds.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lang/lang.h"
#include "lang/names.h"
#include "lang/scan.h"

struct ir_writer {
    struct json_writer *json;
    struct arena *arena;
};

/* The fewest digits that give the same number again, as JavaScript writes it (JSON knows no infinity, and
 * scan_number lets none in). */
static void write_number(struct ir_writer *writer, double number)
{
    char spelled[40];
    if (fabs(number) < 1e15 && floor(number) == number) {
        snprintf(spelled, sizeof spelled, "%.0f", number == 0 ? 0.0 : number);
    } else {
        for (int digits = 1; digits <= 17; digits++) {
            snprintf(spelled, sizeof spelled, "%.*g", digits, number);
            if (strtod(spelled, NULL) == number) {
                break;
            }
        }
    }
    json_raw(writer->json, text_of(spelled));
}

static void write_budget_value(struct ir_writer *writer, const struct assignment *limit)
{
    write_number(writer, limit->number);
}

static void write_type(struct ir_writer *writer, const struct assignment *input)
{
    json_string(writer->json, input->value.text);
}

static void write_argument(struct ir_writer *writer, const struct assignment *argument)
{
    struct text value = argument->value.text;
    json_string(writer->json, value.data == NULL ? TEXT("") : lang_unquote(value));
}

typedef void write_value(struct ir_writer *writer, const struct assignment *assignment);

/* An object: a repeated name keeps its first place and its last value. */
static void write_map(struct ir_writer *writer, const struct assignment_vector *map, write_value *write)
{
    struct names places = {0};
    const struct assignment **last = ARENA_ARRAY(writer->arena, const struct assignment *, map->count);
    size_t count = 0;
    for (size_t i = 0; i < map->count; i++) {
        const struct assignment *assignment = &map->items[i];
        if (names_add(&places, assignment->name.text, count, writer->arena)) {
            last[count++] = assignment;
        } else {
            last[names_find(&places, assignment->name.text)->value] = assignment;
        }
    }
    json_begin_object(writer->json);
    for (size_t i = 0; i < count; i++) {
        json_key(writer->json, last[i]->name.text);
        write(writer, last[i]);
    }
    json_end_object(writer->json);
}

static void write_texts(struct ir_writer *writer, const struct located_text_vector *texts)
{
    json_begin_array(writer->json);
    for (size_t i = 0; i < texts->count; i++) {
        json_string(writer->json, texts->items[i].text);
    }
    json_end_array(writer->json);
}

/* The lines of a value are joined by "\n", whatever ended them. */
static struct text value_text(struct ir_writer *writer, struct text value)
{
    if (!text_contains(value, TEXT("\r\n"))) {
        return value;
    }
    struct builder out;
    builder_init(&out, writer->arena);
    scan_add_lines(&out, value);
    return builder_text(&out);
}

static void write_steps(struct ir_writer *writer, const struct statement_vector *steps);

static void begin_step(struct ir_writer *writer, struct text op)
{
    json_begin_object(writer->json);
    json_member_string(writer->json, TEXT("op"), op);
}

static void write_call(struct ir_writer *writer, const struct statement *step)
{
    begin_step(writer, TEXT("call"));
    json_member_string(writer->json, TEXT("tool"), step->name.text);
    json_key(writer->json, TEXT("args"));
    write_map(writer, &step->assignments, write_argument);
    if (step->bind.text.size > 0) {
        json_member_string(writer->json, TEXT("bind"), step->bind.text);
    }
}

static void write_make(struct ir_writer *writer, const struct statement *step)
{
    begin_step(writer, TEXT("make"));
    json_member_string(writer->json, TEXT("bind"), step->name.text);
    json_member_string(writer->json, TEXT("type"), step->type.text);
    json_key(writer->json, TEXT("inputs"));
    write_texts(writer, &step->words);
    json_key(writer->json, TEXT("instructions"));
    write_texts(writer, &step->instructions);
}

/* An `if` or `for` from its steps on. */
static void write_body(struct ir_writer *writer, const struct statement *step)
{
    json_key(writer->json, TEXT("steps"));
    write_steps(writer, &step->body);
}

static void write_step(struct ir_writer *writer, const struct statement *step)
{
    switch (step->kind) {
    case STATEMENT_DO:
        write_call(writer, step);
        break;
    case STATEMENT_MAKE:
        write_make(writer, step);
        break;
    case STATEMENT_CHECK:
        begin_step(writer, TEXT("check"));
        json_member_string(writer->json, TEXT("condition"), step->value.text);
        break;
    case STATEMENT_CONFIRM:
        begin_step(writer, TEXT("confirm"));
        json_member_string(writer->json, TEXT("tool"), step->value.text);
        break;
    case STATEMENT_RETURN:
        begin_step(writer, TEXT("return"));
        json_member_string(writer->json, TEXT("value"), value_text(writer, step->value.text));
        break;
    case STATEMENT_IF:
        begin_step(writer, TEXT("if"));
        json_member_string(writer->json, TEXT("condition"), step->value.text);
        write_body(writer, step);
        break;
    case STATEMENT_FOR:
        begin_step(writer, TEXT("for"));
        json_member_string(writer->json, TEXT("variable"), step->name.text);
        json_member_string(writer->json, TEXT("iterable"), step->value.text);
        write_body(writer, step);
        break;
    case STATEMENT_GOAL:
    case STATEMENT_ALLOW:
    case STATEMENT_USE:
    case STATEMENT_DENY:
    case STATEMENT_BUDGET:
    case STATEMENT_MAP:
    case STATEMENT_REDACT:
    case STATEMENT_NEED:
        return;
    }
    json_end_object(writer->json);
}

static void write_steps(struct ir_writer *writer, const struct statement_vector *steps)
{
    json_begin_array(writer->json);
    for (size_t i = 0; i < steps->count; i++) {
        write_step(writer, &steps->items[i]);
    }
    json_end_array(writer->json);
}

/* ---- The document ---- */

/* What stands in several statements and is one member of the IR. */
struct summary {
    const struct statement *goal;
    const struct statement *result;
    struct located_text_vector use;
    struct located_text_vector deny;
    struct assignment_vector needs;
    struct assignment_vector budget;
    bool has_budget;
};

static void add_assignments(struct arena *arena, struct assignment_vector *all,
                            const struct assignment_vector *some)
{
    for (size_t i = 0; i < some->count; i++) {
        VECTOR_PUSH(arena, all, some->items[i]);
    }
}

static void add_words(struct arena *arena, struct located_text_vector *all,
                      const struct located_text_vector *some)
{
    for (size_t i = 0; i < some->count; i++) {
        VECTOR_PUSH(arena, all, some->items[i]);
    }
}

static void summarise(const struct document *document, struct arena *arena, struct summary *summary)
{
    for (size_t i = 0; i < document->statements.count; i++) {
        const struct statement *statement = &document->statements.items[i];
        if (statement->kind == STATEMENT_GOAL) {
            summary->goal = statement;
        } else if (statement->kind == STATEMENT_ALLOW || statement->kind == STATEMENT_USE) {
            add_words(arena, &summary->use, &statement->words);
        } else if (statement->kind == STATEMENT_DENY) {
            add_words(arena, &summary->deny, &statement->words);
        } else if (statement->kind == STATEMENT_NEED) {
            add_assignments(arena, &summary->needs, &statement->assignments);
        } else if (statement->kind == STATEMENT_BUDGET) {
            summary->has_budget = true;
            add_assignments(arena, &summary->budget, &statement->assignments);
        } else if (statement->kind == STATEMENT_RETURN) {
            summary->result = statement;
        }
    }
}

static const struct statement *find_statement(const struct document *document, enum statement_kind kind)
{
    for (size_t i = 0; i < document->statements.count; i++) {
        if (document->statements.items[i].kind == kind) {
            return &document->statements.items[i];
        }
    }
    return NULL;
}

/* `maps` and `redact`, where there are any. */
static void write_maps(struct json_writer *json, const struct document *document)
{
    if (find_statement(document, STATEMENT_MAP) != NULL) {
        json_key(json, TEXT("maps"));
        json_begin_array(json);
        for (size_t i = 0; i < document->statements.count; i++) {
            const struct statement *map = &document->statements.items[i];
            if (map->kind != STATEMENT_MAP) {
                continue;
            }
            json_begin_object(json);
            json_member_string(json, TEXT("tool"), map->name.text);
            if (map->value.text.size > 0) {
                json_member_string(json, TEXT("server"), map->value.text);
            }
            json_member_string(json, TEXT("capability"), map->type.text);
            if (map->bind.text.size > 0) {
                json_member_string(json, TEXT("argument"), map->bind.text);
            }
            json_end_object(json);
        }
        json_end_array(json);
    }
    if (find_statement(document, STATEMENT_REDACT) != NULL) {
        json_key(json, TEXT("redact"));
        json_begin_array(json);
        json_string(json, TEXT("secrets"));
        json_end_array(json);
    }
}

void lang_write_ir(const struct document *document, struct json_writer *json, struct arena *arena)
{
    struct ir_writer writer = {.json = json, .arena = arena};
    struct summary summary = {0};
    summarise(document, arena, &summary);
    json_begin_object(json);
    json_member_string(json, TEXT("version"), document->version.text);
    json_member_string(json, TEXT("agent"), document->name.text);
    json_member_string(json, TEXT("type"), document->kind == DOCUMENT_POLICY ? TEXT("policy") : TEXT("task"));
    if (summary.goal != NULL) {
        json_member_string(json, TEXT("goal"), summary.goal->value.text);
    }
    json_key(json, TEXT("permissions"));
    json_begin_object(json);
    json_key(json, TEXT("use"));
    write_texts(&writer, &summary.use);
    json_key(json, TEXT("deny"));
    write_texts(&writer, &summary.deny);
    json_end_object(json);
    write_maps(json, document);
    json_key(json, TEXT("needs"));
    write_map(&writer, &summary.needs, write_type);
    if (summary.has_budget) {
        json_key(json, TEXT("budget"));
        write_map(&writer, &summary.budget, write_budget_value);
    }
    json_key(json, TEXT("steps"));
    write_steps(&writer, &document->statements);
    if (summary.result != NULL) {
        json_member_string(json, TEXT("return"), value_text(&writer, summary.result->value.text));
    }
    json_end_object(json);
}
