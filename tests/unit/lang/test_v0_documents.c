/* SPDX-License-Identifier: Apache-2.0 */
/* Documents with what AEX 0.0.4 makes of them: tests/data/v0-documents.jsonl, one JSON object a line with
 * `source`, `ir` and `codes`.
 *
 * Where the original reports no AEX100 our representation and our errors must be the same. Where it does, its
 * parser had given up on a line (or missed the header or the goal, which it reports under AEX100 a second time,
 * as it does for the statements and the `allow` that we report as AEX120 and AEX121); then the other errors
 * must be the same, and there must be at least one. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "os/file.h"
#include "support.h"

enum { DOCUMENTS = 171 };

static bool same_lines(struct text a, struct text b)
{
    struct text left;
    struct text right;
    for (;;) {
        bool has_left = text_next(&a, '\n', &left);
        bool has_right = text_next(&b, '\n', &right);
        if (!has_left || !has_right) {
            return has_left == has_right;
        }
        if (!text_equal(text_trim_space(left), text_trim_space(right))) {
            return false;
        }
    }
}

static bool same_json(const struct json *ours, const struct json *theirs)
{
    if (ours->type != theirs->type || ours->count != theirs->count) {
        return false;
    }
    if (ours->type == JSON_STRING) {
        return same_lines(ours->text, theirs->text);
    }
    if (ours->type == JSON_NUMBER) {
        return fabs(strtod(ours->text.data, NULL) - strtod(theirs->text.data, NULL)) < 1e-12;
    }
    for (size_t i = 0; i < ours->count; i++) {
        const struct json *left = ours->type == JSON_ARRAY ? &ours->items[i] : &ours->members[i].value;
        const struct json *right =
            ours->type == JSON_ARRAY ? &theirs->items[i] : json_get(theirs, ours->members[i].name);
        if (right == NULL || !same_json(left, right)) {
            return false;
        }
    }
    return true;
}

static bool has_code(struct text codes, struct text code)
{
    return text_contains(codes, code);
}

static bool is_syntax(struct text code)
{
    return text_equal(code, TEXT("AEX100")) || text_equal(code, TEXT("AEX120")) ||
           text_equal(code, TEXT("AEX121"));
}

static struct text listed_codes(const struct json *list, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < list->count; i++) {
        builder_add_c(&out, i == 0 ? "" : " ");
        builder_add(&out, list->items[i].text);
    }
    return builder_text(&out);
}

/* Every code of `some`, AEX100 and its kin aside, is in `all`. */
static bool includes(struct text all, struct text some)
{
    struct text code;
    while (some.size > 0 && text_next(&some, ' ', &code)) {
        if (!is_syntax(code) && !has_code(all, code)) {
            return false;
        }
    }
    return true;
}

static void check_document(const struct json *line, struct arena *arena)
{
    struct text id;
    struct text source;
    assert_true(json_get_text(line, TEXT("id"), &id));
    assert_true(json_get_text(line, TEXT("source"), &source));
    struct parsed parsed = parse(source, arena);
    struct text ours = codes_of(&parsed, false);
    struct text theirs = listed_codes(json_get(line, TEXT("codes")), arena);
    if (!includes(ours, theirs) || !includes(theirs, ours) || (ours.size == 0) != (theirs.size == 0)) {
        fail_msg("%.*s: we report \"%.*s\", the original \"%.*s\"", TEXT_ARG(id), TEXT_ARG(ours),
                 TEXT_ARG(theirs));
    }
    if (has_code(theirs, TEXT("AEX100"))) {
        return;
    }
    struct json tree;
    struct error err;
    struct text ir = ir_of(&parsed);
    assert_true(json_parse(ir, arena, &tree, &err));
    if (!same_json(&tree, json_get(line, TEXT("ir")))) {
        fail_msg("%.*s: another representation: %.*s", TEXT_ARG(id), TEXT_ARG(ir));
    }
}

static void documents_mean_what_they_meant(void **state)
{
    (void)state;
    AUTO_ARENA file_arena;
    AUTO_ARENA arena;
    struct text file;
    struct text line;
    struct error err;
    size_t count = 0;
    arena_init(&file_arena, LIMIT_DOCUMENT_MEMORY);
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    assert_true(
        file_read_path(AT_FDCWD, TESTS "/data/v0-documents.jsonl", LIMIT_DOCUMENT, &file_arena, &file, &err));
    while (text_next(&file, '\n', &line)) {
        struct json tree;
        if (line.size == 0) {
            continue;
        }
        assert_true(json_parse(line, &arena, &tree, &err));
        check_document(&tree, &arena);
        arena_reset(&arena);
        count++;
    }
    assert_int_equal(count, DOCUMENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(documents_mean_what_they_meant)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
