/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup/line_diff.h"
#include "support/property.h"

static struct text diff(struct arena *arena, struct text before, struct text after)
{
    struct builder out;
    builder_init(&out, arena);
    line_diff(&out, TEXT("x"), before, after);
    return builder_text(&out);
}

static void changes_are_shown_with_their_surroundings(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    struct text shown =
        diff(&arena, TEXT("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), TEXT("1\n2\n3\n4\n5\nnew\n6\n7\n8\n"));
    assert_string_equal(shown.data, "--- x\n+++ x\n@@ -3,7 +3,7 @@\n 3\n 4\n 5\n+new\n 6\n 7\n 8\n-9\n");
    assert_string_equal(diff(&arena, TEXT(""), TEXT("a\n")).data, "--- x\n+++ x\n@@ -0,0 +1,1 @@\n+a\n");
    assert_string_equal(diff(&arena, TEXT("a\x1b[2J\r\n"), TEXT("")).data,
                        "--- x\n+++ x\n@@ -1,1 +0,0 @@\n-a\\x1b[2J\n");
    assert_string_equal(diff(&arena, TEXT("\ta\t\tb\t\n"), TEXT("\xC2\x9B\r\xE2\x80\xAE\xFF\n\n")).data,
                        "--- x\n+++ x\n@@ -1,1 +1,2 @@\n-\ta\t\tb\t\n+\\x9b\\x0d\\u202e\\xff\n+\n");
    assert_int_equal(diff(&arena, TEXT("a"), TEXT("a")).size, 0);
}

static struct text draw_lines(struct property *property)
{
    struct builder out;
    builder_init(&out, property_arena(property));
    uint32_t count = property_draw(property, 30);
    for (uint32_t i = 0; i < count; i++) {
        builder_format(&out, "%u\n", property_draw(property, 4));
    }
    return builder_text(&out);
}

/* The lines of one side, read back from the hunks and, between them, from the text before. */
static bool the_diff_makes_the_new_text(struct property *property, const void *context)
{
    (void)context;
    struct text before = draw_lines(property);
    struct text after = draw_lines(property);
    struct text rest = diff(property_arena(property), before, after);
    struct text old_rest = before;
    struct builder made;
    struct text line;
    size_t old_line = 0;
    builder_init(&made, property_arena(property));
    property_note(property, "before:\n%s\nafter:\n%s\ndiff:\n%s", before.data, after.data, rest.data);
    if (text_equal(before, after)) {
        return rest.size == 0;
    }
    (void)text_next(&rest, '\n', &line);
    (void)text_next(&rest, '\n', &line);
    while (text_next(&rest, '\n', &line) && line.size > 0) {
        if (line.data[0] == '@') {
            struct text number = text_after(line, 4);
            uint64_t start = 0;
            uint64_t count = 0;
            size_t comma = text_find_char(number, ',');
            size_t blank = text_find_char(number, ' ');
            if (!text_to_u64(text_slice(number, 0, comma), &start) ||
                !text_to_u64(text_slice(number, comma + 1, blank), &count)) {
                return false;
            }
            size_t first = (size_t)start - (count > 0);
            struct text kept;
            while (old_line < first && text_next(&old_rest, '\n', &kept)) {
                builder_format(&made, "%.*s\n", TEXT_ARG(kept));
                old_line++;
            }
            continue;
        }
        struct text old;
        if (line.data[0] != '+') {
            if (!text_next(&old_rest, '\n', &old) || !text_equal(old, text_after(line, 1))) {
                return false;
            }
            old_line++;
        }
        if (line.data[0] != '-') {
            builder_format(&made, "%.*s\n", TEXT_ARG(text_after(line, 1)));
        }
    }
    builder_add(&made, old_rest);
    return text_equal(builder_text(&made), after);
}

static void diffs_lead_to_the_new_text(void **state)
{
    (void)state;
    assert_true(property_holds("diff", 3000, the_diff_makes_the_new_text, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_shown_with_their_surroundings),
        cmocka_unit_test(diffs_lead_to_the_new_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
