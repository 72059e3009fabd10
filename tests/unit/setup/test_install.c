/* SPDX-License-Identifier: Apache-2.0 */
/* Homes as people have them: install, install again, uninstall. Nothing is lost, and what was there comes back
 * to the byte. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/file.h"
#include "os/path.h"
#include "os/tree.h"
#include "setup/doctor.h"
#include "setup/install.h"
#include "unit/setup/homes.h"
#include "unit/setup/house.h"

/* How many files were written, or SIZE_MAX with the reason in `err`. */
static size_t install(struct house *house, struct error *err)
{
    struct plan plan;
    size_t written = 0;
    if (!install_plan(&house->options, &house->arena, &plan, err)) {
        return SIZE_MAX;
    }
    assert_true(install_apply(&house->options, &plan, &house->arena, err));
    for (size_t i = 0; i < plan.files.count; i++) {
        written += plan.files.items[i].action == PLAN_WRITE;
    }
    return written;
}

static void uninstall(struct house *house)
{
    struct plan plan;
    struct error err = {0};
    if (!uninstall_plan(&house->options, &house->arena, &plan, &err) ||
        !uninstall_apply(&house->options, &plan, &house->arena, &err)) {
        fail_msg("%s", err.message);
    }
}

/* What doctor makes of the file: it has looked, and left all as it was. */
static enum place_state examine(struct house *house, const char *path)
{
    struct text before = picture(house);
    struct doctor doctor = {.options = &house->options, .arena = &house->arena};
    doctor_examine(&doctor, TEXT(""));
    assert_same(picture(house), before);
    struct text wanted = place(house, path);
    for (size_t i = 0; i < doctor.places.count; i++) {
        if (text_equal(doctor.places.items[i].path, wanted)) {
            return doctor.places.items[i].state;
        }
    }
    return PLACE_ABSENT;
}

/* Of a file that install cannot work with doctor says that the agent drops it, hooks and all; but for the few
 * that the agent reads well and that stand in the way by what they say. */
static void check_doctor(struct house *house, const struct home *home)
{
    static const char *const read_well[] = {"disableAllHooks", "permissions.deny", "edited", "features.hooks"};
    enum place_state state = examine(house, home->path);
    bool is_read = false;
    for (size_t i = 0; home->refusal != NULL && i < sizeof read_well / sizeof read_well[0]; i++) {
        is_read = is_read || strcmp(home->refusal, read_well[i]) == 0;
    }
    if (home->refusal != NULL) {
        assert_int_equal(state, is_read ? PLACE_READ : PLACE_DROPPED);
    }
    assert_true(state == PLACE_READ || state == PLACE_DROPPED);
}

/* ---- The homes ---- */

static void try_home(const struct home *home, enum setup_agent agent, enum setup_scope scope)
{
    struct house house;
    struct error err = {0};
    house_build(&house, agent, scope);
    if (home->path != NULL) {
        write_file(&house, home->path, text_of(home->content), 0640);
        assert_int_equal(chmod(place(&house, home->path).data, 0666), 0);
    }
    struct text before = picture(&house);
    if (home->path != NULL) {
        check_doctor(&house, home);
    }
    size_t written = install(&house, &err);
    if (home->refusal != NULL) {
        assert_int_equal(written, SIZE_MAX);
        assert_true(text_contains(text_of(err.message), text_of(home->refusal)));
        assert_same(picture(&house), before);
        house_tear_down(&house);
        return;
    }
    if (written == SIZE_MAX) {
        fail_msg("%s: %s", home->name, err.message);
    }
    assert_true(written > 0);
    struct text installed = picture(&house);
    assert_int_equal(install(&house, &err), 0);
    assert_same(picture(&house), installed);
    uninstall(&house);
    assert_same(picture(&house), before);
    house_tear_down(&house);
}

/* The same home with a line end added by somebody after the installation: nothing but that stays. Forms that
 * never worked are not put back then, and an object of nothing but white space loses that. */
static void try_changed_home(const struct home *home, enum setup_agent agent, enum setup_scope scope)
{
    struct house house;
    struct error err = {0};
    bool has_old_form = home->content != NULL && text_contains(text_of(home->content), TEXT("aex gate"));
    if (home->refusal != NULL || home->path == NULL || has_old_form ||
        text_trim_space(text_of(home->content)).size == 0 ||
        text_equal(text_of(home->content), TEXT("{\n}\n"))) {
        return;
    }
    house_build(&house, agent, scope);
    write_file(&house, home->path, text_of(home->content), 0640);
    assert_true(install(&house, &err) > 0);
    struct text installed = read_back(&house, home->path);
    write_file(&house, home->path, text_format(&house.arena, "%.*s\n", TEXT_ARG(installed)), 0640);
    uninstall(&house);
    assert_same(read_back(&house, home->path), text_format(&house.arena, "%s\n", home->content));
    house_tear_down(&house);
}

