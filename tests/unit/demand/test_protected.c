/* SPDX-License-Identifier: Apache-2.0 */
/* Self-protection: what holds or loads the boundary, under every name it can be written by. */
#include "unit/demand/calls.h"

static const char *const anywhere[] = {
#define ANYWHERE(path) path,
#define HOME(path)
#define SYSTEM(path)
#include "demand/protected.def"
#undef ANYWHERE
#undef HOME
#undef SYSTEM
};

static const char *const in_home[] = {
#define ANYWHERE(path)
#define HOME(path) path,
#define SYSTEM(path)
#include "demand/protected.def"
#undef ANYWHERE
#undef HOME
#undef SYSTEM
};

static const char *const in_system[] = {
#define ANYWHERE(path)
#define HOME(path)
#define SYSTEM(path) path,
#include "demand/protected.def"
#undef ANYWHERE
#undef HOME
#undef SYSTEM
};

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

/* Whether writing this path demands aex.configure; "@" as in calls.h. */
static bool is_protected(const char *format, const char *name)
{
    struct builder arguments;
    builder_init(&arguments, &calls.arena);
    builder_add_c(&arguments, "{\"file_path\":\"");
    for (const char *at = format; *at != '\0'; at++) {
        if (*at == '$') {
            builder_add_c(&arguments, name);
        } else {
            builder_add_char(&arguments, *at);
        }
    }
    builder_add_c(&arguments, "\"}");
    bool found = calls_demand(&calls, &agent_claude, "Write", builder_text(&arguments).data, "aex.configure");
    arena_reset(&calls.arena);
    return found;
}

static const char *upper(const char *name)
{
    char *text = ARENA_ARRAY(&calls.lasting, char, strlen(name) + 1);
    for (size_t i = 0; name[i] != '\0'; i++) {
        text[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i];
    }
    return text;
}

static void every_line_holds_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(anywhere); i++) {
        static const char *const yes[] = {"$",   "@/ws/$",   "sub/deep/$", "$/below/it", "/elsewhere/$",
                                          "~/$", "src/../$", "./$/"};
        static const char *const no[] = {"x$", "$x", "src/x$x"};
        for (size_t j = 0; j < COUNT_OF(yes); j++) {
            assert_case(is_protected(yes[j], anywhere[i]) && is_protected(yes[j], upper(anywhere[i])),
                        anywhere[i]);
        }
        for (size_t j = 0; j < COUNT_OF(no); j++) {
            assert_case(!is_protected(no[j], anywhere[i]), anywhere[i]);
        }
    }
}

static void every_line_holds_at_home(void **state)
{
    (void)state;
    folder_add_link(&calls.folder, "house", "home");
    struct text before = calls.context.home;
    for (size_t form = 0; form < 2; form++) {
        /* The home folder goes by two names when a part of it is a link: both are protected. */
        calls.context.home = form == 0 ? before : calls_below(&calls, "house");
        for (size_t i = 0; i < COUNT_OF(in_home); i++) {
            assert_case(is_protected("~/$", in_home[i]) && is_protected("~/$/below", upper(in_home[i])),
                        in_home[i]);
            assert_case(is_protected("@/home/$", in_home[i]), in_home[i]);
            assert_case(!is_protected("~/$x", in_home[i]) && !is_protected("~/x$", in_home[i]), in_home[i]);
            assert_case(!is_protected("other/$", in_home[i]), in_home[i]);
        }
    }
    assert_true(is_protected("@/house/.bashrc", ""));
    calls.context.home = before;
}

static void every_line_holds_in_the_system(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(in_system); i++) {
        assert_case(is_protected("$", in_system[i]), in_system[i]);
        assert_case(!is_protected("/x$", in_system[i]) && !is_protected("$x", in_system[i]), in_system[i]);
    }
}

