/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <assert.h>
#include <string.h>

#include "base/builder.h"
#include "cli/output.h"

static const struct option_spec help_option = {.name = "help", .help = "Show this help"};

/* How many of `words` the command's name takes up, 0 when they are others. */
static size_t match_name(const struct command *command, char *const *words, size_t count)
{
    struct text rest = text_of(command->name);
    struct text part;
    size_t matched = 0;
    while (text_next(&rest, ' ', &part)) {
        if (matched == count || !text_equal(part, text_of(words[matched]))) {
            return 0;
        }
        matched++;
    }
    return matched;
}

const struct command *command_find(char *const *words, size_t count, size_t *ret_words)
{
    const struct command *best = NULL;
    for (const struct command *const *command = command_table; *command != NULL; command++) {
        size_t matched = match_name(*command, words, count);
        if (matched > 0 && (best == NULL || matched > *ret_words)) {
            best = *command;
            *ret_words = matched;
        }
    }
    return best;
}

static const struct option_spec *find_option(const struct command *command, struct text name)
{
    for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
        if (text_equal(text_of(spec->name), name)) {
            return spec;
        }
    }
    return text_equal(name, TEXT("help")) ? &help_option : NULL;
}

static void complain_of_unknown(const struct command *command, const char *word, struct text name)
{
    struct text_closest closest = text_closest_to(name);
    for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
        text_closest_try(&closest, text_of(spec->name));
    }
    if (closest.found.size > 0) {
        complain("%s: unknown option %s; did you mean --%.*s?", command->name, word, TEXT_ARG(closest.found));
    } else {
        complain("%s: unknown option %s; `aex %s --help` lists what it takes", command->name, word,
                 command->name);
    }
}

static bool is_choice(const char *choices, const char *value)
{
    struct text rest = text_of(choices);
    struct text choice;
    while (text_next(&rest, '|', &choice)) {
        if (text_equal(choice, text_of(value))) {
            return true;
        }
    }
    return false;
}

/* One "--name", "--name=value" or "--name value"; moves `at` over a separate value. */
static bool parse_option(struct invocation *invocation, char *const *words, size_t count, size_t *at)
{
    const struct command *command = invocation->command;
    const char *word = words[*at];
    struct text name = text_of(word + 2);
    const char *value = strchr(word, '=');
    if (value != NULL) {
        name = text_slice(name, 0, (size_t)(value - word) - 2);
        value++;
    }
    const struct option_spec *spec = find_option(command, name);
    if (spec == NULL) {
        complain_of_unknown(command, word, name);
        return false;
    }
    if (spec->value == NULL && value != NULL) {
        complain("%s: --%s takes no value", command->name, spec->name);
        return false;
    }
    if (spec->value != NULL && value == NULL) {
        if (*at + 1 == count) {
            complain("%s: --%s needs a value: --%s %s", command->name, spec->name, spec->name, spec->value);
            return false;
        }
        value = words[++*at];
    }
    if (spec->choices != NULL && !is_choice(spec->choices, value)) {
        complain("%s: --%s takes one of %s, not \"%s\"", command->name, spec->name, spec->choices, value);
        return false;
    }
    struct option_value given = {.spec = spec, .value = value};
    VECTOR_PUSH(invocation->arena, &invocation->options, given);
    return true;
}

bool invocation_parse(struct invocation *invocation, char *const *words, size_t count)
{
    bool options_over = false;
    for (size_t at = 0; at < count; at++) {
        const char *word = words[at];
        if (!options_over && strcmp(word, "--") == 0) {
            options_over = true;
        } else if (!options_over && strncmp(word, "--", 2) == 0) {
            if (!parse_option(invocation, words, count, &at)) {
                return false;
            }
        } else if (!options_over && word[0] != '-' && invocation->command->takes_command) {
            complain("%s: put -- before the command: aex %s [OPTIONS] -- %s ...", invocation->command->name,
                     invocation->command->name, word);
            return false;
        } else if (!options_over && word[0] == '-' && word[1] != '\0') {
            complain("%s: unknown option %s; options are spelled out, as in --help", invocation->command->name,
                     word);
            return false;
        } else {
            VECTOR_PUSH(invocation->arena, &invocation->operands, word);
        }
    }
    return true;
}

static const struct option_value *find_value(const struct invocation *invocation, const char *name)
{
    assert(find_option(invocation->command, text_of(name)) != NULL);
    for (size_t i = invocation->options.count; i > 0; i--) {
        const struct option_value *given = &invocation->options.items[i - 1];
        if (strcmp(given->spec->name, name) == 0) {
            return given;
        }
    }
    return NULL;
}

bool option_given(const struct invocation *invocation, const char *name)
{
    return find_value(invocation, name) != NULL;
}

const char *option_text(const struct invocation *invocation, const char *name)
{
    const struct option_value *given = find_value(invocation, name);
    return given == NULL ? NULL : given->value;
}

static void add_option_help(struct builder *out, const struct option_spec *spec, struct arena *arena)
{
    struct text left = text_format(arena, "--%s%s%s", spec->name, spec->value == NULL ? "" : " ",
                                   spec->value == NULL ? "" : spec->value);
    builder_format(out, "  %-24s %s", left.data, spec->help);
    if (spec->choices != NULL) {
        builder_format(out, " (%s)", spec->choices);
    }
    builder_add_char(out, '\n');
}

void command_print_help(const struct command *command, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    builder_format(&out, "%s\n\nUsage: aex %s%s%s%s\n", command->summary, command->name,
                   command->options == NULL ? "" : " [OPTIONS]", *command->operands == '\0' ? "" : " ",
                   command->operands);
    if (command->details != NULL) {
        builder_format(&out, "\n%s", command->details);
    }
    builder_add_c(&out, "\nOptions:\n");
    for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
        add_option_help(&out, spec, arena);
    }
    add_option_help(&out, &help_option, arena);
    print_text(stdout, builder_text(&out));
}

void command_print_overview(struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    builder_add_c(&out, "aex: the contract layer for AI agents\n\nUsage: aex COMMAND [OPTIONS] [OPERANDS]\n\n"
                        "Commands:\n");
    for (const struct command *const *command = command_table; *command != NULL; command++) {
        builder_format(&out, "  %-14s %s\n", (*command)->name, (*command)->summary);
    }
    builder_add_c(&out, "\n`aex COMMAND --help` says more; the manual is aex(1), the language aex(5).\n");
    print_text(stdout, builder_text(&out));
}
