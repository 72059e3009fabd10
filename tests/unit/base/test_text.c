/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "support/check.h"
#include "support/property.h"

static const struct text nothing = {NULL, 0};

static void texts_compare_by_bytes(void **state)
{
    (void)state;
    assert_true(text_equal(TEXT("a\0b"), TEXT("a\0b")));
    assert_false(text_equal(TEXT("a\0b"), TEXT("a\0c")));
    assert_true(text_equal(nothing, TEXT("")));
    assert_true(text_equal(text_of(NULL), TEXT("")));
    assert_true(text_compare(TEXT("a"), TEXT("b")) < 0);
    assert_true(text_compare(TEXT("a"), TEXT("ab")) < 0);
    assert_true(text_compare(TEXT("\xFF"), TEXT("a")) > 0);
    assert_int_equal(text_compare(nothing, TEXT("")), 0);
    assert_true(text_compare(nothing, TEXT("a")) < 0);
    assert_true(text_equal_ignoring_case(TEXT("aZ[@{`"), TEXT("Az[@{`")));
    assert_false(text_equal_ignoring_case(TEXT("@"), TEXT("`")));
    assert_false(text_equal_ignoring_case(TEXT("[K"), TEXT("{K")));
    assert_false(text_equal_ignoring_case(TEXT("\xC3\x89"), TEXT("\xC3\xA9")));
}

static void names_have_variants(void **state)
{
    (void)state;
    assert_true(text_is_variant(TEXT("Path"), TEXT("path")));
    assert_true(text_is_variant(TEXT("path"), TEXT("Path")));
    assert_true(text_is_variant(TEXT("ta\u017FkS"), TEXT("tasks")));
    assert_true(text_is_variant(TEXT("TAS\u212AS"), TEXT("tasks")));
    assert_true(text_is_variant(TEXT("\u017F\u212A"), TEXT("SK")));
    assert_true(text_is_variant(TEXT("sk"), TEXT("\u017F\u212A")));
    assert_false(text_is_variant(TEXT("path"), TEXT("path")));
    assert_false(text_is_variant(nothing, nothing));
    assert_false(text_is_variant(TEXT("Path"), TEXT("paths")));
    assert_false(text_is_variant(TEXT("Paths"), TEXT("path")));
    assert_false(text_is_variant(TEXT("\u212A"), TEXT("s")));
    assert_false(text_is_variant(TEXT("\u017E"), TEXT("s")));
    assert_false(text_is_variant(TEXT("\xC5"), TEXT("s")));
    assert_false(text_is_variant(TEXT("@"), TEXT("`")));
    assert_false(text_is_variant(TEXT("file-path"), TEXT("file_path")));
}

static void ends_and_places_are_found(void **state)
{
    (void)state;
    assert_true(text_starts_with(TEXT("abc"), TEXT("ab")));
    assert_true(text_starts_with(TEXT("abc"), TEXT("")));
    assert_true(text_starts_with(nothing, nothing));
    assert_false(text_starts_with(TEXT("ab"), TEXT("abc")));
    assert_true(text_ends_with(TEXT("abc"), TEXT("bc")));
    assert_true(text_ends_with(nothing, nothing));
    assert_false(text_ends_with(TEXT("bc"), TEXT("abc")));
    assert_int_equal(text_find_char(TEXT("abcb"), 'b'), 1);
    assert_int_equal(text_find_last_char(TEXT("abcb"), 'b'), 3);
    assert_int_equal(text_find_char(TEXT("a\0b"), '\0'), 1);
    assert_int_equal(text_find_char(nothing, 'a'), TEXT_NOT_FOUND);
    assert_int_equal(text_find_last_char(nothing, 'a'), TEXT_NOT_FOUND);
    assert_int_equal(text_find(TEXT("ababc"), TEXT("abc")), 2);
    assert_int_equal(text_find(TEXT("abc"), TEXT("")), 0);
    assert_int_equal(text_find(nothing, TEXT("a")), TEXT_NOT_FOUND);
    assert_int_equal(text_find(nothing, nothing), 0);
    assert_true(text_contains(TEXT("abc"), TEXT("bc")));
    assert_false(text_contains(TEXT("abc"), TEXT("cb")));
}

static void slices_stay_inside(void **state)
{
    (void)state;
    assert_text(text_slice(TEXT("abcdef"), 2, 4), "cd");
    assert_text(text_slice(TEXT("abcdef"), 4, 2), "");
    assert_text(text_slice(TEXT("abc"), 1, SIZE_MAX), "bc");
    assert_text(text_slice(TEXT("abc"), SIZE_MAX, SIZE_MAX), "");
    assert_text(text_after(TEXT("abc"), 3), "");
    assert_text(text_after(TEXT("abc"), 9), "");
    assert_text(text_slice(nothing, 0, 0), "");
    assert_text(text_after(nothing, 3), "");
    assert_text(text_trim(nothing), "");
    assert_text(text_trim(TEXT(" \t a b \n ")), "a b \n");
    assert_text(text_trim_space(TEXT("\v\f\r\n \ta b \n ")), "a b");
    assert_text(text_trim_space(TEXT(" \n")), "");
}

