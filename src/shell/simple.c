/* SPDX-License-Identifier: Apache-2.0 */
/* Simple commands: assignments, redirections, and which program it is. */
#include <string.h>

#include "shell/programs.h"

/* ---- Assignments ---- */

void assignment_apply(struct walker *walker, struct shell_state *state, struct text name,
                      struct shell_value value, struct shell_range range)
{
    if (walker->assignments_left == 0) {
        demand_opaque(walker, range, "more assignments than are followed", TEXT(""));
        walker->steps = 0;
        return;
    }
    walker->assignments_left--;
    if (!is_identifier(name)) {
        demand_opaque(walker, range, "an assignment to something that is no plain name", name);
        return;
    }
    if (assignment_is_dangerous(name, &value)) {
        demand_opaque(walker, range, "an assignment that changes what commands do", name);
        value.kind = VALUE_UNKNOWN;
    }
    if (variable_steers_zsh(name)) {
        demand_opaque(walker, range, "an assignment that changes what commands do in zsh", name);
    }
    if (variable_evaluates(name) && !value_is_numeric(&value)) {
        demand_opaque(walker, range, "a variable that evaluates what is assigned to it", name);
    }
    state_assign(state, walker->arena, name, value);
}

/* `IFS= read line`: a builtin that only splits what it reads by it. */
static bool only_splits_input(const struct shell_node *node, const struct shell_state *state)
{
    static const char *const names[] = {"read", "mapfile", "readarray"};
    return node->words != NULL && node->words->is_exact && IS_ONE_OF(node->words->exact, names) &&
           state_function(state, node->words->exact) == NULL;
}

/* Returns whether there is one that a build may take orders from. */
static bool walk_assignments(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    bool has_settings = false;
    bool is_for_reading = only_splits_input(node, state);
    for (const struct shell_word *word = node->assignments; word != NULL; word = word->next) {
        const struct shell_assignment *assignment = word->assignment;
        struct shell_value value = {.kind = VALUE_EXACT};
        walk_substitutions(walker, word, state);
        if (assignment->value != NULL) {
            value = expand_value(walker, assignment->value, state);
        }
        check_elements(walker, assignment, state);
        if (assignment->is_append || assignment->is_array || assignment->subscript != NULL) {
            value = (struct shell_value){.kind = VALUE_UNKNOWN};
        }
        if (!is_for_reading || !text_equal(assignment->name, TEXT("IFS"))) {
            assignment_apply(walker, state, assignment->name, value, word->range);
        }
        has_settings = has_settings || assignment_is_setting(assignment->name, &value);
    }
    return has_settings;
}

/* ---- Redirections ---- */

/* "/dev/tcp/HOST/PORT" is a connection Bash makes itself. */
static bool is_network_device(struct walker *walker, const struct shell_field *field)
{
    struct text path = field->text;
    if (!text_starts_with(path, TEXT("/dev/tcp/")) && !text_starts_with(path, TEXT("/dev/udp/"))) {
        return false;
    }
    struct text host = text_after(path, sizeof "/dev/tcp/" - 1);
    size_t slash = text_find_char(host, '/');
    if (field->kind != FIELD_EXACT || slash == TEXT_NOT_FOUND) {
        demand_add(walker, TEXT("network.fetch"), SHELL_RESOURCE_UNKNOWN, TEXT(""), field->range);
        demand_opaque(walker, field->range, "a connection to what is only known when it runs", TEXT(""));
        return true;
    }
    demand_host(walker,
                text_format(walker->arena, "%.*s:%.*s", TEXT_ARG(text_slice(host, 0, slash)),
                            TEXT_ARG(text_after(host, slash + 1))),
                NULL, field->range);
    return true;
}

