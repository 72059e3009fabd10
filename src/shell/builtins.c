/* SPDX-License-Identifier: Apache-2.0 */
/* What the shell's own commands do to its state, and what they run. */
#include <string.h>

#include "base/builder.h"
#include "shell/programs.h"

void model_row(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags)) {
        run_operands(run, program->operands);
        return;
    }
    /* Opaque by now; a rule that denies the capability still gets to see it. */
    if (program->operands == OPERANDS_WRITE || program->operands == OPERANDS_WRITE_AFTER_FIRST) {
        demand_add(run->walker, TEXT("file.write"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
    } else if (program->operands == OPERANDS_DELETE) {
        demand_add(run->walker, TEXT("file.delete"), SHELL_RESOURCE_UNKNOWN, TEXT(""), run->range);
    }
}

void model_opaque(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    run_opaque(run, "a program whose effects are not known here");
}

/* Whatever the words are, nothing happens but output. */
void model_ignore(struct program_run *run, const struct shell_program *program)
{
    (void)run;
    (void)program;
}

bool program_is_shells_own(const struct shell_program *program)
{
    bool only_prints = program->model == model_ignore || program->model == model_test ||
                       program->model == model_printf ||
                       (program->model == NULL && strcmp(program->name, "pwd") == 0);
    return (program->flags & PROGRAM_BUILTIN) != 0 && !only_prints;
}

void model_cd(struct program_run *run, const struct shell_program *program)
{
    struct shell_state *state = run->state;
    struct shell_folders old = state->cwd;
    state->cwd = (struct shell_folders){.count = 0};
    state->failed = old;
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    struct text target = text_equal(run->name, TEXT("cd")) ? run->walker->context->home : TEXT("");
    if (run->operands.count > 0) {
        if (run->operands.items[0].kind != FIELD_EXACT || run->operands.items[0].may_split) {
            return;
        }
        target = run->operands.items[0].text;
    } else if (state->is_foreign_environment) {
        return;
    }
    bool is_rotation = !text_equal(run->name, TEXT("cd")) && text_starts_with(target, TEXT("+")); /* pushd +1 */
    if (run->operands.count > 1 || target.size == 0 || text_equal(target, TEXT("-")) || is_rotation ||
        run_has(run, 'x')) {
        return;
    }
    if (target.data[0] == '/') {
        state->cwd = (struct shell_folders){.paths = {normalise_path(run->walker->arena, TEXT("/"), target)},
                                            .count = 1};
    } else {
        for (size_t i = 0; i < old.count; i++) {
            struct shell_folders one = {.paths = {normalise_path(run->walker->arena, old.paths[i], target)},
                                        .count = 1};
            state->cwd = i == 0 ? one : folders_union(&state->cwd, &one);
        }
    }
    bool is_long = state->cwd.count > 0 && state->cwd.paths[0].size > LIMIT_PATH;
    if (state->has_moved_folders || is_long) {
        state->cwd.count = 0;
    }
}

/* The folder it returns to is not kept. */
void model_popd(struct program_run *run, const struct shell_program *program)
{
    model_row(run, program);
    run->state->failed = run->state->cwd;
    run->state->cwd.count = 0;
}

/* Bash takes `declare name="$list"` apart when the name is that of an array (builtins/declare.def). */
static bool may_be_array_name(const struct program_run *run, struct text name)
{
    return walker_has_array(run->walker, name) || variable_is_shells_own(name);
}

/* Whatever the builtin: `declare -x` and others export too. */
static void note_setting(struct program_run *run, struct text name, const struct shell_value *value)
{
    bool is_setting = assignment_is_setting(name, value);
    run->state->exports_settings = run->state->exports_settings || is_setting;
}

/* "NAME" or "NAME=value", one operand of declare, export, read. */
static void declare_operand(struct program_run *run, const struct shell_field *operand)
{
    size_t equals = text_find_char(operand->text, '=');
    struct text name = text_slice(operand->text, 0, equals);
    struct shell_value value = {.kind = VALUE_UNKNOWN};
    bool is_append = name.size > 0 && name.data[name.size - 1] == '+';
    if (is_append) {
        name.size--;
    }
    if ((operand->kind != FIELD_EXACT && equals == TEXT_NOT_FOUND) || operand->may_split) {
        demand_opaque(run->walker, operand->range, "a name that is only known when it runs", TEXT(""));
        return;
    }
    if (run_has(run, 'a')) {
        walker_note_array(run->walker, name, operand->range);
    }
    if (equals == TEXT_NOT_FOUND) {
        const struct shell_variable *old = state_variable(run->state, name);
        note_setting(run, name, old != NULL ? &old->value : &value);
        if (!is_identifier(name)) {
            demand_opaque(run->walker, operand->range, "an assignment to something that is no plain name",
                          name);
        } else if (old != NULL) {
            assignment_apply(run->walker, run->state, name, old->value, operand->range);
        }
        return;
    }
    if (operand->kind == FIELD_EXACT && !is_append) {
        value = (struct shell_value){.kind = VALUE_EXACT, .text = text_after(operand->text, equals + 1)};
    }
    bool may_be_array = value.kind == VALUE_UNKNOWN && !operand->is_list && may_be_array_name(run, name);
    bool is_list = value.kind == VALUE_EXACT && text_starts_with(value.text, TEXT("("));
    if (is_list || may_be_array) {
        demand_opaque(run->walker, operand->range, "a list of an array's elements that is read a second time",
                      name);
    }
    note_setting(run, name, &value);
    assignment_apply(run->walker, run->state, name, value, operand->range);
}

void model_declare(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run->operands.count == 0 && !text_equal(run->name, TEXT("local"))) {
        run_opaque(run, "prints the environment, keys included");
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        declare_operand(run, &run->operands.items[i]);
    }
}

