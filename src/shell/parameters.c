/* SPDX-License-Identifier: Apache-2.0 */
/* What $name and ${name...} stand for (Bash manual, 3.5.3), as far as that is known. */
#include "shell/programs.h"

static const struct shell_value unknown_value = {.kind = VALUE_UNKNOWN};

static struct shell_value variable_value(struct walker *walker, const struct shell_state *state,
                                         struct text name)
{
    if (variable_is_shells_own(name)) {
        return unknown_value;
    }
    const struct shell_variable *variable = state_variable(state, name);
    if (variable != NULL) {
        return variable->value;
    }
    if (text_equal(name, TEXT("HOME")) && walker->context->home.size > 0 && !state->is_foreign_environment) {
        return (struct shell_value){.kind = VALUE_EXACT, .text = walker->context->home};
    }
    struct shell_folders folders = folders_union(&state->cwd, &state->failed);
    if (text_equal(name, TEXT("PWD")) && folders.count == 1) {
        return (struct shell_value){.kind = VALUE_EXACT, .text = folders.paths[0]};
    }
    if (text_equal(name, TEXT("RANDOM")) || text_equal(name, TEXT("SECONDS")) ||
        text_equal(name, TEXT("UID")) || text_equal(name, TEXT("LINENO"))) {
        return (struct shell_value){.kind = VALUE_NUMBER};
    }
    return unknown_value;
}

static struct shell_value special_value(struct text name, bool *ret_splits)
{
    char c = name.data[0];
    *ret_splits = c == '@' || c == '*';
    if (c == '#' || c == '?' || c == '$' || c == '!') {
        return (struct shell_value){.kind = VALUE_NUMBER, .may_be_empty = c == '!', .is_own_job = c == '!'};
    }
    return unknown_value;
}

static void assign_default(struct walker *walker, const struct shell_parameter *parameter,
                           struct shell_state *state)
{
    if (parameter->subscript != NULL) {
        walker_note_array(walker, parameter->name, parameter->argument->range);
    }
    assignment_apply(walker, state, parameter->name, unknown_value, parameter->argument->range);
}

/* The argument is expanded whatever becomes of it: what it assigns and evaluates may happen. */
static struct shell_value operator_value(struct walker *walker, const struct shell_parameter *parameter,
                                         struct shell_value value, struct shell_state *state)
{
    bool is_known = value.kind == VALUE_EXACT;
    bool is_used = is_known && (value.text.size > 0 || !parameter->has_colon);
    bool is_arithmetic = parameter->operator== OPERATOR_SUBSTRING;
    struct shell_value argument = unknown_value;
    if (!is_arithmetic) {
        argument = expand_value(walker, parameter->argument, state);
    }
    switch ((int)parameter->operator) {
    case OPERATOR_DEFAULT:
    case OPERATOR_ASSIGN:
        if (is_used || (value.kind == VALUE_NUMBER && !value.may_be_empty)) {
            return value;
        }
        if (parameter->operator== OPERATOR_ASSIGN) {
            assign_default(walker, parameter, state);
        }
        return is_known ? argument : unknown_value;
    case OPERATOR_ERROR:
        return value;
    case OPERATOR_ALTERNATIVE:
        return !is_known ? unknown_value : is_used ? argument : (struct shell_value){.kind = VALUE_EXACT};
    case OPERATOR_SUBSTRING:
        check_arithmetic(walker, parameter->argument, state);
        value.may_be_empty = true;
        value.is_own_job = false;
        return value.kind == VALUE_NUMBER ? value : unknown_value;
    case OPERATOR_TRANSFORM:
        if (!parameter->argument->is_exact || text_equal(parameter->argument->exact, TEXT("P"))) {
            demand_opaque(walker, parameter->argument->range,
                          "@P expands the value as a prompt, which runs code", TEXT(""));
        }
        return unknown_value;
    default:
        return unknown_value;
    }
}

struct shell_value parameter_value(struct walker *walker, const struct shell_parameter *parameter,
                                   struct shell_state *state, bool *ret_splits)
{
    *ret_splits = false;
    struct shell_value value = unknown_value;
    if (is_identifier(parameter->name)) {
        value = variable_value(walker, state, parameter->name);
    } else {
        value = special_value(parameter->name, ret_splits);
    }
    if (parameter->means_more_in_zsh) {
        demand_opaque(walker, (struct shell_range){0, 0}, "an expansion that means more in zsh: use ${...} for",
                      parameter->name);
    }
    if (parameter->has_modifier_in_zsh) {
        value = unknown_value;
    }
    bool is_all = false;
    if (parameter->subscript != NULL) {
        const struct shell_word *subscript = parameter->subscript;
        is_all = subscript->is_exact && subscript->exact.size == 1 &&
                 (subscript->exact.data[0] == '@' || subscript->exact.data[0] == '*');
        *ret_splits = is_all;
        if (!is_all) {
            check_arithmetic(walker, subscript, state);
        }
        value = unknown_value;
    }
    if (parameter->operator!= OPERATOR_NONE) {
        value = operator_value(walker, parameter, parameter->is_indirect ? unknown_value : value, state);
    }
    if (parameter->is_indirect) {
        *ret_splits = true;
        if (!is_all || parameter->operator!= OPERATOR_NONE) { /* ${!array[@]}: its subscripts */
            demand_opaque(walker, (struct shell_range){0, 0}, "an indirect expansion", parameter->name);
        }
        return unknown_value;
    }
    if (parameter->is_length) {
        *ret_splits = false;
        return (struct shell_value){.kind = VALUE_NUMBER};
    }
    return value;
}
