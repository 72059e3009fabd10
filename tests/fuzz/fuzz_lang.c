/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a document: nothing crashes or hangs, and what is formatted means the same and stays as it is.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "lang/lang.h"
#include "lang/report.h"

struct outcome {
    const struct document *document;
    struct diagnostics diagnostics;
    struct text formatted;
    struct text ir;
};

static size_t count_comments(const struct statement_vector *statements)
{
    size_t count = 0;
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        count += statement->comments.count + statement->inner_comments.count + count_comments(&statement->body);
    }
    return count;
}

static size_t count_all_comments(const struct document *document)
{
    return document->header_comments.count + document->trailing_comments.count +
           count_comments(&document->statements);
}

static void write_json(const struct document *document, bool wants_ir, struct arena *arena,
                       struct text *ret_json)
{
    struct builder out;
    struct json_writer json;
    struct json tree;
    struct error err;
    builder_init(&out, arena);
    json_writer_init(&json, &out, false);
    if (wants_ir) {
        lang_write_ir(document, &json, arena);
    } else {
        lang_write_tree(document, &json);
    }
    *ret_json = builder_text(&out);
    /* The reader takes no NUL, and fewer levels than the language: each of those is two of JSON. */
    expect(json_parse(*ret_json, arena, &tree, &err) || text_has_nul(document->source) ||
           text_contains(text_of(err.message), TEXT("nested")));
}

static void check_diagnostics(const struct document *document, const struct diagnostics *diagnostics,
                              struct arena *arena)
{
    struct builder out;
    struct json_writer json;
    builder_init(&out, arena);
    json_writer_init(&json, &out, false);
    json_begin_array(&json);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        const struct diagnostic *diagnostic = &diagnostics->list.items[i];
        struct builder text;
        builder_init(&text, arena);
        report_text(&text, diagnostic, false);
        report_github(&text, diagnostic);
        report_json(&json, diagnostic);
        report_sarif_result(&json, diagnostic);
        expect(utf8_find_invalid(document->source) != TEXT_NOT_FOUND ||
               utf8_find_invalid(builder_text(&text)) == TEXT_NOT_FOUND);
        expect(text_find_char(builder_text(&text), '\x1B') == TEXT_NOT_FOUND);
        expect(diagnostic->line > 0 && diagnostic->column > 0 &&
               (diagnostic->end_line > diagnostic->line || diagnostic->end_column > diagnostic->column));
    }
    json_end_array(&json);
}

static struct outcome judge(struct text source, struct arena *arena)
{
    struct outcome outcome = {.diagnostics = {.arena = arena}};
    struct text tree;
    outcome.document = lang_parse(TEXT("fuzz.aex"), source, arena, &outcome.diagnostics);
    check_diagnostics(outcome.document, &outcome.diagnostics, arena);
    write_json(outcome.document, false, arena, &tree);
    if (outcome.diagnostics.error_count == 0) {
        outcome.formatted = lang_format(outcome.document, arena);
        write_json(outcome.document, true, arena, &outcome.ir);
    }
    return outcome;
}

/* The same meaning: equal as JSON, whose members may come in another order. */
static bool is_same_ir(struct text a, struct text b, struct arena *arena)
{
    struct json left;
    struct json right;
    struct error err;
    struct builder first;
    struct builder second;
    builder_init(&first, arena);
    builder_init(&second, arena);
    if (!json_parse(a, arena, &left, &err) || !json_parse(b, arena, &right, &err)) {
        return true;
    }
    json_canonical(&first, arena, &left);
    json_canonical(&second, arena, &right);
    return text_equal(builder_text(&first), builder_text(&second));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct text source = text_copy(&arena, (struct text){(const char *)data, size});
    struct outcome before = judge(source, &arena);
    if (before.diagnostics.error_count == 0) {
        struct outcome after = judge(before.formatted, &arena);
        expect(after.diagnostics.error_count == 0);
        expect(text_equal(before.formatted, after.formatted));
        expect(is_same_ir(before.ir, after.ir, &arena));
        expect(count_all_comments(before.document) == count_all_comments(after.document));
        expect(lang_is_formatted(after.document, after.formatted));
    }
    return 0;
}
