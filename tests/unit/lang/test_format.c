/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "generate.h"
#include "support.h"

static bool is_same(struct property *property, const char *what, struct text before, struct text after)
{
    if (text_equal(before, after)) {
        return true;
    }
    property_note(property, "%s before:\n%.*s\nafter:\n%.*s", what, TEXT_ARG(before), TEXT_ARG(after));
    return false;
}

static bool formatting_keeps_everything(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct text source = generate_document(property);
    property_note(property, "source:\n%.*s", TEXT_ARG(source));
    struct parsed before = parse(source, arena);
    if (before.diagnostics.error_count > 0) {
        property_note(property, "the generator made a mistake: %.*s", TEXT_ARG(codes_of(&before, false)));
        return false;
    }
    struct text formatted = lang_format(before.document, arena);
    struct parsed after = parse(formatted, arena);
    return is_same(property, "errors", TEXT(""), codes_of(&after, false)) &&
           is_same(property, "meaning", ir_of(&before), ir_of(&after)) &&
           is_same(property, "comments", comments_of(&before), comments_of(&after)) &&
           is_same(property, "form", formatted, lang_format(after.document, arena)) &&
           lang_is_formatted(after.document, formatted);
}

static void laws_of_formatting(void **state)
{
    (void)state;
    assert_true(property_holds("formatting keeps everything", 3000, formatting_keeps_everything, NULL));
}

static void line_ends_and_marks_do_not_count(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    static const struct text variants[] = {
        TEXT_INIT("policy p v0\n\ngoal \"g\"\n\nallow a\n"),
        TEXT_INIT("policy p v0\r\n\r\ngoal \"g\"\r\n\r\nallow a\r\n"),
        TEXT_INIT("\xEF\xBB\xBFpolicy p v0\n\ngoal \"g\"\n\nallow a\n"),
        TEXT_INIT("policy p v0\n\ngoal \"g\"\n\nallow a"),
        TEXT_INIT("policy p v0\n\ngoal \"g\"\n\nallow a\n\n"),
        TEXT_INIT("policy p v0\n\ngoal \"g\"\n\nallow  a\n"),
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        struct parsed parsed = parse(variants[i], &arena);
        struct text formatted = lang_format(parsed.document, &arena);
        assert_true(text_equal(formatted, variants[0]));
        assert_int_equal(lang_is_formatted(parsed.document, formatted), i < 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_of_formatting),
        cmocka_unit_test(line_ends_and_marks_do_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
