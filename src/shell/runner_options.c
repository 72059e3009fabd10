/* SPDX-License-Identifier: Apache-2.0 */
/* Options that take a test runner or a build out of the workspace. */
#include "shell/builds.h"

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

/* `go test -coverprofile=FILE`, which it writes. */
static bool demand_profile(struct program_run *run, size_t at)
{
    struct shell_field file = run->arguments.items[at];
    size_t equals = text_find_char(file.text, '=');
    struct text name = text_slice(file.text, 0, equals);
    if (!text_equal(name, TEXT("-coverprofile")) && !text_equal(name, TEXT("--coverprofile"))) {
        return false;
    }
    if (equals == TEXT_NOT_FOUND) {
        file = at + 1 < run->arguments.count ? run->arguments.items[at + 1] : (struct shell_field){0};
    } else {
        file.text = text_after(file.text, equals + 1);
    }
    if (file.text.size > 0) {
        demand_path(run->walker, run->state, "file.write", &file);
    }
    return file.text.size > 0;
}

/* pytest's reports of what tests cover: on the terminal, or in files of fixed names (pytest-cov, "Reporting").
 */
static bool demand_report(struct program_run *run, size_t at)
{
    static const char *const kinds[] = {"html", "xml", "json", "lcov"};
    static const char *const files[] = {"htmlcov", "coverage.xml", "coverage.json", "coverage.lcov"};
    struct text word = run_word(run, at);
    struct text prefix = TEXT("--cov-report=");
    bool is_attached = text_starts_with(word, prefix);
    struct text kind = is_attached ? text_after(word, prefix.size) : run_word(run, at + 1);
    if (!is_attached && !text_equal(word, TEXT("--cov-report"))) {
        return false;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct shell_field file = {.kind = FIELD_EXACT, .text = text_of(files[i]), .range = run->range};
        if (text_equal(kind, text_of(kinds[i]))) {
            if (i == 0) {
                demand_tree(run->walker, run->state, "file.write", &file, false);
            } else {
                demand_path(run->walker, run->state, "file.write", &file);
            }
            return true;
        }
    }
    return text_starts_with(kind, TEXT("term"));
}

/* "no:NAME" of pytest's -p. */
static bool leaves_plugin_out(struct text plugin)
{
    return text_starts_with(plugin, TEXT("no:")) && is_identifier(text_after(plugin, 3));
}

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
    if (text_equal(run->name, TEXT("go")) && demand_profile(run, at)) {
        return true;
    }
    bool is_pytest = text_equal(run->name, TEXT("pytest")) ||
                     (from > 0 && text_equal(run_word(run, from - 1), TEXT("pytest")));
    if (is_exact && text_equal(word, TEXT("-p")) && !is_pytest) {
        return is_number(run_word(run, at + 1)); /* a port, or how many at once */
    }
    if (!is_pytest || !is_exact) {
        return false;
    }
    if (text_starts_with(word, TEXT("-p"))) {
        return leaves_plugin_out(word.size > 2 ? text_after(word, 2) : run_word(run, at + 1));
    }
    return demand_report(run, at) || text_starts_with(word, TEXT("-r")); /* what the summary shows */
}

/* Whether the word, or the value behind its "=", names something outside: an absolute path, or one with "..".
 */
static bool leaves_workspace(const struct program_run *run, const struct shell_field *field)
{
    struct text rest = field->text;
    struct text segment;
    struct shell_field value = *field;
    size_t equals = text_starts_with(rest, TEXT("-")) ? text_find_char(rest, '=') : TEXT_NOT_FOUND;
    value.text = equals == TEXT_NOT_FOUND ? rest : text_after(rest, equals + 1);
    bool climbs = false;
    for (rest = value.text; rest.data != NULL && text_next(&rest, '/', &segment);) {
        climbs = climbs || text_equal(segment, TEXT(".."));
    }
    if (climbs) {
        return !is_build_folder_inside(run, &value);
    }
    return value.text.size > 0 && value.text.data[0] == '/' &&
           !path_is_inside(normalise_path(run->walker->arena, TEXT("/"), value.text),
                           run->walker->context->root);
}

void check_runner_options(struct program_run *run, size_t from)
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
        if (leaves_workspace(run, field)) {
            demand_opaque(run->walker, field->range, "code outside the workspace", field->text);
            return;
        }
    }
}
