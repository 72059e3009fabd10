/* SPDX-License-Identifier: Apache-2.0 */
/* From words to the fields a program gets (Bash manual, 3.5), as far as they are known. */
#include "base/builder.h"
#include "shell/programs.h"

static const struct shell_value unknown_value = {.kind = VALUE_UNKNOWN};

/* ---- Building fields ---- */

struct building {
    struct walker *walker;
    struct shell_state *state;
    struct field_vector *fields;
    struct shell_range range;
    struct builder text;
    bool has_open_bracket; /* an unquoted one */
    bool has_close_bracket;
    bool exists;
    bool is_set;
    bool is_unknown;
    bool may_split;
    bool starts_wild;
    bool is_single; /* neither split nor globbed */
};

static void building_init(struct building *building, struct walker *walker, struct shell_state *state,
                          const struct shell_word *word)
{
    *building = (struct building){.walker = walker, .state = state, .range = word->range};
    builder_init(&building->text, walker->arena);
}

// Of `**` at the end one star is left: it is no more to the shell, but a whole tree to a glob of the pattern
// room.
static void drop_stars(struct building *building)
{
    struct builder *text = &building->text;
    while (text->size > 1 && text->data[text->size - 1] == '*' && text->data[text->size - 2] == '*') {
        text->size--;
    }
}

/* Bracket expressions become "*", which also covers what is written, for when nothing matches. Each segment is
 * replaced from its first "[" to its last "]": classes and negations need not be told apart. */
static void widen_brackets(struct building *building)
{
    struct text rest = text_copy(building->walker->arena, builder_text(&building->text));
    struct text segment;
    building->text.size = 0;
    for (bool is_first = true; rest.data != NULL && text_next(&rest, '/', &segment); is_first = false) {
        if (!is_first) {
            builder_add_char(&building->text, '/');
        }
        size_t open = text_find_char(segment, '[');
        size_t close = text_find_last_char(segment, ']');
        if (open != TEXT_NOT_FOUND && close != TEXT_NOT_FOUND && open < close) {
            builder_add(&building->text, text_slice(segment, 0, open));
            builder_add_char(&building->text, '*');
            segment = text_after(segment, close + 1);
            building->is_set = true;
            drop_stars(building);
            while (text_starts_with(segment, TEXT("*"))) {
                segment = text_after(segment, 1);
            }
        }
        builder_add(&building->text, segment);
    }
}

static void field_finish(struct building *building)
{
    if (!building->exists) {
        return;
    }
    if (building->has_open_bracket && building->has_close_bracket && !building->is_unknown) {
        widen_brackets(building);
    }
    if (building->is_set && !building->is_unknown) {
        drop_stars(building);
    }
    struct shell_field field = {.range = building->range};
    field.text = text_copy(building->walker->arena, builder_text(&building->text));
    field.kind = building->is_unknown ? FIELD_UNKNOWN : building->is_set ? FIELD_SET : FIELD_EXACT;
    field.may_split = building->may_split;
    bool has_dash = field.text.size > 0 && field.text.data[0] == '-';
    field.may_be_option =
        field.kind != FIELD_EXACT && (field.text.size == 0 || has_dash || building->starts_wild);
    VECTOR_PUSH(building->walker->arena, building->fields, field);
    building->text.size = 0;
    building->has_open_bracket = false;
    building->has_close_bracket = false;
    building->exists = false;
    building->is_set = false;
    building->is_unknown = false;
    building->may_split = false;
    building->starts_wild = false;
}

static void add_known(struct building *building, struct text text)
{
    building->exists = true;
    if (!building->is_unknown && walker_spend(building->walker, text.size)) {
        builder_add(&building->text, text);
    } else {
        building->is_unknown = true;
    }
}

static void add_unknown(struct building *building, bool may_split)
{
    building->exists = true;
    building->is_unknown = true;
    building->may_split = building->may_split || may_split;
}

static void add_wild(struct building *building, char c)
{
    building->exists = true;
    if (building->is_unknown) {
        return;
    }
    building->starts_wild = building->starts_wild || (building->text.size == 0 && c != ']');
    building->has_open_bracket = building->has_open_bracket || c == '[';
    building->has_close_bracket = building->has_close_bracket || c == ']';
    building->is_set = building->is_set || c == '*' || c == '?';
    builder_add_char(&building->text, c);
}

/* An unquoted value: blanks split it, and its wildcards count. */
static void add_split(struct building *building, struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == ' ' || c == '\t' || c == '\n') {
            field_finish(building);
        } else if (c == '\\') {
            add_unknown(building, false);
        } else if (c == '*' || c == '?' || c == '[' || c == ']') {
            add_wild(building, c);
        } else {
            add_known(building, text_slice(value, i, i + 1));
        }
    }
}

