/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that run other programs: the inner command is followed in their place. */
#include <string.h>

#include "base/builder.h"
#include "shell/programs.h"

static void run_operand_command(struct program_run *run, size_t from)
{
    if (from < run->operands.count) {
        run_command(run, &run->operands.items[from], run->operands.count - from);
    }
}

/* command, builtin: the shell's own commands keep working on this shell's state. */
void model_command(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags) && !run_has(run, 'v')) {
        run_operand_command(run, 0);
    }
}

/* A wrapper that starts another process: the state of this shell stays as it is. */
void run_apart(struct program_run *run, size_t from)
{
    struct shell_state inner = *run->state;
    struct shell_state *state = run->state;
    if (from >= run->operands.count) {
        return;
    }
    const struct shell_program *program =
        run->operands.items[from].kind == FIELD_EXACT ? program_find(run->operands.items[from].text) : NULL;
    if (program != NULL && program_is_shells_own(program)) {
        run_opaque(run, "a command of the shell, run as a program");
        return;
    }
    run->state = &inner;
    run_operand_command(run, from);
    run->state = state;
    state_set_uncertain(state, inner.uncertain);
}

void model_wrapper(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags)) {
        run_apart(run, 0);
    }
}

void model_timeout(struct program_run *run, const struct shell_program *program)
{
    struct text duration;
    if (options_parse(run, program->options, program->flags) && run->operands.count > 0 &&
        run_exact(run, &run->operands.items[0], "a duration that may be several words", &duration)) {
        run_apart(run, 1);
    }
}

/* nohup.out is written when the output is a terminal, which an agent's may be. */
void model_nohup(struct program_run *run, const struct shell_program *program)
{
    demand_path_text(run->walker, run->state, "file.write", TEXT("nohup.out"), run->range);
    model_wrapper(run, program);
}

/* Another user's rights: no demand says that, so it is opaque; what it runs is followed all the same, for rules
 * that deny it. */
void model_sudo(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    run_opaque(run, "runs with another user's rights");
    if (options_parse(run, "-[nEHSkib] -u,--user= -g,--group=", PROGRAM_NO_PERMUTE)) {
        run_apart(run, 0);
    }
}

void model_env(struct program_run *run, const struct shell_program *program)
{
    size_t from = 0;
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (; from < run->operands.count; from++) {
        const struct shell_field *operand = &run->operands.items[from];
        size_t equals = text_find_char(operand->text, '=');
        if (equals == TEXT_NOT_FOUND) {
            break;
        }
        struct shell_value value = {.kind = operand->kind == FIELD_EXACT ? VALUE_EXACT : VALUE_UNKNOWN,
                                    .text = text_after(operand->text, equals + 1)};
        struct text name = text_slice(operand->text, 0, equals);
        if (assignment_is_dangerous(name, &value)) {
            demand_opaque(run->walker, operand->range, "an assignment that changes what commands do", name);
        }
        run->assignments++;
        run->has_settings = run->has_settings || assignment_is_setting(name, &value);
    }
    if (from == run->operands.count) {
        run_opaque(run, "prints the environment, keys included");
    }
    run_apart(run, from);
}

/* ---- Shells ---- */

/* A new shell knows none of this one's variables but those it inherits, and they may have been changed here. */
static struct shell_state new_shell(const struct program_run *run)
{
    struct shell_state inner = {
        .cwd = run->state->cwd, .failed = run->state->failed, .uncertain = run->state->uncertain};
    inner.exports_settings = run->has_settings || run->state->exports_settings;
    inner.is_foreign_environment =
        run->assignments > 0 || run->state->variables != NULL || run->state->is_foreign_environment;
    return inner;
}

static void run_shell_text(struct program_run *run, struct text text, struct shell_range range)
{
    struct shell_state inner = new_shell(run);
    bool is_posix = !text_equal(run->name, TEXT("bash"));
    bool has_jumped = run->walker->has_jumped;
    bool reads_pipe = run->walker->reads_pipe;
    run->walker->reads_pipe = run->reads_pipe;
    walk_text(run->walker, text, range, is_posix, &inner);
    run->walker->has_jumped = has_jumped;
    run->walker->reads_pipe = reads_pipe;
    state_set_uncertain(run->state, inner.uncertain);
}

void model_shell(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run_has(run, 'v')) {
        return; /* --version */
    }
    static const char *const names[] = {"errexit", "nounset", "pipefail", "xtrace"};
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        if (option->tag == 'o' &&
            !(option->value.kind == FIELD_EXACT && IS_ONE_OF(option->value.text, names))) {
            demand_opaque(run->walker, option->value.range,
                          "an option that changes how the shell reads commands", option->value.text);
        }
    }
    if (run_has(run, 'n')) {
        const struct shell_field *first = run->operands.count > 0 ? &run->operands.items[0] : NULL;
        if (first != NULL && (first->may_be_option || text_starts_with(first->text, TEXT("+")))) {
            run_opaque(run, "\"+n\" switches -n off again");
        }
        run_operands(run, OPERANDS_READ); /* reads the script without running it */
        return;
    }
    if (run_has(run, 'c')) {
        struct text text;
        if (run->operands.count == 0) {
            run_opaque(run, "code that is only known when it runs");
        } else if (run_exact(run, &run->operands.items[0], "code that is only known when it runs", &text)) {
            run_shell_text(run, text, run->operands.items[0].range);
        }
        return;
    }
    if (run->operands.count > 0) {
        run_opaque(run, "a script whose text is not part of the command line");
    } else if (run->input != NULL && run->input->is_exact) {
        run_shell_text(run, run->input->exact, run->input->range);
    } else {
        run_opaque(run, "commands read from standard input");
    }
}

/* ---- xargs ---- */

void model_xargs(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run->operands.count == 0) {
        return; /* echo */
    }
    /* With -I the text is put into words; where does not matter: every word may become anything. */
    bool replaces = run_has(run, 'I');
    struct field_vector fields = {0};
    struct text mark =
        replaces && run_option(run, 'I')->has_value ? run_option(run, 'I')->value.text : TEXT("{}");
    for (size_t i = 0; i < run->operands.count; i++) {
        struct shell_field field = run->operands.items[i];
        size_t at = mark.size == 0 ? TEXT_NOT_FOUND : text_find(field.text, mark);
        if (replaces && at != TEXT_NOT_FOUND) {
            field.kind = FIELD_UNKNOWN;
            field.text = text_slice(field.text, 0, at);
            field.may_be_option = at == 0 || field.text.data[0] == '-';
        }
        VECTOR_PUSH(run->walker->arena, &fields, field);
    }
    if (!replaces || run_has(run, 'n')) { /* of -I and -n, the last one counts (xargs(1), "EXCLUSIVITY") */
        struct shell_field more = {
            .kind = FIELD_UNKNOWN, .may_split = true, .may_be_option = true, .range = run->range};
        VECTOR_PUSH(run->walker->arena, &fields, more);
    }
    run->operands = fields;
    run->input = NULL;
    run->reads_pipe = false; /* its commands read /dev/null (xargs(1)) */
    run->walker->rounds++;
    run_apart(run, 0);
    run->walker->rounds--;
}
