/* SPDX-License-Identifier: Apache-2.0 */
/* aex completion: shell completions, written from the table of commands. */
#include <string.h>

#include "base/builder.h"
#include "cli/command.h"
#include "cli/output.h"

typedef const struct command *const *table_entry;

/* The first word of a command's name, and what follows it. */
static struct text first_word(const struct command *command)
{
    struct text rest = text_of(command->name);
    struct text word = rest;
    (void)text_next(&rest, ' ', &word);
    return word;
}

static struct text second_word(const struct command *command)
{
    return text_after(text_of(command->name), first_word(command).size + 1);
}

/* Whether the table's entry before this one has the same first word. */
static bool is_repeated(table_entry entry)
{
    return entry > command_table && text_equal(first_word(entry[0]), first_word(entry[-1]));
}

/* Whether this is the first of commands that share their first word. */
static bool opens_group(table_entry entry)
{
    return second_word(*entry).size > 0 && !is_repeated(entry);
}

static void add_first_words(struct builder *out)
{
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        if (!is_repeated(entry)) {
            builder_format(out, "%.*s ", TEXT_ARG(first_word(*entry)));
        }
    }
    builder_add_c(out, "help");
}

/* The second words of the group that `entry` opens. */
static void add_second_words(struct builder *out, table_entry entry, const char *separator)
{
    table_entry first = entry;
    do {
        builder_format(out, "%s%.*s", entry == first ? "" : separator, TEXT_ARG(second_word(*entry)));
        entry++;
    } while (*entry != NULL && is_repeated(entry));
}

/* "a|b" as "a b". */
static void add_alternatives(struct builder *out, struct text alternatives)
{
    for (size_t i = 0; i < alternatives.size; i++) {
        builder_add_char(out, alternatives.data[i] == '|' ? ' ' : alternatives.data[i]);
    }
}

/* "a|b" when the operand is one of a few words ("[a|b]", "a|b"); names of operands are in capitals. */
static struct text operand_choices(const struct command *command)
{
    struct text operands = text_of(command->operands);
    if (operands.size >= 2 && operands.data[0] == '[' && operands.data[operands.size - 1] == ']') {
        operands = text_slice(operands, 1, operands.size - 1);
    }
    for (size_t i = 0; i < operands.size; i++) {
        char c = operands.data[i];
        if (!(c >= 'a' && c <= 'z') && c != '|') {
            return TEXT("");
        }
    }
    return operands;
}

static bool takes_files(const struct command *command)
{
    return strstr(command->operands, "FILE") != NULL;
}

enum value_kind { VALUE_FILE, VALUE_FOLDER, VALUE_CHOICE, VALUE_OTHER };

static enum value_kind value_kind(const struct option_spec *spec)
{
    if (spec->choices != NULL) {
        return VALUE_CHOICE;
    }
    if (strcmp(spec->value, "FILE") == 0) {
        return VALUE_FILE;
    }
    return strcmp(spec->value, "FOLDER") == 0 ? VALUE_FOLDER : VALUE_OTHER;
}

/* `text` between single quotes, with the ones inside taken care of and a backslash before each of `escaped`. */
static void add_description(struct builder *out, struct text text, const char *escaped)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '\'') {
            builder_add_c(out, "'\\''");
        } else if (strchr(escaped, c) != NULL) {
            builder_format(out, "\\%c", c);
        } else {
            builder_add_char(out, c);
        }
    }
}

/* What a first word is about: its command's summary, or the words that may follow. */
static void add_first_word_description(struct builder *out, table_entry entry, const char *escaped)
{
    if (opens_group(entry)) {
        add_second_words(out, entry, ", ");
    } else {
        add_description(out, text_of((*entry)->summary), escaped);
    }
}

/* ---- bash ---- */

/* A case for each option that takes a value. */
static void add_bash_values(struct builder *out, const struct command *command)
{
    for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
        if (spec->value == NULL) {
            continue;
        }
        builder_format(out, "    '%s --%s')", command->name, spec->name);
        switch (value_kind(spec)) {
        case VALUE_CHOICE:
            builder_add_c(out, " words='");
            add_alternatives(out, text_of(spec->choices));
            builder_add_c(out, "' ;;\n");
            break;
        case VALUE_FILE:
            builder_add_c(out, " files=-f ;;\n");
            break;
        case VALUE_FOLDER:
            builder_add_c(out, " files=-d ;;\n");
            break;
        case VALUE_OTHER:
            builder_add_c(out, " ;;\n");
            break;
        }
    }
}

