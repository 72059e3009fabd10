/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that run the workspace's own code: tests, builds, scripts. What their names say is all that is taken
 * from them; the policy decides who may run them. */
#include "shell/builds.h"
#include "base/builder.h"

bool run_asks_version(const struct program_run *run)
{
    static const char *const words[] = {"--version", "-v", "-V", "--help", "version", "help", "-version"};
    return run->arguments.count == 1 && run->arguments.items[0].kind == FIELD_EXACT &&
           IS_ONE_OF(run->arguments.items[0].text, words);
}

void demand_build(struct program_run *run, const char *capability, struct text name)
{
    demand_add(run->walker, text_of(capability), name.size > 0 ? SHELL_RESOURCE_KNOWN : SHELL_RESOURCE_NONE,
               name, run->range);
    state_set_code_ran(run->state, TEXT("the workspace's code ran"));
}

/* Options of test runners and builds that name files to write, or code to load, from anywhere. */
static const char *const escaping_options[] = {"--require",
                                               "-r",
                                               "--config",
                                               "-c",
                                               "--rootdir",
                                               "--plugin",
                                               "-p",
                                               "-o",
                                               "--override-ini",
                                               "--basetemp",
                                               "--junitxml",
                                               "--junit-xml",
                                               "--outputFile",
                                               "--globalSetup",
                                               "--setupFiles",
                                               "--resultsProcessor",
                                               "--runner",
                                               "--prefix",
                                               "--cwd",
                                               "-C",
                                               "--dir",
                                               "--confcutdir",
                                               "--import",
                                               "--loader",
                                               "--manifest-path",
                                               "--target-dir",
                                               "-exec",
                                               "-toolexec",
                                               "--exec",
                                               "--out-dir",
                                               "--script-shell",
                                               "--node-options",
                                               "--userconfig",
                                               "--globalconfig",
                                               "--log-file",
                                               "--result-log",
                                               "--pastebin",
                                               "--debug-file",
                                               "--shell",
                                               "-E",
                                               "--eval",
                                               "--file",
                                               "-f",
                                               "--makefile",
                                               "--directory",
                                               "-I",
                                               "--include-dir",
                                               "--cacheDirectory",
                                               "--coverage-dir",
                                               "--coverageDirectory",
                                               "--basedir",
                                               "--import-mode",
                                               "--pyargs",
                                               "--inifile",
                                               "--cov-report",
                                               "-coverprofile",
                                               "-cpuprofile",
                                               "-memprofile",
                                               "-blockprofile",
                                               "-mutexprofile",
                                               "-trace",
                                               "-outputdir",
                                               "-overlay",
                                               "-modfile",
                                               "-vettool",
                                               "--json-report-file",
                                               "-D",
                                               "-P",
                                               "-S",
                                               "-SP",
                                               "--script",
                                               "--build-and-test",
                                               "--test-command",
                                               "-ldflags",
                                               "-gcflags",
                                               "-asmflags",
                                               "-gccgoflags"};

/* Spellings that are another runner's escape, and harmless to this one. `from`: behind the runner's name. */
static bool is_harmless_here(struct program_run *run, size_t from, size_t at)
{
    static const char *const cargo[] = {"-p", "-D"}; /* a package of the workspace; a lint to refuse */
    struct text word = run->arguments.items[at].text;
    bool is_exact = run->arguments.items[at].kind == FIELD_EXACT;
    if (text_equal(run->name, TEXT("cargo"))) {
        return is_exact && IS_ONE_OF(word, cargo);
    }
    if (text_equal(run->name, TEXT("go")) && is_exact && text_equal(word, TEXT("-o")) &&
        at + 1 < run->arguments.count) {
        demand_tree(run->walker, run->state, "file.write", &run->arguments.items[at + 1], false);
        return true;
    }
    bool is_pytest = text_equal(run->name, TEXT("pytest")) ||
                     (from > 0 && text_equal(run_word(run, from - 1), TEXT("pytest")));
    if (!is_pytest || !is_exact) {
        return false;
    }
    bool is_report =
        text_equal(word, TEXT("--cov-report")) && text_starts_with(run_word(run, at + 1), TEXT("term"));
    return is_report || text_starts_with(word, TEXT("--cov-report=term")) ||
           text_starts_with(word, TEXT("-r")); /* what the summary shows */
}

