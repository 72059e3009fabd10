/* SPDX-License-Identifier: Apache-2.0 */
/* cargo, go, make, ninja, cmake, meson. */
#include "shell/builds.h"

void model_cargo(struct program_run *run, const struct shell_program *program)
{
    static const char *const tests[] = {"test", "t", "bench", "nextest"};
    static const char *const builds[] = {"build", "b",   "check", "c",     "clippy", "run",
                                         "r",     "doc", "fmt",   "clean", "tree",   "metadata"};
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

/* `go run ./cmd/x`, `go run a.go`: the workspace's own code; other paths are fetched. */
static bool go_runs_own(const struct program_run *run)
{
    struct text package = run_word(run, 1);
    return text_starts_with(package, TEXT(".")) || text_ends_with(package, TEXT(".go"));
}

/* Downloads the modules that the sources ask for, or those that are named. */
static void go_modules(struct program_run *run)
{
    struct text what = run_word(run, 1);
    if (!text_equal(what, TEXT("tidy")) && !text_equal(what, TEXT("download"))) {
        run_opaque(run, "a subcommand that is not known here");
        return;
    }
    run_drop_arguments(run, 2);
    (void)options_parse(run,
                        "-v -x -e -json -go= -compat=", PROGRAM_ONE_DASH); /* opaque by now, if it failed */
    run->arguments = run->operands;
    demand_packages(run, 0);
}

void model_go(struct program_run *run, const struct shell_program *program)
{
    static const char *const builds[] = {"build", "vet", "fmt", "list", "run", "generate"};
    struct text first = run_word(run, 0);
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    bool names_only = true; /* `go env -w` changes settings */
    for (size_t i = 1; i < run->arguments.count; i++) {
        names_only = names_only && is_identifier(run_word(run, i));
    }
    if (text_equal(first, TEXT("test"))) {
        demand_own_code(run, "tests.run", TEXT(""), 1);
    } else if (text_equal(first, TEXT("run")) && !go_runs_own(run)) {
        run_opaque(run, "a package that may be fetched");
    } else if (IS_ONE_OF(first, builds) || (text_equal(first, TEXT("env")) && names_only)) {
        demand_own_code(run, "build.run", first, 1);
    } else if (text_equal(first, TEXT("get"))) {
        demand_packages(run, 1);
    } else if (text_equal(first, TEXT("mod"))) {
        go_modules(run);
    } else {
        run_opaque(run, "a subcommand that is not known here");
    }
}

void model_gofmt(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        demand_tree(run->walker, run->state, "file.read", &run->operands.items[i], false);
        if (run_has(run, 'w')) {
            demand_tree(run->walker, run->state, "file.write", &run->operands.items[i], false);
        }
    }
}

/* "-DNAME=value" that names no other program or file. */
static bool is_harmless_define(struct text word)
{
    return text_starts_with(word, TEXT("-D")) && !text_contains(word, TEXT("/")) &&
           !text_contains(word, TEXT("COMPILER")) && !text_contains(word, TEXT("LAUNCHER"));
}

/* "-j", "-j8", "-j 8", "--parallel 8" and the same of a number that is only known when it runs. Whatever is
 * attached to -j is its value. */
static bool takes_jobs(const struct program_run *run, size_t *at)
{
    const struct shell_field *field = &run->arguments.items[*at];
    const struct shell_field *next = *at + 1 < run->arguments.count ? field + 1 : NULL;
    bool is_bare = text_equal(field->text, TEXT("-j")) || text_equal(field->text, TEXT("--parallel"));
    if (field->kind != FIELD_EXACT) {
        return field->kind == FIELD_UNKNOWN && !field->may_split && text_starts_with(field->text, TEXT("-j"));
    }
    if (is_bare && next != NULL && (next->is_number || (next->kind == FIELD_EXACT && is_number(next->text)))) {
        ++*at;
    }
    return is_bare || text_starts_with(field->text, TEXT("-j"));
}

enum cmake_use { CMAKE_SETUP, CMAKE_BUILD, CMAKE_TEST, CMAKE_UNKNOWN };

static enum cmake_use cmake_use(const struct program_run *run)
{
    struct text first = run_word(run, 0);
    if (text_equal(run->name, TEXT("cmake"))) {
        return text_equal(first, TEXT("--build")) ? CMAKE_BUILD : first.size > 0 ? CMAKE_SETUP : CMAKE_UNKNOWN;
    }
    return text_equal(first, TEXT("setup"))     ? CMAKE_SETUP
           : text_equal(first, TEXT("compile")) ? CMAKE_BUILD
           : text_equal(first, TEXT("test"))    ? CMAKE_TEST
                                                : CMAKE_UNKNOWN;
}

/* An option with what it takes; `at` moves to its last word. False when it is not known here. */
static bool takes_cmake_option(struct program_run *run, enum cmake_use use, size_t *at)
{
    static const char *const flags[] = {"-v", "--verbose", "--clean-first",
                                        "-q", "--quiet",   "--print-errorlogs"};
    static const char *const takes_folder[] = {"--build", "-S", "-B", "-C", "--test-dir"};
    static const char *const configurations[] = {"Debug", "Release", "RelWithDebInfo", "MinSizeRel"};
    static const char *const generators[] = {"Ninja", "Unix Makefiles", "Ninja Multi-Config"};
    const struct shell_field *field = &run->arguments.items[*at];
    const struct shell_field *next = *at + 1 < run->arguments.count ? field + 1 : NULL;
    if (use != CMAKE_SETUP && takes_jobs(run, at)) {
        return true;
    }
    if (field->kind != FIELD_EXACT) {
        return false;
    }
    if (IS_ONE_OF(field->text, flags) || (use == CMAKE_SETUP && is_harmless_define(field->text))) {
        return true;
    }
    bool is_generator = text_equal(field->text, TEXT("-G")) && IS_ONE_OF(run_word(run, *at + 1), generators);
    bool is_configuration = use == CMAKE_BUILD && text_equal(field->text, TEXT("--config")) &&
                            IS_ONE_OF(run_word(run, *at + 1), configurations);
    bool is_folder = IS_ONE_OF(field->text, takes_folder) && next != NULL && is_build_folder_inside(run, next);
    bool takes_word = is_generator || is_configuration || is_folder;
    *at += takes_word;
    return takes_word;
}