static void redirect_to_field(struct walker *walker, const struct shell_redirect *redirect,
                              struct shell_state *state, const struct shell_field *field)
{
    if (field->may_split || (field->kind == FIELD_UNKNOWN && field->text.size < sizeof "/dev/tcp/" - 1 &&
                             text_starts_with(TEXT("/dev/tcp/"), field->text))) {
        demand_opaque(walker, field->range, "a redirection to what is only known when it runs", TEXT(""));
    }
    if (is_network_device(walker, field)) {
        return;
    }
    if (redirect->kind == REDIRECT_READ || redirect->kind == REDIRECT_READ_WRITE) {
        demand_path(walker, state, "file.read", field);
    }
    if (redirect->kind == REDIRECT_WRITE || redirect->kind == REDIRECT_READ_WRITE) {
        demand_path(walker, state, "file.write", field);
    }
}

void walk_redirects(struct walker *walker, const struct shell_redirect *redirect, struct shell_state *state)
{
    for (; redirect != NULL; redirect = redirect->next) {
        if (text_starts_with(redirect->descriptor, TEXT("{"))) {
            /* {name}> puts the descriptor's number into a variable. */
            assignment_apply(walker, state, text_slice(redirect->descriptor, 1, redirect->descriptor.size - 1),
                             (struct shell_value){.kind = VALUE_NUMBER}, redirect->range);
        }
        if (redirect->body != NULL) {
            walk_substitutions(walker, redirect->body, state);
            expand_value(walker, redirect->body, state);
            continue;
        }
        walk_substitutions(walker, redirect->target, state);
        if (redirect->kind == REDIRECT_HERE_STRING || redirect->kind == REDIRECT_DUPLICATE) {
            expand_value(walker, redirect->target, state);
            continue;
        }
        struct field_vector fields = {0};
        expand_word(walker, redirect->target, state, &fields);
        for (size_t i = 0; i < fields.count; i++) {
            redirect_to_field(walker, redirect, state, &fields.items[i]);
        }
    }
}

/* Whether standard input is what is redirected: "0>&-" closes it as "<&-" does, and "00" is 0. */
static bool is_of_input(const struct shell_redirect *redirect)
{
    uint64_t descriptor;
    return redirect->descriptor.size == 0 ? redirect->spelling.data[0] == '<'
                                          : text_to_u64(redirect->descriptor, &descriptor) && descriptor == 0;
}

bool redirects_input(const struct shell_redirect *redirect)
{
    while (redirect != NULL && !is_of_input(redirect)) {
        redirect = redirect->next;
    }
    return redirect != NULL;
}

/* The text standard input is fed with, or NULL. */
static const struct shell_word *find_input(const struct shell_redirect *redirect)
{
    const struct shell_word *input = NULL;
    for (; redirect != NULL; redirect = redirect->next) {
        if (is_of_input(redirect)) {
            input = redirect->body != NULL                   ? redirect->body
                    : redirect->kind == REDIRECT_HERE_STRING ? redirect->target
                                                             : NULL;
        }
    }
    return input;
}

/* ---- Which program ---- */

/* Folders of the system, where a program is what its name says. */
static bool strip_system_folder(struct text *name)
{
    static const char *const folders[] = {"/usr/bin/", "/bin/", "/usr/local/bin/", "/usr/sbin/", "/sbin/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        struct text folder = text_of(folders[i]);
        if (text_starts_with(*name, folder) &&
            text_find_char(text_after(*name, folder.size), '/') == TEXT_NOT_FOUND) {
            *name = text_after(*name, folder.size);
            return true;
        }
    }
    return false;
}

static void run_function(struct program_run *run, const struct shell_function *function)
{
    struct walker *walker = run->walker;
    if (!function->is_certain) {
        run_opaque(run, "a function that is defined on some ways only");
        return;
    }
    if (walker->depth >= LIMIT_SHELL_WRAPPERS) {
        run_opaque(run, "functions that call each other too deeply");
        return;
    }
    size_t part = walker->part;
    bool has_jumped = walker->has_jumped;
    struct shell_state before = *run->state;
    bool had_fixed_range = walker->has_fixed_range;
    struct shell_range old_range = walker->fixed_range;
    /* Places in the body mean something where it was defined. */
    walker->has_fixed_range = function->has_fixed_range;
    walker->fixed_range = function->fixed_range;
    walker->depth++;
    walk_list(walker, function->body, run->state);
    walker->depth--;
    walker->has_fixed_range = had_fixed_range;
    walker->fixed_range = old_range;
    walker->has_jumped = has_jumped;
    walker->part = part;
    /* What was `local` has its old value again. */
    struct shell_folders cwd = run->state->cwd;
    struct shell_folders failed = run->state->failed;
    state_merge(run->state, &before, &before, walker->arena);
    run->state->cwd = cwd;
    run->state->failed = failed;
}

