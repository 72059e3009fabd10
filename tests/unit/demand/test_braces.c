/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/builder.h"
#include "demand/braces.h"
#include "os/path.h"
#include "pattern/glob.h"
#include "support/check.h"
#include "support/property.h"

static struct text joined(struct arena *arena, struct text_vector globs)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < globs.count; i++) {
        builder_format(&out, "%s%.*s", i == 0 ? "" : " ", TEXT_ARG(globs.items[i]));
    }
    return builder_text(&out);
}

static void globs_are_written_out(void **state)
{
    (void)state;
    static const struct {
        const char *glob;
        const char *written;
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"**/*.c", "**/*.c"},
        {"{a,b}", "b a"},
        {"x{a,b}y", "xby xay"},
        {"{a,b}/{c,d}", "b/d b/c a/d a/c"},
        {"{a,{b,c}}", "c b a"},
        {"{a/b,c}d", "cd a/bd"},
        {"{,a}", "a "},
        {"{,}", " "},
        {"{a}", "*"},
        {"x{1..3}y", "x*y"},
        {"{a", "*"},
        {"b/{a", "b/*"},
        {"a}", "*"},
        {"src/[ab]*.c", "src/*"},
        {"src/@(a|b)/x", "src/*/x"},
        {"a\\*b/c", "*/c"},
        /* What could be read in more ways than one names everything. */
        {"{a/b}", "/**"},
        {"{a,{b,c/d}", "/**"},
        {"\\{a,b/c}", "/**"},
        {"a[/]b", "/**"},
        {"[{]a,b/c}", "/**"},
        {"+(a/b|c)", "/**"},
        {"[a/b", "/**"},
        {"{},}", "/**"},
        {"{a},}", "/**"},
        {"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "/**"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text written = joined(&arena, braces_expand(text_of(cases[i].glob), &arena));
        if (!text_equal(written, text_of(cases[i].written))) {
            fail_msg("%s gave \"%.*s\", expected \"%s\"", cases[i].glob, TEXT_ARG(written), cases[i].written);
        }
    }
}

static void long_ones_end_soon(void **state)
{
    (void)state;
    static const char *const repeated[] = {"{", "{,", "{a,", "}", "[", "(", "{a}", "{a,b}/", "\\", "{{,}"};
    for (size_t i = 0; i < COUNT_OF(repeated); i++) {
        AUTO_ARENA arena;
        arena_init(&arena, 256 * 1024 * 1024);
        struct builder glob;
        builder_init(&glob, &arena);
        for (int j = 0; j < 2000; j++) {
            builder_add_c(&glob, repeated[i]);
        }
        assert_case(braces_expand(builder_text(&glob), &arena).count > 0, repeated[i]);
    }
}

/* Some result matches the word, both put below one folder. */
static bool is_covered(struct arena *arena, const struct text_vector *globs, struct text word)
{
    struct text path = path_normalise(arena, TEXT("/r"), word);
    for (size_t i = 0; i < globs->count; i++) {
        if (glob_matches_path(path_normalise(arena, TEXT("/r"), globs->items[i]), path)) {
            return true;
        }
    }
    return false;
}

/* What Bash itself makes of the braces is among what we say. */
static bool covers_bash(struct property *property, const void *context)
{
    (void)context;
    static const char *const pieces[] = {"a", "b", "{", ",", "}", "/", "1..3", "x..z"};
    struct arena *arena = property_arena(property);
    struct builder glob;
    builder_init(&glob, arena);
    for (uint32_t i = property_draw(property, 12); i > 0; i--) {
        builder_add_c(&glob, pieces[property_draw(property, COUNT_OF(pieces))]);
    }
    struct text pattern = builder_text(&glob);
    struct text_vector globs = braces_expand(pattern, arena);
    struct text command = text_format(arena, "exec bash -c 'set -f; printf \"%%s\\n\" x%s'", pattern.data);
    FILE *stream = popen(command.data, "r");
    assert_non_null(stream);
    char line[1024];
    bool covered = true;
    while (fgets(line, sizeof line, stream) != NULL) {
        struct text word = text_trim_space(text_of(line));
        if (!is_covered(arena, &globs, text_after(word, 1))) {
            property_note(property, "%s: Bash says %s, we say %.*s", pattern.data, line + 1,
                          TEXT_ARG(joined(arena, globs)));
            covered = false;
        }
    }
    assert_int_equal(pclose(stream), 0);
    return covered;
}

static void bash_finds_nothing_else(void **state)
{
    (void)state;
    if (access("/bin/bash", X_OK) != 0) {
        print_message("skipped: there is no bash\n");
        skip();
    }
    assert_true(property_holds("braces cover Bash's", 400, covers_bash, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs_are_written_out),
        cmocka_unit_test(long_ones_end_soon),
        cmocka_unit_test(bash_finds_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