void model_read(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->options.count; i++) {
        if (run->options.items[i].tag != 'a') {
            check_number(run, &run->options.items[i].value);
        }
    }
    struct shell_value unknown = {.kind = VALUE_UNKNOWN};
    const struct program_option *array = run_option(run, 'a');
    if (array != NULL) {
        walker_note_array(run->walker, array->value.text, array->value.range);
        assignment_apply(run->walker, run->state, array->value.text, unknown, array->value.range);
    }
    assignment_apply(run->walker, run->state, TEXT("REPLY"), unknown, run->range);
    assignment_apply(run->walker, run->state, TEXT("MAPFILE"), unknown, run->range);
    for (size_t i = 0; i < run->operands.count; i++) {
        struct text name = run->operands.items[i].kind == FIELD_EXACT ? run->operands.items[i].text : TEXT("$");
        if (!text_equal(run->name, TEXT("read"))) {
            walker_note_array(run->walker, name, run->operands.items[i].range);
        }
        assignment_apply(run->walker, run->state, name, unknown, run->operands.items[i].range);
    }
}

void model_unset(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        struct text name = operand->kind == FIELD_EXACT ? operand->text : TEXT("$");
        assignment_apply(run->walker, run->state, name, (struct shell_value){.kind = VALUE_UNKNOWN},
                         operand->range);
        if (is_identifier(name) && state_function(run->state, name) != NULL) {
            state_define(run->state, run->walker->arena, name, NULL);
        }
    }
}

/* All words joined by blanks, as eval does. */
static bool join_exact(struct program_run *run, size_t from, struct text *ret_text)
{
    struct builder joined;
    builder_init(&joined, run->walker->arena);
    for (size_t i = from; i < run->arguments.count; i++) {
        struct text word;
        if (!run_exact(run, &run->arguments.items[i], "code that is only known when it runs", &word)) {
            return false;
        }
        if (i > from) {
            builder_add_char(&joined, ' ');
        }
        builder_add(&joined, word);
    }
    *ret_text = builder_text(&joined);
    return true;
}

void model_eval(struct program_run *run, const struct shell_program *program)
{
    struct text text;
    size_t from = run->arguments.count > 0 && text_equal(run->arguments.items[0].text, TEXT("--")) ? 1 : 0;
    (void)program;
    if (join_exact(run, from, &text) && run->arguments.count > 0) {
        struct shell_range range = {run->arguments.items[0].range.start,
                                    run->arguments.items[run->arguments.count - 1].range.end};
        walk_text(run->walker, text, range, false, run->state);
    }
}