static void check_runner_options(struct program_run *run, size_t from)
{
    for (size_t i = from; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        struct text name = text_slice(field->text, 0, text_find_char(field->text, '='));
        if (text_equal(run->name, TEXT("go")) && text_starts_with(name, TEXT("--"))) {
            name = text_after(name, 1);
        }
        bool is_attached_short = false;
        if (!text_equal(run->name, TEXT("go")) && name.size > 2 && name.data[0] == '-' && name.data[1] != '-') {
            char letter[] = {'-', name.data[1]};
            is_attached_short = IS_ONE_OF(((struct text){letter, 2}), escaping_options);
        }
        bool may_be_any = field->may_be_option && (field->text.size == 0 || field->kind == FIELD_SET) &&
                          !run_admits_wildcard(run, field);
        bool is_list = text_starts_with(field->text, TEXT("@")); /* more options stand in that file */
        bool escapes = is_attached_short || IS_ONE_OF(name, escaping_options);
        if (is_list || may_be_any || (escapes && !is_harmless_here(run, from, i))) {
            demand_opaque(run->walker, field->range, "an option that loads other code or writes elsewhere",
                          field->text);
            return;
        }
        bool leaves = text_find(field->text, TEXT("..")) != TEXT_NOT_FOUND &&
                      text_find_char(field->text, '/') != TEXT_NOT_FOUND;
        bool is_outside = field->text.size > 0 && field->text.data[0] == '/' &&
                          !path_is_inside(normalise_path(run->walker->arena, TEXT("/"), field->text),
                                          run->walker->context->root);
        if ((leaves && !text_contains(field->text, TEXT("..."))) || is_outside) {
            demand_opaque(run->walker, field->range, "code outside the workspace", field->text);
            return;
        }
    }
}

/* Tests and builds run code of the folder they run in. */
void check_build_folder(struct program_run *run)
{
    struct shell_folders folders = folders_union(&run->state->cwd, &run->state->failed);
    bool is_inside = folders.count > 0;
    for (size_t i = 0; i < folders.count; i++) {
        is_inside = is_inside && path_is_inside(folders.paths[i], run->walker->context->root);
    }
    if (!is_inside) {
        run_opaque(run, "code outside the workspace");
    }
}

void demand_own_code(struct program_run *run, const char *capability, struct text name, size_t from)
{
    struct text uncertain = run->state->uncertain;
    demand_build(run, capability, name);
    run->state->uncertain = uncertain; /* what the options name is found before the code runs */
    check_runner_options(run, from);
    check_build_folder(run);
    state_set_code_ran(run->state, TEXT("the workspace's code ran"));
}

void model_tests(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    check_runner_options(run, 0);
    check_build_folder(run);
    state_set_code_ran(run->state, TEXT("the workspace's code ran"));
}

/* --check reads a file's grammar; anything else runs it. */
void model_node(struct program_run *run, const struct shell_program *program)
{
    bool only_checks = run->arguments.count == 2 && (text_equal(run_word(run, 0), TEXT("--check")) ||
                                                     text_equal(run_word(run, 0), TEXT("-c")));
    if (only_checks && !run->arguments.items[1].may_be_option && !run->arguments.items[1].may_split &&
        !text_starts_with(run->arguments.items[1].text, TEXT("-"))) {
        demand_path(run->walker, run->state, "file.read", &run->arguments.items[1]);
        return;
    }
    model_version_or_opaque(run, program);
}

void model_version_or_opaque(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    if (!run_asks_version(run)) {
        run_opaque(run, "a program that runs or writes what its input says");
    }
}

/* ---- npm and its like ---- */

