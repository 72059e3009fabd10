/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <assert.h>
#include <stdlib.h>

struct parsed parse(struct text source, struct arena *arena)
{
    struct parsed parsed = {.diagnostics = {.arena = arena}, .arena = arena};
    parsed.document = lang_parse(TEXT("test.aex"), source, arena, &parsed.diagnostics);
    return parsed;
}

struct text codes_of(const struct parsed *parsed, bool with_warnings)
{
    struct builder out;
    builder_init(&out, parsed->arena);
    for (size_t i = 0; i < parsed->diagnostics.list.count; i++) {
        const struct diagnostic *diagnostic = &parsed->diagnostics.list.items[i];
        if (with_warnings || code_entry(diagnostic->code)->severity == SEVERITY_ERROR) {
            builder_add_c(&out, out.size == 0 ? "" : " ");
            builder_add_c(&out, code_entry(diagnostic->code)->code);
        }
    }
    return builder_text(&out);
}

struct text ir_of(const struct parsed *parsed)
{
    struct builder out;
    struct builder canonical;
    struct json_writer json;
    struct json tree;
    struct error err;
    builder_init(&out, parsed->arena);
    builder_init(&canonical, parsed->arena);
    json_writer_init(&json, &out, false);
    lang_write_ir(parsed->document, &json, parsed->arena);
    bool is_json = json_parse(builder_text(&out), parsed->arena, &tree, &err);
    assert(is_json);
    json_canonical(&canonical, parsed->arena, &tree);
    return builder_text(&canonical);
}

static void add_comments(struct located_text_vector *all, const struct comment_vector *some,
                         struct arena *arena)
{
    for (size_t i = 0; i < some->count; i++) {
        VECTOR_PUSH(arena, all, some->items[i]);
    }
}

static void collect(struct located_text_vector *all, const struct statement_vector *statements,
                    struct arena *arena)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        add_comments(all, &statement->comments, arena);
        add_comments(all, &statement->inner_comments, arena);
        collect(all, &statement->body, arena);
    }
}

static int compare_texts(const void *a, const void *b)
{
    const struct located_text *left = a;
    const struct located_text *right = b;
    return text_compare(left->text, right->text);
}

struct text comments_of(const struct parsed *parsed)
{
    struct located_text_vector all = {0};
    struct builder out;
    builder_init(&out, parsed->arena);
    add_comments(&all, &parsed->document->header_comments, parsed->arena);
    collect(&all, &parsed->document->statements, parsed->arena);
    add_comments(&all, &parsed->document->trailing_comments, parsed->arena);
    if (all.count > 1) {
        qsort(all.items, all.count, sizeof *all.items, compare_texts);
    }
    for (size_t i = 0; i < all.count; i++) {
        builder_add(&out, all.items[i].text);
        builder_add_char(&out, '\n');
    }
    return builder_text(&out);
}
