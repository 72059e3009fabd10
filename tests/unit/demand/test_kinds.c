/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in tables against the servers' own lists of tools, as tests/data/mcp-servers.json records them.
 * What keeps those up to date is tests/e2e/servers.test.mjs. */
#include "demand/server_kinds.h"
#include "os/file.h"
#include "unit/demand/messages.h"

#include <fcntl.h>

static const struct json *read_data(struct arena *arena)
{
    struct text source;
    struct error err;
    struct json *data = ARENA_NEW(arena, struct json);
    if (!file_read_path(AT_FDCWD, TESTS "/data/mcp-servers.json", 1024 * 1024, arena, &source, &err) ||
        !json_parse(source, arena, data, &err)) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(data->type, JSON_ARRAY);
    return data;
}

static struct text member(const struct json *object, const char *name)
{
    struct text text;
    if (!json_get_text(object, text_of(name), &text)) {
        fail_msg("\"%s\" is missing", name);
    }
    return text;
}

static bool lists(const struct json *names, struct text name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (text_equal(names->items[i].text, name)) {
            return true;
        }
    }
    return false;
}

static void check_tool(struct text kind, const struct server_tool *tool, const struct json *arguments)
{
    for (size_t i = 0; i < SERVER_EFFECTS && tool->effects[i].capability != NULL; i++) {
        const struct server_effect *effect = &tool->effects[i];
        if (effect->argument != NULL && !lists(arguments, text_of(effect->argument))) {
            fail_msg("%.*s %s takes no argument \"%s\"", TEXT_ARG(kind), tool->name, effect->argument);
        }
        bool is_github = effect->kind == SERVER_GITHUB || effect->kind == SERVER_GITHUB_REF;
        if (is_github && (!lists(arguments, TEXT("owner")) || !lists(arguments, TEXT("repo")))) {
            fail_msg("%.*s %s names no repository", TEXT_ARG(kind), tool->name);
        }
    }
}

static void every_tool_of_a_server_is_listed(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    const struct json *data = read_data(&arena);
    assert_true(data->count >= 9);
    for (size_t i = 0; i < data->count; i++) {
        const struct json *entry = &data->items[i];
        struct text kind_name = member(entry, "kind");
        const struct server_kind *kind = server_kind_find(kind_name);
        const struct json *tools = json_get(entry, TEXT("tools"));
        assert_non_null(kind);
        assert_non_null(tools);
        assert_true(tools->count > 0);
        for (size_t j = 0; j < tools->count; j++) {
            struct text name = tools->members[j].name;
            const struct server_tool *tool = server_kind_tool(kind, name);
            if (tool == NULL) {
                fail_msg("%.*s: %.*s is not in the table", TEXT_ARG(member(entry, "source")), TEXT_ARG(name));
            }
            check_tool(kind_name, tool, &tools->members[j].value);
        }
    }
}

static bool is_recorded(const struct json *data, const struct server_tool *tool)
{
    /* Offered by versions before the recorded one. */
    if (strcmp(tool->kind, "git") == 0 && strcmp(tool->name, "git_init") == 0) {
        return true;
    }
    for (size_t i = 0; i < data->count; i++) {
        const struct json *entry = &data->items[i];
        if (text_equal(member(entry, "kind"), text_of(tool->kind)) &&
            json_get(json_get(entry, TEXT("tools")), text_of(tool->name)) != NULL) {
            return true;
        }
    }
    return false;
}

static void every_entry_is_a_tool_of_its_server(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    const struct json *data = read_data(&arena);
    for (const struct server_tool *tool = server_tools; tool->kind != NULL; tool++) {
        assert_non_null(server_kind_find(text_of(tool->kind)));
        assert_ptr_equal(server_kind_tool(server_kind_find(text_of(tool->kind)), text_of(tool->name)), tool);
        if (!is_recorded(data, tool)) {
            fail_msg("%s has no tool %s", tool->kind, tool->name);
        }
    }
}

/* Every entry gives demands for any arguments, at least one of them with the tool's own names. */
static void every_entry_demands_something(void **state)
{
    (void)state;
    static const char *const arguments[] = {
        "{}",
        "{\"path\":\"a\",\"paths\":[\"a\"],\"source\":\"a\",\"destination\":\"b\",\"url\":\"https://a.b\","
        "\"repo_path\":\".\",\"target\":\"main\",\"revision\":\"main\",\"branch_name\":\"b\",\"query\":"
        "\"select 1\","
        "\"sql\":\"select "
        "1\",\"owner\":\"a\",\"repo\":\"b\",\"branch\":\"c\",\"filename\":\"f\",\"data\":\"data:,\"}",
        "{\"path\":1,\"paths\":[2],\"source\":{},\"destination\":[],\"url\":null,\"repo_path\":3,\"target\":[],"
        "\"revision\":{},\"query\":[],\"sql\":1,\"owner\":1,\"repo\":[],\"branch\":{},\"filename\":9,\"data\":["
        "]}",
    };
    struct calls calls;
    calls_init(&calls);
    for (const struct server_tool *tool = server_tools; tool->kind != NULL; tool++) {
        for (size_t i = 0; i < COUNT_OF(arguments); i++) {
            struct mcp_server server = messages_server(tool->kind);
            struct demand_vector demands;
            struct error err;
            if (!messages_call(&calls, &server, tool->name, arguments[i], NULL, &demands, &err)) {
                fail_msg("%s: %s", tool->name, err.message);
            }
            bool has_own = false;
            for (size_t j = 0; j < demands.count; j++) {
                const struct demand *demand = &demands.items[j];
                bool is_own = demand->tool != 0;
                has_own = has_own || is_own;
                if (is_own) {
                    assert_true(demand->first_raw_name > 0 && demand->first_raw_name < demand->name_count);
                    assert_true(text_equal(demand->names[demand->first_raw_name], text_of(tool->name)));
                }
            }
            assert_true(has_own);
        }
    }
    calls_release(&calls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tool_of_a_server_is_listed),
        cmocka_unit_test(every_entry_is_a_tool_of_its_server),
        cmocka_unit_test(every_entry_demands_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