/* A program may look around where it runs without naming it. */
static void demand_outside(struct program_run *run)
{
    struct shell_folders folders = folders_union(&run->state->cwd, &run->state->failed);
    for (size_t i = 0; i < folders.count; i++) {
        if (!path_is_inside(folders.paths[i], run->walker->context->root)) {
            demand_path_text(run->walker, run->state, "file.read", folders.paths[i], run->range);
        }
    }
}

/* `in_folder`: it was named with its folder, so that it is not the shell's own command. */
static void run_program(struct program_run *run, bool in_folder)
{
    const struct shell_program *program = program_find(run->name);
    if (program == NULL) {
        demand_outside(run);
        run_opaque(run, "a program that is not known here");
        return;
    }
    if (in_folder && program_is_shells_own(program)) {
        run_opaque(run, "a command of the shell, run as a program");
        return;
    }
    if ((program->flags & PROGRAM_BUILTIN) == 0) {
        demand_outside(run);
    }
    if (program->capability != NULL) {
        demand_add(run->walker, text_of(program->capability), SHELL_RESOURCE_NONE, TEXT(""), run->range);
    }
    if (program->model != NULL) {
        program->model(run, program);
    } else {
        model_row(run, program);
    }
}

/* Agents and aex itself are installed anywhere; what they would do is demanded besides. */
static void run_disguised(struct program_run *run)
{
    size_t slash = text_find_last_char(run->name, '/');
    const struct shell_program *program = program_find(text_after(run->name, slash + 1));
    if (program != NULL && (program->model == model_agent || program->model == model_aex)) {
        run->name = text_of(program->name);
        run_program(run, true);
    }
}

static void run_fields(struct program_run *run, const struct shell_field *fields, size_t count)
{
    if (fields[0].kind != FIELD_EXACT || fields[0].text.size == 0) {
        demand_opaque(run->walker, fields[0].range, "the name of the command is only known when it runs",
                      TEXT(""));
        return;
    }
    run->name = fields[0].text;
    run->range = fields[0].range;
    for (size_t i = 1; i < count; i++) {
        VECTOR_PUSH(run->walker->arena, &run->arguments, fields[i]);
    }
    bool has_folder = strip_system_folder(&run->name);
    if (!has_folder && text_find_char(run->name, '/') != TEXT_NOT_FOUND) {
        if (run_workspace_program(run)) {
            return;
        }
        demand_opaque(run->walker, run->range, "a program outside the system's folders", run->name);
        run_disguised(run);
        return;
    }
    run->walker->out->parts.items[run->walker->part].program = run->name;
    const struct shell_function *function =
        has_folder || run->skips_functions ? NULL : state_function(run->state, run->name);
    if (function != NULL) {
        run_function(run, function);
    } else {
        run_program(run, has_folder);
    }
}

void run_command(struct program_run *outer, const struct shell_field *fields, size_t count)
{
    if (count == 0) {
        return;
    }
    if (outer->walker->depth >= LIMIT_SHELL_WRAPPERS) {
        run_opaque(outer, "commands that run commands too deeply");
        return;
    }
    struct program_run run = {.walker = outer->walker,
                              .state = outer->state,
                              .input = outer->input,
                              .reads_pipe = outer->reads_pipe,
                              .skips_functions = true,
                              .assignments = outer->assignments,
                              .has_settings = outer->has_settings};
    outer->walker->depth++;
    run_fields(&run, fields, count);
    outer->walker->depth--;
}

