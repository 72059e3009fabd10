/* SPDX-License-Identifier: Apache-2.0 */
/* Searches and listings: sets of files, and the secrets that are in them now. */
#include "unit/demand/calls.h"

static struct calls calls;

static int set_up(void **state)
{
    (void)state;
    calls_init(&calls);
    folder_add_file(&calls.folder, "ws/src/a.c", "");
    folder_add_file(&calls.folder, "ws/docs/a.md", "");
    folder_add_file(&calls.folder, "ws/app/.env", "");
    folder_add_file(&calls.folder, "ws/git/.git/x.pem", "");
    folder_add_link(&calls.folder, "ws/conf", "docs");
    folder_add_folder(&calls.folder, "elsewhere");
    folder_add_link(&calls.folder, "ws/out", "../elsewhere");
    folder_add_file(&calls.folder, "elsewhere/b.key", "");
    folder_add_file(&calls.folder, "ws/plain/credentials", "");
    folder_add_link(&calls.folder, "ws/.aws", "plain");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    calls_release(&calls);
    return 0;
}

static void searches_read_trees(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"path\":\"src\"}", "file.read {@/ws/src/**}\n"},
        {"{\"path\":\"src/a.c\"}", "file.read @/ws/src/a.c\n"},
        {"{\"path\":\"missing\"}", "file.read @/ws/missing\n"},
        {"{\"path\":\"conf\"}", "file.read {@/ws/conf/** -> @/ws/docs/**}\n"},
        {"{\"path\":\"app\"}", "file.read {@/ws/app/**}\nsecrets.read @/ws/app/.env\n"},
        {"{\"path\":\"app\",\"glob\":\"*.c\"}", "file.read {@/ws/app/**}\n"},
        /* Git's own folder is not searched. */
        {"{\"path\":\"git\"}", "file.read {@/ws/git/**}\n"},
        /* Through a link: by the names at its end, and by those it goes by. */
        {"{\"path\":\"out\"}",
         "file.read {@/ws/out/** -> @/elsewhere/**}\nsecrets.read @/ws/out/b.key -> @/elsewhere/b.key\n"},
        {"{\"path\":\".aws\"}", "file.read {@/ws/.aws/** -> @/ws/plain/**}\nsecrets.read @/ws/.aws/credentials "
                                "-> @/ws/plain/credentials\n"},
        {"{\"path\":\"plain\"}", "file.read {@/ws/plain/**}\n"},
        {"{\"path\":7}", "error: Grep: the argument \"path\" must be a string, not number\n"},
        {"{\"path\":\"src\",\"glob\":[]}", "error: Grep: the argument \"glob\" must be a string, not array\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_demands(&calls, &agent_claude, "Grep", cases[i][0], cases[i][1]);
    }
    assert_demands(&calls, &agent_claude, "Grep", "{\"pattern\":\"x\",\"glob\":\"*.rs\"}",
                   "file.read {@/ws/**}\n");
}

/* Claude Code splits the filter at white space and commas, and gives each part to ripgrep. */
static void filters_let_through_what_ripgrep_would(void **state)
{
    (void)state;
    static const struct {
        const char *glob;
        bool reads_secret; /* of app/.env */
    } cases[] = {
        {"*.c", false},
        {"*.{c,h}", false},
        {"*.c *.h", false},
        {"*.c,*.h", false},
        {".env", true},
        {"*", true},
        {"**", true},
        {"*.c .env", true},
        {"*.c,.env", true},
        {"*.c\\t.env", true},
        {"x\\u00a0.env", true},
        {"*.{c,h} .e*", true},
        {"{*.c,.env}", true},
        {"!*.c", true},
        {"!.env", true},
        {"!*.c *.h", false},
        {"*.h !*.c", false},
        {"!*.c !*.h", true},
        {".[e]nv", true},
        {".en?", true},
        {"app/.env", true},
        {"**/.env", true},
        {"/app/*", true},
        {"{}", true},
        {"", true},
        {" ", true},
        {",", true},
        {"*.c,", false},
        {"*.{c,h},.env", false},
        {"[", true},
        {"*.{c", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text arguments = text_format(&calls.arena, "{\"path\":\"app\",\"glob\":\"%s\"}", cases[i].glob);
        assert_case(calls_demand(&calls, &agent_claude, "Grep", arguments.data, "secrets.read") ==
                        cases[i].reads_secret,
                    cases[i].glob);
    }
}

/* With braces in it a part is one glob, commas outside of them and all. */
static void commas_count_beside_braces(void **state)
{
    (void)state;
    static const struct {
        const char *glob;
        bool reads_secret; /* of comma/"a,b.pem" */
    } cases[] = {{"a,b{.pem,c}", true},  {"*,b.{pem,c}", true}, {"a,*{.c,.pem}", true}, {"{x,a,b}.pem", false},
                 {"{x,a},b.pem", true},  {"a,b.pem", false},    {"a,*.pem", true},      {"x,*.c", false},
                 {"{x,y},b.pem", false}, {"a,b{.c,.h}", false}};
    folder_add_file(&calls.folder, "ws/comma/a,b.pem", "");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text arguments =
            text_format(&calls.arena, "{\"path\":\"comma\",\"glob\":\"%s\"}", cases[i].glob);
        assert_case(calls_demand(&calls, &agent_claude, "Grep", arguments.data, "secrets.read") ==
                        cases[i].reads_secret,
                    cases[i].glob);
    }
}

