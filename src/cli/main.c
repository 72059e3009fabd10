/* SPDX-License-Identifier: Apache-2.0 */
/* aex: finds the command, reads its words, runs it. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/builder.h"
#include "base/limits.h"
#include "cli/command.h"
#include "cli/output.h"

#define COMMAND(name) extern const struct command command_##name;
#include "cli/commands.def"
#undef COMMAND

const struct command *const command_table[] = {
#define COMMAND(name) &command_##name,
#include "cli/commands.def"
#undef COMMAND
    NULL,
};

/* Out of memory and broken assertions end in abort(): say so, and with a status that no command uses for
 * success. The gate puts its own handler in this one's place. */
static void report_abort(int signal_number)
{
    static const char message[] = "aex: internal failure or out of memory; nothing was decided\n";
    (void)signal_number;
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(STATUS_USAGE);
}

/* The words that may stand behind the first one of a two-word command; empty when there are none. */
static struct text second_words(const char *first, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    for (const struct command *const *command = command_table; *command != NULL; command++) {
        struct text rest = text_of((*command)->name);
        struct text word;
        if (text_next(&rest, ' ', &word) && rest.data != NULL && text_equal(word, text_of(first))) {
            builder_format(&out, "%s%.*s", out.size == 0 ? "" : ", ", TEXT_ARG(rest));
        }
    }
    return builder_text(&out);
}

/* A word that is no command; the first of several commands is not wrong when asked about. */
static int complain_of_command(const char *word, bool asks_for_help, struct arena *arena)
{
    struct text seconds = second_words(word, arena);
    if (seconds.size > 0 && asks_for_help) {
        printf("aex %s is several commands: %.*s. `aex %s COMMAND --help` says more.\n", word,
               TEXT_ARG(seconds), word);
        return output_finish() ? STATUS_OK : STATUS_USAGE;
    }
    if (seconds.size > 0) {
        complain("%s: say what: %.*s", word, TEXT_ARG(seconds));
        return STATUS_USAGE;
    }
    struct text_closest closest = text_closest_to(text_of(word));
    for (const struct command *const *command = command_table; *command != NULL; command++) {
        text_closest_try(&closest, text_of((*command)->name));
    }
    if (closest.found.size > 0) {
        complain("unknown command %s; did you mean %.*s?", word, TEXT_ARG(closest.found));
    } else {
        complain("unknown command %s; `aex --help` lists them", word);
    }
    return STATUS_USAGE;
}

/* The command of these words. The first of several commands alone stands for the one that lists, where one
 * does. */
static const struct command *find_command(char *const *words, size_t count, size_t *ret_words)
{
    const struct command *command = command_find(words, count, ret_words);
    bool has_options = count > 1 && strncmp(words[1], "--", 2) == 0 && strcmp(words[1], "--help") != 0;
    if (command == NULL && (count == 1 || has_options)) {
        char list[] = "list";
        char *const pair[] = {words[0], list};
        command = command_find(pair, 2, ret_words);
        *ret_words = 1;
    }
    return command;
}

static int run_words(char *const *words, size_t count, struct arena *arena)
{
    bool asks_for_help = count > 0 && strcmp(words[0], "help") == 0;
    if (asks_for_help) {
        words++;
        count--;
    }
    if (count == 0 || strcmp(words[0], "--help") == 0 || strcmp(words[0], "-h") == 0) {
        command_print_overview(arena);
        return output_finish() && (asks_for_help || count > 0) ? STATUS_OK : STATUS_USAGE;
    }
    if (strcmp(words[0], "--version") == 0) {
        printf("aex %s\n", AEX_VERSION);
        return output_finish() ? STATUS_OK : STATUS_USAGE;
    }
    size_t name_words = 0;
    const struct command *command = find_command(words, count, &name_words);
    if (command == NULL) {
        bool has_option = count > 1 && strcmp(words[1], "--help") == 0;
        return complain_of_command(words[0], asks_for_help || has_option, arena);
    }
    struct invocation invocation = {.command = command, .now = clock_now(), .arena = arena};
    if (!asks_for_help && !invocation_parse(&invocation, words + name_words, count - name_words)) {
        return STATUS_USAGE;
    }
    if (asks_for_help || option_given(&invocation, "help")) {
        command_print_help(command, arena);
        return output_finish() ? STATUS_OK : STATUS_USAGE;
    }
    return command->run(&invocation);
}

int main(int argument_count, char **arguments)
{
    signal(SIGABRT, report_abort);
    /* Not released: the process ends, and the kernel is faster at it. Static, or a leak checker that looks
     * behind main finds nobody who holds it. */
    static struct arena arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    return run_words(arguments + 1, argument_count > 0 ? (size_t)argument_count - 1 : 0, &arena);
}
