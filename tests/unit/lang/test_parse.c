/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "support.h"

static void expect_codes(const char *source, const char *codes)
{
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct parsed parsed = parse(text_of(source), &arena);
    struct text found = codes_of(&parsed, true);
    if (!text_equal(found, text_of(codes))) {
        fail_msg("\"%.*s\" instead of \"%s\" for:\n%s", TEXT_ARG(found), codes, source);
    }
}

#define TASK "task t v0\ngoal \"g\"\nuse x, y\n"
#define POLICY "policy p v0\ngoal \"g\"\n"

static void headers(void **state)
{
    (void)state;
    expect_codes("", "AEX001 AEX002 AEX003");
    expect_codes("\n\n# nothing\n", "AEX001 AEX002 AEX003");
    expect_codes("policy a.b v0\ngoal \"g\"\nallow x", "");
    expect_codes("task a.b v0\ngoal \"g\"\nreturn 1", "AEX100");
    expect_codes("agent a-b v0.12.3\ngoal \"g\"\nreturn 1", "");
    expect_codes("policy p v\ngoal \"g\"\nallow x", "AEX100");
    expect_codes("policy p 0\ngoal \"g\"\nallow x", "AEX100");
    expect_codes("policy p v0.\ngoal \"g\"\nallow x", "AEX100");
    expect_codes("policy p v0 x\ngoal \"g\"\nallow x", "AEX100");
    expect_codes("allow x\n" POLICY, "AEX121");
    expect_codes(POLICY "allow x\npolicy q v0\n", "AEX209");
    expect_codes("policy p v00\ngoal \"g\"\nallow x", "");
}

static void versions_that_are_not_known(void **state)
{
    (void)state;
    expect_codes("nonsense\npolicy p v2\nmore nonsense\n", "AEX101");
    expect_codes("policy p v2.1\n", "AEX101");
    expect_codes("policy p v2\nallow x", "AEX101");
    expect_codes("policy p v10\n", "AEX101");
}

#define LATER "policy p v1\ngoal \"x\"\nallow x\n"

static void version_1_adds_words(void **state)
{
    (void)state;
    expect_codes(LATER "map a as x.y\nmap a@b as file.read:args.c\nredact secrets\n", "");
    expect_codes("policy p v01.2\ngoal \"x\"\nallow x\nmap a as x.y\n", "");
    expect_codes("task t v1\ngoal \"x\"\nmap a as x.y\nredact secrets\nreturn 1\n", "");
    expect_codes("map a as x.y\n" LATER, "AEX103");
    expect_codes(POLICY "allow x\nmap a as x.y\nredact secrets", "AEX103 AEX103");
    expect_codes(LATER "map a@b c as x.y\nmap a as x y\nmap a as x.y:z\nmap a as x.y:args.\nredact x",
                 "AEX100 AEX100 AEX100 AEX100 AEX100");
    expect_codes(LATER "map a as aex\nmap a as aex.x\nmap a as *\nmap a as x.*\nmap a as x:\n",
                 "AEX105 AEX105 AEX105 AEX105 AEX100");
    /* What would not be enforced must not be taken for something else. */
    expect_codes(LATER "deny x when a\ndeny x via a\ndeny x, y because \"z\"\nconfirm before x when a",
                 "AEX104 AEX104 AEX104 AEX104");
    expect_codes(LATER "deny x y\nallow a**", "AEX100 AEX100");
    expect_codes(LATER "deny file.read:\"a when b\"", "");
    expect_codes(LATER "budget minutes=3\nextends \"a\"\napproval x", "AEX104 AEX104 AEX104");
    expect_codes(POLICY "allow x\nextends \"a\"", "AEX100");
}

static void mistakes_in_every_statement(void **state)
{
    (void)state;
    expect_codes(POLICY "allow\ndeny\nconfirm x\nconfirm before\nallow x", "AEX100 AEX100 AEX100 AEX100");
    expect_codes(POLICY "allow x\nbudget\nbudget calls\nbudget =5\nbudget calls=x, calls=y",
                 "AEX100 AEX100 AEX100 AEX100 AEX100");
    expect_codes("policy p v0\ngoal text\nallow x", "AEX100");
    expect_codes("policy p v0\ngoal \"\"\nallow x", "AEX002");
    expect_codes("policy p v0\ngoal \"\nallow x", "AEX100");
    expect_codes(TASK "need x\nneed : str\nneed a b: str\nneed x:\nreturn 1", "AEX100 AEX100 AEX100 AEX100");
    expect_codes(TASK "do x\ndo x(\ndo (a)\ndo x() y\ndo x() ->\ndo x() -> a b\ndo x-y()\nreturn 1",
                 "AEX100 AEX100 AEX100 AEX100 AEX100 AEX100 AEX100");
    expect_codes(TASK "make a from b with:\n- x\nmake a: b with:\nmake a: b from with:\nreturn 1",
                 "AEX100 AEX100 AEX100");
    expect_codes(TASK "check\nif\n  do x()\nfor a\n  do x()\nfor in b\n  do x()\nreturn 1",
                 "AEX100 AEX100 AEX100 AEX100");
    expect_codes(TASK "return", "AEX100");
    expect_codes(TASK "- stray\n* stray\nreturns 1\nreturn 1", "AEX100 AEX100 AEX100");
    expect_codes(TASK "if 1\n  use z\n  need a: str\n  do x()\nreturn 1", "AEX210 AEX100 AEX100");
}