static void what_is_below_system_folders_is_too(void **state)
{
    (void)state;
    assert_true(is_protected("/etc/aex/policy.aex", ""));
    assert_true(is_protected("/etc/codex/hooks/x", ""));
    assert_true(is_protected("/etc/claude-code/managed-settings.json", ""));
}

static void git_is_controlled_by_these(void **state)
{
    (void)state;
    static const char *const yes[] = {
        ".git",
        ".git/",
        ".git/config",
        ".git/hooks/pre-commit",
        ".git/hooks",
        ".git/config.worktree",
        "sub/.git",
        ".git/commondir",
        ".git/modules/a/config",
        ".git/modules/a/hooks/x",
        ".git/worktrees/w/config.worktree",
        ".git/worktrees/w/commondir",
        ".git/rebase-merge/git-rebase-todo",
        ".git/info/attributes",
        ".GIT/HOOKS/x",
        ".git/modules/a/.git",
        ".gi\\u200bt/config",
    };
    static const char *const no[] = {".gitignore",        ".github/workflows/x.yml",
                                     "git/config",        ".git/index",
                                     ".git/info/exclude", "config",
                                     "hooks/x",           "x.git/hooks2"};
    for (size_t i = 0; i < COUNT_OF(yes); i++) {
        assert_case(is_protected("$", yes[i]), yes[i]);
    }
    for (size_t i = 0; i < COUNT_OF(no); i++) {
        assert_case(!is_protected("$", no[i]), no[i]);
    }
}

static void what_git_was_told_is_followed(void **state)
{
    (void)state;
    static const struct {
        const char *configuration;
        const char *path;
        bool is_protected;
    } cases[] = {
        {"[core]\n\thooksPath = .husky\n", ".husky/pre-commit", true},
        {"[core]\n\thooksPath = .husky\n", ".husky2/pre-commit", false},
        {"[CORE]\n\tHOOKSPATH=.husky\n", ".husky/x", true},
        {"[core] hooksPath = .husky", ".husky/x", true},
        {"[core]\r\n\thooksPath = \"my hooks\" # why\r\n", "my hooks/x", true},
        {"[core]\n\thooksPath = my\\ hooks ; why\n", "my hooks/x", true},
        {"[core]\n\thooksPath = ~/hooks\n", "~/hooks/x", true},
        {"[core]\n\thooksPath = @/hooks\n", "@/hooks/x", true},
        {"[core]\n\thooksPath = \n", "src/x", false},
        {"[core]\n\thooksPath\n", "src/x", false},
        {"[other]\n\thooksPath = src\n", "src/x", false},
        {"[include]\n\tpath = ../team.gitconfig\n", "team.gitconfig", true},
        {"[includeIf \"gitdir:[x]\"]\n\tpath = ../team.gitconfig\n", "team.gitconfig", true},
        {"[include]\n\tpath = ../included\n", "from-included/x", true},
        {"[include]\n\tpath = config\n", "src/x", false}, /* itself, round and round */
        {"[submodule \"a\"]\n\tpath = src\n", "src/x", false},
        {"[core]\n\thooksPath = src/\n", "SRC/x", true},
    };
    folder_add_file(&calls.folder, "ws/included", "[core]\nhooksPath = from-included\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text text = text_of(cases[i].configuration);
        size_t at = text_find_char(text, '@');
        struct text written = at == TEXT_NOT_FOUND
                                  ? text
                                  : text_format(&calls.lasting, "%.*s%s%.*s", TEXT_ARG(text_slice(text, 0, at)),
                                                calls.folder.path, TEXT_ARG(text_after(text, at + 1)));
        folder_add_file(&calls.folder, "ws/.git/config", text_copy(&calls.lasting, written).data);
        assert_case(is_protected("$", cases[i].path) == cases[i].is_protected, cases[i].configuration);
    }
    folder_add_file(&calls.folder, "ws/.git/config", "");
    folder_add_file(&calls.folder, "home/.gitconfig", "[core]\nhooksPath = ~/all-hooks\n");
    assert_true(is_protected("~/all-hooks/x", ""));
    folder_add_file(&calls.folder, "home/.gitconfig", "");
    /* A worktree: .git is a file, and the configuration is elsewhere. */
    struct demand_context before = calls.context;
    folder_add_file(&calls.folder, "tree/.git", "gitdir: ../ws/.git/worktrees/tree\n");
    folder_add_file(&calls.folder, "ws/.git/worktrees/tree/commondir", "../..\n");
    folder_add_file(&calls.folder, "ws/.git/config", "[core]\nhooksPath = .husky\n");
    calls.context.root = calls.context.root_as_named = calls.context.working_folder =
        calls_below(&calls, "tree");
    assert_true(is_protected(".husky/pre-commit", ""));
    calls.context = before;
    folder_add_file(&calls.folder, "ws/.git/config", "");
}

