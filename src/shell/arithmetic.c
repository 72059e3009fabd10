/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/programs.h"

bool is_number(struct text text)
{
    size_t start = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
    for (size_t i = start; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return text.size > start && text.size < 19;
}

static bool is_name_byte(char c, bool is_first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!is_first && c >= '0' && c <= '9');
}

bool is_identifier(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (!is_name_byte(text.data[i], i == 0)) {
            return false;
        }
    }
    return text.size > 0;
}

bool value_is_numeric(const struct shell_value *value)
{
    return value->kind == VALUE_NUMBER ||
           (value->kind == VALUE_EXACT && (value->text.size == 0 || is_number(value->text)));
}

static bool name_is_numeric(const struct shell_state *state, struct text name)
{
    const struct shell_variable *variable = state_variable(state, name);
    if (variable_may_hold_text(name)) {
        return false;
    }
    return variable == NULL ? !state->is_foreign_environment : value_is_numeric(&variable->value);
}

/* "=" that is no comparison, "++", "--". */
static bool assigns(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        char next = i + 1 < text.size ? text.data[i + 1] : '\0';
        if ((c == '+' || c == '-') && next == c) {
            return true;
        }
        if (c == '=' && next == '=') {
            i++;
            continue;
        }
        char before = i == 0 ? '\0' : text.data[i - 1];
        bool compares = before == '<' || before == '>' || before == '!';
        bool shifts = i >= 2 && before == text.data[i - 2]; /* <<= >>= */
        if (c == '=' && (!compares || shifts)) {
            return true;
        }
    }
    return false;
}

static void check_names(struct walker *walker, struct text text, struct shell_range range,
                        struct shell_state *state, bool has_assignment)
{
    if (text_find_char(text, '$') != TEXT_NOT_FOUND || text_find_char(text, '`') != TEXT_NOT_FOUND) {
        /* Quoted here: a subscript is expanded once more when it is evaluated. */
        demand_opaque(walker, range, "arithmetic that may expand to code", TEXT(""));
    }
    for (size_t i = 0; i < text.size;) {
        if (!is_name_byte(text.data[i], true)) {
            bool is_digit = text.data[i] >= '0' && text.data[i] <= '9';
            i++;
            /* 0x1f, 16#ff: what follows a digit belongs to the number. */
            while (is_digit && i < text.size && (is_name_byte(text.data[i], false) || text.data[i] == '#')) {
                i++;
            }
            continue;
        }
        size_t start = i;
        while (i < text.size && is_name_byte(text.data[i], false)) {
            i++;
        }
        struct text name = text_slice(text, start, i);
        if (!name_is_numeric(state, name)) {
            demand_opaque(walker, range, "arithmetic with a value that may be more than a number", name);
        }
        if (has_assignment && i < text.size && text.data[i] == '[') {
            walker_note_array(walker, name, range);
        }
        if (has_assignment) {
            assignment_apply(walker, state, name, (struct shell_value){.kind = VALUE_NUMBER}, range);
        }
    }
}

bool parameter_is_numeric(struct walker *walker, const struct shell_parameter *parameter,
                          struct shell_state *state)
{
    bool splits;
    struct shell_value value = parameter_value(walker, parameter, state, &splits);
    bool is_environment = parameter->operator== OPERATOR_NONE && parameter->subscript ==
                          NULL && !parameter->is_indirect && is_identifier(parameter->name) &&
                          name_is_numeric(state, parameter->name);
    return value_is_numeric(&value) || is_environment;
}

void check_number(struct program_run *run, const struct shell_field *field)
{
    const struct shell_word word = {.is_exact = true, .exact = field->text, .range = field->range};
    if (field->kind == FIELD_EXACT) {
        check_arithmetic(run->walker, &word, run->state);
    } else if (!field->is_numeric && !field->is_number) {
        run_opaque(run, "a number that zsh would evaluate, which is only known when it runs");
    }
}

void check_arithmetic(struct walker *walker, const struct shell_word *expression, struct shell_state *state)
{
    if (expression->is_exact) {
        check_names(walker, expression->exact, expression->range, state, assigns(expression->exact));
        return;
    }
    bool has_assignment = false;
    for (const struct shell_piece *part = expression->parts; part != NULL; part = part->next) {
        /* Parts end anywhere: "=" may stand at the edge of one. */
        has_assignment = has_assignment ||
                         (part->kind == PART_TEXT && text_find_char(part->text, '=') != TEXT_NOT_FOUND) ||
                         (part->kind == PART_TEXT && assigns(part->text));
    }
    for (const struct shell_piece *part = expression->parts; part != NULL; part = part->next) {
        if (part->kind == PART_TEXT) {
            check_names(walker, part->text, part->range, state, has_assignment);
        } else if (part->kind == PART_PARAMETER) {
            if (!parameter_is_numeric(walker, part->parameter, state)) {
                demand_opaque(walker, part->range, "arithmetic with a value that may be more than a number",
                              part->parameter->name);
            }
        } else if (part->kind == PART_ARITHMETIC) {
            check_arithmetic(walker, part->expression, state);
        } else if (part->kind != PART_COMMAND || output_value(walker, state, part->list).kind != VALUE_NUMBER) {
            demand_opaque(walker, part->range, "arithmetic with a value that may be more than a number",
                          TEXT(""));
        }
    }
}
