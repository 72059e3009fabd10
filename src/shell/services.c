/* SPDX-License-Identifier: Apache-2.0 */
/* Agents, aex itself, and programs whose subcommands that only look are told from the others. */
#include "base/builder.h"
#include "shell/programs.h"

/* The demand stands in the table; what the agent then does is the agent's own gate's matter, if it has one. */
void model_agent(struct program_run *run, const struct shell_program *program)
{
    (void)program;
    if (!text_equal(run_word(run, 0), TEXT("--version"))) {
        run_opaque(run, "another agent, with rights of its own");
    }
}

static bool contains_ignoring_case(struct text text, struct text part)
{
    for (size_t i = 0; i + part.size <= text.size; i++) {
        if (text_equal_ignoring_case(text_slice(text, i, i + part.size), part)) {
            return true;
        }
    }
    return false;
}

/* Formats that are written on the line; others are read from a file (kubectl_get(1), "--output"). */
static bool is_plain_output(const struct shell_field *format)
{
    static const char *const names[] = {"json", "yaml", "wide", "name"};
    return format->kind == FIELD_EXACT &&
           (IS_ONE_OF(format->text, names) || text_starts_with(format->text, TEXT("jsonpath=")) ||
            text_starts_with(format->text, TEXT("custom-columns=")));
}

/* Kinds of objects ignore case; "TYPE NAME..." or "TYPE/NAME ...". */
static void look_at_cluster(struct program_run *run)
{
    const struct program_option *format = run_option(run, 'o');
    bool has_slash =
        run->operands.count > 0 && text_find_char(run->operands.items[0].text, '/') != TEXT_NOT_FOUND;
    if (format != NULL && !is_plain_output(&format->value)) {
        demand_opaque(run->walker, format->value.range, "a format that may stand in a file",
                      format->value.text);
    }
    for (size_t i = 0; i < run->arguments.count; i++) {
        const struct shell_field *word = &run->arguments.items[i];
        if (contains_ignoring_case(word->text, TEXT("secret"))) {
            demand_add(run->walker, TEXT("secrets.read"), SHELL_RESOURCE_UNKNOWN, TEXT(""), word->range);
        }
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        if ((i == 0 || has_slash) && operand->kind != FIELD_EXACT &&
            text_find_char(operand->text, '/') == TEXT_NOT_FOUND) {
            demand_opaque(run->walker, operand->range, "a kind of object that is only known when it runs",
                          operand->text);
        }
    }
}

/* What the subcommands of a row take, for all of them together. */
static const char *looking_options(struct text program, struct text subcommand)
{
    if (text_equal(program, TEXT("systemctl"))) {
        return "-a,--all -q,--quiet -n,--lines= -o,--output= -l,--full --no-pager --type= --state=";
    }
    if (!text_equal(program, TEXT("kubectl"))) {
        return "-a,--all -q,--quiet -n,--last,--tail= -f --filter= --format= --no-trunc -s,--size -l,--latest "
               "--since= --until= -t,--timestamps --follow --digests";
    }
    if (text_equal(subcommand, TEXT("logs"))) {
        return "-n,--namespace= -f,--follow --tail= --since= -c,--container= -p,--previous --timestamps "
               "--all-containers -l,--selector= --prefix";
    }
    return "-n,--namespace= -o,--output=:o -A,--all-namespaces -w,--watch -l,--selector= --field-selector= "
           "--show-labels --no-headers --sort-by= --client";
}

void model_looking(struct program_run *run, const struct shell_program *program)
{
    struct text rest = text_of(program->options);
    struct text one;
    struct text wanted = run_word(run, 0);
    bool is_known = false;
    while (rest.data != NULL && text_next(&rest, ' ', &one)) {
        is_known = is_known || (wanted.size > 0 && text_equal(one, wanted));
    }
    if (!is_known) {
        run_opaque(run, "a subcommand that does more than look");
        return;
    }
    demand_add(run->walker, text_format(run->walker->arena, "%s.%.*s", program->name, TEXT_ARG(wanted)),
               SHELL_RESOURCE_NONE, TEXT(""), run->range);
    run_drop_arguments(run, 1);
    (void)options_parse(run, looking_options(text_of(program->name), wanted), PROGRAM_EXACT_LONG);
    if (text_equal(run->name, TEXT("kubectl")) && !text_equal(wanted, TEXT("logs"))) {
        look_at_cluster(run);
    }
}

/* No option at all, or one that only chooses what is read and how it is shown. */
static bool is_reading_option(struct text word)
{
    static const char *const options[] = {"--json",   "--check", "--verbose", "--policy", "--contract",
                                          "--format", "--root",  "--cwd",     "--denied", "--session",
                                          "--since",  "--help",  "-"};
    struct text name = text_slice(word, 0, text_find_char(word, '='));
    return IS_ONE_OF(name, options) || name.size == 0 || name.data[0] != '-';
}

/* What only reads may be run by anybody; the rest changes what holds the agent, or runs things. */
void model_aex(struct program_run *run, const struct shell_program *program)
{
    static const char *const readers[] = {"check", "effective", "explain", "compile",  "parse",
                                          "shell", "help",      "--help",  "--version"};
    struct text first = run_word(run, 0);
    struct text second = run_word(run, 1);
    (void)program;
    bool only_reads = (text_equal(first, TEXT("audit")) &&
                       (text_equal(second, TEXT("show")) || text_equal(second, TEXT("verify")))) ||
                      (text_equal(first, TEXT("pins")) &&
                       (text_equal(second, TEXT("list")) || text_equal(second, TEXT("diff")))) ||
                      IS_ONE_OF(first, readers);
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
