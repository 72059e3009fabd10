/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that look at processes and connections, or end them. */
#include <string.h>

#include "shell/programs.h"

/* "-9", "-TERM", "-s": what kill sends. */
static bool is_signal(struct text text)
{
    bool is_word = text.size > 1 && text.data[0] == '-';
    for (size_t i = 1; is_word && i < text.size; i++) {
        char c = text.data[i];
        is_word = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (i > 3 && (c == '+' || c == '-'));
    }
    return is_word;
}

static bool is_own_job(const struct shell_field *field)
{
    return field->is_own_job || (field->kind == FIELD_EXACT && text_starts_with(field->text, TEXT("%")));
}

/* Jobs of the line's own shell may be ended; whose process a number is, nobody knows. */
void model_kill(struct program_run *run, const struct shell_program *program)
{
    size_t at = 0;
    struct text first = run_word(run, 0);
    (void)program;
    if (text_equal(first, TEXT("-l")) || text_equal(first, TEXT("-L"))) {
        return; /* names of signals */
    }
    if (text_equal(first, TEXT("-s")) || text_equal(first, TEXT("-n"))) {
        at = run_word(run, 1).size > 0 ? 2 : 1;
    } else if (is_signal(first)) {
        at = 1;
    }
    for (; at < run->arguments.count; at++) {
        if (!is_own_job(&run->arguments.items[at])) {
            demand_opaque(
                run->walker, run->arguments.items[at].range,
                "a process that is no job of this line: \"kill %1\" and \"kill $!\" end what it started",
                TEXT(""));
        }
    }
}

/* Numbers are no options of wait, whether they are there or not: those it takes have no value. */
void model_wait(struct program_run *run, const struct shell_program *program)
{
    struct field_vector rest = {0};
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        if (!field->is_own_job && !field->is_numeric) {
            VECTOR_PUSH(run->walker->arena, &rest, *field);
        }
    }
    run->arguments = rest;
    model_row(run, program);
}

/* The values of what is named, as echo would print them; without names it is all, keys included. */
void model_printenv(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    bool has_name = false;
    for (size_t i = 0; i < run->operands.count; i++) {
        has_name = has_name || run->operands.items[i].kind == FIELD_EXACT;
    }
    if (!has_name) {
        run_opaque(run, "prints the environment, keys included");
    }
}

/* "e" without a dash shows the environment of processes, keys included (ps(1)). */
void model_ps(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_bsd = field->text.size == 0 || field->text.data[0] != '-';
        if (field->kind != FIELD_EXACT || (is_bsd && text_find_char(field->text, 'e') != TEXT_NOT_FOUND) ||
            text_contains(field->text, TEXT("env"))) {
            demand_opaque(run->walker, field->range, "may show the environment of processes, keys included",
                          field->text);
        }
    }
}
