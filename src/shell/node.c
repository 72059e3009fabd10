/* SPDX-License-Identifier: Apache-2.0 */
/* npm, pnpm, yarn, bun, and what they run. */
#include "shell/builds.h"

/* yarn starts the yarn that .yarnrc names (its setting yarnPath), whatever it is asked. */
static void demand_yarn(struct program_run *run)
{
    demand_build(run, "build.run", TEXT("yarn"));
    check_build_folder(run);
}

/* Scripts that need no "run" in front: of npm "start" and its like, of yarn and pnpm all that are no command of
 * theirs. */
static bool is_script_alone(const struct program_run *run, struct text name)
{
    static const char *const of_all[] = {"start", "stop", "restart"};
    static const char *const common[] = {"build", "lint",      "dev",        "format",
                                         "check", "typecheck", "type-check", "coverage"};
    bool may_leave_out = text_equal(run->name, TEXT("yarn")) || text_equal(run->name, TEXT("pnpm"));
    struct text base = text_slice(name, 0, text_find_char(name, ':'));
    bool is_npm = text_equal(run->name, TEXT("npm"));
    return ((may_leave_out || is_npm) && IS_ONE_OF(name, of_all)) || (may_leave_out && IS_ONE_OF(base, common));
}

/* A folder that a package manager is to work in. */
static void check_manager_folder(struct program_run *run, const struct shell_field *field, struct text path)
{
    struct shell_field folder = *field;
    folder.text = path;
    if (!is_build_folder_inside(run, &folder) || text_contains(path, TEXT("{"))) {
        demand_opaque(run->walker, field->range, "code outside the workspace", path);
    }
}

/* Whether a manager has such an option: in `list`, behind "NAME:", each between blanks. */
static bool manager_has(const struct program_run *run, const char *list, struct text option)
{
    struct text rest = text_of(list);
    struct text word;
    bool is_mine = false;
    while (rest.data != NULL && text_next(&rest, ' ', &word)) {
        if (text_ends_with(word, TEXT(":"))) {
            is_mine = text_equal(text_slice(word, 0, word.size - 1), run->name);
        } else if (is_mine && text_equal(word, option)) {
            return true;
        }
    }
    return false;
}

/* Whether a package is chosen by where it lies (pnpm, "Filtering"). */
static bool names_folder(struct text value)
{
    return text_starts_with(value, TEXT("./")) || text_starts_with(value, TEXT("/")) ||
           text_equal(value, TEXT("..")) || text_contains(value, TEXT("../")) ||
           text_contains(value, TEXT("/..")) || text_contains(value, TEXT("{"));
}

/* Options in front of a subcommand or a script; `at` moves behind them. False, and opaque, when one is not
 * known here. */
static bool skip_manager_options(struct program_run *run, size_t *at)
{
    static const char flags[] =
        "npm: -s --silent --workspaces -ws --if-present "
        "pnpm: -s --silent -r --recursive -w --workspace-root --stream --parallel --if-present "
        "yarn: -s --silent bun: --silent";
    static const char folders[] = "npm: --prefix -C pnpm: --dir -C yarn: --cwd bun: --cwd";
    static const char values[] = "npm: --workspace -w pnpm: --filter -F bun: --filter -F";
    for (; *at < run->arguments.count && text_starts_with(run->arguments.items[*at].text, TEXT("-")); ++*at) {
        const struct shell_field *field = &run->arguments.items[*at];
        size_t equals = text_find_char(field->text, '=');
        struct text name = text_slice(field->text, 0, equals);
        bool is_folder = manager_has(run, folders, name);
        if (field->kind == FIELD_EXACT && manager_has(run, flags, field->text)) {
            continue;
        }
        bool has_value = field->kind == FIELD_EXACT && (is_folder || manager_has(run, values, name));
        struct text value = text_after(field->text, equals == TEXT_NOT_FOUND ? 0 : equals + 1);
        if (has_value && equals == TEXT_NOT_FOUND) {
            value = run_word(run, ++*at);
        }
        if (!has_value || value.size == 0 || value.data[0] == '-') {
            demand_opaque(run->walker, field->range, "an option that is not known here", field->text);
            return false;
        }
        if (is_folder || names_folder(value)) {
            check_manager_folder(run, field, value);
        }
    }
    return true;
}

static void run_script(struct program_run *run)
{
    size_t at = 1;
    if (run->arguments.count < 2 || !skip_manager_options(run, &at)) {
        return; /* lists the scripts, or is opaque */
    }
    struct text script = run_word(run, at);
    bool is_test = text_equal(script, TEXT("test")) || text_starts_with(script, TEXT("test:"));
    if (script.size == 0) {
        run_opaque(run, "a script that is not plainly named");
    } else {
        demand_own_code(run, is_test ? "tests.run" : "build.run", is_test ? TEXT("") : script, at + 1);
    }
}