/* Signals after which nothing of the line goes on; DEBUG, ERR and RETURN come between its commands. */
static bool is_final_signal(const struct shell_field *field)
{
    static const char *const names[] = {"EXIT", "0",      "INT",     "TERM",   "HUP",
                                        "QUIT", "SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"};
    return field->kind == FIELD_EXACT && IS_ONE_OF(field->text, names);
}

/* The command runs at some later point, in whatever state there is then. */
void model_trap(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags) || run->operands.count < 2) {
        return;
    }
    struct text text;
    if (!run_exact(run, &run->operands.items[0], "code that is only known when it runs", &text) ||
        text_equal(text, TEXT("-"))) {
        return;
    }
    for (size_t i = 1; i < run->operands.count; i++) {
        if (!is_final_signal(&run->operands.items[i])) {
            run_opaque(run, "a trap that runs between commands");
        }
    }
    struct shell_state later = {.cwd = {.count = 0}, .is_foreign_environment = true};
    state_set_uncertain(&later, TEXT("a trap runs at any time"));
    bool reads_pipe = run->walker->reads_pipe;
    run->walker->reads_pipe = false;
    walk_text(run->walker, text, run->operands.items[0].range, false, &later);
    run->walker->reads_pipe = reads_pipe;
    run->walker->has_unordered = true;
}

/* break, continue, exit, return, and shift, which take a number. Behind `exit` nothing of this shell runs: what
 * follows is judged as if it did. */
void model_jump(struct program_run *run, const struct shell_program *program)
{
    static const char *const leaving[] = {"break", "continue", "return"};
    (void)program; /* they have no options */
    for (size_t i = 0; i < run->arguments.count; i++) {
        check_number(run, &run->arguments.items[i]);
    }
    run->walker->has_jumped = run->walker->has_jumped || IS_ONE_OF(run->name, leaving);
}

void model_set(struct program_run *run, const struct shell_program *program)
{
    if (run->arguments.count == 0) {
        run_opaque(run, "prints the environment, keys included");
    }
    static const char *const names[] = {"errexit", "nounset", "pipefail", "xtrace",
                                        "verbose", "noglob",  "noclobber"};
    for (size_t i = 0; i < run->arguments.count; i++) {
        struct text word;
        if (!run_exact(run, &run->arguments.items[i], "options of the shell that are only known when it runs",
                       &word)) {
            return;
        }
        if (word.size == 0 || (word.data[0] != '-' && word.data[0] != '+') || text_equal(word, TEXT("--"))) {
            return; /* positional parameters, whose values are never taken for known */
        }
        for (size_t j = 1; j < word.size; j++) {
            if (strchr("euxvfCoE", word.data[j]) == NULL) {
                run_opaque(run, "an option that changes how the shell reads commands");
                return;
            }
        }
        if (word.data[word.size - 1] == 'o' && i + 1 < run->arguments.count) {
            i++;
            if (!IS_ONE_OF(run->arguments.items[i].text, names)) {
                run_opaque(run, "an option that changes how the shell reads commands");
                return;
            }
        }
    }
    (void)program;
}

void model_shopt(struct program_run *run, const struct shell_program *program)
{
    static const char *const names[] = {"failglob", "inherit_errexit", "checkwinsize"};
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        if (!IS_ONE_OF(run->operands.items[i].text, names) || run->operands.items[i].kind != FIELD_EXACT) {
            run_opaque(run, "an option that changes how the shell reads commands");
        }
    }
}

/* test -v and -R look a name up, and run code in its subscript; the rest only looks. */
void model_test(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_name_test = text_equal(field->text, TEXT("-v")) || text_equal(field->text, TEXT("-R"));
        bool is_followed = i + 1 < run->arguments.count;
        if (text_equal(field->text, TEXT("-t")) && is_followed) {
            check_number(run, &run->arguments.items[i + 1]);
        }
        if ((field->may_split && !field->is_numeric && run->arguments.count > 1) ||
            (field->kind == FIELD_SET && field->may_be_option)) {
            run_opaque(run, "an unquoted value that may be several words");
        } else if (is_name_test && is_followed &&
                   !(run->arguments.items[i + 1].kind == FIELD_EXACT &&
                     is_identifier(run->arguments.items[i + 1].text)) &&
                   !text_equal(run->arguments.items[i + 1].text, TEXT("]"))) {
            run_opaque(run, "a subscript that may run code");
        }
        /* "$a" "$b": the first could be -v. */
        if (field->kind == FIELD_UNKNOWN && field->text.size == 0 && is_followed &&
            run->arguments.items[i + 1].kind != FIELD_EXACT) {
            run_opaque(run, "words that may be an operator of test");
        }
    }
}

