/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pattern/glob.h"
#include "support/property.h"

/* A matcher that is plainly right and hopelessly slow: every choice of every star is tried. */
static bool naive(const char *glob, const char *text)
{
    if (*glob == '\0') {
        return *text == '\0';
    }
    if (*glob == '*') {
        return naive(glob + 1, text) || (*text != '\0' && naive(glob, text + 1));
    }
    return *text != '\0' && (*glob == '?' || *glob == *text) && naive(glob + 1, text + 1);
}

static bool naive_path(struct text *glob, size_t glob_count, struct text *path, size_t path_count)
{
    if (glob_count == 0) {
        return path_count == 0;
    }
    if (text_equal(glob[0], TEXT("**"))) {
        return naive_path(glob + 1, glob_count - 1, path, path_count) ||
               (path_count > 0 && naive_path(glob, glob_count, path + 1, path_count - 1));
    }
    return path_count > 0 && naive(glob[0].data, path[0].data) &&
           naive_path(glob + 1, glob_count - 1, path + 1, path_count - 1);
}

static bool text_matching_is_naive_matching(struct property *property, const void *context)
{
    (void)context;
    struct text glob = property_text(property, "ab*?/", 8);
    struct text text = property_text(property, "ab/", 10);
    property_note(property, "glob=%s text=%s", glob.data, text.data);
    return glob_matches_text(glob, text) == naive(glob.data, text.data);
}

enum { MOST_SEGMENTS = 6 };

/* "/" or "/x/y..." from generated segments; `**` only where asked for. */
static struct text draw_path(struct property *property, const char *alphabet, bool is_glob,
                             struct text *segments, size_t *ret_count)
{
    *ret_count = property_draw(property, MOST_SEGMENTS);
    struct text path = TEXT("");
    for (size_t i = 0; i < *ret_count; i++) {
        segments[i] = property_text(property, alphabet, 3);
        if (segments[i].size == 0) {
            segments[i] = TEXT("a");
        }
        if (is_glob && property_once_in(property, 3)) {
            segments[i] = TEXT("**");
        }
        path = text_format(property_arena(property), "%.*s/%s", TEXT_ARG(path), segments[i].data);
    }
    return path.size == 0 ? TEXT("/") : path;
}

static bool path_matching_is_naive_matching(struct property *property, const void *context)
{
    (void)context;
    struct text glob_segments[MOST_SEGMENTS];
    struct text path_segments[MOST_SEGMENTS];
    size_t glob_count;
    size_t path_count;
    struct text glob = draw_path(property, "ab*?", true, glob_segments, &glob_count);
    struct text path = draw_path(property, "ab", false, path_segments, &path_count);
    property_note(property, "glob=%s path=%s", glob.data, path.data);
    return glob_matches_path(glob, path) == naive_path(glob_segments, glob_count, path_segments, path_count);
}

static void matching_agrees_with_a_naive_matcher(void **state)
{
    (void)state;
    assert_true(property_holds("text matching", 20000, text_matching_is_naive_matching, NULL));
    assert_true(property_holds("path matching", 20000, path_matching_is_naive_matching, NULL));
}

static void stars_of_paths_stay_in_their_segment(void **state)
{
    (void)state;
    assert_true(glob_matches_path(TEXT("/ws/src/*.c"), TEXT("/ws/src/a.c")));
    assert_false(glob_matches_path(TEXT("/ws/src/*.c"), TEXT("/ws/src/x/a.c")));
    assert_false(glob_matches_path(TEXT("/ws/src?a.c"), TEXT("/ws/src/a.c")));
    assert_true(glob_matches_path(TEXT("/ws/*"), TEXT("/ws/.env")));
    assert_true(glob_matches_path(TEXT("/ws/**"), TEXT("/ws")));
    assert_true(glob_matches_path(TEXT("/ws/**"), TEXT("/ws/a/b/.c")));
    assert_false(glob_matches_path(TEXT("/ws/**"), TEXT("/wsx")));
    assert_true(glob_matches_path(TEXT("/**"), TEXT("/")));
    assert_true(glob_matches_path(TEXT("/**/x"), TEXT("/x")));
    assert_false(glob_matches_path(TEXT("/a**/x"), TEXT("/a/b/x")));
    assert_true(glob_matches_path(TEXT("/[a]{b,c}!"), TEXT("/[a]{b,c}!")));
    assert_false(glob_matches_path(TEXT("/[a]"), TEXT("/a")));
}

