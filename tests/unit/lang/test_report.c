/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "lang/report.h"
#include "support.h"

static struct text report(struct text source, bool has_colour, struct arena *arena)
{
    struct builder out;
    struct parsed parsed = parse(source, arena);
    builder_init(&out, arena);
    for (size_t i = 0; i < parsed.diagnostics.list.count; i++) {
        report_text(&out, &parsed.diagnostics.list.items[i], has_colour);
    }
    return builder_text(&out);
}

static void colour_is_ours_alone(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct text source = TEXT("policy p v0\ngoal \"g\"\nallow x\nbudget calls=\x1B[31m\n");
    struct text plain = report(source, false, &arena);
    struct text coloured = report(source, true, &arena);
    assert_int_equal(text_find_char(plain, '\x1B'), TEXT_NOT_FOUND);
    assert_true(text_contains(plain, TEXT("test.aex:4:14: error AEX100: \"\xEF\xBF\xBD[31m\" is no number\n"
                                          "     4 | budget calls=\xEF\xBF\xBD[31m\n"
                                          "       |              ^^^^^\n"
                                          "  help: ")));
    assert_true(text_contains(coloured, TEXT("\x1B[1;31merror AEX100\x1B[0m: ")));
    assert_false(text_contains(coloured, TEXT("\x1B[31m")));
}

static void carets_count_characters(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct text shown =
        report(TEXT("policy p v0\ngoal \"g\"\nallow x, \xC3\xA9\xE2\x82\xAC.b, \t.c\n"), false, &arena);
    assert_true(text_contains(shown, TEXT("     3 | allow x, \xC3\xA9\xE2\x82\xAC.b,  .c\n"
                                          "       |                 ^^\n")));
}

/* Thousands of mistakes in one long line: each is shown in a short piece of it, and all are counted. */
static void many_mistakes_in_one_line(void **state)
{
    (void)state;
    enum { WORDS = 100000 };
    AUTO_ARENA arena;
    struct builder source;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    builder_init(&source, &arena);
    builder_add_c(&source, "policy p v0\ngoal \"g\"\nallow x\nbudget a=1");
    for (size_t i = 0; i < WORDS; i++) {
        builder_add_c(&source, ", a=x");
    }
    struct parsed parsed = parse(builder_text(&source), &arena);
    assert_int_equal(parsed.diagnostics.error_count, WORDS);
    assert_int_equal(parsed.diagnostics.list.count, LIMIT_DIAGNOSTICS);
    assert_int_equal(parsed.diagnostics.list.items[999].column, 15 + 999 * 5);
    assert_true(report(builder_text(&source), false, &arena).size < (size_t)LIMIT_DIAGNOSTICS * 400);
}

static void warnings_do_not_crowd_out_errors(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct builder source;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    builder_init(&source, &arena);
    builder_add_c(&source, "task t v0\ngoal \"g\"\nuse x");
    for (size_t i = 0; i < 5000; i++) {
        builder_add_c(&source, ", .x\x01");
    }
    builder_add_c(&source, "\nnonsense\nreturn 1\n");
    struct parsed parsed = parse(builder_text(&source), &arena);
    assert_int_equal(parsed.diagnostics.error_count, 1);
    assert_true(text_equal(codes_of(&parsed, false), TEXT("AEX100")));
}

static void too_large_a_document_is_one_mistake(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct text source = {ARENA_ARRAY(&arena, char, LIMIT_DOCUMENT + 1), LIMIT_DOCUMENT + 1};
    struct parsed parsed = parse(source, &arena);
    assert_true(text_equal(codes_of(&parsed, true), TEXT("AEX102")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colour_is_ours_alone),
        cmocka_unit_test(carets_count_characters),
        cmocka_unit_test(many_mistakes_in_one_line),
        cmocka_unit_test(warnings_do_not_crowd_out_errors),
        cmocka_unit_test(too_large_a_document_is_one_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