/* `cmake --build FOLDER [--target T]`, `meson compile -C FOLDER`, `meson test -C FOLDER`, and making the build
 * folder: `cmake -B FOLDER`, `cmake ..` in it, `meson setup FOLDER`. */
void model_cmake(struct program_run *run, const struct shell_program *program)
{
    enum cmake_use use = cmake_use(run);
    bool is_cmake = text_equal(run->name, TEXT("cmake"));
    struct shell_field folder = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
    struct text target = use == CMAKE_SETUP ? TEXT("configure") : TEXT("");
    (void)program;
    if (run_asks_version(run)) {
        return;
    }
    if (use == CMAKE_UNKNOWN) {
        run_opaque(run, "a use that is not known here");
        return;
    }
    check_build_folder(run);
    bool is_known = true;
    for (size_t i = is_cmake ? 0 : 1; is_known && i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        if (takes_cmake_option(run, use, &i)) {
            folder = text_equal(field->text, TEXT("-B")) ? run->arguments.items[i] : folder;
        } else if (text_equal(field->text, TEXT("--target")) && run_word(run, i + 1).size > 0) {
            target = run_word(run, ++i);
        } else if (field->kind != FIELD_EXACT || field->text.size == 0 || field->text.data[0] == '-' ||
                   (use == CMAKE_SETUP && !is_build_folder_inside(run, field))) {
            demand_opaque(run->walker, field->range, "changes what the build runs, or where", field->text);
            is_known = false;
        } else if (use == CMAKE_SETUP && !is_cmake) {
            demand_tree(run->walker, run->state, "file.write", field, false);
        } else if (use == CMAKE_BUILD) {
            target = field->text;
        }
    }
    if (is_cmake && use == CMAKE_SETUP && (is_known || !text_equal(folder.text, TEXT(".")))) {
        demand_tree(run->walker, run->state, "file.write", &folder, false);
    }
    if (!is_known) {
        return;
    }
    bool is_test = use == CMAKE_TEST;
    demand_build(run, is_test ? "tests.run" : "build.run", is_test ? TEXT("") : target);
}

/* Of Maven and Gradle: what only says how much is shown, what is left out, and how it is built. `at` moves to
 * the last word of an option. */
static bool takes_build_option(const struct program_run *run, size_t *at)
{
    static const char *const maven[] = {"-q",
                                        "--quiet",
                                        "-B",
                                        "--batch-mode",
                                        "-e",
                                        "-U",
                                        "-o",
                                        "--offline",
                                        "-ntp",
                                        "--no-transfer-progress",
                                        "-am",
                                        "-DskipTests",
                                        "-DskipTests=true",
                                        "-Dmaven.test.skip=true"};
    static const char *const maven_values[] = {"-T", "-pl"};
    static const char *const gradle[] = {
        "-q",         "--quiet",    "--info",        "--stacktrace",  "--no-daemon",      "--offline",
        "--parallel", "--continue", "--rerun-tasks", "--build-cache", "--no-build-cache", "--console=plain"};
    static const char *const gradle_values[] = {"-x", "--tests"};
    bool is_maven = text_equal(run->name, TEXT("mvn"));
    struct text word = run_word(run, *at);
    struct text value = run_word(run, *at + 1);
    if (!is_maven && !text_equal(run->name, TEXT("gradle"))) {
        return false;
    }
    if (is_maven ? IS_ONE_OF(word, maven) : IS_ONE_OF(word, gradle)) {
        return true;
    }
    bool has_value = (is_maven ? IS_ONE_OF(word, maven_values) : IS_ONE_OF(word, gradle_values)) &&
                     value.size > 0 && value.data[0] != '-' && !text_contains(value, TEXT("/")) &&
                     !text_contains(value, TEXT(".."));
    *at += has_value;
    return has_value;
}

/* `make V=1`: a variable with a value that is no command. Those that make itself, or a compiler, takes orders
 * from are none. */
static bool is_harmless_variable(const struct program_run *run, const struct shell_field *field)
{
    size_t equals = text_find_char(field->text, '=');
    struct text name = text_slice(field->text, 0, equals);
    if (!text_equal(run->name, TEXT("make")) || field->kind != FIELD_EXACT || equals == TEXT_NOT_FOUND) {
        return false;
    }
    struct shell_value value = {.kind = VALUE_EXACT, .text = text_after(field->text, equals + 1)};
    return is_identifier(name) && value_is_switch(value.text) && !assignment_is_dangerous(name, &value);
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
    if (run->has_settings || run->state->exports_settings) {
        run_opaque(run, "variables for make, which may be commands");
    }
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_option = field->text.size > 0 && field->text.data[0] == '-';
        if (is_harmless_variable(run, field) || takes_build_option(run, &i) || takes_jobs(run, &i) ||
            (field->kind == FIELD_EXACT && IS_ONE_OF(field->text, flags))) {
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
