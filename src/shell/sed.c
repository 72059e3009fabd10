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

/* One way to read bracket expressions: versions of sed differ in whether "\\]" ends one, and in how classes
 * like "[:alpha:]" nest. */
struct bracket_reading {
    size_t opened; /* where it was opened, behind a "^"; 0: none is open */
    char class;    /* the character behind "[" of the class that is open; 0: none is */
    bool has_escapes;
    bool has_classes;
};

static void read_bracket(struct bracket_reading *reading, struct text text, size_t at)
{
    char c = text.data[at];
    char before = at > 0 ? text.data[at - 1] : '\0';
    char after = at + 1 < text.size ? text.data[at + 1] : '\0';
    if (reading->opened == 0) {
        reading->opened = c == '[' ? at + 1 + (after == '^') : 0;
    } else if (reading->class != '\0') {
        reading->class = c == ']' && before == reading->class ? '\0' : reading->class;
    } else if (reading->has_classes && c == '[' && (after == ':' || after == '.' || after == '=')) {
        reading->class = after;
    } else if (c == ']' && at > reading->opened) {
        reading->opened = 0;
    }
}

/* Up to the next unescaped delimiter, which is consumed. GNU sed 4.9 does not end a regular expression at a
 * delimiter inside brackets, others do: that is refused. */
static bool skip_regex(struct sed_script *script, int delimiter)
{
    struct bracket_reading readings[] = {
        {.has_escapes = false, .has_classes = false},
        {.has_escapes = false, .has_classes = true},
        {.has_escapes = true, .has_classes = false},
        {.has_escapes = true, .has_classes = true},
    };
    bool is_escaped = false;
    for (; peek(script) >= 0; script->at++) {
        bool is_inside = false;
        for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
            bool is_literal = is_escaped && (readings[i].has_escapes || readings[i].opened == 0);
            is_inside = is_inside || readings[i].opened > 0;
            if (!is_literal) {
                read_bracket(&readings[i], script->text, script->at);
            }
        }
        if (!is_escaped && peek(script) == delimiter) {
            script->at++;
            return !is_inside || refuse(script, "a sed expression with its delimiter in brackets");
        }
        is_escaped = !is_escaped && peek(script) == '\\';
    }
    return refuse(script, "a sed script that cannot be read");
}

/* The same outside regular expressions, where brackets mean nothing. */
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
        if (!skip_regex(script, '/')) {
            return false;
        }
        skip(script, "IM");
    } else if (c == '\\') {
        script->at++;
        int delimiter = peek(script);
        script->at++;
        if (delimiter <= ' ' || delimiter == '[' || !skip_regex(script, delimiter)) {
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
    if (delimiter <= ' ' || delimiter == '\\' || delimiter == '[' || !skip_regex(script, delimiter) ||
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

/* A comment ends with its line: no backslash makes it longer. */
static bool skip_comment(struct sed_script *script)
{
    while (peek(script) >= 0 && peek(script) != '\n') {
        script->at++;
    }
    return true;
}

/* Where a label ends is not the same in all versions: at a blank, at "}" or with the line. So what follows it
 * must be the next line's or behind ";", and nothing else may be part of it. */
static bool skip_label(struct sed_script *script)
{
    skip(script, " \t");
    skip(script, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
    skip(script, " \t");
    return peek(script) < 0 || peek(script) == '\n' || peek(script) == ';';
}

/* Whether braces are all that is left of the line, or up to the next ";". */
static bool ends_block(const struct sed_script *script)
{
    struct sed_script rest = *script;
    skip(&rest, "} \t");
    return peek(&rest) < 0 || peek(&rest) == '\n' || peek(&rest) == ';';
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
        return skip_text(script);
    case '#':
        return skip_comment(script);
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
        /* "{b}" and "{b x}": no version that takes the brace for a part of the name knows such a label. */
        return skip_label(script) || (peek(script) == '}' && ends_block(script));
    case ':':
        return skip_label(script);
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
