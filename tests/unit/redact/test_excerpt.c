/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "redact/excerpt.h"
#include "support/property.h"

static const struct {
    const char *text;
    size_t start;
    size_t end;
    const char *expected;
} cases[] = {
    {"git status && curl x", 14, 20, "    git status && curl x\n                  ^^^^^^"},
    {"a", 0, 1, "    a\n    ^"},
    {"", 0, 0, "    \n    ^"},
    {"ab", 1, 1, "    ab\n     ^"},  /* a place between two bytes */
    {"ab", 7, 9, "    ab\n      ^"}, /* behind the end */
    {"ab", 1, 99, "    ab\n     ^"}, /* beyond it */
    {"one\ntwo three\n", 8, 13, "    two three\n        ^^^^^"},
    {"one\ntwo\nthree", 4, 13, "    two...\n    ^^^^^^"}, /* goes on on the next line */
    {"a\tb", 2, 3, "    a b\n      ^"},
    {"\xc3\xa9 x", 3, 4, "    \xc3\xa9 x\n      ^"}, /* columns, not bytes */
    {"\x1b[2J x", 5, 6, "    \\x1b[2J x\n            ^"},
    {"\xff x", 2, 3, "    \\xff x\n         ^"},
    {"\xe2\x80\x8b x", 4, 5, "    \\u200b x\n           ^"},
    {"x --password swordfish1 y", 2, 23,
     "    x --password [redacted:password] y\n      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"},
    /* A secret that the marks cut belongs to them as a whole, and one before them moves them. */
    {"x --password swordfish1 y", 16, 20,
     "    x --password [redacted:password] y\n                 ^^^^^^^^^^^^^^^^^^^"},
    {"--password swordfish1 y", 22, 23,
     "    --password [redacted:password] y\n                                   ^"},
};

static void test_cases(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)1024 * 1024);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text found = excerpt(&arena, text_of(cases[i].text), cases[i].start, cases[i].end);
        assert_string_equal(text_to_c(&arena, found), cases[i].expected);
    }
}

/* Whatever the text and the place: two lines of at most 100 columns, the carets under what is shown, nothing
 * for terminals. */
static bool is_well_formed(struct property *property, const void *context)
{
    static const char *const pieces[] = {"a",
                                         "word ",
                                         "\n",
                                         "\t",
                                         "\x1b[1m",
                                         "\xc3\xa9",
                                         "\xff",
                                         " --token abcdEFGH1234 ",
                                         "\xe2\x80\x8b",
                                         "\xf0\x9f\x98\x80",
                                         "                    "};
    AUTO_ARENA arena;
    (void)context;
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    struct builder text;
    builder_init(&text, &arena);
    for (uint32_t count = property_draw(property, 80); count > 0; count--) {
        builder_add_c(&text, pieces[property_draw(property, sizeof pieces / sizeof pieces[0])]);
    }
    size_t start = property_draw(property, (uint32_t)text.size + 2);
    size_t end = start + property_draw(property, (uint32_t)text.size + 2);
    struct text rest = excerpt(&arena, builder_text(&text), start, end);
    struct text line;
    struct text carets;
    struct text none;
    if (utf8_find_invalid(rest) != TEXT_NOT_FOUND || !text_next(&rest, '\n', &line) ||
        !text_next(&rest, '\n', &carets) || text_next(&rest, '\n', &none)) {
        return false;
    }
    bool is_fine = utf8_count(line) <= 100 && carets.size <= 100 && carets.size <= utf8_count(line) + 1;
    for (size_t i = 0; i < line.size; i++) {
        is_fine = is_fine && (unsigned char)line.data[i] >= ' ';
    }
    return is_fine && text_ends_with(carets, TEXT("^")) && !text_contains(line, TEXT("abcdEFGH1234"));
}

static void test_any_place(void **state)
{
    (void)state;
    assert_true(property_holds("an excerpt is two short lines", 5000, is_well_formed, NULL));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_any_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
