/* SPDX-License-Identifier: Apache-2.0 */
/* Every tool of both agents, and names that no table has. */
#include "unit/demand/calls.h"

static struct calls calls;

static int set_up(void **state)
{
    (void)state;
    calls_init(&calls);
    folder_add_folder(&calls.folder, "ws/src");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    calls_release(&calls);
    return 0;
}

static void tools_demand_what_they_touch(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"Read", "{\"file_path\":\"@/ws/a\"}", "file.read @/ws/a\n"},
        {"NotebookRead", "{\"notebook_path\":\"a\"}", "file.read @/ws/a\n"},
        {"Write", "{\"file_path\":\"@/ws/a\",\"content\":\"\"}", "file.write @/ws/a\n"},
        {"Edit", "{\"file_path\":\"a\"}", "file.write @/ws/a\n"},
        {"MultiEdit", "{\"file_path\":\"a\"}", "file.write @/ws/a\n"},
        {"NotebookEdit", "{\"notebook_path\":\"a\"}", "file.write @/ws/a\n"},
        {"LSP", "{\"filePath\":\"a\"}", "file.read @/ws/a\n"},
        {"Bash", "{\"command\":\"true\"}", "shell.exec true\nshell.pure\n"},
        {"PowerShell", "{\"command\":\"ls\"}", "shell.exec ls\n"},
        {"Monitor", "{\"command\":\"true\"}", "shell.exec true\nshell.pure\n"},
        {"Monitor", "{\"ws\":\"wss://a.b/x\"}", "network.fetch a.b:443\n"},
        {"Monitor", "{\"command\":\"true\",\"ws\":\"ws://a.b\"}",
         "shell.exec true\nshell.pure\nnetwork.fetch a.b:80\n"},
        {"WebFetch", "{\"url\":\"https://a.b\"}", "network.fetch a.b:443\n"},
        {"WebSearch", "{\"query\":\"x y\"}", "network.search x y\n"},
        {"WebSearch", "{}", "network.search ?\n"},
        {"Artifact", "{}", "network.publish\n"},
        {"Agent", "{\"subagent_type\":\"g\"}", "agent.spawn g\n"},
        {"Task", "{}", "agent.spawn ?\n"},
        {"Workflow", "{}", "agent.spawn\n"},
        {"Skill", "{\"skill\":\"s\"}", "agent.skill s\n"},
        {"CronCreate", "{\"prompt\":\"p\"}", "agent.schedule p\n"},
        {"EnterWorktree", "{\"name\":\"w\"}", "git.worktree w\n"},
        {"TodoWrite", "{}", "agent.control|todo.write\n"},
        {"ToolSearch", "{}", "agent.control\n"},
        {"ListMcpResourcesTool", "{}", "mcp.resources.list\n"},
        {"ReadMcpResourceTool", "{\"server\":\"my srv.x\",\"uri\":\"u:1\"}",
         "mcp.my_srv_x.resources.read u:1\n"},
        {"ReadMcpResourceTool", "{\"server\":\"s\",\"uri\":\"file:///etc/x/.env\"}",
         "mcp.s.resources.read file:///etc/x/.env\nfile.read /etc/x/.env\nsecrets.read /etc/x/.env\n"},
        {"ReadMcpResourceTool", "{\"server\":\"s\",\"uri\":\".env\"}",
         "mcp.s.resources.read .env\nfile.read @/ws/.env\nsecrets.read @/ws/.env\n"},
        {"ReadMcpResourceTool", "{}", "mcp.resources.read ?\n"},
        {"Frobnicate", "{\"x\":1}", "unknown.Frobnicate ?\n"},
        {"bash", "{\"command\":\"ls\"}", "unknown.bash ?\n"},
        {"git.push", "{}", "git.push ?\n"},
        {"file.read", "{\"path\":\"a\"}", "file.read @/ws/a\n"},
        {"file.delete", "{\"file_path\":\"a\"}", "file.delete|file.write @/ws/a\n"},
        {"file.append", "{\"path\":\"a\"}", "file.append|file.write @/ws/a\n"},
        {"file.write", "{\"path\":\"a\"}", "file.write @/ws/a\n"},
        {"file.read", "{\"path\":\"a\",\"file_path\":\"b\"}", "file.read @/ws/a\nfile.read @/ws/b\n"},
        {"file.write", "{\"path\":[],\"file_path\":\"b\"}",
         "error: file.write: the argument \"path\" must be a string, not array\n"},
        {"file.read", "{}", "file.read ?\nsecrets.read ?\n"},
        {"file.read", "{\"path\":\"a\",\"Path\":\"b\"}",
         "error: file.read: the argument \"path\" is there in another spelling\n"},
        {"Read", "{\"file_path\":\"a\",\"File_Path\":\"b\"}",
         "error: Read: the argument \"file_path\" is there in another spelling\n"},
        {"Bash", "{\"command\":\"true\",\"Command\":\"false\"}",
         "error: Bash: the argument \"command\" is there in another spelling\n"},
        {"Bash", "{\"command\":\"true\",\"Description\":\"x\"}", "shell.exec true\nshell.pure\n"},
        {"Grep", "{\"pattern\":\"x\",\"Path\":\"/etc\"}",
         "error: Grep: the argument \"path\" is there in another spelling\n"},
        {"ReadMcpResourceTool", "{\"server\":\"s\",\"uri\":\"u:1\",\"URI\":\"u:2\"}",
         "error: ReadMcpResourceTool: the argument \"uri\" is there in another spelling\n"},
        {"ReadMcpResourceTool", "{\"server\":\"s\",\"\u017ferver\":\"t\",\"uri\":\"u:1\"}",
         "error: ReadMcpResourceTool: the argument \"server\" is there in another spelling\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_demands(&calls, &agent_claude, cases[i][0], cases[i][1], cases[i][2]);
        arena_reset(&calls.arena);
    }
}

