/* SPDX-License-Identifier: Apache-2.0 */
/* aex completion: shell completions, written from the table of commands. */
#include <string.h>

#include "base/builder.h"
#include "cli/command.h"
#include "cli/output.h"

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
static bool is_repeated(const struct command *const *entry)
{
    return entry > command_table && text_equal(first_word(entry[0]), first_word(entry[-1]));
}

static void add_first_words(struct builder *out)
{
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        if (!is_repeated(entry)) {
            builder_format(out, "%.*s ", TEXT_ARG(first_word(*entry)));
        }
    }
    builder_add_c(out, "help");
}

static void add_options(struct builder *out, const struct command *command)
{
    for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
        builder_format(out, "--%s ", spec->name);
    }
    builder_add_c(out, "--help");
}

/* A case for every option that takes one of a few words. */
static void add_bash_choices(struct builder *out, const struct command *command)
{
    for (const struct option_spec *spec = command->options; spec != NULL && spec->name != NULL; spec++) {
        if (spec->choices == NULL) {
            continue;
        }
        builder_format(out, "        '%s --%s') words='", command->name, spec->name);
        for (const char *c = spec->choices; *c != '\0'; c++) {
            builder_add_char(out, *c == '|' ? ' ' : *c);
        }
        builder_add_c(out, "' ;;\n");
    }
}

static void add_bash(struct builder *out)
{
    builder_add_c(out,
                  "# bash completion for aex; written by `aex completion bash`.\n"
                  "_aex() {\n"
                  "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words=\n"
                  "    local name=${COMP_WORDS[1]}\n"
                  "    [ \"$COMP_CWORD\" -gt 2 ] && case \"$name ${COMP_WORDS[2]}\" in\n");
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        if (second_word(*entry).size > 0) {
            builder_format(out, "        '%s') name='%s' ;;\n", (*entry)->name, (*entry)->name);
        }
    }
    builder_add_c(out, "    esac\n"
                       "    if [ \"$COMP_CWORD\" -eq 1 ]; then words='");
    add_first_words(out);
    builder_add_c(out, "'\n    else\n        case $name in\n");
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        builder_format(out, "        '%s') words='", (*entry)->name);
        add_options(out, *entry);
        builder_add_c(out, "' ;;\n");
        if (second_word(*entry).size > 0 && !is_repeated(entry)) {
            builder_format(out, "        '%.*s') words='", TEXT_ARG(first_word(*entry)));
            const struct command *const *other = entry;
            do {
                builder_format(out, "%.*s ", TEXT_ARG(second_word(*other)));
                other++;
            } while (*other != NULL && is_repeated(other));
            builder_add_c(out, "' ;;\n");
        }
    }
    builder_add_c(out, "        esac\n        case \"$name $previous\" in\n");
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        add_bash_choices(out, *entry);
    }
    builder_add_c(
        out, "        esac\n"
             "    fi\n"
             "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\"; compgen -f -- \"$current\")\n"
             "}\n"
             "complete -o filenames -F _aex aex\n");
}

/* `text` between single quotes, with the ones inside taken care of and a backslash before each of `escaped`. */
static void add_description(struct builder *out, const char *text, const char *escaped)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\'') {
            builder_add_c(out, "'\\''");
        } else if (strchr(escaped, *c) != NULL) {
            builder_format(out, "\\%c", *c);
        } else {
            builder_add_char(out, *c);
        }
    }
}

static void add_zsh(struct builder *out)
{
    builder_add_c(out, "#compdef aex\n# zsh completion for aex; written by `aex completion zsh`.\n"
                       "local -a commands=(\n");
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        if (!is_repeated(entry)) {
            builder_format(out, "    '%.*s:", TEXT_ARG(first_word(*entry)));
            add_description(out, (*entry)->summary, ":[]");
            builder_add_c(out, "'\n");
        }
    }
    builder_add_c(out, ")\nif (( CURRENT == 2 )); then\n    _describe command commands\n    return\nfi\n"
                       "local name=${words[2]}\ncase \"$name ${words[3]}\" in\n");
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        if (second_word(*entry).size > 0) {
            builder_format(out, "    '%s') name='%s' ;;\n", (*entry)->name, (*entry)->name);
        }
    }
    builder_add_c(out, "esac\ncase $name in\n");
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        builder_format(out, "    '%s') _arguments ", (*entry)->name);
        for (const struct option_spec *spec = (*entry)->options; spec != NULL && spec->name != NULL; spec++) {
            builder_format(out, "'--%s[", spec->name);
            add_description(out, spec->help, ":[]");
            builder_add_char(out, ']');
            if (spec->choices != NULL) {
                builder_format(out, ":%s:(", spec->value);
                for (const char *c = spec->choices; *c != '\0'; c++) {
                    builder_add_char(out, *c == '|' ? ' ' : *c);
                }
                builder_add_char(out, ')');
            } else if (spec->value != NULL) {
                builder_format(out, ":%s:_files", spec->value);
            }
            builder_add_c(out, "' ");
        }
        builder_add_c(out, "'--help[Show help]' '*:file:_files' ;;\n");
    }
    builder_add_c(out, "esac\n");
}

static void add_fish(struct builder *out)
{
    builder_add_c(out, "# fish completion for aex; written by `aex completion fish`.\n");
    for (const struct command *const *entry = command_table; *entry != NULL; entry++) {
        struct text first = first_word(*entry);
        struct text second = second_word(*entry);
        if (!is_repeated(entry)) {
            builder_format(out, "complete -c aex -n __fish_use_subcommand -a %.*s -d '", TEXT_ARG(first));
            add_description(out, (*entry)->summary, "");
            builder_add_c(out, "'\n");
        }
        if (second.size > 0) {
            builder_format(out, "complete -c aex -n '__fish_seen_subcommand_from %.*s' -a %.*s\n",
                           TEXT_ARG(first), TEXT_ARG(second));
        }
        for (const struct option_spec *spec = (*entry)->options; spec != NULL && spec->name != NULL; spec++) {
            builder_format(out, "complete -c aex -n '__fish_seen_subcommand_from %.*s' -l %s -d '",
                           TEXT_ARG(first), spec->name);
            add_description(out, spec->help, "");
            builder_add_c(out, spec->value == NULL ? "'\n" : "' -r");
            if (spec->choices != NULL) {
                builder_format(out, " -f -a '");
                for (const char *c = spec->choices; *c != '\0'; c++) {
                    builder_add_char(out, *c == '|' ? ' ' : *c);
                }
                builder_add_char(out, '\'');
            }
            builder_add_c(out, spec->value == NULL ? "" : "\n");
        }
    }
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
