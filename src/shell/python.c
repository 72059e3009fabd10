/* SPDX-License-Identifier: Apache-2.0 */
/* python, pip, uv, and what they run. */
#include "shell/builds.h"

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
        parse_looking_options(
            run, at + 1,
            "-q,--quiet -v,--verbose -l,--local -e,--editable -f,--files --user --all --format= "
            "--not-required --exclude= --exclude-editable --no-color --disable-pip-version-check");
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}
