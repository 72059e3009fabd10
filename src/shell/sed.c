/* SPDX-License-Identifier: Apache-2.0 */
/* sed: its script is read as GNU sed reads it, for the commands that read, write or run something. */
#include <string.h>

#include "base/builder.h"
#include "shell/programs.h"

struct sed_script {
    struct program_run *run;
    struct text text;
    size_t at;
    struct shell_range range;
};

static int peek(const struct sed_script *script)
{
    return script->at < script->text.size ? (unsigned char)script->text.data[script->at] : -1;
}

static bool refuse(struct sed_script *script, const char *reason)
{
    demand_opaque(script->run->walker, script->range, reason, TEXT(""));
    return false;
}

static void skip(struct sed_script *script, const char *characters)
{
    while (peek(script) > 0 && strchr(characters, peek(script)) != NULL) {
        script->at++;
    }
}

/* Up to the next unescaped delimiter, which is consumed. */
static bool skip_section(struct sed_script *script, int delimiter)
{
    while (peek(script) >= 0) {
        int c = peek(script);
        script->at++;
        if (c == delimiter) {
            return true;
        }
        if (c == '\\' && peek(script) >= 0) {
            script->at++;
        }
    }
    return refuse(script, "a sed script that cannot be read");
}

static bool skip_address(struct sed_script *script)
{
    int c = peek(script);
    if (c == '/') {
        script->at++;
        if (!skip_section(script, '/')) {
            return false;
        }
        skip(script, "IM");
    } else if (c == '\\') {
        script->at++;
        int delimiter = peek(script);
        script->at++;
        if (delimiter <= ' ' || !skip_section(script, delimiter)) {
            return refuse(script, "a sed script that cannot be read");
        }
        skip(script, "IM");
    } else {
        skip(script, "0123456789$~+");
    }
    return true;
}

/* The rest of the line, as a file name. */
static struct text take_line(struct sed_script *script)
{
    skip(script, " \t");
    size_t start = script->at;
    while (peek(script) >= 0 && peek(script) != '\n') {
        script->at++;
    }
    return text_slice(script->text, start, script->at);
}

static void file_demand(struct sed_script *script, const char *capability)
{
    struct program_run *run = script->run;
    demand_path_text(run->walker, run->state, capability, take_line(script), script->range);
}

static bool substitute(struct sed_script *script)
{
    int delimiter = peek(script);
    script->at++;
    if (delimiter <= ' ' || delimiter == '\\' || !skip_section(script, delimiter) ||
        !skip_section(script, delimiter)) {
        return refuse(script, "a sed script that cannot be read");
    }
    skip(script, "gpiIM0123456789");
    if (peek(script) == 'm') {
        return refuse(script, "a sed script that cannot be read");
    }
    if (peek(script) == 'e') {
        return refuse(script, "sed's s///e runs a command");
    }
    if (peek(script) == 'w') {
        script->at++;
        file_demand(script, "file.write");
    }
    return true;
}

static bool skip_text(struct sed_script *script)
{
    while (peek(script) >= 0 && peek(script) != '\n') {
        script->at += peek(script) == '\\' && script->at + 1 < script->text.size ? 2 : 1;
    }
    return true;
}

static bool command(struct sed_script *script)
{
    int c = peek(script);
    script->at++;
    switch (c) {
    case 's':
        return substitute(script);
    case 'y': {
        int delimiter = peek(script);
        script->at++;
        return delimiter > ' ' && delimiter != '\\' && skip_section(script, delimiter) &&
               skip_section(script, delimiter);
    }
    case 'a':
    case 'i':
    case 'c':
    case '#':
        return skip_text(script);
    case 'r':
    case 'R':
        file_demand(script, "file.read");
        return true;
    case 'w':
    case 'W':
        file_demand(script, "file.write");
        return true;
    case 'b':
    case 't':
    case 'T':
    case ':':
        while (peek(script) >= 0 && strchr("\n;}", peek(script)) == NULL) {
            script->at++;
        }
        return true;
    case 'q':
    case 'Q':
    case 'l':
    case 'L':
        skip(script, " 0123456789");
        return true;
    default:
        return strchr("{}=dDgGhHnNpPxFz", c) != NULL ||
               refuse(script, "a command of sed that is not known here");
    }
}

static bool check_script(struct program_run *run, const struct shell_field *field)
{
    struct sed_script script = {.run = run, .range = field->range};
    if (!run_exact(run, field, "a sed script that is only known when it runs", &script.text)) {
        return false;
    }
    for (;;) {
        skip(&script, " \t\n;");
        if (peek(&script) < 0) {
            return true;
        }
        if (!skip_address(&script)) {
            return false;
        }
        skip(&script, " \t");
        if (peek(&script) == ',') {
            script.at++;
            skip(&script, " \t");
            if (!skip_address(&script)) {
                return false;
            }
        }
        skip(&script, " \t!");
        if (peek(&script) <= 0) {
            return refuse(&script, "a sed script that cannot be read");
        }
        if (!command(&script)) {
            return refuse(&script, "a sed script that cannot be read");
        }
    }
}

/* -i writes beside the file and renames; a suffix keeps the old one. */
static void edit_in_place(struct program_run *run, size_t from)
{
    const struct program_option *option = run_option(run, 'i');
    if (option->has_value &&
        (option->value.kind != FIELD_EXACT || text_find_char(option->value.text, '*') != TEXT_NOT_FOUND ||
         text_find_char(option->value.text, '/') != TEXT_NOT_FOUND)) {
        run_opaque(run, "a backup whose name is not plain");
        return;
    }
    for (size_t i = from; i < run->operands.count; i++) {
        struct shell_field operand = run->operands.items[i];
        demand_path(run->walker, run->state, "file.write", &operand);
        if (option->has_value) {
            operand.text = text_format(run->walker->arena, "%.*s%.*s", TEXT_ARG(operand.text),
                                       TEXT_ARG(option->value.text));
            demand_path(run->walker, run->state, "file.write", &operand);
        }
    }
}

void model_sed(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    bool has_script = run_has(run, 'e');
    if (run->options.count > LIMIT_SHELL_FIELDS) {
        run_opaque(run, "a script of very many pieces");
        return;
    }
    struct shell_field joined = {.kind = FIELD_EXACT, .text = TEXT(""), .range = run->range};
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *option = &run->options.items[i];
        if (option->tag == 'e') {
            joined.kind = option->value.kind == FIELD_EXACT ? joined.kind : FIELD_UNKNOWN;
            joined.range = option->value.range;
            joined.text = text_format(run->walker->arena, "%.*s%.*s\n", TEXT_ARG(joined.text),
                                      TEXT_ARG(option->value.text));
        }
    }
    if (!has_script && run->operands.count == 0) {
        return;
    }
    const struct program_option *in_place = run_option(run, 'i');
    if (in_place != NULL && !in_place->has_value && !has_script && run->operands.items[0].text.size == 0) {
        run_opaque(run, "BSD and GNU disagree on what -i '' means");
        return;
    }
    if (!check_script(run, has_script ? &joined : &run->operands.items[0])) {
        return;
    }
    run_operands(run, OPERANDS_READ_AFTER_FIRST);
    if (run_has(run, 'i')) {
        edit_in_place(run, has_script ? 0 : 1);
    }
}
