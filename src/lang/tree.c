/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax tree as JSON, every piece with its place. */
#include "lang/lang.h"

static void write_range(struct json_writer *json, const struct source_range *range)
{
    json_key(json, TEXT("range"));
    json_begin_object(json);
    json_member_integer(json, TEXT("line"), (int64_t)range->line);
    json_member_integer(json, TEXT("start"), (int64_t)range->start);
    json_member_integer(json, TEXT("end"), (int64_t)range->end);
    json_end_object(json);
}

static void write_piece(struct json_writer *json, const struct located_text *piece)
{
    json_begin_object(json);
    json_member_string(json, TEXT("text"), piece->text);
    write_range(json, &piece->range);
    json_end_object(json);
}

/* A member, left out when the piece is not there. */
static void write_member(struct json_writer *json, struct text name, const struct located_text *piece)
{
    if (piece->text.data != NULL) {
        json_key(json, name);
        write_piece(json, piece);
    }
}

static void write_pieces(struct json_writer *json, struct text name, const struct located_text *pieces,
                         size_t count)
{
    if (count == 0) {
        return;
    }
    json_key(json, name);
    json_begin_array(json);
    for (size_t i = 0; i < count; i++) {
        write_piece(json, &pieces[i]);
    }
    json_end_array(json);
}

static void write_assignments(struct json_writer *json, const struct assignment_vector *assignments)
{
    if (assignments->count == 0) {
        return;
    }
    json_key(json, TEXT("assignments"));
    json_begin_array(json);
    for (size_t i = 0; i < assignments->count; i++) {
        json_begin_object(json);
        write_member(json, TEXT("name"), &assignments->items[i].name);
        write_member(json, TEXT("value"), &assignments->items[i].value);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_statements(struct json_writer *json, struct text name, const struct statement_vector *list);

static void write_statement(struct json_writer *json, const struct statement *statement)
{
    json_begin_object(json);
    json_member_string(json, TEXT("kind"), statement_keyword(statement->kind));
    write_range(json, &statement->range);
    write_pieces(json, TEXT("comments"), statement->comments.items, statement->comments.count);
    write_member(json, TEXT("name"), &statement->name);
    write_member(json, TEXT("type"), &statement->type);
    write_pieces(json, TEXT("words"), statement->words.items, statement->words.count);
    write_assignments(json, &statement->assignments);
    write_member(json, TEXT("bind"), &statement->bind);
    write_member(json, TEXT("value"), &statement->value);
    write_pieces(json, TEXT("instructions"), statement->instructions.items, statement->instructions.count);
    write_pieces(json, TEXT("inner_comments"), statement->inner_comments.items,
                 statement->inner_comments.count);
    if (statement->kind == STATEMENT_IF || statement->kind == STATEMENT_FOR) {
        write_statements(json, TEXT("body"), &statement->body);
    }
    json_end_object(json);
}

static void write_statements(struct json_writer *json, struct text name, const struct statement_vector *list)
{
    json_key(json, name);
    json_begin_array(json);
    for (size_t i = 0; i < list->count; i++) {
        write_statement(json, &list->items[i]);
    }
    json_end_array(json);
}

void lang_write_tree(const struct document *document, struct json_writer *json)
{
    json_begin_object(json);
    json_member_string(json, TEXT("file"), document->file);
    json_member_string(json, TEXT("kind"), document->kind == DOCUMENT_POLICY ? TEXT("policy") : TEXT("task"));
    write_pieces(json, TEXT("comments"), document->header_comments.items, document->header_comments.count);
    if (document->has_header) {
        write_member(json, TEXT("name"), &document->name);
        write_member(json, TEXT("version"), &document->version);
    }
    write_statements(json, TEXT("statements"), &document->statements);
    write_pieces(json, TEXT("trailing_comments"), document->trailing_comments.items,
                 document->trailing_comments.count);
    json_end_object(json);
}
