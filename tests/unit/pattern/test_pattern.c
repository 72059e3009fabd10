/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pattern/pattern.h"

static struct pattern parsed(const char *source)
{
    struct pattern pattern;
    struct error err;
    if (!pattern_parse(text_of(source), &pattern, &err)) {
        fail_msg("%s", err.message);
    }
    return pattern;
}

static void patterns_are_taken_apart(void **state)
{
    (void)state;
    struct pattern pattern = parsed("file.read:\"a b, c/**\"");
    assert_true(text_equal(pattern.capability, TEXT("file.read")));
    assert_false(pattern.is_wildcard);
    assert_int_equal(pattern.scope_kind, SCOPE_PATH);
    assert_true(text_equal(pattern.scope, TEXT("a b, c/**")));
    pattern = parsed("network.*:*.example.com:443");
    assert_true(pattern.is_wildcard);
    assert_true(text_equal(pattern.capability, TEXT("network")));
    assert_int_equal(pattern.scope_kind, SCOPE_HOST);
    assert_true(text_equal(pattern.scope, TEXT("*.example.com:443")));
    pattern = parsed("*");
    assert_true(pattern.is_wildcard);
    assert_int_equal(pattern.capability.size, 0);
    assert_int_equal(pattern.scope_kind, SCOPE_NONE);
    assert_int_equal(parsed("git.push:origin/*").scope_kind, SCOPE_TEXT);
    assert_int_equal(parsed("filex.y:a").scope_kind, SCOPE_TEXT);
}

static void mistakes_are_refused(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "",
        ":x",
        "file.read:",
        "file.read:\"\"",
        "a b",
        "a,b",
        ".a",
        "a.",
        "a..b",
        "a*",
        "*.a",
        "a.*.b",
        "**",
        "a.**",
        "a.b*",
        "file.read:a b",
        "file.read:a,b",
        "file.read:\"a",
        "file.read:\"",
        "\"a\"",
        "a.b:x\"y",
        "a:\"b\"c",
        "a:\"b\"\"",
        "a.b ",
        " a.b",
        "a:\"x\ny\"",
        "a\tb",
        ".*",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct pattern pattern = {.source = TEXT("untouched")};
        struct error err = {.message = ""};
        if (pattern_parse(text_of(sources[i]), &pattern, &err)) {
            fail_msg("'%s' was accepted", sources[i]);
        }
        assert_true(err.message[0] != '\0');
        assert_true(text_equal(pattern.source, TEXT("untouched")));
    }
    struct pattern pattern;
    assert_false(pattern_parse(TEXT("a\0b"), &pattern, NULL));
    assert_false(pattern_parse(TEXT("a:b\0c"), &pattern, NULL));
    assert_false(pattern_parse(TEXT("a:\"b\0c\""), &pattern, NULL));
}

static bool matches(const char *source, const char *name)
{
    struct pattern pattern = parsed(source);
    return pattern_matches_capability(&pattern, text_of(name));
}

static void names_match_at_dots(void **state)
{
    (void)state;
    assert_true(matches("network.*", "network"));
    assert_true(matches("network.*", "network.fetch"));
    assert_true(matches("network.*", "network.fetch.x"));
    assert_false(matches("network.*", "networkx.y"));
    assert_false(matches("network.*", "networ"));
    assert_true(matches("*", "anything"));
    assert_false(matches("git", "git.push"));
    assert_false(matches("git.push", "git.Push"));
    assert_true(matches("aex.configure", "aex.configure"));
    assert_false(matches("aex.*", "aex.configure"));
    assert_false(matches("*", "aex.configure"));
    assert_true(matches("aex.*", "aex.other"));
}

enum relation { NEITHER, COVERS, COVERED, EQUAL };

static void languages_of_patterns_are_compared(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        enum relation relation;
    } cases[] = {
        {"git.*", "git.diff", COVERS},
        {"*", "git.diff", COVERS},
        {"*", "*", EQUAL},
        {"git.*", "git", COVERS},
        {"git", "gitx.*", NEITHER},
        {"*", "aex.configure", NEITHER},
        {"aex.*", "aex.configure", NEITHER},
        {"*", "aex.*", COVERS},
        {"file.*", "file.read:src/**", COVERS},
        {"file.read:src/**", "file.read", COVERED},
        {"file.write:src/**", "file.write:**/*.c", NEITHER},
        {"file.write:src/**", "file.write:src/a/*.c", COVERS},
        {"file.write:src/**", "file.write:doc/**", NEITHER},
        {"file.write:/src/", "file.write:/src/**", EQUAL},
        {"file.write:src/", "file.write:src/**", COVERS}, // as a deny at any depth
        {"file.write:./src//x", "file.write:src/x", EQUAL},
        {"file.*:src/**", "file.read:src/a", COVERS},
        {"file.read", "file.read:/etc/passwd", NEITHER},
        {"file.read", "file.read:~/x", NEITHER},
        {"file.read:/**", "file.read:src/x", COVERS},
        {"file.read:/**", "file.read:.env", COVERS},
        {"file.read:/**", "file.read:~/x", COVERS},
        {"file.read:/etc/*.c", "file.read:src/*.h", NEITHER}, /* the anchor may lie in a folder /etc/x.c */
        {"file.read:/etc/**", "file.read:x/y", NEITHER},      // the folder may be /etc
        {"file.read:/**/*.c", "file.read:src/*.c", COVERS},
        {"file.read:~/a/**", "file.read:~/a/b", COVERS},
        {"file.read:~/a", "file.read:~/b", NEITHER},
        {"file.read:~", "file.read:~/", COVERED},
        /* As a deny, .env holds everywhere. */
        {"file.read:.env", "file.read:src/**", NEITHER},
        {"file.read:**/.env", "file.read:.env", NEITHER},
        {"file.read:.e*", "file.read:.env", COVERS},
        {"file.read:.env", "file.read:/etc/.env", NEITHER},
        {"file.read:../x", "file.read:a/b", NEITHER},
        {"network.fetch:*.example.com", "network.fetch:A.example.com:80", COVERS},
        {"network.fetch:*:443", "network.*:a.b:80", NEITHER},
        {"git.push:origin/*", "git.push:origin/a/b", COVERS},
        {"git.push:origin/*", "git.push:fork/*", NEITHER},
        {"*:a*", "git.push:ab", COVERS},
        {"*:a*", "*:ab*", COVERS},
        {"*:a/*", "*:a/*/b", NEITHER}, // one segment of a path, any run of a text
        {"*:a/*", "file.read:a/b/c", NEITHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum relation relation = cases[i].relation;
        struct pattern a = parsed(cases[i].a);
        struct pattern b = parsed(cases[i].b);
        bool wanted[] = {relation == COVERS || relation == EQUAL, relation == COVERED || relation == EQUAL};
        bool found[] = {pattern_covers(&a, &b), pattern_covers(&b, &a)};
        if (memcmp(wanted, found, sizeof wanted) != 0) {
            fail_msg("%s and %s: covers %d, covered %d", cases[i].a, cases[i].b, found[0], found[1]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_taken_apart),
        cmocka_unit_test(mistakes_are_refused),
        cmocka_unit_test(names_match_at_dots),
        cmocka_unit_test(languages_of_patterns_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
