/* SPDX-License-Identifier: Apache-2.0 */
/* Every recorded hook input of the real agents is recognised, read, and about the tool its file is named for.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>

#include "agent/agent.h"
#include "os/file.h"
#include "support/check.h"

/* "EVENT-TOOL.json" or "EVENT.json"; what follows a second dash tells recordings of one tool apart. */
static void check_file(struct arena *arena, const struct agent *agent, const char *path, const char *name)
{
    struct text source;
    struct error err = {.message = ""};
    struct json value;
    struct hook_call call;
    if (!file_read_path(AT_FDCWD, path, 1024 * 1024, arena, &source, &err) ||
        !json_parse(source, arena, &value, &err)) {
        fail_msg("%s: %s", path, err.message);
    }
    assert_case(agent_recognise(&value) == agent, path);
    assert_case(hook_call_read(&value, agent, &call, &err), path);
    struct text rest = text_slice(text_of(name), 0, strlen(name) - strlen(".json"));
    struct text event;
    struct text tool;
    text_next(&rest, '-', &event);
    assert_case(text_equal(call.event_name, event), path);
    assert_case(call.session.size > 0, path);
    bool is_tool_event = text_equal(event, TEXT("PreToolUse")) || text_starts_with(event, TEXT("PostToolUse"));
    assert_case((call.event != HOOK_OTHER) == is_tool_event, path);
    if (!is_tool_event) {
        return;
    }
    assert_true(text_next(&rest, '-', &tool));
    assert_case(text_equal(call.tool, tool), path);
    assert_case(call.tool_use_id.size > 0 && call.working_folder.size > 0, path);
    assert_case(json_get(&value, TEXT("tool_input")) == call.arguments, path);
    if (text_starts_with(tool, TEXT("mcp__"))) {
        assert_case(agent == &agent_codex || call.mcp_server.size > 0, path);
    } else {
        assert_case(agent_find_tool(agent, tool) != NULL, path);
    }
    if (call.event == HOOK_TOOL_FAILED) {
        assert_case(agent->outcome(&call).error.size > 0, path);
    }
    if (call.event != HOOK_BEFORE_TOOL && agent == &agent_claude) {
        assert_case(agent->outcome(&call).has_duration, path);
    }
}

static size_t check_folder(const struct agent *agent)
{
    char folder[4096];
    size_t count = 0;
    snprintf(folder, sizeof folder, TESTS "/fixtures/%s", agent->name);
    DIR *stream = opendir(folder);
    if (stream == NULL) {
        fail_msg("cannot read %s", folder);
        return 0;
    }
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        if (!text_ends_with(text_of(entry->d_name), TEXT(".json"))) {
            continue;
        }
        AUTO_ARENA arena;
        arena_init(&arena, 16 * 1024 * 1024);
        check_file(&arena, agent, text_format(&arena, "%s/%s", folder, entry->d_name).data, entry->d_name);
        count++;
    }
    closedir(stream);
    return count;
}

static void recordings_of_claude(void **state)
{
    (void)state;
    assert_true(check_folder(&agent_claude) >= 50);
}

static void recordings_of_codex(void **state)
{
    (void)state;
    assert_true(check_folder(&agent_codex) >= 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recordings_of_claude),
        cmocka_unit_test(recordings_of_codex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
