/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of commands. Parsing, help, completions and the manual's synopses all come from it. */
#ifndef AEX_CLI_COMMAND_H
#define AEX_CLI_COMMAND_H

#include "base/text.h"
#include "base/vector.h"
#include "os/clock.h"

/* Exit statuses shared by all commands but gate, which knows only 0 (no objection, or asked) and 2. */
enum {
    STATUS_OK = 0,
    STATUS_FOUND = 1, /* mistakes found, a difference, a broken chain */
    STATUS_USAGE = 2, /* called wrongly, or something could not be read or written */
};

/* One `--name` or `--name VALUE`. A list ends with a zeroed entry. */
struct option_spec {
    const char *name;
    const char *value;   /* how the value is called in help ("FILE"); NULL for a flag */
    const char *choices; /* "text|json" when only these are taken; NULL for anything */
    const char *help;    /* one line */
};

struct invocation;

struct command {
    const char *name; /* "check"; two words for a subcommand: "audit verify" */
    const char *summary;
    const char *operands;              /* "[FILE|FOLDER|GLOB|-]..."; "" for none */
    const char *details;               /* a few lines for --help: what it does, exit status, an example */
    const struct option_spec *options; /* NULL for none */
    int (*run)(struct invocation *invocation);
    bool takes_command; /* its operands are another program's command line, behind "--" */
};

/* Sorted by name; ends with a NULL. */
extern const struct command *const command_table[];

VECTOR_DECLARE(operand_vector, const char *);

struct option_value {
    const struct option_spec *spec;
    const char *value; /* NULL for a flag */
};

VECTOR_DECLARE(option_value_vector, struct option_value);

/* One command line, taken apart. Everything lives in `arena` or in argv. */
struct invocation {
    const struct command *command;
    struct operand_vector operands;
    struct option_value_vector options;
    clock_instant now;
    struct arena *arena;
};

/* The command named by the first words, and how many words its name takes; NULL when there is none. */
const struct command *command_find(char *const *words, size_t count, size_t *ret_words);

/* Reads the rest of the command line. Options and operands may mix until "--"; "--name=value" works too. On a
 * mistake prints what is wrong and what is known, and returns false. `--help` is accepted everywhere. */
bool invocation_parse(struct invocation *invocation, char *const *words, size_t count);

/* Whether the flag or option was given; its last value, or NULL. The name must be in the command's table. */
bool option_given(const struct invocation *invocation, const char *name);
const char *option_text(const struct invocation *invocation, const char *name);

/* Help of one command, and the list of all. */
void command_print_help(const struct command *command, struct arena *arena);
void command_print_overview(struct arena *arena);

#endif
