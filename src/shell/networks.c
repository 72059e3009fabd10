/* SPDX-License-Identifier: Apache-2.0 */
/* curl, wget, ssh and others: which hosts, and which files go out and come in. */
#include <string.h>

#include "base/builder.h"
#include "shell/programs.h"

/* "@file" as the value of curl's -d: the file is sent. */
static void at_file(struct program_run *run, const struct shell_field *value)
{
    struct shell_field file = *value;
    if (value->kind != FIELD_EXACT && value->text.size == 0) {
        demand_opaque(run->walker, value->range, "a value that may name a file to send", TEXT(""));
    } else if (value->text.size > 0 && value->text.data[0] == '@') {
        file.text = text_after(value->text, 1);
        if (!text_equal(file.text, TEXT("-"))) {
            demand_path(run->walker, run->state, "file.read", &file);
        }
    }
}

/* --data-urlencode name@file. */
static void encoded_file(struct program_run *run, const struct shell_field *value)
{
    size_t mark = 0;
    while (mark < value->text.size && strchr("@=", value->text.data[mark]) == NULL) {
        mark++;
    }
    if (mark < value->text.size && value->text.data[mark] == '@') {
        struct shell_field file = *value;
        file.text = text_after(value->text, mark + 1);
        demand_path(run->walker, run->state, "file.read", &file);
    } else if (mark == value->text.size && value->kind != FIELD_EXACT) {
        demand_opaque(run->walker, value->range, "a value that may name a file to send", TEXT(""));
    }
}
/* -F name=@file, name=<file. Behind ";" more files may be named: "headers=@file". */
static void form_file(struct program_run *run, const struct shell_field *value)
{
    size_t equals = text_find_char(value->text, '=');
    if (value->kind != FIELD_EXACT) {
        demand_opaque(run->walker, value->range, "a value that may name a file to send", TEXT(""));
        return;
    }
    if (equals == TEXT_NOT_FOUND) {
        return; /* curl refuses it */
    }
    struct shell_field file = *value;
    file.text = text_after(value->text, equals + 1);
    size_t end = text_find_char(file.text, ';');
    struct text rest = end == TEXT_NOT_FOUND ? TEXT("") : text_after(file.text, end);
    file.text = text_slice(file.text, 0, end);
    bool is_file = file.text.size > 0 && (file.text.data[0] == '@' || file.text.data[0] == '<');
    bool names_more =
        text_find_char(rest, '@') != TEXT_NOT_FOUND || text_find_char(rest, '<') != TEXT_NOT_FOUND;
    if (is_file) {
        bool is_list = text_find_char(file.text, ',') != TEXT_NOT_FOUND ||
                       text_find_char(file.text, '"') != TEXT_NOT_FOUND;
        file.kind = is_list ? FIELD_UNKNOWN : FIELD_EXACT;
        file.text = text_after(file.text, 1);
    }
    if (is_file && !text_equal(file.text, TEXT("-"))) {
        demand_path(run->walker, run->state, "file.read", &file);
    }
    if (names_more) {
        file.kind = FIELD_UNKNOWN;
        demand_path(run->walker, run->state, "file.read", &file);
    }
}