static void nothing_relative_or_empty_matches_a_path(void **state)
{
    (void)state;
    assert_false(glob_matches_path(TEXT("**"), TEXT("/a")));
    assert_false(glob_matches_path(TEXT("/**"), TEXT("a")));
    assert_false(glob_matches_path(TEXT(""), TEXT("")));
    assert_false(glob_matches_path(TEXT("/**"), TEXT("")));
}

static void question_marks_take_one_character(void **state)
{
    (void)state;
    assert_true(glob_matches_text(TEXT("a?b"), TEXT("a\xC3\xA9"
                                                    "b")));
    assert_false(glob_matches_text(TEXT("a??b"), TEXT("a\xC3\xA9"
                                                      "b")));
    assert_true(glob_matches_text(TEXT("a?b"), TEXT("a\xFF"
                                                    "b")));
    assert_true(glob_matches_text(TEXT("?"), TEXT("\0")));
    assert_false(glob_matches_text(TEXT("a"), TEXT("a\0b")));
}

static void hosts_ignore_case_final_dot_and_missing_port(void **state)
{
    (void)state;
    assert_true(glob_matches_host(TEXT("API.example.com"), TEXT("api.example.com:443")));
    assert_true(glob_matches_host(TEXT("api.example.com:443"), TEXT("api.Example.com.:0443")));
    assert_false(glob_matches_host(TEXT("api.example.com:443"), TEXT("api.example.com:80")));
    assert_false(glob_matches_host(TEXT("api.example.com:443"), TEXT("api.example.com")));
    assert_true(glob_may_match_host(TEXT("api.example.com:443"), TEXT("api.example.com")));
    assert_true(glob_matches_host(TEXT("*.example.com"), TEXT("a.b.example.com")));
    assert_false(glob_matches_host(TEXT("*.example.com"), TEXT("example.com")));
    assert_false(glob_matches_host(TEXT("*.example.com"), TEXT("evilexample.com")));
    assert_false(glob_matches_host(TEXT("*.example.com"), TEXT("a.example.com.evil.net")));
    assert_true(glob_matches_host(TEXT("[::1]"), TEXT("[::1]:80")));
    assert_true(glob_matches_host(TEXT("[::1]:80"), TEXT("[::1]:80")));
    assert_false(glob_matches_host(TEXT("[::1]:80"), TEXT("[::1]:81")));
    assert_true(glob_matches_host(TEXT("::1"), TEXT("::1")));
}

static void hostile_globs_take_no_exponential_time(void **state)
{
    (void)state;
    /* Backtracking over every star would need 2^60 steps; this test ends or it does not. */
    struct arena arena;
    arena_init(&arena, 1 << 20);
    enum { STARS = 60, LETTERS = 4000 };
    char *glob = arena_alloc(&arena, 2 * STARS + 2);
    for (size_t i = 0; i < STARS; i++) {
        memcpy(glob + 2 * i, "*a", 2);
    }
    memcpy(glob + (size_t)2 * STARS, "*b", 2);
    char *letters = arena_alloc(&arena, LETTERS);
    memset(letters, 'a', LETTERS);
    struct text hostile = {glob, 2 * STARS + 2};
    assert_false(glob_matches_text(hostile, (struct text){letters, LETTERS}));
    assert_true(glob_covers_text(hostile, hostile));
    assert_true(glob_overlaps_text(hostile, TEXT("*a*b*")));
    assert_false(glob_overlaps_text(hostile, TEXT("*c")));
    arena_release(&arena);
}

/* ---- Folding ---- */