static void listings_are_sets_of_names(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"{\"pattern\":\"src/*.c\"}", "file.read {@/ws/src/*.c}\n"},
        {"{\"pattern\":\"**/*.c\",\"path\":\"src\"}", "file.read {@/ws/src/**/*.c}\n"},
        {"{\"pattern\":\"/etc/*\"}", "file.read {/etc/*}\n"},
        {"{\"pattern\":\"~/*/x\"}", "file.read {@/home/*/x}\n"},
        {"{\"pattern\":\"conf/*.md\"}", "file.read {@/ws/conf/*.md -> @/ws/docs/*.md}\n"},
        {"{\"pattern\":\"src/{a,b}/*.c\"}", "file.read {@/ws/src/b/*.c}\nfile.read {@/ws/src/a/*.c}\n"},
        {"{\"pattern\":\"src/*/../x\"}", "file.read ?\nsecrets.read ?\n"},
        {"{\"pattern\":\"../*/x\"}", "file.read {@/*/x}\n"},
        {"{\"pattern\":\"src/a.c\"}", "file.read @/ws/src/a.c\n"},
        /* Without a slash a glob of ripgrep's holds at any depth. */
        {"{\"pattern\":\"*.c\"}", "file.read {@/ws/**/*.c}\n"},
        {"{\"pattern\":\"a.c\",\"path\":\"src\"}", "file.read {@/ws/src/**/a.c}\n"},
        {"{\"pattern\":\"{a,b}.c\"}", "file.read {@/ws/**/b.c}\nfile.read {@/ws/**/a.c}\n"},
        {"{\"pattern\":\".env\"}", "file.read {@/ws/**/.env}\nsecrets.read {@/ws/**/.env}\n"},
        {"{\"pattern\":\"app/.env\"}", "file.read @/ws/app/.env\nsecrets.read @/ws/app/.env\n"},
        /* What an exclamation mark excludes, it lists all the rest of. */
        {"{\"pattern\":\"!*.c\"}", "file.read {@/ws/**}\n"},
        {"{\"pattern\":\"!*.c\",\"path\":\"src\"}", "file.read {@/ws/src/**}\n"},
        {"{}", "file.read {@/ws/*}\n"},
        {"{\"pattern\":\"\"}", "file.read @/ws\n"},
        {"{\"pattern\":\"/proc/*/environ\"}", "file.read ?\nsecrets.read ?\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_demands(&calls, &agent_claude, "Glob", cases[i][0], cases[i][1]);
    }
    assert_demands(&calls, &agent_claude, "LS", "{\"path\":\"src\"}", "file.read {@/ws/src/*}\n");
}

static void keys_are_found_in_trees(void **state)
{
    (void)state;
    static const char *const none = "file.read {@/state/**}\n";
    assert_demands(&calls, &agent_claude, "Grep", "{\"path\":\"@/state\"}", none);
    folder_add_file(&calls.folder, "state/keys/audit", "");
    assert_true(calls_demand(&calls, &agent_claude, "Grep", "{\"path\":\"@/state\"}", "aex.configure"));
    assert_true(calls_demand(&calls, &agent_claude, "Grep", "{\"path\":\"@/state/keys\"}", "aex.configure"));
    assert_true(calls_demand(&calls, &agent_claude, "Grep", "{\"path\":\"@\"}", "aex.configure"));
    assert_true(
        calls_demand(&calls, &agent_claude, "Read", "{\"file_path\":\"@/state/keys/audit\"}", "aex.configure"));
    assert_false(
        calls_demand(&calls, &agent_claude, "Read", "{\"file_path\":\"@/state/log\"}", "aex.configure"));
    assert_false(calls_demand(&calls, &agent_claude, "Grep", "{\"path\":\"src\"}", "aex.configure"));
}