static void our_own_files_are_protected(void **state)
{
    (void)state;
    struct demand_context before = calls.context;
    struct text files[] = {calls_below(&calls, "ws/tasks/t.aex")};
    struct text folders[] = {calls_below(&calls, "codex-home")};
    calls.context.boundary_files = files;
    calls.context.boundary_file_count = 1;
    calls.context.boundary_folders = folders;
    calls.context.boundary_folder_count = 1;
    assert_true(is_protected("tasks/t.aex", ""));
    assert_true(is_protected("tasks", "")); /* with what is in it */
    assert_false(is_protected("tasks/u.aex", ""));
    assert_true(is_protected("@/codex-home/config.toml", ""));
    assert_true(is_protected("@/state/audit.jsonl", ""));
    assert_true(is_protected("@/state", ""));
    assert_true(is_protected("@", "")); /* it holds the state */
    folder_add_link(&calls.folder, "estate", "state");
    calls.context.state_folder = calls_below(&calls, "estate");
    assert_true(is_protected("@/state/audit.jsonl", "")); /* by the name without links */
    assert_true(is_protected("@/estate/audit.jsonl", ""));
    char program[PATH_MAX];
    assert_non_null(realpath("/proc/self/exe", program));
    calls.context.program = text_of(program);
    assert_true(is_protected("$", program));
    calls.context = before;
}

static void links_do_not_hide_anything(void **state)
{
    (void)state;
    folder_add_file(&calls.folder, "ws/.aex/policy.aex", "");
    folder_add_link(&calls.folder, "ws/notes", ".aex/policy.aex");
    folder_add_link(&calls.folder, "ws/there", ".aex");
    folder_add_link(&calls.folder, "ws/later", ".envrc"); /* does not exist yet */
    assert_true(is_protected("notes", ""));
    assert_true(is_protected("there/new", ""));
    assert_true(is_protected("later", ""));
    char path[PATH_MAX];
    char hard[PATH_MAX];
    static const char *const targets[] = {"ws/.aex/policy.aex",
                                          "ws/.git/hooks/pre-commit",
                                          "ws/.git/config",
                                          "ws/.claude/deep/x",
                                          "home/.bashrc",
                                          "state/ledger",
                                          "home/.claude/s.json",
                                          "home/.codex/config.toml",
                                          "home/.config/git/config",
                                          "home/.claude.json",
                                          "elsewhere/settings",
                                          "agents/auth.json"};
    folder_add_folder(&calls.folder, "elsewhere");
    folder_add_link(&calls.folder, "home/.copilot", "../elsewhere");
    const struct demand_context before = calls.context;
    const struct text agents = calls_below(&calls, "agents");
    calls.context.boundary_folders = &agents;
    calls.context.boundary_folder_count = 1;
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        folder_add_file(&calls.folder, targets[i], "");
        folder_path(&calls.folder, "ws/hard", hard);
        assert_int_equal(link(folder_path(&calls.folder, targets[i], path), hard), 0);
        assert_case(is_protected("hard", ""), targets[i]);
        assert_int_equal(unlink(hard), 0);
    }
    calls.context = before;
    folder_add_file(&calls.folder, "ws/a", "");
    assert_int_equal(link(folder_path(&calls.folder, "ws/a", path), folder_path(&calls.folder, "ws/b", hard)),
                     0);
    assert_false(is_protected("b", ""));
    /* However many files there are besides. */
    char name[64];
    for (int i = 0; i < 8300; i++) {
        snprintf(name, sizeof name, "home/.claude/many/%d", i);
        folder_add_file(&calls.folder, name, "");
    }
    for (int i = 0; i < 8300; i += 2075) {
        snprintf(name, sizeof name, "home/.claude/many/%d", i);
        folder_path(&calls.folder, "ws/hard", hard);
        assert_int_equal(link(folder_path(&calls.folder, name, path), hard), 0);
        assert_case(is_protected("hard", ""), name);
        assert_int_equal(unlink(hard), 0);
    }
    assert_false(is_protected("b", ""));
}

