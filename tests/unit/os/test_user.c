/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/user.h"
#include "support/check.h"

static void the_line_with_the_id_counts(void **state)
{
    (void)state;
    static const struct {
        const char *passwd;
        const char *home; /* NULL: not found */
    } cases[] = {
        {"me:x:1000:1000:Me:/home/me:/bin/sh\n", "/home/me"},
        {"root:x:0:0:root:/root:/bin/bash\nme:x:1000:1000::/home/me:", "/home/me"},
        {"other:x:10000:1000::/home/other:/bin/sh\nme:x:1000:0::/h:/bin/sh\n", "/h"},
        {"first:x:1000:1::/home/first:/bin/sh\nsecond:x:1000:1::/home/second:/bin/sh\n", "/home/first"},
        {"me:x:1000:1000:Me", NULL},
        {"", NULL},
        {"\n\n", NULL},
        {"me:x:01000:1000::/home/me:/bin/sh\n", "/home/me"},
        {"me:x:4294968296:1000::/home/me:/bin/sh\n", NULL},
        {"me:x:-1000:1000::/home/me:/bin/sh\n", NULL},
        {"me:x:1000:1000::relative:/bin/sh\n", NULL},
        {"me:x:1000:1000:::/bin/sh\n", NULL},
        {"1000:x:1:1::/home/number:/bin/sh\n", NULL},
        {"+::::::\nme:x:1000:1000::/home/me:/bin/sh\n", "/home/me"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text home = {0};
        bool found = user_find_home(text_of(cases[i].passwd), 1000, &home);
        assert_case(found == (cases[i].home != NULL), cases[i].passwd);
        if (found) {
            assert_text(home, cases[i].home);
        }
    }
}

/* HOME is the agent's to set. */
static void the_environment_does_not_count(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    const struct passwd *entry = getpwuid(getuid());
    if (entry == NULL) {
        print_message("skipped: the user of this process is in no database\n");
        skip();
    }
    struct text home;
    struct error err;
    assert_int_equal(setenv("HOME", "/nowhere", 1), 0);
    assert_true(user_home(&arena, &home, &err));
    assert_text(home, entry->pw_dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_with_the_id_counts),
        cmocka_unit_test(the_environment_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
