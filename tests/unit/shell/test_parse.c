/* SPDX-License-Identifier: Apache-2.0 */
/* What the grammar accepts and refuses, and the places and values of words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/builder.h"
#include "base/limits.h"
#include "shell/parse.h"

static bool parses(struct text source, struct arena *arena, struct shell_tree *ret_tree)
{
    size_t offset;
    struct error err;
    return shell_parse(source, arena, ret_tree, &offset, &err);
}

static void test_accepts(void **state)
{
    static const char *const accepted[] = {
        "",
        "# only a comment",
        "a; b & c && d || ! e | f |& g",
        "if a; then b; elif c; then d; else e; fi >f",
        "while a; do b; done < x; until a; do b; done",
        "for x; do a; done; for x in 1 2; { a; }; for ((i = 0; i < 3; i++)); do a; done",
        "select x in a b; do c; done",
        "case $x in (a|b) c;; d) e;& f) g;;& *) h; esac",
        "f() { a; }; function g { b; }; function h() (c)",
        "[[ -f a && ( $b == c* || ! $d =~ ^(x y)$ ) ]]",
        "(( x = 1 + (2 * 3) )); ((ls) | cat)",
        "coproc a b; coproc NAME { c; }",
        "a=1 b+=2 c[1 + 2]=3 d=(x [2]=y) cmd; declare -a e=(1 2)",
        "a <b >c >>d >|e &>f &>>g 2>&1 <&- {fd}>h <>i <<<j 3<&0-",
        "cat <<A <<-'B'\nx $(y) `z`\nA\n\tw\n\tB",
        "diff <(a) >(b) x<(c)",
        "echo ${a} ${#a} ${a:-b c} ${a##*/} ${a//x/y} ${a:1:2} ${!a} ${a[@]} ${a@Q} ${a^^} $1 $@ $$ ${#}",
        "echo $((1 + $x + ${y} + $(z))) $[1+2] $'a\\x41\\'b' $\"c\"",
        "echo {a,b} {1..3} a{b c}d @(a|b) !(c)* +([0-9])",
        "echo a\\\nb && \\\nc",
        "time -p a; time",
        "! a",
        "echo \"a $(b \"c $(d)\") e\"",
        "echo \"${x:-\"y\"}\" ${x:-'}'}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, (size_t)16 * 1024 * 1024);
        struct shell_tree tree;
        if (!parses(text_of(accepted[i]), &arena, &tree)) {
            fail_msg("refused: %s", accepted[i]);
        }
    }
}

static void test_refuses(void **state)
{
    static const char *const refused[] = {
        "'",
        "\"",
        "`",
        "$(",
        "${",
        "${x",
        "$((1",
        "a | ",
        "a &&",
        "| a",
        "; a",
        "a ;; b",
        "( a",
        "{ a; ",
        "a )",
        "if a; then",
        "if a; fi",
        "while a; do",
        "for 1 in a; do b; done",
        "case x in a) b",
        "[[ a",
        "[[ a b ]]",
        "cat <<A",
        "cat <<A\nx",
        "cat <<A\nx\nB",
        "$(cat <<A)",
        "f() a",
        "a >",
        "a > ; b",
        "echo >! x",
        "a=(b",
        "cmd a=(b)",
        "i\\\nf a",
        "th\\\nen",
        "fi",
        "done",
        "in x",
        "echo (a)",
        "a\\",
        "$'\\0'",
        "${(x)}",
        "cat <<A\nA\\\n",
        "cat <<$(x)\ny\n$(x)\n",
        "a >>| b",
        "a & && b",
    };
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, (size_t)16 * 1024 * 1024);
        struct shell_tree tree;
        if (parses(text_of(refused[i]), &arena, &tree)) {
            fail_msg("accepted: %s", refused[i]);
        }
    }
}

static void test_limits(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)512 * 1024 * 1024);
    struct shell_tree tree;
    assert_false(parses(TEXT("ls\0; rm"), &arena, &tree));
    static const char *const openings[] = {"(", "$(", "{ ", "if ", "\"$(", "${x:-", "((", "$((", "x[$("};
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        struct builder deep;
        builder_init(&deep, &arena);
        for (size_t depth = 0; depth < (size_t)LIMIT_NESTING * 20; depth++) {
            builder_add_c(&deep, openings[i]);
        }
        assert_false(parses(builder_text(&deep), &arena, &tree));
    }
    struct builder large;
    builder_init(&large, &arena);
    builder_add_repeated(&large, 'a', LIMIT_SHELL_COMMAND + 1);
    assert_false(parses(builder_text(&large), &arena, &tree));
}

static void test_words(void **state)
{
    static const struct {
        const char *source;
        const char *exact; /* of the first word; NULL: not exact */
        size_t end;
    } rows[] = {
        {"git push", "git", 3},
        {"\\git x", "git", 4},
        {"'git' x", "git", 5},
        {"\"gi\"t x", "git", 5},
        {"$'\\x67it' x", "git", 9},
        {"$'g\\151t' x", "git", 9},
        {"g\\\nit x", "git", 5},
        {"\"a\\$b\\c\" x", "a$b\\c", 8},
        {"git\302\240status x", "git\302\240status", 11},
        {"$x y", NULL, 2},
        {"a$(b)c d", NULL, 6},
        {"a* b", NULL, 2},
        {"~ b", NULL, 1},
        {"{a,b} c", NULL, 5},
        {"$'\\u00e9' x", NULL, 9},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, (size_t)16 * 1024 * 1024);
        struct shell_tree tree;
        assert_true(parses(text_of(rows[i].source), &arena, &tree));
        const struct shell_word *word = tree.first->words;
        assert_non_null(word);
        assert_int_equal(word->range.start, 0);
        assert_int_equal(word->range.end, rows[i].end);
        assert_int_equal(word->is_exact, rows[i].exact != NULL);
        if (rows[i].exact != NULL) {
            assert_true(text_equal(word->exact, text_of(rows[i].exact)));
        }
    }
}

static void test_documents(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, (size_t)16 * 1024 * 1024);
    struct shell_tree tree;
    assert_true(parses(TEXT("a <<'E' <<-F\n$x `\nE\n\ty\n\tz\n\tF\nb"), &arena, &tree));
    const struct shell_redirect *first = tree.first->redirects;
    assert_true(first->body->is_exact && text_equal(first->body->exact, TEXT("$x `\n")));
    assert_non_null(first->next->body);
    assert_true(text_equal(tree.first->next->words->exact, TEXT("b")));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts), cmocka_unit_test(test_refuses),   cmocka_unit_test(test_limits),
        cmocka_unit_test(test_words),   cmocka_unit_test(test_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