static bool has_curl_glob(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '\0' && strchr("{}[]", text.data[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* -O writes under the last part of the URL's path; curl's own globs, whose parts may hold slashes, make many.
 */
static void remote_name(struct program_run *run, const struct shell_field *url)
{
    struct text rest = text_slice(url->text, 0, text_find_char(url->text, '?'));
    size_t slash = text_find_last_char(rest, '/');
    struct text name = slash == TEXT_NOT_FOUND ? TEXT("") : text_after(rest, slash + 1);
    if (url->kind != FIELD_EXACT || name.size == 0 || run_has(run, 'D') || text_contains(name, TEXT("%")) ||
        text_contains(rest, TEXT("#")) || text_equal(name, TEXT("..")) || has_curl_glob(url->text)) {
        run_opaque(run, "an output file whose name comes from the server");
        return;
    }
    demand_path_text(run->walker, run->state, "file.write", name, url->range);
}

/* Braces and brackets in the path stand for several files of the same host; further in front they may stand for
 * several hosts. */
static void curl_url(struct program_run *run, const struct shell_field *url)
{
    size_t scheme = text_find(url->text, TEXT("://"));
    size_t end = scheme == TEXT_NOT_FOUND ? url->text.size : scheme + 3;
    while (end < url->text.size && strchr("/?#", url->text.data[end]) == NULL) {
        end++;
    }
    if (url->kind == FIELD_SET) {
        demand_opaque(run->walker, url->range, "a URL that is a wildcard too", TEXT(""));
    } else if (has_curl_glob(text_slice(url->text, 0, end))) {
        demand_opaque(run->walker, url->range, "a URL that stands for several", TEXT(""));
    }
    demand_url(run->walker, run->state, url);
    if (run_has(run, 'O')) {
        remote_name(run, url);
    }
}

static void curl_option(struct program_run *run, const struct program_option *option)
{
    const struct shell_field *value = &option->value;
    switch (option->tag) {
    case '@':
        at_file(run, value);
        break;
    case 'w':
        at_file(run, value);
        if (value->kind != FIELD_EXACT || text_contains(value->text, TEXT("%output"))) {
            demand_opaque(run->walker, value->range, "a format that may write files", value->text);
        }
        break;
    case 'b':
        if (text_find_char(value->text, '=') == TEXT_NOT_FOUND) {
            demand_path(run->walker, run->state, "file.read", value);
        }
        break;
    case 'f':
        form_file(run, value);
        break;
    case 'u':
        encoded_file(run, value);
        break;
    case 'T':
        if (has_curl_glob(value->text)) {
            demand_opaque(run->walker, value->range, "a name that stands for several files", value->text);
        }
        break;
    case 'o':
        if (text_find_char(value->text, '#') != TEXT_NOT_FOUND || run_has(run, 'D')) {
            run_opaque(run, "an output file whose name curl makes up");
        } else if (!text_equal(value->text, TEXT("-"))) {
            demand_path(run->walker, run->state, "file.write", value);
        }
        break;
    case 'U':
        curl_url(run, value);
        break;
    default:
        break;
    }
}

void model_curl(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->options.count; i++) {
        curl_option(run, &run->options.items[i]);
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        curl_url(run, &run->operands.items[i]);
    }
}

void model_wget(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    const struct program_option *output = run_option(run, 'O');
    for (size_t i = 0; i < run->operands.count; i++) {
        demand_url(run->walker, run->state, &run->operands.items[i]);
    }
    if (output != NULL && !text_equal(output->value.text, TEXT("-"))) {
        demand_path(run->walker, run->state, "file.write", &output->value);
    } else if (output == NULL && !run_has(run, 's')) {
        run_opaque(run, "an output file whose name comes from the server");
    }
}

static void ssh_target(struct program_run *run, const struct shell_field *operand, const char *port)
{
    struct text host = operand->text;
    size_t at = text_find_last_char(host, '@');
    if (operand->kind != FIELD_EXACT) {
        demand_opaque(run->walker, operand->range, "a host that is only known when it runs", TEXT(""));
        return;
    }
    demand_host(run->walker, at == TEXT_NOT_FOUND ? host : text_after(host, at + 1), port, operand->range);
}

/* What runs on the other host is nobody's guess. */
void model_ssh(struct program_run *run, const struct shell_program *program)
{
    if (options_parse(run, program->options, program->flags) && run->operands.count > 0) {
        ssh_target(run, &run->operands.items[0], run_has(run, 'p') ? NULL : "22");
    }
    run_opaque(run, "runs commands on another host");
}

/* Looking a name up tells its server what was asked: labels can carry anything out. */
void model_host(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        ssh_target(run, &run->operands.items[i], NULL);
    }
}

void model_host_port(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    if (run->operands.count != 2 || run->operands.items[0].kind != FIELD_EXACT ||
        run->operands.items[1].kind != FIELD_EXACT) {
        run_opaque(run, "a connection that is not understood");
        return;
    }
    struct text whole = text_format(run->walker->arena, "%.*s:%.*s", TEXT_ARG(run->operands.items[0].text),
                                    TEXT_ARG(run->operands.items[1].text));
    demand_host(run->walker, whole, NULL, run->operands.items[0].range);
}

static bool is_on_host(const struct shell_field *operand)
{
    size_t colon = text_find_char(operand->text, ':');
    size_t slash = text_find_char(operand->text, '/');
    return colon != TEXT_NOT_FOUND && (slash == TEXT_NOT_FOUND || colon < slash);
}

/* What of `origin` comes to lie at the last operand; NULL: nobody can say. rsync copies what is in "folder/",
 * and with -R makes the folders above it too. */
static void copy_to_last(struct program_run *run, const struct shell_field *origin)
{
    const struct shell_field *target = &run->operands.items[run->operands.count - 1];
    bool is_scp = text_equal(run->name, TEXT("scp"));
    size_t first = run->walker->out->demands.count;
    if (is_scp) {
        demand_linked_tree(run->walker, run->state, "file.write", target);
    } else {
        demand_tree(run->walker, run->state, "file.write", target, false);
    }
    if (origin == NULL || run_has(run, 'P')) {
        return;
    }
    struct text name = text_after(origin->text, text_find_last_char(origin->text, '/') + 1);
    bool has_no_name = name.size == 0 || text_equal(name, TEXT(".")) || text_equal(name, TEXT(".."));
    unsigned ways = is_scp ? ARRIVES_AS | ARRIVES_IN : has_no_name ? ARRIVES_AS : ARRIVES_IN;
    demand_arrivals(run->walker, run->state, first, origin, target, ways);
}

/* scp, rsync: "host:path" is remote, anything else a path here. */
void model_copy_remote(struct program_run *run, const struct shell_program *program)
{
    if (!options_parse(run, program->options, program->flags)) {
        return;
    }
    size_t count = run->operands.count;
    bool is_remote = false;
    for (size_t i = 0; i < count; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        bool may_be_remote = operand->may_be_option && operand->kind == FIELD_SET; /* a name with a colon */
        if (may_be_remote || (operand->kind == FIELD_SET && i + 1 == count)) {
            run_opaque(run, "a wildcard that may be a host, or the target");
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct shell_field operand = run->operands.items[i];
        if (is_on_host(&operand)) {
            is_remote = true;
            operand.kind = operand.kind == FIELD_UNKNOWN ? FIELD_EXACT : operand.kind;
            operand.text = text_slice(operand.text, 0, text_find_char(operand.text, ':'));
            ssh_target(run, &operand, run_has(run, 'p') ? NULL : "22");
        } else if (i + 1 < count && run_has(run, 'F')) {
            demand_linked_tree(run->walker, run->state, "file.read", &operand);
        } else if (i + 1 < count) {
            demand_tree(run->walker, run->state, "file.read", &operand, false);
        } else if (is_remote || count == 1) {
            copy_to_last(run, NULL);
        } else {
            for (size_t j = 0; j < i; j++) {
                copy_to_last(run, &run->operands.items[j]);
            }
        }
    }
    if (is_remote) {
        run_opaque(run, "logs in to another host");
    } else if (run_has(run, 'd')) {
        demand_tree(run->walker, run->state, "file.delete", &run->operands.items[count - 1], false);
    }
    state_set_uncertain(run->state, TEXT("links may have been copied"));
}
