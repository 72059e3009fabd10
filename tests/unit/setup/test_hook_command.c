/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "setup/hook_command.h"
#include "support/property.h"

static struct text draw_path(struct property *property)
{
    return text_format(property_arena(property), "/%s", property_text(property, "a/' $\"\\;&|-~*", 8).data);
}

static bool what_is_spelled_is_read(struct property *property, const void *context)
{
    (void)context;
    struct hook_command command = {
        .program = text_format(property_arena(property), "%s/aex", draw_path(property).data),
        .agent = property_once_in(property, 2) ? TEXT("codex") : TEXT("claude"),
        .root = property_once_in(property, 2) ? draw_path(property) : TEXT(""),
        .state_folder = property_once_in(property, 2) ? draw_path(property) : TEXT(""),
    };
    struct hook_command back;
    struct text line = hook_command_spell(property_arena(property), &command);
    property_note(property, "%s", line.data);
    return hook_command_read(property_arena(property), line, &back) &&
           text_equal(back.program, command.program) && text_equal(back.agent, command.agent) &&
           text_equal(back.root, command.root) && text_equal(back.state_folder, command.state_folder);
}

static void commands_are_read_back(void **state)
{
    (void)state;
    assert_true(property_holds("spell and read", 5000, what_is_spelled_is_read, NULL));
}

static void other_commands_are_not_ours(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "/usr/bin/aex gate claude || exit 2",
        "/usr/bin/aex gate claude; rm -rf x || { [ $? = 2 ] || echo 'aex: the gate did not run, the call is "
        "refused' >&2; exit 2; }",
        "/usr/bin/aex gate $(x) || { [ $? = 2 ] || echo 'aex: the gate did not run, the call is refused' >&2; "
        "exit 2; }",
        "/bin/rm gate claude --root '/x/aex gate' || { [ $? = 2 ] || echo 'aex: the gate did not run, the call "
        "is "
        "refused' >&2; exit 2; }",
        "aex gate claude || { [ $? = 2 ] || echo 'aex: the gate did not run, the call is refused' >&2; exit 2; "
        "}",
        "/usr/bin/aex gate claude --observe x || { [ $? = 2 ] || echo 'aex: the gate did not run, the call is "
        "refused' >&2; exit 2; }",
        "/usr/bin/aex gate claude --root || { [ $? = 2 ] || echo 'aex: the gate did not run, the call is "
        "refused' "
        ">&2; exit 2; }",
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct hook_command command;
        assert_false(hook_command_read(&arena, text_of(others[i]), &command));
    }
}

static void older_forms_are_recognised(void **state)
{
    (void)state;
    assert_true(hook_command_is_gate(TEXT("aex gate")));
    assert_true(hook_command_is_gate(TEXT("aex  gate --policy x")));
    assert_true(hook_command_is_gate(TEXT("/usr/local/bin/aex gate claude || exit 2")));
    assert_true(hook_command_is_gate(TEXT("'/a b/aex' gate")));
    assert_true(hook_command_is_gate(TEXT("FOO=1 \"/x/aex\" gate codex")));
    assert_false(hook_command_is_gate(TEXT("aex check")));
    assert_false(hook_command_is_gate(TEXT("my-aex gate")));
    assert_false(hook_command_is_gate(TEXT("aexgate")));
    assert_false(hook_command_is_gate(TEXT("aex gatekeeper")));
    assert_false(hook_command_is_gate(TEXT("latex gate")));
    assert_false(hook_command_is_gate(TEXT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_read_back),
        cmocka_unit_test(other_commands_are_not_ours),
        cmocka_unit_test(older_forms_are_recognised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