enum { FORMAT_CONVERSIONS = 32 };

/* Which arguments a format of printf takes for numbers: one letter each, 'n' or 't' for text. False when that
 * is not certain: "%2$d", "%(...)T", a "%" written as "\\045". */
static bool read_format(struct text format, char conversions[FORMAT_CONVERSIONS], size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < format.size; i++) {
        char c = format.data[i];
        if (c == '\\') {
            size_t code = i + 1;
            while (code < format.size && strchr("xuU0", format.data[code]) != NULL) {
                code++;
            }
            struct text digits = text_slice(text_after(format, code), 0, 2);
            if (text_equal(digits, TEXT("25")) || text_equal(digits, TEXT("45"))) {
                return false;
            }
        }
        if (c != '%') {
            continue;
        }
        for (i++; i < format.size && strchr("-+ #0'123456789.*hlLjzt", format.data[i]) != NULL; i++) {
            if (format.data[i] == '*' && *ret_count < FORMAT_CONVERSIONS) {
                conversions[(*ret_count)++] = 'n';
            }
        }
        char letter = i < format.size ? format.data[i] : '%';
        if (letter == '$' || letter == '(' || *ret_count >= FORMAT_CONVERSIONS) {
            return false;
        }
        if (letter != '%') {
            conversions[(*ret_count)++] = strchr("sbcqQ", letter) != NULL ? 't' : 'n';
        }
    }
    return true;
}

/* zsh evaluates what its printf prints as a number. `at`: the index of the format. */
static void check_format(struct program_run *run, size_t at)
{
    char conversions[FORMAT_CONVERSIONS] = {0};
    size_t count = 0;
    bool is_certain = at < run->arguments.count && run->arguments.items[at].kind == FIELD_EXACT &&
                      read_format(run->arguments.items[at].text, conversions, &count);
    bool has_number = is_certain && memchr(conversions, 'n', count) != NULL;
    if (is_certain && !has_number) {
        return;
    }
    for (size_t i = at + 1; i < run->arguments.count; i++) {
        is_certain = is_certain && !run->arguments.items[i].may_split;
        if (!is_certain || (count > 0 && conversions[(i - at - 1) % count] == 'n')) {
            check_number(run, &run->arguments.items[i]);
        }
    }
}

void model_printf(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    if (run->arguments.count == 0) {
        return;
    }
    const struct shell_field *first = &run->arguments.items[0];
    size_t format = 0;
    if (first->may_split || (first->kind == FIELD_SET && first->may_be_option) ||
        (first->kind == FIELD_UNKNOWN && first->text.size < 2 && !text_equal(first->text, TEXT("%")))) {
        /* "-v name" would assign. */
        run_opaque(run, "a format that may be an option");
        return;
    }
    if (text_starts_with(first->text, TEXT("-v"))) {
        bool is_separate = first->text.size == 2;
        struct text name =
            is_separate && run->arguments.count > 1 && run->arguments.items[1].kind == FIELD_EXACT
                ? run->arguments.items[1].text
                : text_after(first->text, 2);
        assignment_apply(run->walker, run->state, name, (struct shell_value){.kind = VALUE_UNKNOWN},
                         first->range);
        format = is_separate ? 2 : 1;
    }
    check_format(run, format + (format < run->arguments.count &&
                                text_equal(run->arguments.items[format].text, TEXT("--"))));
}

/* let 'i=i+1': each word is arithmetic. */
void model_let(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    for (size_t i = 0; i < run->arguments.count; i++) {
        struct shell_word word = {.is_exact = run->arguments.items[i].kind == FIELD_EXACT,
                                  .exact = run->arguments.items[i].text,
                                  .range = run->arguments.items[i].range};
        if (!word.is_exact) {
            run_opaque(run, "arithmetic that is only known when it runs");
            return;
        }
        check_arithmetic(run->walker, &word, run->state);
    }
}