static void add_value(struct building *building, const struct shell_value *value, bool is_quoted, bool splits)
{
    bool is_single = is_quoted || building->is_single;
    if (splits) {
        add_unknown(building, true);
    } else if (value->kind == VALUE_EXACT && is_single) {
        add_known(building, value->text);
    } else if (value->kind == VALUE_EXACT) {
        add_split(building, value->text);
    } else if (value->kind == VALUE_SET && !building->is_unknown) {
        /* Names with blanks would be split when unquoted. */
        if (!is_single) {
            add_unknown(building, true);
            return;
        }
        bool is_wild = value->text.size > 0 && (value->text.data[0] == '*' || value->text.data[0] == '?');
        building->starts_wild =
            building->starts_wild || (building->text.size == 0 && is_wild && !value->is_no_option);
        building->is_set = true;
        add_known(building, value->text);
    } else {
        add_unknown(building, !is_single && (value->kind != VALUE_NUMBER || value->may_be_empty));
    }
}

static bool is_assignment_prefix(struct text text)
{
    return text.size > 1 && text.data[text.size - 1] == '=' &&
           is_identifier(text_slice(text, 0, text.size - 1));
}

static void add_tilde(struct building *building, struct text user)
{
    struct text before = builder_text(&building->text);
    struct text home = building->walker->context->home;
    struct shell_folders folders = folders_union(&building->state->cwd, &building->state->failed);
    bool is_start = !building->exists;
    if (!is_start && !is_assignment_prefix(before)) {
        if (text_ends_with(before, TEXT(":"))) {
            add_unknown(building, false);
        }
        add_known(building, TEXT("~"));
        add_known(building, user);
    } else if (text_equal(user, TEXT("+")) && folders.count == 1) {
        add_known(building, folders.paths[0]);
    } else if (user.size == 0 && home.size > 0 && !building->state->is_foreign_environment &&
               state_variable(building->state, TEXT("HOME")) == NULL) {
        add_known(building, home);
    } else {
        add_unknown(building, false);
    }
}

/* Some words are known well enough though their text is not. */
static void mark_known_output(struct walker *walker, const struct shell_word *word, struct shell_state *state,
                              struct shell_field *field)
{
    const struct shell_piece *only = word->parts != NULL && word->parts->next == NULL ? word->parts : NULL;
    struct shell_value value = {.kind = VALUE_UNKNOWN};
    if (only != NULL && only->kind == PART_COMMAND) {
        value = output_value(walker, state, only->list);
    } else if (only != NULL && only->kind == PART_PARAMETER && only->parameter->operator== OPERATOR_NONE) {
        bool splits;
        value = parameter_value(walker, only->parameter, state, &splits);
    }
    field->is_own_job = value.is_own_job;
    field->is_number =
        only != NULL && only->kind == PART_COMMAND && value.kind == VALUE_NUMBER && !value.may_be_empty;
    field->is_revision = field->kind == FIELD_UNKNOWN && word_is_revision(walker, word, state);
    field->may_be_option = field->may_be_option && !field->is_revision;
}

/* Whether a word is one number: a parameter that holds digits, or arithmetic. */
static bool is_numeric_word(struct walker *walker, const struct shell_word *word, struct shell_state *state)
{
    const struct shell_piece *only = word->parts;
    if (only == NULL || only->next != NULL) {
        return false;
    }
    return only->kind == PART_ARITHMETIC ||
           (only->kind == PART_COMMAND && output_value(walker, state, only->list).kind == VALUE_NUMBER) ||
           (only->kind == PART_PARAMETER && parameter_is_numeric(walker, only->parameter, state));
}

static void add_part(struct building *building, const struct shell_piece *part)
{
    struct shell_value value;
    bool splits = false;
    switch (part->kind) {
    case PART_TEXT:
    case PART_BRACE:
        add_known(building, part->text);
        break;
    case PART_WILD:
        if (building->is_single) {
            add_known(building, part->text);
        } else {
            add_wild(building, part->text.data[0]);
        }
        break;
    case PART_TILDE:
        add_tilde(building, part->text);
        break;
    case PART_PARAMETER:
        value = parameter_value(building->walker, part->parameter, building->state, &splits);
        add_value(building, &value, part->is_quoted, splits);
        break;
    case PART_COMMAND:
        value = output_value(building->walker, building->state, part->list);
        add_value(building, &value, part->is_quoted, false);
        break;
    case PART_PROCESS:
        add_known(building, TEXT("/dev/fd/63"));
        break;
    case PART_ARITHMETIC:
        check_arithmetic(building->walker, part->expression, building->state);
        add_unknown(building, false);
        break;
    case PART_UNKNOWN:
        add_unknown(building, !part->is_quoted && !building->is_single);
        break;
    }
}

static void add_exact_field(struct walker *walker, const struct shell_word *word, struct field_vector *fields)
{
    struct shell_field field = {.kind = FIELD_EXACT, .text = word->exact, .range = word->range};
    VECTOR_PUSH(walker->arena, fields, field);
}

/* "=ls" is the path of ls in zsh, which some agents run. */
static bool means_more_in_zsh(const struct shell_word *word)
{
    return word->is_plain && word->exact.size > 1 && word->exact.data[0] == '=' &&
           is_identifier(text_after(word->exact, 1));
}