static void add_bash_command(struct builder *out, table_entry entry)
{
    builder_format(out, "        '%s')\n            options='", (*entry)->name);
    for (const struct option_spec *spec = (*entry)->options; spec != NULL && spec->name != NULL; spec++) {
        builder_format(out, "--%s ", spec->name);
    }
    builder_add_c(out, "--help' words='");
    add_alternatives(out, operand_choices(*entry));
    builder_format(out, "'%s\n            ;;\n", takes_files(*entry) ? " files=-f" : "");
    if (opens_group(entry)) {
        builder_format(out, "        '%.*s') words='", TEXT_ARG(first_word(*entry)));
        add_second_words(out, entry, " ");
        builder_add_c(out, "' ;;\n");
    }
}

static void add_bash(struct builder *out)
{
    builder_add_c(out, "# bash completion for aex; written by `aex completion bash`.\n"
                       "_aex() {\n"
                       "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
                       "    local name=${COMP_WORDS[1]} words='' options='' files=''\n"
                       "    # readline takes --name=value apart\n"
                       "    if [ \"$current\" = = ]; then\n"
                       "        current=\n"
                       "    elif [ \"$previous\" = = ]; then\n"
                       "        previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
                       "    fi\n"
                       "    [ \"$COMP_CWORD\" -gt 2 ] && case \"$name ${COMP_WORDS[2]}\" in\n");
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        if (second_word(*entry).size > 0) {
            builder_format(out, "    '%s') name='%s' ;;\n", (*entry)->name, (*entry)->name);
        }
    }
    builder_add_c(out, "    *) ;;\n    esac\n"
                       "    [ \"$COMP_CWORD\" -gt 1 ] || name=help\n"
                       "    case \"$name $previous\" in\n    'help '*) words='");
    add_first_words(out);
    builder_add_c(out, "' ;;\n");
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        add_bash_values(out, *entry);
    }
    builder_add_c(out, "    *)\n        case $name in\n");
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        add_bash_command(out, entry);
    }
    builder_add_c(out, "        esac\n"
                       "        case $current in\n"
                       "        -*) words=$options files= ;;\n"
                       "        *) [ -n \"$words$files\" ] || words=$options ;;\n"
                       "        esac\n"
                       "        ;;\n"
                       "    esac\n"
                       "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\"\n"
                       "        [ -z \"$files\" ] || compgen \"$files\" -- \"$current\")\n"
                       "}\n"
                       "complete -o filenames -F _aex aex\n");
}

/* ---- zsh ---- */

static void add_zsh_option(struct builder *out, const struct option_spec *spec)
{
    builder_format(out, " '--%s%s[", spec->name, spec->value == NULL ? "" : "=");
    add_description(out, text_of(spec->help), ":[]");
    builder_add_char(out, ']');
    if (spec->value != NULL) {
        builder_format(out, ":%s:", spec->value);
        switch (value_kind(spec)) {
        case VALUE_CHOICE:
            builder_add_char(out, '(');
            add_alternatives(out, text_of(spec->choices));
            builder_add_char(out, ')');
            break;
        case VALUE_FILE:
            builder_add_c(out, "_files");
            break;
        case VALUE_FOLDER:
            builder_add_c(out, "_files -/");
            break;
        case VALUE_OTHER:
            builder_add_char(out, ' ');
            break;
        }
    }
    builder_add_char(out, '\'');
}

static void add_zsh_command(struct builder *out, table_entry entry)
{
    struct text choices = operand_choices(*entry);
    builder_format(out, "'%s')\n    _arguments", (*entry)->name);
    for (const struct option_spec *spec = (*entry)->options; spec != NULL && spec->name != NULL; spec++) {
        add_zsh_option(out, spec);
    }
    builder_add_c(out, " '--help[Show this help]'");
    if (choices.size > 0) {
        builder_add_c(out, " '1:operand:(");
        add_alternatives(out, choices);
        builder_add_c(out, ")'");
    } else if (takes_files(*entry)) {
        builder_add_c(out, " '*:file:_files'");
    }
    builder_add_c(out, "\n    ;;\n");
    if (opens_group(entry)) {
        builder_format(out, "'%.*s')\n    _arguments '1:command:(", TEXT_ARG(first_word(*entry)));
        add_second_words(out, entry, " ");
        builder_add_c(out, ")'\n    ;;\n");
    }
}

