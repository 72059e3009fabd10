/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as agents write them: links, dots, home, and folders that mean something else to each process. */
#include "unit/demand/calls.h"

static struct calls calls;

static int set_up(void **state)
{
    (void)state;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/src");
    folder_add_folder(&calls.folder, "out/deep");
    folder_add_file(&calls.folder, "ws/a", "");
    folder_add_link(&calls.folder, "ws/inside", "src");
    folder_add_link(&calls.folder, "ws/outside", "../out/deep");
    folder_add_link(&calls.folder, "ws/dangling", "../out/new");
    folder_add_link(&calls.folder, "ws/loop", "loop");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    calls_release(&calls);
    return 0;
}

static void both_forms_are_judged(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a", "file.read @/ws/a\n"},
        {"./src/../a", "file.read @/ws/a\n"},
        {"@/ws//a/", "file.read @/ws/a\n"},
        {"new/deep", "file.read @/ws/new/deep\n"},
        {"inside/x", "file.read @/ws/inside/x -> @/ws/src/x\n"},
        {"outside/x", "file.read @/ws/outside/x -> @/out/deep/x\n"},
        {"dangling", "file.read @/ws/dangling -> @/out/new\n"},
        {"../x", "file.read @/x\n"},
        {"~/x", "file.read @/home/x\n"},
        {"~", "file.read @/home\n"},
        {"~x", "file.read @/ws/~x\n"},
        {"/", "file.read /\n"},
        {"a b", "file.read @/ws/a b\n"},
        {"*", "file.read @/ws/*\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text arguments = text_format(&calls.arena, "{\"file_path\":\"%s\"}", cases[i][0]);
        assert_demands(&calls, &agent_claude, "Read", arguments.data, cases[i][1]);
    }
}

/* Dots behind a link: the system takes them from where the link leads, Codex and Claude take them out of the
 * text before the system sees them. Where that makes a difference nobody knows which file it will be. */
static void dots_behind_links_are_two_files(void **state)
{
    (void)state;
    static const char *const unknown = "file.write ?\naex.configure ?\nsecrets.read ?\n";
    assert_demands(&calls, &agent_claude, "Write", "{\"file_path\":\"outside/../x\"}", unknown);
    assert_demands(&calls, &agent_claude, "Write", "{\"file_path\":\"outside/../../ws/a\"}",
                   "file.write @/ws/a\n");
    assert_demands(&calls, &agent_claude, "Write", "{\"file_path\":\"inside/../a\"}", "file.write @/ws/a\n");
    assert_demands(&calls, &agent_claude, "Write", "{\"file_path\":\"missing/../a\"}", "file.write @/ws/a\n");
    assert_demands(&calls, &agent_claude, "Write", "{\"file_path\":\"src/../outside\"}",
                   "file.write @/ws/outside -> @/out/deep\n");
    assert_demands(&calls, &agent_codex, "apply_patch",
                   "{\"command\":\"*** Begin Patch\\n*** Add File: outside/../x\\n+\\n*** End Patch\"}",
                   unknown);
}

static void folders_of_the_process_are_unknown(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/proc/self/cwd/a",  "/proc/self/root/etc/passwd",
        "/proc/1/environ",   "/proc",
        "/dev/fd/0",         "/dev/stdin",
        "//proc//self/fd/3", "/dev/../proc/self/environ",
        "through",           "through/a",
        "twice/a",           "descriptor",
    };
    folder_add_link(&calls.folder, "ws/through", "/proc/self/cwd");
    folder_add_link(&calls.folder, "ws/twice", "through/..");
    folder_add_link(&calls.folder, "ws/descriptor", "/dev/fd/0");
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct text arguments =
            text_format(&calls.arena, "{\"file_path\":\"%s\",\"path\":\"%s\"}", paths[i], paths[i]);
        assert_demands(&calls, &agent_claude, "Read", arguments.data, "file.read ?\nsecrets.read ?\n");
        assert_demands(&calls, &agent_claude, "Grep", arguments.data, "file.read ?\nsecrets.read ?\n");
    }
}

static void what_no_tool_could_open_is_refused(void **state)
{
    (void)state;
    static const char *const arguments[] = {
        "{}",
        "{\"file_path\":null}",
        "{\"file_path\":\"\"}",
        "{\"file_path\":7}",
        "{\"file_path\":[\"a\"]}",
        "{\"FILE_PATH\":\"a\"}",
        "{\"file_path\":\"loop\"}",
        "{\"file_path\":\"loop/x\"}",
        "{\"file_path\":\"a/x\"}",
    };
    for (size_t i = 0; i < COUNT_OF(arguments); i++) {
        struct text found = calls_demands(&calls, &agent_claude, "Read", arguments[i]);
        assert_case(text_starts_with(found, TEXT("error: ")), arguments[i]);
    }
    /* JSON lets no NUL in, but other callers could. */
    struct json path = {.type = JSON_STRING, .text = TEXT("a\0b")};
    struct json_member member = {.name = TEXT("file_path"), .value = path};
    struct json object = {.type = JSON_OBJECT, .count = 1, .members = &member};
    struct hook_call call = {.tool = TEXT("Read"), .arguments = &object, .input = &object};
    struct demand_vector demands;
    struct error err;
    assert_false(demand_of_call(&agent_claude, &call, &calls.context, &calls.arena, &demands, &err));
}

/* A workspace reached through a link is one place under two names. */
static void the_root_may_be_named_through_a_link(void **state)
{
    (void)state;
    folder_add_link(&calls.folder, "named", "ws");
    struct demand_context before = calls.context;
    calls.context.root_as_named = calls_below(&calls, "named");
    assert_demands(&calls, &agent_claude, "Read", "{\"file_path\":\"@/named/a\"}", "file.read @/ws/a\n");
    assert_demands(&calls, &agent_claude, "Read", "{\"file_path\":\"@/named\"}", "file.read @/ws\n");
    assert_demands(&calls, &agent_claude, "Read", "{\"file_path\":\"@/ws/a\"}", "file.read @/ws/a\n");
    assert_demands(&calls, &agent_claude, "Read", "{\"file_path\":\"@/names/a\"}", "file.read @/names/a\n");
    calls.context.working_folder = calls.context.root_as_named;
    assert_demands(&calls, &agent_claude, "Read", "{\"file_path\":\"inside/x\"}",
                   "file.read @/ws/inside/x -> @/ws/src/x\n");
    calls.context = before;
    /* Not named so by the operator, it is another place that leads here. */
    assert_demands(&calls, &agent_claude, "Read", "{\"file_path\":\"@/named/a\"}",
                   "file.read @/named/a -> @/ws/a\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_are_judged),
        cmocka_unit_test(dots_behind_links_are_two_files),
        cmocka_unit_test(folders_of_the_process_are_unknown),
        cmocka_unit_test(what_no_tool_could_open_is_refused),
        cmocka_unit_test(the_root_may_be_named_through_a_link),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