/* "['key']=value": single quotes make it no assignment to the parser, but one to Bash. */
static void check_quoted_subscript(struct walker *walker, const struct shell_word *word,
                                   struct shell_state *state)
{
    const struct shell_piece *part = word->is_exact ? NULL : word->parts;
    if (part == NULL || part->kind != PART_WILD || !text_equal(part->text, TEXT("["))) {
        return;
    }
    for (part = part->next; part != NULL && part->kind == PART_TEXT; part = part->next) {
        const struct shell_word key = {.is_exact = true, .exact = part->text, .range = part->range};
        if (text_find_char(part->text, '=') != TEXT_NOT_FOUND) {
            demand_opaque(walker, part->range, "a subscript that may run code", TEXT(""));
            return;
        }
        check_arithmetic(walker, &key, state);
    }
    if (part != NULL && !(part->kind == PART_WILD && text_equal(part->text, TEXT("]")))) {
        demand_opaque(walker, word->range, "a subscript that may run code", TEXT(""));
    }
}

static struct shell_range assignment_range(const struct shell_assignment *assignment)
{
    return assignment->subscript != NULL  ? assignment->subscript->range
           : assignment->elements != NULL ? assignment->elements->range
                                          : (struct shell_range){0, 0};
}

void check_elements(struct walker *walker, const struct shell_assignment *assignment, struct shell_state *state)
{
    if (assignment->subscript != NULL) {
        check_arithmetic(walker, assignment->subscript, state);
    }
    if (assignment->subscript != NULL || assignment->is_array) {
        walker_note_array(walker, assignment->name, assignment_range(assignment));
    }
    for (const struct shell_word *word = assignment->elements; word != NULL; word = word->next) {
        const struct shell_assignment *element = word->assignment;
        if (element == NULL) {
            check_quoted_subscript(walker, word, state);
            expand_value(walker, word, state);
            continue;
        }
        if (element->subscript != NULL) {
            check_arithmetic(walker, element->subscript, state);
        }
        if (element->value != NULL) {
            expand_value(walker, element->value, state);
        }
    }
}

static void expand_assignment(struct building *building, const struct shell_assignment *assignment)
{
    add_known(building, assignment->name);
    add_known(building, TEXT("="));
    check_elements(building->walker, assignment, building->state);
    if (assignment->value != NULL) {
        struct shell_value value = expand_value(building->walker, assignment->value, building->state);
        add_value(building, &value, true, false);
    }
    if (assignment->is_append || assignment->is_array || assignment->subscript != NULL) {
        add_unknown(building, false);
    }
}

void expand_word(struct walker *walker, const struct shell_word *word, struct shell_state *state,
                 struct field_vector *fields)
{
    if (fields->count > LIMIT_SHELL_ARGUMENTS) {
        return; /* whoever called gives up */
    }
    if (word->is_exact && !means_more_in_zsh(word)) {
        add_exact_field(walker, word, fields);
        return;
    }
    struct building building;
    building_init(&building, walker, state, word);
    building.fields = fields;
    if (word->assignment != NULL) {
        expand_assignment(&building, word->assignment);
        field_finish(&building);
        fields->items[fields->count - 1].is_list = word->assignment->is_array;
        return;
    }
    struct part_vector_vector words = {0};
    if (word->is_exact || (word->has_braces && !expand_braces(walker, word, &words))) {
        expand_value(walker, word, state); /* for the arithmetic inside */
        add_unknown(&building, true);
        field_finish(&building);
        return;
    }
    for (size_t i = 0; i < words.count; i++) {
        for (size_t j = 0; j < words.items[i].count; j++) {
            add_part(&building, words.items[i].items[j]);
        }
        field_finish(&building);
    }
    if (word->has_braces) {
        return;
    }
    size_t first = fields->count;
    for (const struct shell_piece *part = word->parts; part != NULL; part = part->next) {
        add_part(&building, part);
    }
    field_finish(&building);
    if (fields->count == first + 1) {
        mark_known_output(walker, word, state, &fields->items[first]);
        fields->items[first].is_numeric = is_numeric_word(walker, word, state);
    }
}

struct shell_value expand_value(struct walker *walker, const struct shell_word *word, struct shell_state *state)
{
    if (word->is_exact) {
        return (struct shell_value){.kind = VALUE_EXACT, .text = word->exact};
    }
    struct building building;
    building_init(&building, walker, state, word);
    building.is_single = true;
    const struct shell_piece *only = word->parts != NULL && word->parts->next == NULL ? word->parts : NULL;
    if (only != NULL && only->kind == PART_ARITHMETIC) {
        check_arithmetic(walker, only->expression, state);
        return (struct shell_value){.kind = VALUE_NUMBER};
    }
    if (only != NULL && only->kind == PART_PARAMETER) {
        bool splits;
        struct shell_value value = parameter_value(walker, only->parameter, state, &splits);
        return splits ? unknown_value : value;
    }
    if (only != NULL && only->kind == PART_COMMAND) {
        return output_value(walker, state, only->list);
    }
    for (const struct shell_piece *part = word->parts; part != NULL; part = part->next) {
        add_part(&building, part);
    }
    if (building.is_unknown) {
        return unknown_value;
    }
    return (struct shell_value){.kind = building.is_set ? VALUE_SET : VALUE_EXACT,
                                .text = text_copy(walker->arena, builder_text(&building.text))};
}
