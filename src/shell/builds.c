/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that run the workspace's own code: tests, builds, scripts. What their names say is all that is taken
 * from them; the policy decides who may run them. */
#include "shell/builds.h"

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
    static const char *const formats[] = {"stylish", "json", "html"}; /* others are code that is loaded */
    const struct program_option *format = run_option(run, 'f');
    if (format != NULL && !(format->value.kind == FIELD_EXACT && IS_ONE_OF(format->value.text, formats))) {
        demand_opaque(run->walker, format->value.range, "a format that may be code", format->value.text);
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
                                            "--quiet",
                                            "--json",
                                            "--production",
                                            "--prod",
                                            "--omit=dev",
                                            "--audit-level=low",
                                            "--audit-level=moderate",
                                            "--audit-level=high",
                                            "--audit-level=critical"};
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

struct program_run run_of_tool(const struct program_run *run, size_t at)
{
    struct program_run inner = *run;
    inner.name = run_word(run, at);
    inner.options = (struct option_vector){0};
    inner.operands = (struct field_vector){0};
    run_drop_arguments(&inner, at + 1);
    return inner;
}

void demand_at_least_build(struct program_run *run, size_t first, struct text name)
{
    const struct shell_demand_vector *demands = &run->walker->out->demands;
    bool says_more = false;
    for (size_t i = first; i < demands->count; i++) {
        says_more = says_more || demands->items[i].is_opaque ||
                    text_equal(demands->items[i].capability, TEXT("build.run")) ||
                    text_equal(demands->items[i].capability, TEXT("tests.run"));
    }
    if (!says_more) {
        demand_build(run, "build.run", name);
    }
    check_build_folder(run);
    state_set_code_ran(run->state, TEXT("the workspace's code ran"));
}

void parse_looking_options(struct program_run *run, size_t from, const char *options)
{
    run_drop_arguments(run, from);
    (void)options_parse(run, options, PROGRAM_EXACT_LONG); /* opaque by now, if it failed */
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