static void trees_too_deep_to_know_may_hold_anything(void **state)
{
    (void)state;
    char name[LIMIT_TREE_DEPTH * 2 + 32] = "ws/deep/";
    for (int i = 0; i < LIMIT_TREE_DEPTH; i++) {
        strcat(name, "d/");
    }
    folder_add_file(&calls.folder, strcat(name, "f"), "");
    assert_demands(&calls, &agent_claude, "Grep", "{\"path\":\"deep\"}",
                   "file.read {@/ws/deep/**}\nsecrets.read ?\n");
}

/* Whichever of them the system lists first. */
static void one_member_does_not_hide_another(void **state)
{
    (void)state;
    static const char *const line = "{\"command\":\"chmod -R u+w mixed\"}";
    char name[64];
    for (int i = 0; i < 8; i++) {
        snprintf(name, sizeof name, "ws/mixed/%d/.claude/settings.json", i);
        folder_add_file(&calls.folder, name, "");
    }
    folder_add_file(&calls.folder, "ws/mixed/h/.git/refs/x", "");
    assert_true(calls_demand(&calls, &agent_claude, "Bash", line, "aex.configure"));
    assert_true(calls_demand(&calls, &agent_claude, "Bash", line, "history.rewrite"));
    for (int i = 0; i < 70; i++) {
        snprintf(name, sizeof name, "ws/secrets/%d.pem", i);
        folder_add_file(&calls.folder, name, "");
    }
    struct demand_vector demands;
    struct error err;
    assert_true(calls_try(&calls, &agent_claude, "Grep", "{\"path\":\"secrets\"}", &demands, &err));
    assert_int_equal(demands.count, 1 + 64 + 1);
    assert_int_equal(demands.items[64].resource.kind, RESOURCE_KNOWN);
    assert_int_equal(demands.items[65].resource.kind, RESOURCE_SET); /* all of them */
}

static void sets_are_expanded_to_their_members(void **state)
{
    (void)state;
    struct demand_vector demands;
    struct demand_vector members = {0};
    struct error err;
    assert_true(calls_try(&calls, &agent_claude, "Glob", "{\"pattern\":\"**/a.*\"}", &demands, &err));
    assert_true(demand_expand_set(&demands.items[0], &calls.arena, &members));
    assert_int_equal(members.count, 3);
    assert_true(members.items[0].members_follow);
    size_t found = 0;
    for (size_t i = 1; i < members.count; i++) {
        found += text_ends_with(members.items[i].resource.value, TEXT("/ws/src/a.c"));
        found += text_ends_with(members.items[i].resource.value, TEXT("/ws/docs/a.md"));
        assert_true(members.items[i].allowed_unless_denied);
        assert_false(members.items[i].members_follow);
    }
    assert_int_equal(found, 2);
}

/* A rule about the link's name must find what lies behind it. */
static void members_go_by_both_forms(void **state)
{
    (void)state;
    struct demand_vector demands;
    struct demand_vector members = {0};
    struct error err;
    assert_true(calls_try(&calls, &agent_claude, "Grep", "{\"path\":\"conf\"}", &demands, &err));
    assert_true(demand_expand_set(&demands.items[0], &calls.arena, &members));
    assert_text(calls_describe(&calls, &members), "file.read {@/ws/conf/** -> @/ws/docs/**}\n"
                                                  "file.read @/ws/conf/a.md -> @/ws/docs/a.md\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_read_trees),
        cmocka_unit_test(filters_let_through_what_ripgrep_would),
        cmocka_unit_test(commas_count_beside_braces),
        cmocka_unit_test(listings_are_sets_of_names),
        cmocka_unit_test(keys_are_found_in_trees),
        cmocka_unit_test(one_member_does_not_hide_another),
        cmocka_unit_test(sets_are_expanded_to_their_members),
        cmocka_unit_test(members_go_by_both_forms),
        cmocka_unit_test(trees_too_deep_to_know_may_hold_anything), /* and stay so */
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
