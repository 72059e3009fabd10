/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of tools keep what the rest of the program takes for granted. */
#include "agent/agent.h"
#include "support/check.h"

static const struct agent *const agents[] = {&agent_claude, &agent_codex, &agent_plain};

static bool is_known_capability(const char *capability)
{
    static const char *const known[] = {
        "agent.schedule", "agent.skill",    "agent.spawn",    "file.read",
        "file.write",     "git.worktree",   "network.fetch",  "network.publish",
        "network.search", "resources.list", "resources.read", "shell.exec",
    };
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (strcmp(known[i], capability) == 0) {
            return true;
        }
    }
    return false;
}

/* Which arguments each kind needs, so that demand/ never looks one up by NULL. */
static bool is_complete(const struct tool_effect *effect)
{
    switch (effect->kind) {
    case ARGUMENT_NONE:
        return effect->argument == NULL && effect->within == NULL;
    case ARGUMENT_PATH:
    case ARGUMENT_URL:
    case ARGUMENT_COMMAND:
    case ARGUMENT_PATCH:
    case ARGUMENT_TEXT:
        return effect->argument != NULL && effect->within == NULL;
    case ARGUMENT_TREE:
        return effect->argument != NULL;
    case ARGUMENT_LISTING:
    case ARGUMENT_RESOURCE:
        return effect->within != NULL;
    }
    return false;
}

static void every_tool_has_a_known_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(agents); i++) {
        for (const struct tool *tool = agents[i]->tools; tool->name != NULL; tool++) {
            assert_case(agent_find_tool(agents[i], text_of(tool->name)) == tool,
                        tool->name); /* no name twice */
            bool is_control = tool->effects[0].capability == NULL;
            assert_case(is_control || tool->capability == NULL, tool->name);
            assert_case(tool->capability == NULL || strcmp(tool->capability, "todo.read") == 0 ||
                            strcmp(tool->capability, "todo.write") == 0,
                        tool->name);
            for (size_t j = 0; j < TOOL_EFFECTS; j++) {
                const struct tool_effect *effect = &tool->effects[j];
                if (effect->capability == NULL) {
                    assert_case(effect->kind == ARGUMENT_NONE && effect->argument == NULL, tool->name);
                    continue;
                }
                assert_case(j == 0 || tool->effects[j - 1].capability != NULL, tool->name);
                assert_case(is_known_capability(effect->capability), tool->name);
                assert_case(is_complete(effect), tool->name);
            }
        }
    }
}

/* What moves a session along is allowed unless denied: a list that only grows on purpose. */
static void control_tools_are_these(void **state)
{
    (void)state;
    static const char *const control[] = {
        "TodoRead",     "TodoWrite",   "TaskCreate",  "TaskUpdate",         "TaskGet",
        "TaskList",     "TaskOutput",  "TaskStop",    "BashOutput",         "KillShell",
        "SendMessage",  "CronList",    "CronDelete",  "AskUserQuestion",    "EnterPlanMode",
        "ExitPlanMode", "ToolSearch",  "ListAgents",  "ReportFindings",     "update_plan",
        "get_goal",     "create_goal", "update_goal", "request_user_input", "tool_search",
        "send_input",   "wait_agent",  "close_agent",
    };
    size_t known = 0;
    for (size_t i = 0; i < 2; i++) {
        for (const struct tool *tool = agents[i]->tools; tool->name != NULL; tool++) {
            if (tool->effects[0].capability != NULL) {
                continue;
            }
            bool is_listed = false;
            for (size_t j = 0; j < COUNT_OF(control); j++) {
                is_listed = is_listed || strcmp(control[j], tool->name) == 0;
            }
            assert_case(is_listed, tool->name);
            known++;
        }
    }
    assert_int_equal(known, COUNT_OF(control));
}

static void names_are_exact(void **state)
{
    (void)state;
    static const char *const unknown[] = {"bash",  "BASH", "Bash ",        "",
                                          "Bashx", "Bas",  "mcp__x__Bash", "B\xD0\xB0sh"};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        assert_case(agent_find_tool(&agent_claude, text_of(unknown[i])) == NULL, unknown[i]);
    }
    assert_non_null(agent_find_tool(&agent_claude, TEXT("Bash")));
    assert_null(agent_find_tool(&agent_codex, TEXT("Read")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tool_has_a_known_meaning),
        cmocka_unit_test(control_tools_are_these),
        cmocka_unit_test(names_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