static void mistakes_of_a_whole_document(void **state)
{
    (void)state;
    expect_codes(TASK "do z()\nreturn 1", "AEX010");
    expect_codes(TASK "deny x\ndo x()\nreturn 1", "AEX202 AEX011");
    expect_codes(TASK "deny x:a\ndo x()\nreturn 1", "");
    expect_codes("task t v0\ngoal \"g\"\nuse x:a\ndo x()\nreturn 1", "");
    expect_codes("task t v0\ngoal \"g\"\nallow x\ndo x()\nreturn 1", "AEX121 AEX010");
    expect_codes(TASK "make a: b from c, $d with:\n- x\nreturn a", "AEX020 AEX020");
    expect_codes(TASK "do x() -> c\nmake a: b from c.d, $c with:\n- x\nreturn a", "");
    expect_codes(TASK "need a: list[list[str?]]?\nneed b: list\nneed c: strr\nreturn \"a b c\"",
                 "AEX032 AEX032");
    expect_codes(POLICY "allow x\ndo x()\nneed a: str\nif x\n  do y()\nreturn 1",
                 "AEX120 AEX120 AEX120 AEX120");
}

static void warnings(void **state)
{
    (void)state;
    expect_codes(POLICY "allow ,\ndeny x", "AEX213 AEX201");
    expect_codes(POLICY "allow network.fetch:http://a/b", "AEX201");
    expect_codes(POLICY "allow git.push, git.*, git.x:y\ndeny git.*, git.x:y", "AEX202 AEX202 AEX202");
    expect_codes(POLICY "allow a.b:c\ndeny a.b:c", "AEX202");
    expect_codes(POLICY "allow a.b\ndeny a.b:c", "");
    expect_codes(POLICY "allow a.b\nconfirm before a.c, a.*, b.*\nconfirm before *", "AEX203 AEX203");
    expect_codes(POLICY "allow a.*\ndeny a.b\nconfirm before a.b", "AEX203");
    expect_codes(POLICY "allow fiel.read, files.x, files.y, netwrok.a, mcp.git, tool.x", "AEX204 AEX204");
    expect_codes(TASK "check a\ndo x() -> a\nfor b in c\n  do x(v=d)\ndo x() -> d\nreturn e",
                 "AEX205 AEX205 AEX205 AEX205");
    expect_codes(TASK "return \"e\"", "");
    expect_codes(TASK "need a: str\nneed b: str\nneed c: str\nneed d: str\nmake m: t from a with:\n- see b\n"
                      "do x(v=c)\nreturn m",
                 "AEX206");
    expect_codes(POLICY "allow x\nbudget calls=0\nbudget calls=-1, calls=0.5",
                 "AEX207 AEX207 AEX209 AEX207 AEX209");
    expect_codes(POLICY "allow x\nbudget usd=3", "AEX208");
    expect_codes(POLICY "goal \"h\"\nallow x", "AEX209");
    expect_codes(TASK "need a: str\nneed a: int\nreturn a", "AEX209");
    expect_codes(TASK "do x() -> a\ncheck a > 3\ncheck a is good\ncheck a has \"x\"\ncheck a has citations\n"
                      "check a has valid diff\ncheck a is valid diff\ncheck a touches only files\n"
                      "check a does not include \"x\"\nif a has\n  do x()\nreturn a",
                 "AEX210 AEX210 AEX210");
    expect_codes(POLICY "allow a b, .x, y*", "AEX211 AEX211 AEX211");
    expect_codes(POLICY "allow file.read:../x", "AEX211");
    expect_codes(TASK "do x() -> a\nif a\nreturn a", "AEX212");
    expect_codes(POLICY, "AEX213");
    expect_codes(POLICY "allow x\n# \xE2\x80\xAE\n# \x1B[0m\n", "AEX214 AEX214");
    /* Tags, a mark of direction of their own; joiners are no mistake. */
    expect_codes(POLICY "allow x\n# \xF3\xA0\x81\xB2\n", "AEX214");
    expect_codes(POLICY "allow x\n# \xD8\x9C \xE2\x80\x8D \xF3\xB0\x80\x80\n", "AEX214");
    expect_codes(TASK "do x(a=1, b=2, a=3)\nreturn \"x\"", "AEX215");
    expect_codes(TASK "do x() -> a\nif a\n \tdo x()\nreturn a", "AEX216");
}

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct parsed parsed = parse(TEXT("policy p v0\ngoal \"g\"\nallow a\0b, c\xFF\n"), &arena);
    assert_true(text_equal(codes_of(&parsed, false), TEXT("AEX102 AEX102")));
    parsed = parse(TEXT("policy p v0\ngoal \"\xC3\xA9\xC3\xA9\"\nallow \xC3\xA9, a..b\n"), &arena);
    assert_true(text_equal(codes_of(&parsed, true), TEXT("AEX211")));
    assert_int_equal(parsed.diagnostics.list.items[0].column, 10);
    assert_int_equal(parsed.diagnostics.list.items[0].end_column, 14);
    /* A carriage return inside a line is an ordinary character. */
    parsed = parse(TEXT("policy p v0\r\ngoal \"a\rb\"\r\nallow x\r\n"), &arena);
    assert_int_equal(parsed.diagnostics.error_count, 0);
    assert_true(text_equal(parsed.document->statements.items[0].value.text, TEXT("a\rb")));
}

