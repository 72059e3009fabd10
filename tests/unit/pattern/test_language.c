/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pattern/glob.h"
#include "support/property.h"

/* ---- Text ---- */

enum { LONGEST_GLOB = 4, LONGEST_TEXT = 2 * LONGEST_GLOB };

/* Calls `visit` with every text over `letters` up to `longest`; stops when it returns false. */
static bool every_text(const char *letters, size_t longest, char *text, size_t size,
                       bool (*visit)(struct text text, void *context), void *context)
{
    if (!visit((struct text){text, size}, context)) {
        return false;
    }
    for (const char *letter = letters; size < longest && *letter != '\0'; letter++) {
        text[size] = *letter;
        if (!every_text(letters, longest, text, size + 1, visit, context)) {
            return false;
        }
    }
    return true;
}

struct pair {
    struct text a;
    struct text b;
};

static bool not_in_both(struct text text, void *context)
{
    const struct pair *pair = context;
    return !glob_matches_text(pair->a, text) || !glob_matches_text(pair->b, text);
}

static bool in_a_if_in_b(struct text text, void *context)
{
    const struct pair *pair = context;
    return !glob_matches_text(pair->b, text) || glob_matches_text(pair->a, text);
}

/* Two globs with a common text have one of at most their joint length, in letters of theirs or one other. */
static bool overlap_is_a_common_text(struct property *property, const void *context)
{
    (void)context;
    struct pair pair = {property_text(property, "ab*?", LONGEST_GLOB),
                        property_text(property, "ab*?", LONGEST_GLOB)};
    char text[LONGEST_TEXT];
    bool has_common = !every_text("abz", LONGEST_TEXT, text, 0, not_in_both, &pair);
    property_note(property, "a=%s b=%s common=%d", pair.a.data, pair.b.data, has_common);
    return glob_overlaps_text(pair.a, pair.b) == has_common;
}

/* Writes every reading of `narrow` in which a star is up to `most` and a question mark is one of a letter that
 * no glob has, and asks whether `wide` matches all of them. */
static bool matches_all_readings(struct text wide, struct text narrow, size_t at, char *text, size_t size,
                                 size_t most)
{
    if (at == narrow.size) {
        return glob_matches_text(wide, (struct text){text, size});
    }
    if (narrow.data[at] != '*') {
        text[size] = narrow.data[at] == '?' ? 'z' : narrow.data[at];
        return matches_all_readings(wide, narrow, at + 1, text, size + 1, most);
    }
    for (size_t i = 0; i <= most; i++) {
        memset(text + size, 'z', i);
        if (!matches_all_readings(wide, narrow, at + 1, text, size + i, most)) {
            return false;
        }
    }
    return true;
}

static bool inclusion_is_matching_every_reading(struct property *property, const void *context)
{
    (void)context;
    struct text wide = property_text(property, "ab*?", 6);
    struct text narrow = property_text(property, "ab*?", LONGEST_GLOB);
    char text[64];
    bool expected = matches_all_readings(wide, narrow, 0, text, 0, wide.size + 1);
    property_note(property, "wide=%s narrow=%s expected=%d", wide.data, narrow.data, expected);
    return glob_covers_text(wide, narrow) == expected;
}

/* Not by the argument above but by trying every text. */
static bool inclusion_is_never_wrong(struct property *property, const void *context)
{
    (void)context;
    struct pair pair = {property_text(property, "ab*?", LONGEST_GLOB),
                        property_text(property, "ab*?", LONGEST_GLOB)};
    char text[LONGEST_TEXT];
    property_note(property, "wide=%s narrow=%s", pair.a.data, pair.b.data);
    return !glob_covers_text(pair.a, pair.b) || every_text("abz", 6, text, 0, in_a_if_in_b, &pair);
}

static void text_languages_are_exact(void **state)
{
    (void)state;
    assert_true(property_holds("text overlap", 1500, overlap_is_a_common_text, NULL));
    assert_true(property_holds("text inclusion", 20000, inclusion_is_matching_every_reading, NULL));
    assert_true(property_holds("text inclusion, every text", 3000, inclusion_is_never_wrong, NULL));
}

/* ---- Paths ---- */

enum { MOST_SEGMENTS = 4 };

struct drawn_glob {
    struct text segments[MOST_SEGMENTS];
    size_t count;
};

static struct drawn_glob draw_glob(struct property *property)
{
    struct drawn_glob glob = {.count = property_draw(property, MOST_SEGMENTS + 1)};
    for (size_t i = 0; i < glob.count; i++) {
        glob.segments[i] = property_text(property, "ab*?", 2);
        if (glob.segments[i].size == 0) {
            glob.segments[i] = TEXT("**");
        }
    }
    return glob;
}

static struct text join(struct arena *arena, const struct text *segments, size_t count)
{
    struct text path = TEXT("");
    for (size_t i = 0; i < count; i++) {
        path = text_format(arena, "%.*s/%.*s", TEXT_ARG(path), TEXT_ARG(segments[i]));
    }
    return count == 0 ? TEXT("/") : path;
}

