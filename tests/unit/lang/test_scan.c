/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "lang/names.h"
#include "lang/rules.h"
#include "lang/scan.h"

static void numbers_are_javascripts(void **state)
{
    (void)state;
    static const struct {
        struct text text;
        double number; /* NAN: none */
    } cases[] = {
        {TEXT_INIT(""), 0},        {TEXT_INIT(" \t"), 0},     {TEXT_INIT("5"), 5},
        {TEXT_INIT("-5"), -5},     {TEXT_INIT("+5"), 5},      {TEXT_INIT("1.5"), 1.5},
        {TEXT_INIT(".5"), 0.5},    {TEXT_INIT("5."), 5},      {TEXT_INIT("1e3"), 1000},
        {TEXT_INIT("1E-3"), .001}, {TEXT_INIT("0x10"), 16},   {TEXT_INIT("0b11"), 3},
        {TEXT_INIT("0o17"), 15},   {TEXT_INIT("010"), 10},    {TEXT_INIT("1e400"), NAN},
        {TEXT_INIT("."), NAN},     {TEXT_INIT("1e"), NAN},    {TEXT_INIT("-0x10"), NAN},
        {TEXT_INIT("0x"), NAN},    {TEXT_INIT("0xg"), NAN},   {TEXT_INIT("1_000"), NAN},
        {TEXT_INIT("5 3"), NAN},   {TEXT_INIT("nan"), NAN},   {TEXT_INIT("inf"), NAN},
        {TEXT_INIT("five"), NAN},  {TEXT_INIT("0b12"), NAN},  {TEXT_INIT("Infinity"), NAN},
        {TEXT_INIT("0x1p3"), NAN}, {TEXT_INIT("1e+-3"), NAN}, {TEXT_INIT("--1"), NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double number = -1;
        bool is_number = scan_number(cases[i].text, &number);
        if (is_number == isnan(cases[i].number) || (is_number && fabs(number - cases[i].number) > 1e-12)) {
            fail_msg("\"%.*s\" reads as %g", TEXT_ARG(cases[i].text), is_number ? number : (double)NAN);
        }
    }
}

/* The parts of a list, joined by "|". */
static struct text split(struct text list, bool groups_brackets, struct arena *arena)
{
    struct splitter splitter;
    struct text part;
    struct builder out;
    builder_init(&out, arena);
    splitter_init(&splitter, list, groups_brackets);
    while (splitter_next(&splitter, &part)) {
        builder_add_c(&out, out.size == 0 ? "" : "|");
        builder_add(&out, part);
    }
    return builder_text(&out);
}

static void lists_are_cut_outside_quotes(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    static const struct {
        struct text list;
        struct text parts;
        bool groups_brackets;
    } cases[] = {
        {TEXT_INIT("a, b ,c"), TEXT_INIT("a|b|c"), false},
        {TEXT_INIT("a,,b"), TEXT_INIT("a||b"), false},
        {TEXT_INIT("file.read:\"a, b\", c"), TEXT_INIT("file.read:\"a, b\"|c"), false},
        {TEXT_INIT("x=\"a, b"), TEXT_INIT("x=\"a|b"), false},
        {TEXT_INIT("x=don't, y=isn't"), TEXT_INIT("x=don't|y=isn't"), false},
        {TEXT_INIT("x='a, b', y"), TEXT_INIT("x='a, b'|y"), false},
        {TEXT_INIT("[a, b], c"), TEXT_INIT("[a|b]|c"), false},
        {TEXT_INIT("[a, {b, (c, d)}], e"), TEXT_INIT("[a, {b, (c, d)}]|e"), true},
        {TEXT_INIT("\"]\", [\"]\", a], b"), TEXT_INIT("\"]\"|[\"]\", a]|b"), true},
        {TEXT_INIT("], a"), TEXT_INIT("]|a"), true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text parts = split(cases[i].list, cases[i].groups_brackets, &arena);
        if (!text_equal(parts, cases[i].parts)) {
            fail_msg("%.*s is cut into %.*s", TEXT_ARG(cases[i].list), TEXT_ARG(parts));
        }
    }
}

static void names_are_found_again(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct names names = {0};
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    assert_null(names_find(&names, TEXT("a")));
    assert_null(names_find_prefix(&names, TEXT("a")));
    for (size_t i = 0; i < 1000; i++) {
        assert_true(names_add(&names, text_format(&arena, "n%zu.x", i), i, &arena));
    }
    assert_false(names_add(&names, TEXT("n5.x"), 7, &arena));
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(names_find(&names, text_format(&arena, "n%zu.x", i))->value, i);
        assert_int_equal(names_find_prefix(&names, text_format(&arena, "n%zu.x.y.z", i))->value, i);
        assert_null(names_find_prefix(&names, text_format(&arena, "n%zu.xy", i)));
    }
    assert_null(names_find(&names, TEXT("n1000.x")));
    assert_null(names_find_prefix(&names, TEXT("n1")));
}

static void add_rule(struct rule_index *index, const char *pattern, struct arena *arena)
{
    struct pattern rule = rule_pattern(text_of(pattern));
    rule_index_add(index, &rule, index->count + 1, true, arena);
}

static size_t covering(const struct rule_index *index, const char *word)
{
    struct pattern pattern = rule_pattern(text_of(word));
    return rule_index_covering(index, &pattern);
}

static bool overlaps(const struct rule_index *index, const char *word)
{
    struct pattern pattern = rule_pattern(text_of(word));
    return rule_index_overlaps(index, &pattern);
}

static void rules_cover_what_they_should(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct rule_index index = {0};
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    add_rule(&index, "git.*", &arena);
    add_rule(&index, "file.read:src/**", &arena);
    add_rule(&index, "no pattern", &arena);
    assert_int_equal(covering(&index, "git"), 1);
    assert_int_equal(covering(&index, "git.push"), 1);
    assert_int_equal(covering(&index, "git.push.*"), 1);
    assert_int_equal(covering(&index, "gitx.push"), 0);
    assert_int_equal(covering(&index, "file.read"), 2);
    assert_int_equal(covering(&index, "file.*"), 0);
    assert_int_equal(covering(&index, "*"), 0);
    assert_int_equal(covering(&index, "no pattern"), 3);
    assert_true(overlaps(&index, "file.*"));
    assert_true(overlaps(&index, "git.push.*"));
    assert_true(overlaps(&index, "*"));
    assert_false(overlaps(&index, "file.write"));
    assert_false(overlaps(&index, "files.*"));
    add_rule(&index, "*", &arena);
    assert_int_equal(covering(&index, "anything.*"), 4);
    assert_int_equal(covering(&index, "aex.resume"), 4);
    assert_int_equal(covering(&index, "aex.configure"), 0);
    add_rule(&index, "aex.configure", &arena);
    assert_int_equal(covering(&index, "aex.configure"), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_javascripts),
        cmocka_unit_test(lists_are_cut_outside_quotes),
        cmocka_unit_test(names_are_found_again),
        cmocka_unit_test(rules_cover_what_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