static void homes_come_back_to_the_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof claude_project_homes / sizeof claude_project_homes[0]; i++) {
        try_home(&claude_project_homes[i], SETUP_CLAUDE, SETUP_PROJECT);
        try_home(&claude_user_homes[i], SETUP_CLAUDE, SETUP_USER);
        try_changed_home(&claude_user_homes[i], SETUP_CLAUDE, SETUP_USER);
        try_home(&claude_managed_homes[i], SETUP_CLAUDE, SETUP_MANAGED);
    }
    for (size_t i = 0; i < sizeof codex_homes / sizeof codex_homes[0]; i++) {
        try_home(&codex_homes[i], SETUP_CODEX, SETUP_USER);
        try_changed_home(&codex_homes[i], SETUP_CODEX, SETUP_USER);
    }
    try_home(&codex_homes[0], SETUP_CODEX, SETUP_PROJECT);
    for (size_t i = 0; i < sizeof requirement_homes / sizeof requirement_homes[0]; i++) {
        try_home(&requirement_homes[i], SETUP_CODEX, SETUP_MANAGED);
        try_changed_home(&requirement_homes[i], SETUP_CODEX, SETUP_MANAGED);
    }
}

static void install_well(struct house *house)
{
    struct error err = {0};
    if (install(house, &err) == SIZE_MAX) {
        fail_msg("%s", err.message);
    }
}

static void a_large_home_comes_back(void **state)
{
    (void)state;
    enum { MEMBERS = 20000 };
    struct house house;
    struct builder out;
    house_build(&house, SETUP_CLAUDE, SETUP_USER);
    builder_init(&out, &house.arena);
    builder_add_c(&out, "{");
    for (size_t i = 0; i < MEMBERS; i++) {
        builder_format(&out, "%s\n    \"key %zu\": {\"value\": [%zu, \"text\"]}", i == 0 ? "" : ",", i, i);
    }
    builder_add_c(&out, "\n}");
    write_file(&house, "home/.claude/settings.json", builder_text(&out), 0600);
    struct text before = picture(&house);
    install_well(&house);
    uninstall(&house);
    assert_same(picture(&house), before);
    house_tear_down(&house);
}

static void what_others_changed_stays(void **state)
{
    (void)state;
    struct house house;
    house_build(&house, SETUP_CODEX, SETUP_USER);
    write_file(&house, "home/.codex/config.toml", TEXT("a = 1\n[features]\nunified_exec_tty = true\n"), 0600);
    install_well(&house);
    struct text now = read_back(&house, "home/.codex/config.toml");
    now = text_format(&house.arena, "# new\n%.*s\n[z]\nb = 2\n", TEXT_ARG(now));
    write_file(&house, "home/.codex/config.toml", now, 0600);
    uninstall(&house);
    assert_same(read_back(&house, "home/.codex/config.toml"),
                TEXT("# new\na = 1\n[features]\nunified_exec_tty = true\n\n[z]\nb = 2\n"));
    assert_int_not_equal(access(place(&house, "home/.codex/hooks.json").data, F_OK), 0);
    house_tear_down(&house);
}

static void a_value_changed_since_is_not_ours_any_more(void **state)
{
    (void)state;
    struct house house;
    house_build(&house, SETUP_CODEX, SETUP_USER);
    write_file(&house, "home/.codex/config.toml", TEXT("[features]\nunified_exec_tty = true\n"), 0600);
    install_well(&house);
    struct text now = read_back(&house, "home/.codex/config.toml");
    size_t at = text_find(now, TEXT("web_search = \"disabled\""));
    assert_int_not_equal(at, TEXT_NOT_FOUND);
    now = text_format(&house.arena, "%.*sweb_search = \"live\"%.*s", TEXT_ARG(text_slice(now, 0, at)),
                      TEXT_ARG(text_after(now, at + sizeof "web_search = \"disabled\"" - 1)));
    write_file(&house, "home/.codex/config.toml", now, 0600);
    uninstall(&house);
    assert_same(read_back(&house, "home/.codex/config.toml"),
                TEXT("web_search = \"live\"\n[features]\nunified_exec_tty = true\n"));
    house_tear_down(&house);
}