static void add_zsh(struct builder *out)
{
    builder_add_c(out, "#compdef aex\n# zsh completion for aex; written by `aex completion zsh`.\n"
                       "local -a first_words=(\n");
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        if (!is_repeated(entry)) {
            builder_format(out, "    '%.*s:", TEXT_ARG(first_word(*entry)));
            add_first_word_description(out, entry, ":[]");
            builder_add_c(out, "'\n");
        }
    }
    builder_add_c(out, "    'help:Show what a command does'\n)\n"
                       "local name=${words[2]}\n"
                       "if (( CURRENT == 2 )) || [[ $name == help ]]; then\n"
                       "    _describe command first_words\n    return\nfi\n"
                       "shift words\n(( CURRENT-- ))\n"
                       "(( CURRENT > 2 )) && case \"$name ${words[2]}\" in\n");
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        if (second_word(*entry).size > 0) {
            builder_format(out, "'%s') name='%s'; shift words; (( CURRENT-- )) ;;\n", (*entry)->name,
                           (*entry)->name);
        }
    }
    builder_add_c(out, "esac\ncase $name in\n");
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        add_zsh_command(out, entry);
    }
    builder_add_c(out, "esac\n");
}

/* ---- fish ---- */

/* `complete -c aex -n 'CONDITION'` for what may follow the command. */
static void add_fish_opening(struct builder *out, const struct command *command)
{
    struct text second = second_word(command);
    builder_format(out, "complete -c aex -n '__fish_seen_subcommand_from %.*s", TEXT_ARG(first_word(command)));
    if (second.size > 0) {
        builder_format(out, "; and __fish_seen_subcommand_from %.*s", TEXT_ARG(second));
    }
    builder_add_char(out, '\'');
}

static void add_fish_option(struct builder *out, const struct command *command, const struct option_spec *spec)
{
    add_fish_opening(out, command);
    builder_format(out, " -l %s -d '", spec->name);
    add_description(out, text_of(spec->help), "");
    builder_add_char(out, '\'');
    if (spec->value != NULL) {
        switch (value_kind(spec)) {
        case VALUE_CHOICE:
            builder_add_c(out, " -x -a '");
            add_alternatives(out, text_of(spec->choices));
            builder_add_char(out, '\'');
            break;
        case VALUE_FILE:
            builder_add_c(out, " -r -F");
            break;
        case VALUE_FOLDER:
            builder_add_c(out, " -x -a '(__fish_complete_directories)'");
            break;
        case VALUE_OTHER:
            builder_add_c(out, " -x");
            break;
        }
    }
    builder_add_char(out, '\n');
}

static void add_fish_command(struct builder *out, table_entry entry)
{
    const struct command *command = *entry;
    if (!is_repeated(entry)) {
        builder_format(out, "complete -c aex -n __fish_use_subcommand -f -a %.*s -d '",
                       TEXT_ARG(first_word(command)));
        add_first_word_description(out, entry, "");
        builder_add_c(out, "'\n");
    }
    if (opens_group(entry)) {
        builder_format(out, "complete -c aex -n '__fish_seen_subcommand_from %.*s",
                       TEXT_ARG(first_word(command)));
        builder_add_c(out, "; and not __fish_seen_subcommand_from ");
        add_second_words(out, entry, " ");
        builder_add_c(out, "' -f -a '");
        add_second_words(out, entry, " ");
        builder_add_c(out, "'\n");
    }
    if (!takes_files(command)) {
        add_fish_opening(out, command);
        builder_add_c(out, " -f -a '");
        add_alternatives(out, operand_choices(command));
        builder_add_c(out, "'\n");
    }
    for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
        add_fish_option(out, command, spec);
    }
}

static void add_fish(struct builder *out)
{
    builder_add_c(out, "# fish completion for aex; written by `aex completion fish`.\n");
    for (table_entry entry = command_table; *entry != NULL; entry++) {
        add_fish_command(out, entry);
    }
    builder_add_c(out, "complete -c aex -n __fish_use_subcommand -f -a help -d 'Show what a command does'\n"
                       "complete -c aex -n '__fish_seen_subcommand_from help' -f -a '");
    add_first_words(out);
    builder_add_c(out, "'\ncomplete -c aex -l help -d 'Show this help'\n");
}

static int run(struct invocation *invocation)
{
    static const struct {
        const char *name;
        void (*add)(struct builder *out);
    } shells[] = {{"bash", add_bash}, {"fish", add_fish}, {"zsh", add_zsh}};
    struct builder out;
    builder_init(&out, invocation->arena);
    for (size_t i = 0; invocation->operands.count == 1 && i < sizeof shells / sizeof shells[0]; i++) {
        if (strcmp(invocation->operands.items[0], shells[i].name) == 0) {
            shells[i].add(&out);
            print_text(stdout, builder_text(&out));
            return output_finish() ? STATUS_OK : STATUS_USAGE;
        }
    }
    complain("completion: name one shell: bash, fish or zsh");
    return STATUS_USAGE;
}

const struct command command_completion = {
    .name = "completion",
    .summary = "Print a shell's completions for aex",
    .operands = "bash|fish|zsh",
    .details = "For bash: aex completion bash > /etc/bash_completion.d/aex\n",
    .run = run,
};
