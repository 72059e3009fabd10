/* SPDX-License-Identifier: Apache-2.0 */
/* Telling options from operands as getopt_long(3) does, and what each option does by the program's table. */
#include <string.h>

#include "shell/programs.h"
#include "shell/walk.h"

void run_opaque(struct program_run *run, const char *reason)
{
    demand_opaque(run->walker, run->range, reason, run->name);
}

static bool opaque_at(struct program_run *run, const struct shell_field *field, const char *reason)
{
    demand_opaque(run->walker, field->range, reason, field->text);
    return false;
}

/* ---- Looking an option up ---- */

struct option_entry {
    struct text effect; /* what follows the names: "", "=", "=<", "?", "!", with ":T" */
    bool is_found;
};

static bool is_effect_start(char c)
{
    return c == '=' || c == '?' || c == '!' || c == ':' || c == '<' || c == '>';
}

/* Whether the spelling in [start, end) of a table is `name` ("-x", "--long"), or begins with it. */
static bool spelling_matches(const char *start, const char *end, struct text name, bool allows_prefix)
{
    size_t size = (size_t)(end - start);
    bool is_short = name.size == 2;
    if (is_short && size > 2 && start[1] == '[') {
        return memchr(start + 2, name.data[1], size - 3) != NULL;
    }
    if (is_short && size == 2 && start[1] == '#') {
        return name.data[1] >= '0' && name.data[1] <= '9';
    }
    bool fits = allows_prefix ? size > name.size : size == name.size;
    return fits && start[name.size - 1] == name.data[name.size - 1] && memcmp(start, name.data, name.size) == 0;
}

/* Abbreviations that fit several options count once when all of them mean the same. */
static struct option_entry find_entry(const char *options, struct text name, bool allows_prefix,
                                      size_t *ret_count)
{
    struct option_entry found = {.is_found = false};
    const char *at = options;
    bool matches = false;
    *ret_count = 0;
    while (*at != '\0') {
        const char *end = at[1] == '[' ? strchr(at, ']') : at;
        while (*end != '\0' && *end != ' ' && *end != ',' && !is_effect_start(*end)) {
            end++;
        }
        matches = matches || spelling_matches(at, end, name, allows_prefix);
        if (*end == ',') {
            at = end + 1;
            continue;
        }
        const char *effect = end;
        while (*end != '\0' && *end != ' ') {
            end++;
        }
        if (matches) {
            struct text text = {effect, (size_t)(end - effect)};
            *ret_count += *ret_count == 0 || !text_equal(text, found.effect);
            found = (struct option_entry){.effect = text, .is_found = true};
            matches = false;
            if (!allows_prefix) {
                return found;
            }
        }
        at = *end == '\0' ? end : end + 1;
    }
    return found;
}

static struct option_entry look_up(const char *options, struct text name, unsigned flags)
{
    size_t count;
    struct option_entry entry = find_entry(options, name, false, &count);
    bool is_long = name.size > 2 && name.data[1] == '-';
    if (entry.is_found || !is_long || (flags & PROGRAM_EXACT_LONG) != 0) {
        return entry;
    }
    entry = find_entry(options, name, true, &count);
    entry.is_found = entry.is_found && count == 1;
    return entry;
}

static bool takes_value(const struct option_entry *entry)
{
    return entry->effect.size > 0 && entry->effect.data[0] == '=';
}

static bool takes_optional(const struct option_entry *entry)
{
    return entry->effect.size > 0 && entry->effect.data[0] == '?';
}

/* ---- What it does ---- */