/* Two workspaces, one inside the other, share the user's config.toml. */
static void projects_share_a_file(void **state)
{
    (void)state;
    for (int first_goes_first = 0; first_goes_first < 2; first_goes_first++) {
        struct house house;
        house_build(&house, SETUP_CODEX, SETUP_PROJECT);
        write_file(&house, "home/.codex/config.toml", TEXT("model = \"x\"\n"), 0600);
        struct text outer = house.options.root;
        struct text inner = make_folder(&house, "work/inner");
        struct text before = picture(&house);
        install_well(&house);
        house.options.root = inner;
        install_well(&house);
        struct text shared = read_back(&house, "home/.codex/config.toml");
        assert_true(text_contains(shared, text_format(&house.arena, "[projects.\"%s\"]", outer.data)));
        assert_true(text_contains(shared, text_format(&house.arena, "[projects.\"%s\"]", inner.data)));
        house.options.root = first_goes_first ? outer : inner;
        uninstall(&house);
        house.options.root = first_goes_first ? inner : outer;
        uninstall(&house);
        assert_same(picture(&house), before);
        house_tear_down(&house);
    }
}

static void both_agents_live_side_by_side(void **state)
{
    (void)state;
    struct house house;
    house_build(&house, SETUP_CLAUDE, SETUP_USER);
    write_file(&house, "home/.claude/settings.json", TEXT("{\"a\": 1}"), 0600);
    write_file(&house, "home/.codex/config.toml", TEXT("a = 1"), 0600);
    struct text before = picture(&house);
    install_well(&house);
    house.options.agent = SETUP_CODEX;
    install_well(&house);
    house.options.agent = SETUP_CLAUDE;
    uninstall(&house);
    house.options.agent = SETUP_CODEX;
    uninstall(&house);
    assert_same(picture(&house), before);
    house_tear_down(&house);
}

/* What the second project of Codex found switched already is still switched when the first one goes. */
static void what_is_shared_stays_for_the_other(void **state)
{
    (void)state;
    static const char *const befores[] = {"model = \"x\"\n", "[features]\nunified_exec_tty = true\n", NULL};
    for (size_t i = 0; i < sizeof befores / sizeof befores[0]; i++) {
        struct house house;
        house_build(&house, SETUP_CODEX, SETUP_PROJECT);
        if (befores[i] != NULL) {
            write_file(&house, "home/.codex/config.toml", text_of(befores[i]), 0600);
        }
        struct text first = house.options.root;
        struct text second = make_folder(&house, "other");
        struct text third = make_folder(&house, "third");
        struct text before = picture(&house);
        install_well(&house);
        house.options.root = second;
        install_well(&house);
        house.options.root = third;
        install_well(&house);
        house.options.root = first;
        uninstall(&house);
        struct text shared = read_back(&house, "home/.codex/config.toml");
        assert_true(text_contains(shared, TEXT("unified_exec_tty = false")));
        assert_true(text_contains(shared, TEXT("web_search = \"disabled\"")));
        assert_false(text_contains(shared, text_format(&house.arena, "[projects.\"%s\"]", first.data)));
        house.options.root = second;
        uninstall(&house);
        assert_true(
            text_contains(read_back(&house, "home/.codex/config.toml"), TEXT("unified_exec_tty = false")));
        house.options.root = third;
        uninstall(&house);
        assert_same(picture(&house), before);
        house_tear_down(&house);
    }
}

/* A project that is gone keeps nothing. */
static void a_project_that_is_gone_keeps_nothing(void **state)
{
    (void)state;
    struct house house;
    house_build(&house, SETUP_CODEX, SETUP_PROJECT);
    write_file(&house, "home/.codex/config.toml", TEXT("model = \"x\"\n"), 0600);
    struct text first = house.options.root;
    install_well(&house);
    house.options.root = make_folder(&house, "other");
    install_well(&house);
    struct text command = text_format(&house.arena, "rm -rf '%.*s'", TEXT_ARG(house.options.root));
    assert_int_equal(system(command.data), 0);
    house.options.root = first;
    uninstall(&house);
    assert_false(text_contains(read_back(&house, "home/.codex/config.toml"), TEXT("unified_exec_tty")));
    house_tear_down(&house);
}

/* ---- Servers ---- */