static void parts_are_cut_off_one_by_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *parts[5];
    } cases[] = {
        {"a,,b", {"a", "", "b"}}, {"", {""}},        {",", {"", ""}}, {"a", {"a"}},
        {"a,", {"a", ""}},        {",a", {"", "a"}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text rest = text_of(cases[i].text);
        struct text part;
        for (size_t j = 0; cases[i].parts[j] != NULL; j++) {
            assert_case(text_next(&rest, ',', &part), cases[i].text);
            assert_text(part, cases[i].parts[j]);
        }
        assert_case(!text_next(&rest, ',', &part), cases[i].text);
        assert_case(!text_next(&rest, ',', &part), cases[i].text);
    }
}

static void copies_end_in_nul(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct text copy = text_copy(&arena, text_slice(TEXT("abc"), 0, 2));
    assert_text(copy, "ab");
    assert_int_equal(copy.data[2], '\0');
    assert_text(text_copy(&arena, nothing), "");
    assert_string_equal(text_to_c(&arena, nothing), "");
    assert_string_equal(text_format(&arena, "%s-%d", "a", 1).data, "a-1");
    assert_true(text_has_nul(TEXT("a\0b")));
    assert_false(text_has_nul(TEXT("ab")));
    assert_false(text_has_nul(nothing));
}

static void numbers_are_exact(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        "-1",
                                        "+1",      " 1",
                                        "1 ",      "0x1",
                                        "1.0",     "18446744073709551616",
                                        "1e3",     "99999999999999999999999",
                                        "\xD9\xA1"};
    uint64_t value = 42;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_case(!text_to_u64(text_of(wrong[i]), &value), wrong[i]);
        assert_int_equal(value, 42);
    }
    assert_true(text_to_u64(TEXT("18446744073709551615"), &value));
    assert_true(value == UINT64_MAX);
    assert_true(text_to_u64(TEXT("000"), &value));
    assert_true(value == 0);
}

static void hashes_are_fnv_1a(void **state)
{
    (void)state;
    /* Test vectors of the algorithm's authors. */
    assert_true(text_hash(TEXT("")) == UINT64_C(0xcbf29ce484222325));
    assert_true(text_hash(TEXT("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(text_hash(TEXT("foobar")) == UINT64_C(0x85944171f73967e8));
}

/* By its definition, without a table: hopelessly slow, plainly right. */
static size_t naive_distance(struct text a, struct text b)
{
    if (a.size == 0 || b.size == 0) {
        return a.size + b.size;
    }
    size_t replace = naive_distance(text_after(a, 1), text_after(b, 1)) + (a.data[0] != b.data[0]);
    size_t drop = naive_distance(text_after(a, 1), b) + 1;
    size_t insert = naive_distance(a, text_after(b, 1)) + 1;
    size_t least = replace < drop ? replace : drop;
    return least < insert ? least : insert;
}

static bool distance_is_right(struct property *property, const void *context)
{
    (void)context;
    struct text a = property_text(property, "abc", 6);
    struct text b = property_text(property, "abc", 6);
    size_t limit = property_draw(property, 8);
    size_t expected = naive_distance(a, b);
    property_note(property, "\"%.*s\" to \"%.*s\" is %zu", TEXT_ARG(a), TEXT_ARG(b), expected);
    return text_edit_distance(a, b, limit) == (expected > limit ? limit + 1 : expected);
}

static void edit_distances_are_right(void **state)
{
    (void)state;
    assert_true(property_holds("edit distance", 2000, distance_is_right, NULL));
    assert_int_equal(text_edit_distance(TEXT("kitten"), TEXT("sitting"), 9), 3);
    char longest[65];
    memset(longest, 'a', sizeof longest);
    assert_int_equal(text_edit_distance((struct text){longest, 65}, TEXT("a"), 3), 4);
    assert_int_equal(text_edit_distance((struct text){longest, 64}, (struct text){longest, 64}, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_compare_by_bytes),
        cmocka_unit_test(names_have_variants),
        cmocka_unit_test(ends_and_places_are_found),
        cmocka_unit_test(slices_stay_inside),
        cmocka_unit_test(parts_are_cut_off_one_by_one),
        cmocka_unit_test(copies_end_in_nul),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(hashes_are_fnv_1a),
        cmocka_unit_test(edit_distances_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