static bool apply(struct program_run *run, const struct option_entry *entry, const struct shell_field *value,
                  const struct shell_field *field)
{
    struct text effect = entry->effect;
    size_t colon = text_find_char(effect, ':');
    if (colon != TEXT_NOT_FOUND) {
        struct program_option option = {.tag = effect.data[colon + 1], .has_value = value != NULL};
        if (value != NULL) {
            option.value = *value;
        } else {
            option.value = (struct shell_field){.range = field->range};
        }
        VECTOR_PUSH(run->walker->arena, &run->options, option);
        effect = text_slice(effect, 0, colon);
    }
    if (text_find_char(effect, '!') != TEXT_NOT_FOUND) {
        return opaque_at(run, field, "an option that runs something, or more than is understood");
    }
    if (value != NULL && text_find_char(effect, '<') != TEXT_NOT_FOUND && !text_equal(value->text, TEXT("-"))) {
        demand_path(run->walker, run->state, "file.read", value);
    }
    if (value != NULL && text_find_char(effect, '>') != TEXT_NOT_FOUND && !text_equal(value->text, TEXT("-"))) {
        demand_path(run->walker, run->state, "file.write", value);
    }
    return true;
}

/* The rest of a field behind an option's name, as the option's value. */
static struct shell_field value_from(const struct shell_field *field, size_t from)
{
    struct shell_field value = *field;
    value.text = text_after(field->text, from);
    value.may_be_option = false;
    return value;
}

/* The following argument; false when there is none, or when it may be none or several. */
static bool next_value(struct program_run *run, size_t *at, struct shell_field *ret_value)
{
    if (*at + 1 >= run->arguments.count) {
        return false;
    }
    *ret_value = run->arguments.items[++*at];
    return !ret_value->may_split &&
           ret_value->kind != FIELD_SET; /* only the first of several would be the value */
}

static bool parse_long(struct program_run *run, const char *options, unsigned flags, size_t *at)
{
    const struct shell_field *field = &run->arguments.items[*at];
    size_t equals = text_find_char(field->text, '=');
    if (field->kind != FIELD_EXACT && equals == TEXT_NOT_FOUND) {
        return opaque_at(run, field, "an option that is only known when it runs");
    }
    struct text name = text_slice(field->text, 0, equals);
    struct option_entry entry = look_up(options, name, flags);
    if (!entry.is_found) {
        return opaque_at(run, field, "an option that is not known here");
    }
    struct shell_field value;
    if (equals != TEXT_NOT_FOUND) {
        if (!takes_value(&entry) && !takes_optional(&entry) &&
            text_find_char(entry.effect, '!') == TEXT_NOT_FOUND) {
            return opaque_at(run, field, "an option that takes no value has one");
        }
        value = value_from(field, equals + 1);
        return apply(run, &entry, &value, field);
    }
    if (takes_value(&entry)) {
        return next_value(run, at, &value) ? apply(run, &entry, &value, field)
                                           : opaque_at(run, field, "an option without its value");
    }
    return apply(run, &entry, NULL, field);
}

static bool parse_cluster(struct program_run *run, const char *options, size_t *at)
{
    const struct shell_field *field = &run->arguments.items[*at];
    for (size_t i = 1; i < field->text.size; i++) {
        char letters[] = {'-', field->text.data[i]};
        struct option_entry entry = look_up(options, (struct text){letters, 2}, PROGRAM_EXACT_LONG);
        if (!entry.is_found) {
            return opaque_at(run, field, "an option that is not known here");
        }
        bool is_last = i + 1 == field->text.size;
        struct shell_field value;
        if (takes_value(&entry) && is_last && field->kind == FIELD_EXACT) {
            return next_value(run, at, &value) ? apply(run, &entry, &value, field)
                                               : opaque_at(run, field, "an option without its value");
        }
        if ((takes_value(&entry) || takes_optional(&entry)) && (!is_last || field->kind != FIELD_EXACT)) {
            value = value_from(field, i + 1);
            return apply(run, &entry, &value, field);
        }
        if (!apply(run, &entry, NULL, field)) {
            return false;
        }
    }
    return field->kind == FIELD_EXACT || opaque_at(run, field, "an option that is only known when it runs");
}