static void servers_are_wrapped_and_unwrapped(void **state)
{
    (void)state;
    struct house house;
    house_build(&house, SETUP_CLAUDE, SETUP_PROJECT);
    house.options.wraps_servers = true;
    struct text root = house.options.root;
    write_file(&house, "work/.mcp.json",
               TEXT("{\"mcpServers\":{\"fs\":{\"command\":\"npx\",\"args\":[\"-y\",\"x\"]},"
                    "\"bare\":{\"command\":\"srv\"},\"gw\":{\"type\":\"http\",\"url\":\"http://x\"},"
                    "\"odd\":{\"command\":\"tool\",\"args\":[\"proxy\"]},"
                    "\"own\":{\"command\":\"aex\",\"args\":[\"proxy\",\"--\",\"z\"]}}}"),
               0644);
    struct text local = text_format(&house.arena,
                                    "{\"projects\":{\"%s\":{\"mcpServers\":{\"mine\":{\"command\":\"m\"}}},"
                                    "\"/other\":{\"mcpServers\":{\"mine\":{\"command\":\"m\"}}}},"
                                    "\"mcpServers\":{\"all\":{\"command\":\"a\"}}}",
                                    root.data);
    write_file(&house, "home/.claude.json", local, 0600);
    struct text before = picture(&house);
    install_well(&house);
    assert_same(
        read_back(&house, "work/.mcp.json"),
        text_format(&house.arena,
                    "{\"mcpServers\":{\"fs\":{\"command\":\"/usr/bin/aex\",\"args\":[\"proxy\",\"--name\","
                    "\"fs\",\"--root\",\"%s\",\"--\",\"npx\",\"-y\",\"x\"]},"
                    "\"bare\":{\"command\":\"/usr/bin/aex\",\"args\":[\"proxy\",\"--name\",\"bare\","
                    "\"--root\",\"%s\",\"--\",\"srv\"]},\"gw\":{\"type\":\"http\",\"url\":\"http://x\"},"
                    "\"odd\":{\"command\":\"/usr/bin/aex\",\"args\":[\"proxy\",\"--name\",\"odd\",\"--root\","
                    "\"%s\",\"--\",\"tool\",\"proxy\"]},"
                    "\"own\":{\"command\":\"/usr/bin/aex\",\"args\":[\"proxy\",\"--\",\"z\"]}}}",
                    root.data, root.data, root.data));
    struct text now = read_back(&house, "home/.claude.json");
    assert_true(text_contains(
        now, text_format(&house.arena, "\"--name\",\"mine\",\"--root\",\"%s\",\"--\",\"m\"]", root.data)));
    assert_true(text_contains(now, TEXT("\"/other\":{\"mcpServers\":{\"mine\":{\"command\":\"m\"}}}")));
    assert_true(text_contains(now, TEXT("\"all\":{\"command\":\"a\"}")));
    struct error err = {0};
    assert_int_equal(install(&house, &err), 0);
    uninstall(&house);
    assert_same(picture(&house), before);

    house.options.scope = SETUP_USER;
    install_well(&house);
    now = read_back(&house, "home/.claude.json");
    assert_true(text_contains(now, TEXT("\"--name\",\"all\",\"--\",\"a\"]")));
    assert_int_equal(install(&house, &err), 0);
    uninstall(&house);
    assert_same(picture(&house), before);
    house_tear_down(&house);
}

static void servers_of_codex_are_wrapped_and_unwrapped(void **state)
{
    (void)state;
    struct house house;
    struct error err = {0};
    house_build(&house, SETUP_CODEX, SETUP_USER);
    house.options.wraps_servers = true;
    write_file(&house, "home/.codex/config.toml",
               TEXT("[mcp_servers.fs]\ncommand = \"npx\"\nargs = [ # those\n  "
                    "\"-y\",\n]\n[mcp_servers.b]\ncommand = 's'\n[mcp_servers.gw]\nurl = \"http://x\"\n"
                    "[mcp_servers.own]\ncommand = \"/old/aex\"\nargs = [\"proxy\", '--', \"z\"]\n"),
               0644);
    write_file(&house, "work/.codex/config.toml", TEXT("[mcp_servers.p]\ncommand = \"p\"\n"), 0644);
    struct text before = picture(&house);
    install_well(&house);
    struct text now = read_back(&house, "home/.codex/config.toml");
    assert_true(
        text_contains(now, TEXT("command = \"/usr/bin/aex\"\nargs = [\"proxy\", \"--name\", \"fs\", \"--\", "
                                "\"npx\",  # those\n")));
    assert_true(text_contains(
        now, TEXT("command = \"/usr/bin/aex\"\nargs = [\"proxy\", \"--name\", \"b\", \"--\", \"s\"]\n")));
    assert_true(text_contains(now, TEXT("command = \"/usr/bin/aex\"\nargs = [\"proxy\", '--', \"z\"]\n")));
    assert_same(read_back(&house, "work/.codex/config.toml"), TEXT("[mcp_servers.p]\ncommand = \"p\"\n"));
    assert_int_equal(install(&house, &err), 0);
    uninstall(&house);
    assert_same(picture(&house), before);

    house.options.scope = SETUP_PROJECT;
    install_well(&house);
    assert_true(text_contains(read_back(&house, "work/.codex/config.toml"), TEXT("\"--root\"")));
    uninstall(&house);
    assert_same(picture(&house), before);
    house_tear_down(&house);
}

