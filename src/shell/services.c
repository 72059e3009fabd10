/* SPDX-License-Identifier: Apache-2.0 */
/* Agents, aex itself, and programs whose subcommands that only look are told from the others. */
#include "base/builder.h"
#include "shell/programs.h"

static struct text first_word(const struct program_run *run, size_t index)
{
    return index < run->arguments.count && run->arguments.items[index].kind == FIELD_EXACT
               ? run->arguments.items[index].text
               : TEXT("");
}

/* The demand stands in the table; what the agent then does is the agent's own gate's matter, if it has one. */
void model_agent(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    if (!text_equal(first_word(run, 0), TEXT("--version"))) {
        run_opaque(run, "another agent, with rights of its own");
    }
}

void model_looking(struct program_run *run, const struct shell_program *program)
{
    struct text rest = text_of(program->options);
    struct text one;
    struct text wanted = first_word(run, 0);
    while (rest.data != NULL && text_next(&rest, ' ', &one)) {
        if (wanted.size > 0 && text_equal(one, wanted)) {
            demand_add(run->walker, text_format(run->walker->arena, "%s.%.*s", program->name, TEXT_ARG(wanted)),
                       SHELL_RESOURCE_NONE, TEXT(""), run->range);
            for (size_t i = 1; i < run->arguments.count; i++) {
                const struct shell_field *field = &run->arguments.items[i];
                if (text_contains(field->text, TEXT("secret"))) {
                    demand_add(run->walker, TEXT("secrets.read"), SHELL_RESOURCE_UNKNOWN, TEXT(""),
                               field->range);
                }
                static const char *const options[] = {
                    "-n", "-o", "-A", "--all-namespaces", "-a", "--all", "--tail", "-f", "-q", "-w"};
                bool is_known = field->text.size > 0 && field->text.data[0] != '-' && !field->may_split &&
                                !field->may_be_option;
                for (size_t j = 0; j < sizeof options / sizeof *options; j++) {
                    is_known = is_known || text_equal(field->text, text_of(options[j]));
                }
                if (!is_known) {
                    demand_opaque(run->walker, field->range, "an option that is not known here", field->text);
                }
            }
            return;
        }
    }
    run_opaque(run, "a subcommand that does more than look");
}

/* No option at all, or one that only chooses what is read and how it is shown. */
static bool is_reading_option(struct text word)
{
    static const char *const options[] = {"--json",   "--check", "--verbose", "--policy", "--contract",
                                          "--format", "--root",  "--cwd",     "--denied", "--session",
                                          "--since",  "--help",  "-"};
    struct text name = text_slice(word, 0, text_find_char(word, '='));
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (text_equal(name, text_of(options[i]))) {
            return true;
        }
    }
    return name.size == 0 || name.data[0] != '-';
}

/* What only reads may be run by anybody; the rest changes what holds the agent, or runs things. */
void model_aex(struct program_run *run, const struct shell_program *program)
{
    static const char *const readers[] = {"check", "effective", "explain", "compile",  "parse",
                                          "shell", "help",      "--help",  "--version"};
    struct text first = first_word(run, 0);
    struct text second = first_word(run, 1);
    (void)program;
    bool only_reads = (text_equal(first, TEXT("audit")) &&
                       (text_equal(second, TEXT("show")) || text_equal(second, TEXT("verify")))) ||
                      (text_equal(first, TEXT("pins")) &&
                       (text_equal(second, TEXT("list")) || text_equal(second, TEXT("diff"))));
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        only_reads = only_reads || text_equal(first, text_of(readers[i]));
    }
    bool checks_format = false;
    bool ends_options = false;
    for (size_t i = 1; i < run->arguments.count; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        ends_options = ends_options || text_equal(field->text, TEXT("--"));
        checks_format = checks_format || (field->kind == FIELD_EXACT && !ends_options &&
                                          text_equal(field->text, TEXT("--check")));
        if (!ends_options && (field->may_be_option || !is_reading_option(field->text))) {
            only_reads = false;
            checks_format = false;
        }
    }
    only_reads = only_reads || (text_equal(first, TEXT("fmt")) && checks_format);
    if (!only_reads) {
        demand_add(run->walker, TEXT("aex.configure"), SHELL_RESOURCE_NONE, TEXT(""), run->range);
        return;
    }
    bool names_files = !text_equal(first, TEXT("explain")) && !text_equal(first, TEXT("shell")) &&
                       !text_equal(first, TEXT("pins"));
    for (size_t i = 1; i < run->arguments.count && names_files; i++) {
        const struct shell_field *field = &run->arguments.items[i];
        bool is_plain = field->text.size > 0 && field->text.data[0] != '-' &&
                        i > (text_equal(first, TEXT("audit")) ? 1U : 0U);
        if (is_plain || field->kind != FIELD_EXACT) {
            demand_path(run->walker, run->state, "file.read", field);
        }
    }
}