/* -name, where -n is no option of its own. */
static bool parse_one_dash(struct program_run *run, const char *options, size_t *at)
{
    const struct shell_field *field = &run->arguments.items[*at];
    struct text whole = field->text;
    if (whole.size > 2 && whole.data[1] == '-') {
        whole = text_after(whole, 1);
    }
    size_t equals = text_find_char(whole, '=');
    struct text name = text_slice(whole, 0, equals);
    size_t count;
    struct option_entry entry = find_entry(options, name, false, &count);
    if (!entry.is_found || (field->kind != FIELD_EXACT && equals == TEXT_NOT_FOUND)) {
        return opaque_at(run, field, "an option that is not known here");
    }
    struct shell_field value;
    if (equals != TEXT_NOT_FOUND) {
        value = *field;
        value.text = text_after(whole, equals + 1);
        return apply(run, &entry, &value, field);
    }
    if (takes_value(&entry)) {
        return next_value(run, at, &value) ? apply(run, &entry, &value, field)
                                           : opaque_at(run, field, "an option without its value");
    }
    return apply(run, &entry, NULL, field);
}

/* ---- All arguments ---- */

bool run_admits_wildcard(struct program_run *run, const struct shell_field *field)
{
    struct shell_folders folders = folders_union(&run->state->cwd, &run->state->failed);
    struct shell_part *part = &run->walker->out->parts.items[run->walker->part];
    bool is_wild = field->kind == FIELD_SET && !field->may_split && field->text.size > 0 &&
                   (field->text.data[0] == '*' || field->text.data[0] == '?');
    if (!is_wild || folders.count == 0 || run->state->uncertain.size > 0 || run->walker->rounds > 0) {
        return false;
    }
    for (size_t i = 0; i < folders.count; i++) {
        bool is_noted = false;
        for (size_t j = 0; j < part->wildcard_folder_count; j++) {
            is_noted = is_noted || text_equal(part->wildcard_folders[j], folders.paths[i]);
        }
        if (!is_noted && part->wildcard_folder_count == SHELL_FOLDERS) {
            return false;
        }
        if (!is_noted) {
            part->wildcard_folders[part->wildcard_folder_count++] = folders.paths[i];
        }
    }
    return true;
}

/* A field that may be an option or not, or any number of them. */
static bool admit_uncertain(struct program_run *run, const struct shell_field *field, unsigned flags,
                            bool is_over)
{
    /* In front of the first operand it could be missing, and what follows be that operand. */
    bool is_revision = (flags & PROGRAM_TAKES_REVISIONS) != 0 && field->is_revision &&
                       (is_over || (flags & PROGRAM_NO_PERMUTE) == 0);
    if ((flags & PROGRAM_SAFE_OPTIONS) != 0 || is_revision) {
        return true;
    }
    if ((flags & PROGRAM_READING_OPTIONS) != 0 && field->kind == FIELD_UNKNOWN) {
        return true;
    }
    if (run_admits_wildcard(run, field)) {
        return true;
    }
    return opaque_at(run, field, "may turn out to be an option; \"./\" or \"--\" in front would exclude that");
}

bool options_parse(struct program_run *run, const char *options, unsigned flags)
{
    bool is_over = false;
    for (size_t at = 0; at < run->arguments.count; at++) {
        const struct shell_field *field = &run->arguments.items[at];
        bool has_dash = field->text.size > 0 && field->text.data[0] == '-';
        bool is_option = !is_over && has_dash && (field->text.size > 1 || field->kind != FIELD_EXACT);
        if (is_option && field->kind == FIELD_EXACT && text_equal(field->text, TEXT("--"))) {
            is_over = true;
            continue;
        }
        bool is_uncertain = !is_over && field->may_be_option && (field->text.size < 2 || !has_dash);
        if ((is_uncertain || field->may_split) && !admit_uncertain(run, field, flags, is_over)) {
            return false;
        }
        if (!is_option || is_uncertain || field->may_split) {
            VECTOR_PUSH(run->walker->arena, &run->operands, *field);
            is_over = is_over || (flags & PROGRAM_NO_PERMUTE) != 0;
            continue;
        }
        bool is_long = field->text.size > 2 && field->text.data[1] == '-';
        bool is_fine = (flags & PROGRAM_ONE_DASH) != 0 ? parse_one_dash(run, options, &at)
                       : is_long                       ? parse_long(run, options, flags, &at)
                                                       : parse_cluster(run, options, &at);
        if (!is_fine) {
            return false;
        }
    }
    return true;
}