/* One written as an inline table is noted; the rest is done. */
static void an_inline_server_is_left_alone(void **state)
{
    (void)state;
    struct house house;
    struct plan plan;
    struct error err = {0};
    house_build(&house, SETUP_CODEX, SETUP_USER);
    house.options.wraps_servers = true;
    write_file(&house, "home/.codex/config.toml",
               TEXT("[mcp_servers]\nfs = {command = \"npx\"}\n[mcp_servers.b]\ncommand = \"s\"\n"), 0644);
    assert_true(install_plan(&house.options, &house.arena, &plan, &err));
    assert_int_equal(plan.notes.count, 1);
    assert_true(text_contains(plan.notes.items[0], TEXT("the server fs is written as an inline table")));
    assert_true(text_contains(plan.files.items[1].draft.text, TEXT("\"--name\", \"b\"")));
    house_tear_down(&house);
}

static void a_file_that_changes_meanwhile_is_not_overwritten(void **state)
{
    (void)state;
    struct house house;
    struct plan plan;
    struct error err = {0};
    house_build(&house, SETUP_CLAUDE, SETUP_USER);
    write_file(&house, "home/.claude/settings.json", TEXT("{}"), 0600);
    assert_true(install_plan(&house.options, &house.arena, &plan, &err));
    write_file(&house, "home/.claude/settings.json", TEXT("{\"a\": 1}"), 0600);
    assert_false(install_apply(&house.options, &plan, &house.arena, &err));
    assert_true(text_contains(text_of(err.message), TEXT("changed by somebody else")));
    assert_same(read_back(&house, "home/.claude/settings.json"), TEXT("{\"a\": 1}"));
    house_tear_down(&house);
}

/* A file that somebody else made after an interrupted installation is theirs: uninstall does not delete it. */
static void a_record_without_its_file_says_nothing(void **state)
{
    (void)state;
    struct house house;
    struct plan plan;
    struct error err = {0};
    house_build(&house, SETUP_CODEX, SETUP_USER);
    assert_true(install_plan(&house.options, &house.arena, &plan, &err));
    assert_true(
        manifest_write(house.options.state_folder.data, &plan.files.items[1].manifest, &house.arena, &err));
    write_file(&house, "home/.codex/config.toml", TEXT("model = \"x\"\n"), 0600);
    struct text before = picture(&house);
    install_well(&house);
    uninstall(&house);
    assert_same(picture(&house), before);
    house_tear_down(&house);
}

/* A moved program: the hook follows, and what was there before the first installation is still what comes back.
 */
static void another_program_takes_over(void **state)
{
    (void)state;
    for (int has_file = 0; has_file < 2; has_file++) {
        struct house house;
        house_build(&house, SETUP_CLAUDE, SETUP_USER);
        if (has_file) {
            write_file(&house, "home/.claude/settings.json", TEXT("{\"a\": 1}"), 0600);
        }
        struct text before = picture(&house);
        install_well(&house);
        house.options.program = TEXT("/opt/new/aex");
        install_well(&house);
        struct text now = read_back(&house, "home/.claude/settings.json");
        assert_true(text_contains(now, TEXT("/opt/new/aex gate claude")));
        assert_false(text_contains(now, TEXT("/usr/bin/aex")));
        uninstall(&house);
        assert_same(picture(&house), before);
        house_tear_down(&house);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(homes_come_back_to_the_byte),
        cmocka_unit_test(a_large_home_comes_back),
        cmocka_unit_test(what_others_changed_stays),
        cmocka_unit_test(a_value_changed_since_is_not_ours_any_more),
        cmocka_unit_test(projects_share_a_file),
        cmocka_unit_test(both_agents_live_side_by_side),
        cmocka_unit_test(what_is_shared_stays_for_the_other),
        cmocka_unit_test(a_project_that_is_gone_keeps_nothing),
        cmocka_unit_test(servers_are_wrapped_and_unwrapped),
        cmocka_unit_test(servers_of_codex_are_wrapped_and_unwrapped),
        cmocka_unit_test(an_inline_server_is_left_alone),
        cmocka_unit_test(a_record_without_its_file_says_nothing),
        cmocka_unit_test(a_file_that_changes_meanwhile_is_not_overwritten),
        cmocka_unit_test(another_program_takes_over),
    };
    umask(022); /* a usual one, whatever the caller's is */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
