/* SPDX-License-Identifier: Apache-2.0 */
/* python, pip, uv, and what they run. */
#include "shell/builds.h"

static bool is_plain_tool(struct text name)
{
    static const char *const tools[] = {"pytest", "mypy", "ruff", "black"};
    return IS_ONE_OF(name, tools);
}

bool demand_python_tool(struct program_run *run, size_t at)
{
    static const char *const interpreters[] = {"python", "python3", "pip", "pip3"};
    struct program_run inner = run_of_tool(run, at);
    const struct shell_program *program = program_find(inner.name);
    size_t first = run->walker->out->demands.count;
    if (program == NULL || (!is_plain_tool(inner.name) && !IS_ONE_OF(inner.name, interpreters))) {
        return false;
    }
    if (program->capability != NULL && !run_asks_version(&inner)) {
        demand_add(run->walker, text_of(program->capability), SHELL_RESOURCE_NONE, TEXT(""), run->range);
    }
    if (!run_asks_version(&inner)) {
        program->model(&inner, program);
    }
    demand_at_least_build(run, first, inner.name);
    return true;
}

void model_python(struct program_run *run, const struct shell_program *program)
{
    bool is_module = text_equal(run_word(run, 0), TEXT("-m"));
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (is_module && text_equal(run_word(run, 1), TEXT("unittest"))) {
        demand_own_code(run, "tests.run", TEXT(""), 2);
    } else if (is_module && text_equal(run_word(run, 1), TEXT("build"))) {
        demand_own_code(run, "build.run", TEXT("build"), 2);
    } else if (is_module && is_plain_tool(run_word(run, 1))) {
        (void)demand_python_tool(run, 1);
    } else if (is_module && text_equal(run_word(run, 1), TEXT("pip")) &&
               text_equal(run_word(run, 2), TEXT("install"))) {
        demand_packages(run, 3);
        run_opaque(run, "python -m loads what the folder holds under that name");
    } else {
        run_opaque(run, "code whose effects are not known here");
    }
}

/* `uv run TOOL`, `poetry run TOOL`: what is meant is the workspace's own environment. */
static void run_with_environment(struct program_run *run)
{
    if (!demand_python_tool(run, 1)) {
        run_opaque(run, "a program that is not known here");
    }
}

/* A tool that is fetched when it is not there: "ruff", "ruff@0.5". */
static void run_fetched_tool(struct program_run *run, size_t at)
{
    struct text package = run_word(run, at);
    struct text name = text_slice(package, 0, text_find_char(package, '@'));
    if (!is_package_name(package) || (!is_plain_tool(name) && !is_tool_name(name))) {
        run_opaque(run, "runs a package, fetching it first when it is missing");
        return;
    }
    demand_add(run->walker, TEXT("package.install"), SHELL_RESOURCE_KNOWN, package, run->range);
    run->arguments.items[at].text = name;
    if (!demand_python_tool(run, at)) {
        demand_add(run->walker, TEXT("build.run"), SHELL_RESOURCE_KNOWN, name, run->range);
        check_tool_words(run, at + 1);
        check_build_folder(run);
        state_set_code_ran(run->state, TEXT("the workspace's code ran"));
    }
}

void model_uvx(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    if (!run_asks_version(run)) {
        run_fetched_tool(run, 0);
    }
}

/* Installs what the project says. */
static void uv_sync(struct program_run *run)
{
    run_drop_arguments(run, 1);
    bool is_known =
        options_parse(run,
                      "--frozen --locked --dev --no-dev --all-extras --all-groups --extra= --group= "
                      "--no-install-project -q,--quiet -v,--verbose -U,--upgrade",
                      PROGRAM_EXACT_LONG);
    if (is_known && run->operands.count > 0) {
        run_opaque(run, "an operand that is not understood");
    }
    run->arguments = (struct field_vector){0};
    demand_packages(run, 0);
}

void model_poetry(struct program_run *run, const struct shell_program *program)
{
    struct text first = run_word(run, 0);
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (text_equal(first, TEXT("run"))) {
        run_with_environment(run);
    } else if (text_equal(first, TEXT("add")) ||
               (text_equal(first, TEXT("install")) && run->arguments.count == 1)) {
        demand_packages(run, 1);
    } else {
        run_opaque(run, "a subcommand that is not known here");
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
    } else if (is_uv && at == 0 && text_equal(first, TEXT("sync"))) {
        uv_sync(run);
    } else if (is_uv && text_equal(first, TEXT("tool")) && text_equal(run_word(run, 1), TEXT("run"))) {
        run_fetched_tool(run, 2);
    } else if (is_uv && at == 0 && text_equal(first, TEXT("run"))) {
        run_with_environment(run);
    } else if (IS_ONE_OF(first, looks) && (!is_uv || at == 1)) {
        if (is_uv) {
            /* It asks the interpreter of the folder's .venv. */
            demand_build(run, "build.run", TEXT("python"));
            check_build_folder(run);
        }
        parse_looking_options(
            run, at + 1,
            "-q,--quiet -v,--verbose -l,--local -e,--editable -f,--files --user --all --format= "
            "--not-required --exclude= --exclude-editable --no-color --disable-pip-version-check");
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}