/* Commands behind which such an assignment lasts in a POSIX shell (2.14, 2.9.1), which sh may be. */
static bool may_keep_assignments(const struct shell_word *name)
{
    static const char *const names[] = {":",     ".",      "break",  "continue", "eval",  "exec",
                                        "exit",  "export", "return", "trap",     "shift", "readonly",
                                        "unset", "set",    "times",  "source"};
    return !name->is_exact || IS_ONE_OF(name->exact, names);
}

/* What stood in front of one command is over after it. */
static void restore_assignments(struct walker *walker, const struct shell_node *node,
                                const struct shell_state *before, struct shell_state *state)
{
    bool may_keep = may_keep_assignments(node->words);
    for (const struct shell_word *word = node->assignments; word != NULL; word = word->next) {
        const struct shell_variable *old = state_variable(before, word->assignment->name);
        struct shell_value value =
            old != NULL && !may_keep ? old->value : (struct shell_value){.kind = VALUE_UNKNOWN};
        state_assign(state, walker->arena, word->assignment->name, value);
    }
}

/* `exec <file` replaces the standard input of all that follows. */
static void check_exec(struct program_run *run, const struct shell_node *node, const struct shell_field *name)
{
    static const char *const names[] = {"exec", "command", "builtin"};
    bool may_be_exec = name->kind != FIELD_EXACT || IS_ONE_OF(name->text, names);
    if (run->walker->reads_pipe && may_be_exec && redirects_input(node->redirects)) {
        demand_opaque(run->walker, node->range, "changes what later commands read", TEXT(""));
    }
}

/* Its messages may be thrown away; anywhere else they might be mixed with what it prints. */
static bool prints_to_pipe(const struct shell_redirect *redirect)
{
    for (; redirect != NULL; redirect = redirect->next) {
        if (redirect->kind != REDIRECT_WRITE || !text_equal(redirect->descriptor, TEXT("2")) ||
            !redirect->target->is_exact || !text_equal(redirect->target->exact, TEXT("/dev/null"))) {
            return false;
        }
    }
    return true;
}

void walk_simple(struct walker *walker, const struct shell_node *node, struct shell_state *state)
{
    const struct printed_names nothing = {0};
    const struct printed_names piped = walker->piped;
    struct field_vector fields = {0};
    size_t part = part_begin(walker, node->range, TEXT(""));
    walker->piped = nothing; /* only this command itself is known to read it */
    for (const struct shell_word *word = node->words; word != NULL; word = word->next) {
        if (!word->is_exact) {
            walk_substitutions(walker, word, state);
            walker->part = part;
        }
        expand_word(walker, word, state, &fields);
    }
    walk_redirects(walker, node->redirects, state);
    walker->part = part;
    struct shell_state before = *state;
    bool has_settings = walk_assignments(walker, node, state);
    walker->part = part;
    state->cwd = folders_union(&state->cwd, &state->failed);
    state->failed = state->cwd;
    if (fields.count > LIMIT_SHELL_ARGUMENTS) {
        demand_opaque(walker, node->range, "more words than are followed", TEXT(""));
    } else if (fields.count > 0) {
        struct program_run run = {.walker = walker, .state = state, .has_settings = has_settings};
        for (const struct shell_word *word = node->assignments; word != NULL; word = word->next) {
            run.assignments++;
        }
        run.input = find_input(node->redirects);
        run.piped = redirects_input(node->redirects) ? nothing : piped;
        run.reads_pipe = run.input != NULL || (walker->reads_pipe && !redirects_input(node->redirects));
        check_exec(&run, node, &fields.items[0]);
        bool reads_pipe = walker->reads_pipe;
        walker->reads_pipe = run.reads_pipe; /* for functions and eval */
        walker->printed = nothing;
        run_fields(&run, fields.items, fields.count);
        walker->reads_pipe = reads_pipe;
        /* Functions and other programs may print more. */
        bool is_find = fields.items[0].kind == FIELD_EXACT && text_equal(run.name, TEXT("find")) &&
                       state_function(&before, TEXT("find")) == NULL;
        walker->printed = is_find && prints_to_pipe(node->redirects) ? walker->printed : nothing;
    }
    walker->part = part;
    if (node->words != NULL) {
        restore_assignments(walker, node, &before, state);
    }
}