static void folding_finds_other_spellings(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    const char *const same[][2] = {
        {"/WS/.ENV", "/ws/.env"},
        {"/stra\xC3\x9F"
         "e",
         "/STRASSE"},
        {"/e\xCC\x81", "/\xC3\x89"}, /* decomposed e-acute, composed capital */
        {"/.\xE2\x84\xAA"
         "ey",
         "/.key"}, /* the Kelvin sign */
        {"/.g\xE2\x80\x8C"
         "it",
         "/.git"},                                                  /* zero width non-joiner (CVE-2014-9390) */
        {"/\xCE\xB1\xCD\x85\xCC\x81", "/\xCE\xB1\xCC\x81\xCE\xB9"}, /* U+0345 out of order */
        {"/\xCF\x83", "/\xCF\x82"},                                 /* both small sigmas */
        {"/\xFF"
         "A",
         "/\xFF"
         "a"}, /* a byte that is no UTF-8 stays */
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct text a = glob_fold(&arena, text_of(same[i][0]));
        struct text b = glob_fold(&arena, text_of(same[i][1]));
        if (!text_equal(a, b)) {
            fail_msg("'%s' and '%s' fold to '%.*s' and '%.*s'", same[i][0], same[i][1], TEXT_ARG(a),
                     TEXT_ARG(b));
        }
    }
    assert_false(text_equal(glob_fold(&arena, TEXT("/\xFF")), glob_fold(&arena, TEXT("/\xFE"))));
    struct text plain = TEXT("/ws/src/a.c");
    assert_ptr_equal(glob_fold(&arena, plain).data, plain.data);
    arena_release(&arena);
}

static struct text draw_unicode(struct property *property)
{
    static const char *const pieces[] = {
        "a",    "A",        "\xC3\x89",     "e",        "\xCC\x81",     "\xCD\x85",     "\xCE\xB1", "\xC3\x9F",
        "\xFF", "\xE2\x84", "\xE2\x80\x8C", "\xC4\xB0", "\xE1\x84\x80", "\xE1\x85\xA1", "/",        "*"};
    struct text text = TEXT("");
    size_t count = property_draw(property, 7);
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[property_draw(property, sizeof pieces / sizeof *pieces)];
        text = text_format(property_arena(property), "%.*s%s", TEXT_ARG(text), piece);
    }
    return text;
}

static bool folding_twice_is_folding_once(struct property *property, const void *context)
{
    (void)context;
    struct text text = draw_unicode(property);
    struct text once = glob_fold(property_arena(property), text);
    struct text twice = glob_fold(property_arena(property), once);
    property_note(property, "text=%s once=%.*s twice=%.*s", text.data, TEXT_ARG(once), TEXT_ARG(twice));
    return text_equal(once, twice);
}

static bool folding_ignores_ascii_case(struct property *property, const void *context)
{
    (void)context;
    struct text text = draw_unicode(property);
    char *upper = arena_alloc(property_arena(property), text.size + 1);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        upper[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    struct text folded = glob_fold(property_arena(property), text);
    struct text folded_upper = glob_fold(property_arena(property), (struct text){upper, text.size});
    property_note(property, "text=%s", text.data);
    return text_equal(folded, folded_upper);
}

static void folding_is_stable(void **state)
{
    (void)state;
    assert_true(property_holds("fold is idempotent", 5000, folding_twice_is_folding_once, NULL));
    assert_true(property_holds("fold ignores ASCII case", 5000, folding_ignores_ascii_case, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matching_agrees_with_a_naive_matcher),
        cmocka_unit_test(stars_of_paths_stay_in_their_segment),
        cmocka_unit_test(nothing_relative_or_empty_matches_a_path),
        cmocka_unit_test(question_marks_take_one_character),
        cmocka_unit_test(hosts_ignore_case_final_dot_and_missing_port),
        cmocka_unit_test(hostile_globs_take_no_exponential_time),
        cmocka_unit_test(folding_finds_other_spellings),
        cmocka_unit_test(folding_is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
