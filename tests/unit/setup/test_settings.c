/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup/settings.h"

enum { MEMORY = 1024 * 1024 };

static void settings_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *settings; /* one member */
        const char *problem;
        bool is_inert;
    } cases[] = {
        {"{\"model\": \"opus\"}", "", true},
        {"{\"model\": 7}", "\"model\" is a number where a string belongs", true},
        {"{\"env\": {\"A\": \"b\"}}", "", false},
        {"{\"env\": \"A=b\"}", "\"env\" is a string where an object belongs", true},
        {"{\"apiKeyHelper\": \"x\"}", "", false},
        {"{\"apiKeyHelper\": null}", "\"apiKeyHelper\" is null where a string belongs", true},
        {"{\"disableAllHooks\": \"true\"}", "\"disableAllHooks\" is a string where a boolean belongs", true},
        {"{\"disableAllHooks\": false}", "", true},
        {"{\"permissions\": {\"deny\": [\"Read(x)\"]}}", "", true},
        /* What nobody knows yet: a number runs nothing, a text might. */
        {"{\"newInTheNextVersion\": 5}", "", true},
        {"{\"newInTheNextVersion\": \"x\"}", "", false},
        {"{\"newInTheNextVersion\": [\"x\"]}", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO_ARENA arena;
        struct json value;
        arena_init(&arena, MEMORY);
        assert_true(json_parse(text_of(cases[i].settings), &arena, &value, NULL));
        struct text problem = settings_problem(&value, &arena);
        assert_string_equal(problem.size == 0 ? "" : text_to_c(&arena, problem), cases[i].problem);
        assert_int_equal(settings_is_inert(&value.members[0]), cases[i].is_inert);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(settings_are_judged)};
    return cmocka_run_group_tests_name("setup/settings", tests, NULL, NULL);
}