static void bodies_end_where_indentation_does(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct parsed parsed = parse(TEXT(TASK "if x\n   do x(a=1)\n      do x(a=2)\n  # about y\n  do y()\n"
                                           "for a in b\n\tif a\n\t\tdo x()\n\tdo y()\nreturn 1\n"),
                                 &arena);
    const struct statement_vector *all = &parsed.document->statements;
    assert_int_equal(all->count, 6);
    assert_int_equal(all->items[2].body.count, 2);
    assert_int_equal(all->items[3].kind, STATEMENT_DO);
    assert_int_equal(all->items[3].comments.count, 1);
    assert_int_equal(all->items[4].body.count, 2);
    assert_int_equal(all->items[4].body.items[0].body.count, 1);
    assert_int_equal(all->items[5].kind, STATEMENT_RETURN);
}

static void values_span_lines(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct parsed parsed =
        parse(TEXT(TASK "return { a: {b: 1}\n  # }\n  // }\n  c: \"}\",\n  d: it's }\ndo x()\n"), &arena);
    const struct statement *result = &parsed.document->statements.items[2];
    assert_int_equal(parsed.diagnostics.error_count, 0);
    assert_int_equal(result->kind, STATEMENT_RETURN);
    assert_true(text_equal(result->value.text, TEXT("{ a: {b: 1}\n  # }\n  // }\n  c: \"}\",\n  d: it's }")));
    assert_int_equal(parsed.document->statements.items[3].kind, STATEMENT_DO);
    assert_int_equal(parsed.document->statements.items[3].range.line, 9);
    /* Nothing closes it: what follows is read all the same. */
    parsed = parse(TEXT(TASK "return {\n  a: b\n  check: c\ndo z()\nreturn {\ndo z()\n"), &arena);
    assert_true(text_equal(codes_of(&parsed, false), TEXT("AEX100 AEX010 AEX100 AEX010")));
    assert_int_equal(parsed.diagnostics.list.items[1].line, 7);
}

static void instructions_keep_their_comments(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct parsed parsed =
        parse(TEXT(TASK "need a: str\nmake m: t from a with:\n  # one\n  - -- first\n\n# two\n"
                        "  - second\n  # below\ncheck m\nreturn m\n"),
              &arena);
    const struct statement *make = &parsed.document->statements.items[3];
    assert_int_equal(parsed.diagnostics.error_count, 0);
    assert_int_equal(make->kind, STATEMENT_MAKE);
    assert_int_equal(make->instructions.count, 2);
    assert_true(text_equal(make->instructions.items[0].text, TEXT("first")));
    assert_int_equal(make->inner_comments.count, 2);
    assert_int_equal(parsed.document->statements.items[4].comments.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers),
        cmocka_unit_test(versions_that_are_not_known),
        cmocka_unit_test(version_1_adds_words),
        cmocka_unit_test(mistakes_in_every_statement),
        cmocka_unit_test(mistakes_of_a_whole_document),
        cmocka_unit_test(warnings),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(bodies_end_where_indentation_does),
        cmocka_unit_test(values_span_lines),
        cmocka_unit_test(instructions_keep_their_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