/* New contracts are ordinary work: only files, only there, only new. */
static void new_runs_may_be_written(void **state)
{
    (void)state;
    folder_add_file(&calls.folder, "ws/.aex/runs/old.aex", "");
    folder_add_file(&calls.folder, "ws/.aex/elsewhere/x", "");
    assert_false(is_protected(".aex/runs/new.aex", ""));
    assert_false(is_protected("sub/.aex/runs/new.aex", ""));
    assert_true(is_protected(".aex/runs/old.aex", ""));
    assert_true(is_protected(".aex/runs/new.txt", ""));
    assert_true(is_protected(".aex/runs/deep/new.aex", ""));
    assert_true(is_protected(".aex/runs", ""));
    assert_true(is_protected(".aex/new.aex", ""));
    assert_true(is_protected(".AEX/runs/new.aex", ""));
    assert_true(is_protected(".aex/runs/../policy.aex", ""));
    char path[PATH_MAX];
    folder_path(&calls.folder, "ws/.aex/runs/old.aex", path);
    assert_int_equal(unlink(path), 0);
    folder_add_link(&calls.folder, "ws/.aex/runs/link.aex", "../policy.aex");
    assert_true(is_protected(".aex/runs/link.aex", ""));
    folder_add_link(&calls.folder, "ws/other/.aex/runs", "../../.aex");
    assert_true(is_protected("other/.aex/runs/new.aex", ""));
}

/* A file that is taken from another commit is written, however the command says so. */
static void a_checkout_that_names_the_policy_configures(void **state)
{
    (void)state;
    static const char *const commands[] = {
        "git checkout wide -- .aex/policy.aex", "git checkout wide .aex/policy.aex",
        "git checkout -q -- .aex/policy.aex",   "git checkout -f wide -- src .aex",
        "git checkout -- .aex/policy.aex",      "git checkout wide -- .aex/policy.aex -- src",
    };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct text arguments = text_format(&calls.arena, "{\"command\":\"%s\"}", commands[i]);
        if (!calls_demand(&calls, &agent_claude, "Bash", arguments.data, "aex.configure")) {
            fail_msg("not protected: %s", commands[i]);
        }
    }
    assert_false(calls_demand(&calls, &agent_claude, "Bash", "{\"command\":\"git checkout -b new main\"}",
                              "aex.configure"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_holds_anywhere),
        cmocka_unit_test(every_line_holds_at_home),
        cmocka_unit_test(every_line_holds_in_the_system),
        cmocka_unit_test(what_is_below_system_folders_is_too),
        cmocka_unit_test(git_is_controlled_by_these),
        cmocka_unit_test(what_git_was_told_is_followed),
        cmocka_unit_test(our_own_files_are_protected),
        cmocka_unit_test(links_do_not_hide_anything),
        cmocka_unit_test(new_runs_may_be_written),
        cmocka_unit_test(a_checkout_that_names_the_policy_configures),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