static void codex_tools_too(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"Bash", "{\"command\":\"true\"}", "shell.exec true\nshell.pure\n"},
        {"exec_command", "{\"cmd\":\"true\"}", "shell.exec true\nshell.pure\n"},
        {"view_image", "{\"path\":\"a.png\"}", "file.read @/ws/a.png\n"},
        {"spawn_agent", "{}", "agent.spawn\n"},
        {"update_plan", "{}", "agent.control|todo.write\n"},
        {"get_goal", "{}", "agent.control|todo.read\n"},
        {"Read", "{\"file_path\":\"a\"}", "unknown.Read ?\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_demands(&calls, &agent_codex, cases[i][0], cases[i][1], cases[i][2]);
    }
}

/* Nothing demanded is nothing that could be denied. */
static void no_call_demands_nothing(void **state)
{
    (void)state;
    static const struct agent *const agents[] = {&agent_claude, &agent_codex, &agent_plain};
    static const char *const arguments[] = {
        "{}",
        ("{\"command\":\"\",\"file_path\":\"\",\"path\":\"\",\"pattern\":\"\",\"url\":\"\",\"query\":\"\","
         "\"uri\":\"\",\"cmd\":\"\"}"),
        "{\"command\":null,\"ws\":null,\"pattern\":null,\"path\":null}",
        "{\"command\":\"*** Begin Patch\\n*** End Patch\"}",
        "{\"command\":\" \",\"pattern\":\"{}\",\"path\":\".\",\"glob\":\"\"}",
        "[]",
    };
    for (size_t i = 0; i < COUNT_OF(agents); i++) {
        for (const struct tool *tool = agents[i]->tools; tool->name != NULL; tool++) {
            for (size_t j = 0; j < COUNT_OF(arguments); j++) {
                struct demand_vector demands = {0};
                struct error err = {.message = ""};
                bool built = calls_try(&calls, agents[i], tool->name, arguments[j], &demands, &err);
                assert_case(built ? demands.count > 0 : err.message[0] != '\0', tool->name);
                arena_reset(&calls.arena);
            }
        }
    }
}

static void control_tools_are_free_and_nothing_else_is(void **state)
{
    (void)state;
    struct demand_vector demands;
    struct error err;
    assert_true(calls_try(&calls, &agent_claude, "TodoWrite", "{}", &demands, &err));
    assert_true(demands.items[0].allowed_unless_denied);
    static const char *const others[] = {"Bash",      "Frobnicate", "git.push",  "agent.control",
                                         "mcp__a__b", "Workflow",   "TodoWrite "};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_true(calls_try(&calls, &agent_claude, others[i], "{\"command\":\"ls\"}", &demands, &err));
        for (size_t j = 0; j < demands.count; j++) {
            assert_case(!demands.items[j].allowed_unless_denied, others[i]);
        }
    }
}

static void too_many_demands_are_refused(void **state)
{
    (void)state;
    struct builder patch;
    builder_init(&patch, &calls.lasting);
    builder_add_c(&patch, "{\"command\":\"*** Begin Patch\\n");
    for (int i = 0; i < LIMIT_DEMANDS + 1; i++) {
        builder_format(&patch, "*** Delete File: f%d\\n", i);
    }
    builder_add_c(&patch, "*** End Patch\"}");
    struct text found = calls_demands(&calls, &agent_codex, "apply_patch", builder_text(&patch).data);
    assert_true(text_starts_with(found, TEXT("error: apply_patch: touches more than")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tools_demand_what_they_touch),
        cmocka_unit_test(codex_tools_too),
        cmocka_unit_test(no_call_demands_nothing),
        cmocka_unit_test(control_tools_are_free_and_nothing_else_is),
        cmocka_unit_test(too_many_demands_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