/* Asks the registry about one package. */
static void view_package(struct program_run *run)
{
    struct text name = run_word(run, 1);
    for (size_t i = 1; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_plain = field->kind == FIELD_EXACT && field->text.size > 0 && field->text.data[0] != '-';
        if (!is_plain && !text_equal(run_word(run, i), TEXT("--json"))) {
            demand_opaque(run->walker, field->range, "an option that is not known here", field->text);
        }
    }
    bool is_known = name.size > 0 && name.data[0] != '-';
    demand_add(run->walker, TEXT("package.install"), is_known ? SHELL_RESOURCE_KNOWN : SHELL_RESOURCE_UNKNOWN,
               is_known ? name : TEXT(""), run->range);
    check_build_folder(run);
}

static void look_at_packages(struct program_run *run)
{
    struct shell_field folder = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
    demand_path(run->walker, run->state, "file.read", &folder);
    if (text_equal(run->name, TEXT("yarn"))) {
        demand_yarn(run);
    }
    parse_looking_options(
        run, 1, "-a,--all -l,--long -g,--global -p,--parseable --json --depth= --prod --dev --omit= --link");
}

/* A bare `yarn`, and one with nothing but options, installs. */
static bool is_bare_yarn(const struct program_run *run)
{
    bool is_bare = text_equal(run->name, TEXT("yarn"));
    for (size_t i = 0; i < run->arguments.count; i++) {
        is_bare = is_bare && text_starts_with(run_word(run, i), TEXT("-"));
    }
    return is_bare;
}

/* What changes or fetches packages, or asks the registry about those that are there. */
static bool is_package_command(struct text name)
{
    static const char *const names[] = {"install",   "i",       "add",    "ci",    "in",   "isntall",
                                        "uninstall", "remove",  "rm",     "un",    "r",    "update",
                                        "up",        "upgrade", "dedupe", "prune", "audit"};
    return IS_ONE_OF(name, names);
}

static void run_manager(struct program_run *run)
{
    static const char *const tests[] = {"test", "t", "tst"};
    static const char *const scripts[] = {"run", "run-script", "rum", "urn"};
    static const char *const looks[] = {"ls", "list", "ll", "la", "why", "explain", "root", "prefix", "bin"};
    static const char *const views[] = {"view", "info", "show"};
    struct text first = run_word(run, 0);
    bool is_npm = text_equal(run->name, TEXT("npm"));
    bool is_bun = text_equal(run->name, TEXT("bun"));
    if (IS_ONE_OF(first, tests)) {
        demand_own_code(run, "tests.run", TEXT(""), 1);
    } else if (IS_ONE_OF(first, scripts)) {
        run_script(run);
    } else if (is_script_alone(run, first)) {
        demand_own_code(run, "build.run", first, 1);
    } else if (is_package_command(first)) {
        demand_packages(run,
                        text_equal(first, TEXT("audit")) && text_equal(run_word(run, 1), TEXT("fix")) ? 2 : 1);
    } else if (IS_ONE_OF(first, views) && !is_bun) {
        view_package(run);
    } else if ((is_npm && text_equal(first, TEXT("exec"))) || (!is_npm && text_equal(first, TEXT("dlx"))) ||
               ((is_npm || is_bun) && text_equal(first, TEXT("x")))) {
        demand_node_package(run, 1);
    } else if (text_equal(first, TEXT("exec")) && !is_bun) {
        demand_node_tool(run, 1, NODE_ON_PATH);
    } else if (IS_ONE_OF(first, looks) && !is_bun) {
        look_at_packages(run);
    } else if (!is_npm && !is_bun && is_known_node_tool(first)) {
        demand_node_tool(run, 0, NODE_ON_PATH);
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}

void model_node_package(struct program_run *run, const struct shell_program *program)
{
    static const char *const executors[] = {"npx", "bunx"};
    bool is_yarn = text_equal(run->name, TEXT("yarn"));
    size_t at = 0;
    (void)program;
    if (run_asks_version(run)) {
        if (is_yarn) {
            demand_yarn(run);
        }
        return;
    }
    if (IS_ONE_OF(run->name, executors)) {
        demand_node_package(run, 0);
    } else if (is_bare_yarn(run)) {
        demand_packages(run, 0);
    } else if (skip_manager_options(run, &at)) {
        struct text workspace = run_word(run, at + 1);
        bool is_one_workspace =
            is_yarn && text_equal(run_word(run, at), TEXT("workspace")) && is_package_name(workspace);
        run_drop_arguments(run, is_one_workspace ? at + 2 : at);
        run_manager(run);
    }
}