const struct program_option *run_option(const struct program_run *run, char tag)
{
    for (size_t i = run->options.count; i > 0; i--) {
        if (run->options.items[i - 1].tag == tag) {
            return &run->options.items[i - 1];
        }
    }
    return NULL;
}

size_t run_count(const struct program_run *run, char tag)
{
    size_t count = 0;
    for (size_t i = 0; i < run->options.count; i++) {
        count += run->options.items[i].tag == tag;
    }
    return count;
}

bool run_has(const struct program_run *run, char tag)
{
    return run_option(run, tag) != NULL;
}

struct text run_word(const struct program_run *run, size_t index)
{
    return index < run->arguments.count && run->arguments.items[index].kind == FIELD_EXACT
               ? run->arguments.items[index].text
               : TEXT("");
}

void run_drop_arguments(struct program_run *run, size_t count)
{
    struct field_vector rest = {0};
    for (size_t i = count; i < run->arguments.count; i++) {
        VECTOR_PUSH(run->walker->arena, &rest, run->arguments.items[i]);
    }
    run->arguments = rest;
}

bool run_exact(struct program_run *run, const struct shell_field *field, const char *reason,
               struct text *ret_text)
{
    if (field->kind != FIELD_EXACT) {
        return opaque_at(run, field, reason);
    }
    *ret_text = field->text;
    return true;
}

void run_mark_links(struct program_run *run, size_t first)
{
    struct shell_demand_vector *demands = &run->walker->out->demands;
    for (size_t i = first; i < demands->count; i++) {
        demands->items[i].follows_links = run_has(run, 'F');
    }
}

static void operand_path(struct program_run *run, const char *capability, size_t from)
{
    for (size_t i = from; i < run->operands.count; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        bool is_standard = operand->kind == FIELD_EXACT && text_equal(operand->text, TEXT("-"));
        if (is_standard) {
            continue;
        }
        size_t first = run->walker->out->demands.count;
        if (run_has(run, 'R') || run_has(run, 'F')) {
            demand_tree(run->walker, run->state, capability, operand, false);
            run_mark_links(run, first);
            demand_no_arrivals(run->walker, first); /* chmod and its like make nothing */
        } else {
            demand_path(run->walker, run->state, capability, operand);
        }
    }
}

/* Whether what looks like one first operand may be followed by others in the same field. */
static bool is_first_many(const struct program_run *run)
{
    return run->operands.count > 0 &&
           (run->operands.items[0].may_split || run->operands.items[0].kind == FIELD_SET);
}

void run_operands(struct program_run *run, enum operand_use use)
{
    switch (use) {
    case OPERANDS_IGNORE:
        break;
    case OPERANDS_READ:
        operand_path(run, "file.read", 0);
        break;
    case OPERANDS_READ_HERE:
        operand_path(run, "file.read", 0);
        if (run->operands.count == 0) {
            demand_path_text(run->walker, run->state, "file.read", TEXT("."), run->range);
        }
        break;
    case OPERANDS_WRITE:
        operand_path(run, "file.write", 0);
        break;
    case OPERANDS_DELETE:
        operand_path(run, "file.delete", 0);
        break;
    case OPERANDS_READ_AFTER_FIRST:
        if (!run_has(run, 'e') && is_first_many(run)) {
            operand_path(run, "file.read", 0);
        } else {
            operand_path(run, "file.read", run_has(run, 'e') ? 0 : 1);
        }
        break;
    case OPERANDS_WRITE_AFTER_FIRST:
        operand_path(run, "file.write", run_has(run, 'e') || is_first_many(run) ? 0 : 1);
        break;
    case OPERANDS_REFUSE:
        if (run->operands.count > 0) {
            opaque_at(run, &run->operands.items[0], "an operand that is not understood");
        }
        break;
    }
}
