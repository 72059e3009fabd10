/* SPDX-License-Identifier: Apache-2.0 */
/* Claude Code's deny rules against the list of secrets that the gate itself keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup/claude.h"

enum { MEMORY = 1024 * 1024 };

static bool has_rule(struct text rule)
{
    for (const char *const *found = claude_deny_rules(); *found != NULL; found++) {
        if (text_equal(text_of(*found), rule)) {
            return true;
        }
    }
    return false;
}

static const char *const names[] = {
#define SECRET_NAME(name) name,
#define SECRET_FOLDER(name)
#define SECRET_PATH(path)
#define NOT_SECRET(name)
#include "demand/secrets.def"
#undef SECRET_NAME
#undef SECRET_FOLDER
#undef SECRET_PATH
};

static const char *const folders[] = {
#define SECRET_NAME(name)
#define SECRET_FOLDER(name) name,
#define SECRET_PATH(path)
#include "demand/secrets.def"
#undef SECRET_NAME
#undef SECRET_FOLDER
#undef SECRET_PATH
};

static const char *const paths[] = {
#define SECRET_NAME(name)
#define SECRET_FOLDER(name)
#define SECRET_PATH(path) path,
#include "demand/secrets.def"
#undef SECRET_NAME
#undef SECRET_FOLDER
#undef SECRET_PATH
#undef NOT_SECRET
};

static void assert_rule(struct text rule)
{
    if (!has_rule(rule)) {
        fail_msg("no rule %s", rule.data);
    }
}

static void every_secret_has_a_rule(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        /* Such a rule cannot except .env.example: its names stand one by one. */
        if (!text_equal(text_of(names[i]), TEXT(".env.*"))) {
            assert_rule(text_format(&arena, "Read(//**/%s)", names[i]));
        }
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        assert_rule(text_format(&arena, "Read(//**/%s/**)", folders[i]));
    }
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        bool is_system = text_starts_with(text_of(paths[i]), TEXT("etc/"));
        assert_rule(text_format(&arena, is_system ? "Read(//%s)" : "Read(//**/%s)", paths[i]));
    }
    assert_false(has_rule(TEXT("Read(//**/.env.example)")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_secret_has_a_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
