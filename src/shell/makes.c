/* SPDX-License-Identifier: Apache-2.0 */
/* cargo, go, make, ninja, cmake, meson. */
#include "shell/builds.h"

void model_cargo(struct program_run *run, const struct shell_program *program)
{
    static const char *const tests[] = {"test", "t", "bench", "nextest"};
    static const char *const builds[] = {"build", "b", "check", "c", "clippy", "run", "r", "doc", "fmt"};
    struct text first = run_word(run, 0);
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (IS_ONE_OF(first, tests)) {
        demand_own_code(run, "tests.run", TEXT(""), 1);
    } else if (IS_ONE_OF(first, builds)) {
        demand_own_code(run, "build.run", first, 1);
    } else if (text_equal(first, TEXT("add"))) {
        demand_packages(run, 1);
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}

void model_go(struct program_run *run, const struct shell_program *program)
{
    static const char *const builds[] = {"build", "vet"};
    struct text first = run_word(run, 0);
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (text_equal(first, TEXT("test"))) {
        demand_own_code(run, "tests.run", TEXT(""), 1);
    } else if (IS_ONE_OF(first, builds)) {
        demand_own_code(run, "build.run", first, 1);
    } else if (text_equal(first, TEXT("get"))) {
        demand_packages(run, 1);
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}

/* `cmake --build FOLDER [--target T]`, `meson compile -C FOLDER`, `meson test -C FOLDER`, and making the build
 * folder. */
void model_cmake(struct program_run *run, const struct shell_program *program)
{
    static const char *const flags[] = {"-j", "-v",      "--verbose",        "--clean-first",
                                        "-q", "--quiet", "--print-errorlogs"};
    static const char *const takes_folder[] = {"--build", "-S", "-B", "-C", "--test-dir"};
    struct text first = run_word(run, 0);
    bool is_test = text_equal(first, TEXT("test"));
    bool is_setup =
        text_equal(first, TEXT("-S")) || text_equal(first, TEXT("-B")) || text_equal(first, TEXT("setup"));
    bool is_build = text_equal(first, TEXT("--build")) || text_equal(first, TEXT("compile"));
    struct text target = is_setup ? TEXT("configure") : TEXT("");
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (!is_test && !is_setup && !is_build) {
        run_opaque(run, "a use that is not known here");
        return;
    }
    check_build_folder(run);
    for (size_t i = first.size > 0 && first.data[0] != '-' ? 1 : 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        const struct shell_field *next = i + 1 < run->arguments.count ? &run->arguments.items[i + 1] : NULL;
        bool is_define =
            is_setup && text_starts_with(field->text, TEXT("-D")) && !text_contains(field->text, TEXT("/")) &&
            !text_contains(field->text, TEXT("COMPILER")) && !text_contains(field->text, TEXT("LAUNCHER"));
        if (field->kind == FIELD_EXACT && (IS_ONE_OF(field->text, flags) || is_define)) {
            i += next != NULL && text_equal(field->text, TEXT("-j")) && is_number(next->text) ? 1 : 0;
        } else if (field->kind == FIELD_EXACT && IS_ONE_OF(field->text, takes_folder) && next != NULL &&
                   is_build_folder_inside(run, next)) {
            if (text_equal(field->text, TEXT("-B"))) {
                demand_tree(run->walker, run->state, "file.write", next, false);
            }
            i++;
        } else if (text_equal(field->text, TEXT("--target")) && next != NULL && next->kind == FIELD_EXACT) {
            target = next->text;
            i++;
        } else if (field->kind != FIELD_EXACT || field->text.size == 0 || field->text.data[0] == '-' ||
                   (is_setup && !is_build_folder_inside(run, field))) {
            demand_opaque(run->walker, field->range, "changes what the build runs, or where", field->text);
            return;
        } else if (is_setup) {
            demand_tree(run->walker, run->state, "file.write", field, false);
        } else if (!is_test) {
            target = field->text;
        }
    }
    demand_build(run, is_test ? "tests.run" : "build.run", is_test ? TEXT("") : target);
}

/* Each target is a demand; variables given on the line change what the rules run. */
void model_make(struct program_run *run, const struct shell_program *program)
{
    static const char *const flags[] = {
        "-s", "-k", "-B", "-n", "-j", "--silent", "--keep-going", "-i", "-w", "--no-print-directory", "-V"};
    static const char *const tests[] = {"test", "tests", "check"};
    bool has_target = false;
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    check_build_folder(run);
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_jobs = text_starts_with(field->text, TEXT("-j"));
        bool is_option = field->text.size > 0 && field->text.data[0] == '-';
        if (field->kind == FIELD_EXACT && is_option && (is_jobs || IS_ONE_OF(field->text, flags))) {
            if (is_jobs && field->text.size == 2 && is_number(run_word(run, i + 1))) {
                i++;
            }
            continue;
        }
        if (text_equal(field->text, TEXT("-C")) && i + 1 < run->arguments.count &&
            is_build_folder_inside(run, &run->arguments.items[i + 1])) {
            i++;
            continue;
        }
        if (field->kind != FIELD_EXACT || is_option || text_find_char(field->text, '=') != TEXT_NOT_FOUND) {
            demand_opaque(run->walker, field->range, "changes what the build runs", field->text);
            continue;
        }
        has_target = true;
        bool is_test = IS_ONE_OF(field->text, tests);
        demand_build(run, is_test ? "tests.run" : "build.run", is_test ? TEXT("") : field->text);
    }
    if (!has_target) {
        demand_build(run, "build.run", TEXT(""));
    }
}
