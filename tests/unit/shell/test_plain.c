/* SPDX-License-Identifier: Apache-2.0 */
/* Which command lines need no shell; those that are taken apart are compared with what sh(1) makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/builder.h"
#include "shell/plain.h"

enum { MEMORY = 16 * 1024 * 1024 };

static struct text joined(struct arena *arena, const struct text_vector *words)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < words->count; i++) {
        builder_format(&out, "[%.*s]", TEXT_ARG(words->items[i]));
    }
    return builder_text(&out);
}

static void test_plain(void **state)
{
    static const char *const lines[][2] = {
        {"node srv.mjs", "[node][srv.mjs]"},
        {"  npx -y '@scope/name' . # and why", "[npx][-y][@scope/name][.]"},
        {"node 'a b' \"c d\" e\\ f ''", "[node][a b][c d][e f][]"},
        {"exec node srv.mjs", "[node][srv.mjs]"},
        {"node \\\n srv.mjs\n", "[node][srv.mjs]"},
        {"A=1 B='x y' C= node srv.mjs", "[env][A=1][B=x y][C=][node][srv.mjs]"},
        {"/bin/sh -c 'a | b'", "[/bin/sh][-c][a | b]"},
        {"node a=b --x=y", "[node][a=b][--x=y]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        AUTO_ARENA arena;
        struct text_vector words;
        arena_init(&arena, MEMORY);
        if (!shell_plain_words(text_of(lines[i][0]), &arena, &words)) {
            fail_msg("not plain: %s", lines[i][0]);
        }
        assert_string_equal(joined(&arena, &words).data, lines[i][1]);
    }
}

static void test_needs_a_shell(void **state)
{
    static const char *const lines[] = {
        "",
        "# nothing",
        "A=1",
        "cd x && node s",
        "node s; node t",
        "node s &",
        "node s | tee x",
        "! node s",
        "time node s",
        "node s >x",
        "node s 2>&1",
        "node <x",
        "node $X",
        "node \"$X\"",
        "node `x`",
        "node $(x)",
        "node ~/s",
        "node *",
        "node s?",
        "node [ab]",
        "node {a,b}",
        "node {a",
        "node $'a'",
        "node @(a)",
        "node 'a",
        "(node s)",
        "{ node s; }",
        "if node s; then node t; fi",
        "f() { node s; }",
        "cd x",
        "eval node s",
        ". ./x",
        "exec -a x node s",
        "exec",
        "exec >x",
        "export A=1",
        "A=$X node s",
        "A=~ node s",
        "A+=1 node s",
        "A=(1 2) node s",
        "A[1]=2 node s",
        "A=1 ./x=y",
        "'' a",
        "[[ -f x ]]",
        "((1))",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        AUTO_ARENA arena;
        struct text_vector words;
        arena_init(&arena, MEMORY);
        if (shell_plain_words(text_of(lines[i]), &arena, &words)) {
            fail_msg("plain: %s gives %s", lines[i], joined(&arena, &words).data);
        }
    }
}

/* Arguments for a program that prints each on a line, as a person might quote them. */
static void test_as_a_shell_reads_them(void **state)
{
    static const char *const arguments[] = {
        "a b  c",
        "'a b' \"c d\"",
        "a\\ b \\\\ \\' \\\"",
        "\"a\\\"b\" \"a\\\\b\" \"a\\b\" \"a\\$b\" \"\\`\"",
        "'a\\b' 'a\"b' \"a'b\"",
        "a'b'\"c\"d",
        "'' \"\" x''",
        "a#b '#c' #d",
        "a=b -c=d --e=~ f~",
        "!a a! ^ % @ + , . : / } ] -",
        "a\\\nb \"c\\\nd\"",
        "\\a \\n \"\\n\" '\\n'",
        "\xc3\xa9 \xc2\xa0x",
        "a\tb",
        "\\* \\? '[' \"*\" '~' '{a,b}' \\{a,b\\}",
    };
    size_t compared = 0;
    (void)state;
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        AUTO_ARENA arena;
        struct text_vector words;
        char output[4096];
        arena_init(&arena, MEMORY);
        struct text line = text_format(&arena, "/usr/bin/printf '<%%s>\\n' %s", arguments[i]);
        if (!shell_plain_words(line, &arena, &words)) {
            continue; /* left to the shell: nothing to compare */
        }
        struct builder expected;
        builder_init(&expected, &arena);
        for (size_t j = 2; j < words.count; j++) {
            builder_format(&expected, "<%.*s>\n", TEXT_ARG(words.items[j]));
        }
        FILE *shell = popen(line.data, "r");
        assert_non_null(shell);
        size_t size = fread(output, 1, sizeof output, shell);
        assert_int_equal(pclose(shell), 0);
        if (!text_equal(builder_text(&expected), (struct text){output, size})) {
            fail_msg("%s: %s, not %.*s", arguments[i], builder_text(&expected).data, (int)size, output);
        }
        compared++;
    }
    assert_true(compared >= 13);
}

static void test_first_program(void **state)
{
    static const char *const lines[][2] = {
        {"node srv.mjs | tee x", "[node][srv.mjs]"},
        {"cd x && exec node srv.mjs \"$1\" y", "[node][srv.mjs]"},
        {"A=$B npx -y name >x", "[npx][-y][name]"},
        {"if test -x a; then exec ./a; fi", "[./a]"},
        {"f() { a; }; b", "[b]"},
        {"$X y", ""},
        {"cd x", ""},
        {"'", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, MEMORY);
        struct text_vector words = shell_first_program(text_of(lines[i][0]), &arena);
        assert_string_equal(joined(&arena, &words).data, lines[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_needs_a_shell),
        cmocka_unit_test(test_as_a_shell_reads_them),
        cmocka_unit_test(test_first_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