/* Every path of up to four of these segments. */
static bool every_path(struct text *segments, size_t count, struct arena *arena,
                       bool (*visit)(struct text text, void *context), void *context)
{
    static const struct text names[] = {TEXT_INIT("a"), TEXT_INIT("b"), TEXT_INIT("z"), TEXT_INIT("az"),
                                        TEXT_INIT("ab")};
    if (!visit(join(arena, segments, count), context)) {
        return false;
    }
    for (size_t i = 0; count < MOST_SEGMENTS && i < sizeof names / sizeof *names; i++) {
        segments[count] = names[i];
        if (!every_path(segments, count + 1, arena, visit, context)) {
            return false;
        }
    }
    return true;
}

static bool path_not_in_both(struct text path, void *context)
{
    const struct pair *pair = context;
    return !glob_matches_path(pair->a, path) || !glob_matches_path(pair->b, path);
}

static bool path_in_a_if_in_b(struct text path, void *context)
{
    const struct pair *pair = context;
    return !glob_matches_path(pair->b, path) || glob_matches_path(pair->a, path);
}

static bool path_answers_are_never_wrong(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct drawn_glob a = draw_glob(property);
    struct drawn_glob b = draw_glob(property);
    struct pair pair = {join(arena, a.segments, a.count), join(arena, b.segments, b.count)};
    struct text path[MOST_SEGMENTS];
    bool are_disjoint = every_path(path, 0, arena, path_not_in_both, &pair);
    bool is_included = every_path(path, 0, arena, path_in_a_if_in_b, &pair);
    bool covers = glob_covers_path(pair.a, pair.b);
    bool overlaps = glob_overlaps_path(pair.a, pair.b);
    property_note(property, "a=%s b=%s covers=%d of %d, overlaps=%d of %d", pair.a.data, pair.b.data, covers,
                  is_included, overlaps, !are_disjoint);
    return (!covers || is_included) && (overlaps || are_disjoint);
}

/* A glob made wider in ways that plainly keep all it had. */
static bool widening_covers(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct drawn_glob narrow = draw_glob(property);
    struct drawn_glob wide = narrow;
    for (size_t i = 0; i < wide.count; i++) {
        if (property_once_in(property, 2)) {
            wide.segments[i] = TEXT("**");
        } else if (property_once_in(property, 2) && !text_equal(wide.segments[i], TEXT("**"))) {
            wide.segments[i] = TEXT("*");
        }
    }
    struct text wide_path = join(arena, wide.segments, wide.count);
    struct text narrow_path = join(arena, narrow.segments, narrow.count);
    property_note(property, "wide=%s narrow=%s", wide_path.data, narrow_path.data);
    return glob_covers_path(wide_path, narrow_path) && glob_overlaps_path(wide_path, narrow_path);
}

static void path_languages_are_sound(void **state)
{
    (void)state;
    assert_true(property_holds("path answers", 1500, path_answers_are_never_wrong, NULL));
    assert_true(property_holds("wider paths cover", 5000, widening_covers, NULL));
}

static void examples(void **state)
{
    (void)state;
    assert_true(glob_covers_path(TEXT("/ws/**"), TEXT("/ws/src/**")));
    assert_true(glob_covers_path(TEXT("/ws/**"), TEXT("/ws")));
    assert_false(glob_covers_path(TEXT("/ws/src/**"), TEXT("/ws/**")));
    assert_true(glob_covers_path(TEXT("/**/*/x"), TEXT("/*/**/x")));
    assert_true(glob_covers_path(TEXT("/*/**/x"), TEXT("/**/*/x")));
    assert_false(glob_covers_path(TEXT("/ws/*"), TEXT("/ws/**")));
    assert_true(glob_covers_path(TEXT("/ws/?*"), TEXT("/ws/*"))); /* no segment is empty */
    assert_true(glob_overlaps_path(TEXT("/ws/src/**"), TEXT("/ws/**/*.c")));
    assert_false(glob_overlaps_path(TEXT("/ws/src/**"), TEXT("/ws/doc/*.c")));
    assert_false(glob_overlaps_path(TEXT("/ws/*.c"), TEXT("/ws/*.h")));
    assert_false(glob_covers_path(TEXT("/**"), TEXT("/ws/../x")));
    assert_true(glob_overlaps_path(TEXT("/a"), TEXT("/ws/../x")));
    assert_true(glob_covers_text(TEXT("*?"), TEXT("?*")));
    assert_false(glob_covers_text(TEXT("?*"), TEXT("*")));
    assert_true(glob_covers_host(TEXT("*.Example.com"), TEXT("*.api.example.com:443")));
    assert_false(glob_covers_host(TEXT("*.example.com:443"), TEXT("*.example.com")));
    assert_false(glob_overlaps_host(TEXT("*:443"), TEXT("a.b:80")));
    assert_true(glob_overlaps_host(TEXT("a.*:443"), TEXT("*.B")));
}

static void globs_beyond_the_limit_give_up_safely(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    enum { LONG = 2000 };
    char *letters = arena_alloc(&arena, LONG);
    memset(letters, 'a', LONG);
    letters[LONG - 1] = '*';
    struct text narrow = {letters, LONG};
    assert_false(glob_covers_text(TEXT("*a"), narrow));
    assert_true(glob_overlaps_text(TEXT("b*"), narrow));
    assert_true(glob_covers_text(TEXT("*"), text_slice(narrow, 0, LONG - 1)));
    assert_false(glob_overlaps_text(TEXT("b*"), text_slice(narrow, 0, LONG - 1)));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_languages_are_exact),
        cmocka_unit_test(path_languages_are_sound),
        cmocka_unit_test(examples),
        cmocka_unit_test(globs_beyond_the_limit_give_up_safely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