void demand_packages(struct program_run *run, size_t from)
{
    bool has_name = false;
    for (size_t i = from; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_option = field->text.size > 0 && field->text.data[0] == '-';
        static const char *const flags[] = {"-D",
                                            "--save-dev",
                                            "-S",
                                            "--save",
                                            "-E",
                                            "--save-exact",
                                            "-y",
                                            "--yes",
                                            "-q",
                                            "--no-audit",
                                            "--no-fund",
                                            "--dev",
                                            "-U",
                                            "--upgrade",
                                            "--frozen-lockfile",
                                            "--legacy-peer-deps",
                                            "--prefer-offline",
                                            "--ignore-scripts",
                                            "-e",
                                            "--no-save",
                                            "--immutable",
                                            "--quiet"};
        if (text_equal(field->text, TEXT("-r")) && i + 1 < run->arguments.count) {
            demand_path(run->walker, run->state, "file.read", &run->arguments.items[++i]);
            continue;
        }
        if (is_option && field->kind == FIELD_EXACT) {
            if (!IS_ONE_OF(field->text, flags)) {
                demand_opaque(run->walker, field->range, "an option that is not known here", field->text);
            }
            continue;
        }
        if (field->may_be_option && !run_admits_wildcard(run, field)) {
            demand_opaque(run->walker, field->range, "words that may be options", field->text);
        }
        has_name = true;
        bool is_known = field->kind == FIELD_EXACT;
        demand_add(run->walker, TEXT("package.install"),
                   is_known ? SHELL_RESOURCE_KNOWN : SHELL_RESOURCE_UNKNOWN, is_known ? field->text : TEXT(""),
                   field->range);
    }
    if (!has_name) {
        demand_add(run->walker, TEXT("package.install"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
    }
    check_build_folder(run);
    state_set_code_ran(run->state, TEXT("packages were installed"));
}

/* A folder that a build is to run in, inside the workspace. */
bool is_build_folder_inside(const struct program_run *run, const struct shell_field *field)
{
    struct shell_folders folders = folders_union(&run->state->cwd, &run->state->failed);
    bool is_inside = field->kind == FIELD_EXACT && folders.count > 0 && !run->state->has_moved_folders;
    for (size_t i = 0; i < folders.count; i++) {
        struct text path = normalise_path(run->walker->arena, folders.paths[i], field->text);
        is_inside = is_inside && path_is_inside(path, run->walker->context->root);
    }
    return is_inside;
}

/* Compilers, checkers and formatters that run what the repository's configuration says. Options that are not in
 * the table may write anywhere. */
void model_build_tool(struct program_run *run, const struct shell_program *program)
{
    if (run_asks_version(run)) {
        return;
    }
    check_build_folder(run);
    demand_add(run->walker, TEXT("build.run"), SHELL_RESOURCE_KNOWN, text_of(program->name), run->range);
    (void)options_parse(run, program->options, program->flags); /* opaque by now, if it failed */
    const struct program_option *project = run_option(run, 'p');
    if (project != NULL && !is_build_folder_inside(run, &project->value)) {
        demand_opaque(run->walker, project->value.range, "code outside the workspace", project->value.text);
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        const struct shell_field *field = &run->operands.items[i];
        bool is_plain_set =
            field->kind == FIELD_SET && !text_contains(field->text, TEXT("..")) && field->text.data[0] != '/';
        if (!is_plain_set && !is_build_folder_inside(run, field)) {
            demand_opaque(run->walker, field->range, "code outside the workspace", field->text);
        }
    }
    state_set_code_ran(run->state, TEXT("the workspace's code ran"));
}

static void node_execute(struct program_run *run, size_t from)
{
    static const char *const builders[] = {"tsc", "eslint", "prettier"};
    static const char *const runners[] = {"jest", "vitest", "mocha", "ava", "tap", "playwright", "cypress"};
    if (IS_ONE_OF(run_word(run, from), runners)) {
        /* Only installed ones run without fetching; which it is, is not known here. */
        demand_own_code(run, "tests.run", TEXT(""), from + 1);
        return;
    }
    if (IS_ONE_OF(run_word(run, from), builders)) {
        /* It is fetched when it is not there. */
        demand_add(run->walker, TEXT("package.install"), SHELL_RESOURCE_KNOWN, run_word(run, from), run->range);
        struct program_run inner = *run;
        inner.arguments = (struct field_vector){0};
        for (size_t i = from + 1; i < run->arguments.count; i++) {
            VECTOR_PUSH(run->walker->arena, &inner.arguments, run->arguments.items[i]);
        }
        model_build_tool(&inner, program_find(run_word(run, from)));
        return;
    }
    static const char *const agents[] = {"@anthropic-ai/claude-code", "claude",      "@openai/codex", "codex",
                                         "@google/gemini-cli",        "opencode-ai", "gemini"};
    for (size_t i = from; i < run->arguments.count; i++) {
        struct text name = run->arguments.items[i].text;
        size_t version = name.size > 1 ? text_find_char(text_after(name, 1), '@') : TEXT_NOT_FOUND;
        name = version == TEXT_NOT_FOUND ? name : text_slice(name, 0, version + 1);
        if (IS_ONE_OF(name, agents)) {
            demand_add(run->walker, TEXT("agent.spawn"), SHELL_RESOURCE_NONE, TEXT(""), run->range);
            break;
        }
    }
    run_opaque(run, "runs a package, fetching it first when it is missing");
}

/* What only looks. Options are a closed list: others name registries to ask, interpreters to run and files to
 * write. */
static void look(struct program_run *run, size_t from, const char *options)
{
    run_drop_arguments(run, from);
    (void)options_parse(run, options, PROGRAM_EXACT_LONG); /* opaque by now, if it failed */
}

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
        node_execute(run, 0);
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
        node_execute(run, 1);
    } else if (IS_ONE_OF(first, looks) && !text_equal(run->name, TEXT("bun"))) {
        struct shell_field folder = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
        demand_path(run->walker, run->state, "file.read", &folder);
        if (is_yarn) {
            demand_yarn(run);
        }
        look(run, 1,
             "-a,--all -l,--long -g,--global -p,--parseable --json --depth= --prod --dev --omit= --link");
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}

/* ---- Python ---- */

void model_python(struct program_run *run, const struct shell_program *program)
{
    static const char *const runners[] = {"pytest", "unittest"};
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (text_equal(run_word(run, 0), TEXT("-m")) && IS_ONE_OF(run_word(run, 1), runners)) {
        demand_own_code(run, "tests.run", TEXT(""), 2);
    } else if (text_equal(run_word(run, 0), TEXT("-m")) && text_equal(run_word(run, 1), TEXT("pip")) &&
               text_equal(run_word(run, 2), TEXT("install"))) {
        demand_packages(run, 3);
        run_opaque(run, "python -m loads what the folder holds under that name");
    } else {
        run_opaque(run, "code whose effects are not known here");
    }
}

void model_pip(struct program_run *run, const struct shell_program *program)
{
    static const char *const looks[] = {"list", "show", "freeze", "check"};
    bool is_uv = text_equal(run->name, TEXT("uv"));
    size_t at = is_uv && text_equal(run_word(run, 0), TEXT("pip")) ? 1 : 0;
    struct text first = run_word(run, at);
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (text_equal(first, TEXT("install")) || (is_uv && at == 0 && text_equal(first, TEXT("add")))) {
        demand_packages(run, at + 1);
    } else if (is_uv && text_equal(first, TEXT("run")) && text_equal(run_word(run, 1), TEXT("pytest"))) {
        demand_own_code(run, "tests.run", TEXT(""), 2);
    } else if (IS_ONE_OF(first, looks) && (!is_uv || at == 1)) {
        if (is_uv) {
            /* It asks the interpreter of the folder's .venv. */
            demand_build(run, "build.run", TEXT("python"));
            check_build_folder(run);
        }
        look(run, at + 1,
             "-q,--quiet -v,--verbose -l,--local -e,--editable -f,--files --user --all --format= "
             "--not-required --exclude= --exclude-editable --no-color --disable-pip-version-check");
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}

void model_install(struct program_run *run, const struct shell_program *program)
{
    if (run_asks_version(run)) {
        return;
    }
    if (text_equal(run_word(run, 0), text_of(program->options))) {
        demand_packages(run, 1);
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}
