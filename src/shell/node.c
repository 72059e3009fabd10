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

void model_node_package(struct program_run *run, const struct shell_program *program)
{
    static const char *const tests[] = {"test", "t", "tst"};
    static const char *const scripts[] = {"run", "run-script", "rum", "urn"};
    static const char *const installs[] = {"install", "i", "add", "ci", "in", "isntall"};
    static const char *const looks[] = {"ls", "list", "ll", "la", "why", "explain", "root", "prefix", "bin"};
    struct text first = run_word(run, 0);
    bool is_yarn = text_equal(run->name, TEXT("yarn"));
    (void)program;
    if (run_asks_version(run)) {
        if (is_yarn) {
            demand_yarn(run);
        }
        return;
    }
    if (text_equal(run->name, TEXT("npx"))) {
        demand_node_tool(run, 0, true);
    } else if (IS_ONE_OF(first, tests)) {
        demand_own_code(run, "tests.run", TEXT(""), 1);
    } else if (IS_ONE_OF(first, scripts)) {
        struct text script = run_word(run, 1);
        bool is_test = text_equal(script, TEXT("test")) || text_starts_with(script, TEXT("test:"));
        if (run->arguments.count < 2) {
            return; /* lists the scripts */
        }
        if (script.size == 0 || script.data[0] == '-') {
            run_opaque(run, "a script that is not plainly named");
        } else {
            demand_own_code(run, is_test ? "tests.run" : "build.run", is_test ? TEXT("") : script, 2);
        }
    } else if (is_script_alone(run, first)) {
        demand_own_code(run, "build.run", first, 1);
    } else if (IS_ONE_OF(first, installs)) {
        demand_packages(run, 1);
    } else if (text_equal(first, TEXT("exec")) && !text_equal(run->name, TEXT("bun"))) {
        demand_node_tool(run, 1, true);
    } else if (IS_ONE_OF(first, looks) && !text_equal(run->name, TEXT("bun"))) {
        struct shell_field folder = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
        demand_path(run->walker, run->state, "file.read", &folder);
        if (is_yarn) {
            demand_yarn(run);
        }
        parse_looking_options(
            run, 1,
            "-a,--all -l,--long -g,--global -p,--parseable --json --depth= --prod --dev --omit= --link");
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}
