/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings about steps: names that nothing binds, conditions that nobody understands. */
#include "lang/contract.h"

/* ---- Names ---- */

/* `a`, `a.b`: word characters and dots, starting with a letter or "_". */
static bool is_path(struct text text)
{
    struct scan scan = {.text = text};
    struct text path = scan_take_word(&scan, ".");
    return path.size > 0 && scan_at_end(&scan) && !(path.data[0] >= '0' && path.data[0] <= '9') &&
           path.data[0] != '.';
}

static bool is_constant(struct text text)
{
    return text_equal(text, TEXT("true")) || text_equal(text, TEXT("false")) || text_equal(text, TEXT("null"));
}

static void lint_name(struct contract *contract, const struct located_text *whole, struct text path)
{
    struct text root = name_root(path);
    if (!is_path(path) || is_constant(path) || names_find(&contract->bound, root) != NULL) {
        return;
    }
    struct source_range range = whole->range;
    range.start += (uint32_t)(root.data - whole->text.data);
    range.end = range.start + (uint32_t)root.size;
    const struct name_entry *later = names_find(&contract->bound_anywhere, root);
    if (later != NULL) {
        mistakes_add(contract->mistakes, AEX_205, range, NULL, "\"%.*s%s\" is bound in line %zu, not above",
                     MISTAKE_QUOTE(root), later->value);
    } else {
        mistakes_add(contract->mistakes, AEX_205, range, NULL, "nothing binds \"%.*s%s\"", MISTAKE_QUOTE(root));
    }
}

static bool is_repeated(const struct assignment_vector *arguments, size_t at, struct names *seen,
                        struct arena *arena)
{
    enum { FEW = 8 }; /* up to here comparing is cheaper than a table */
    struct text name = arguments->items[at].name.text;
    if (arguments->count > FEW) {
        return !names_add(seen, name, 0, arena);
    }
    for (size_t i = 0; i < at; i++) {
        if (text_equal(arguments->items[i].name.text, name)) {
            return true;
        }
    }
    return false;
}

/* A bare word that no step binds is text (the original's rule), so only a name used too early is worth a word.
 */
static void lint_arguments(struct contract *contract, const struct statement *step)
{
    struct names seen = {0};
    for (size_t i = 0; i < step->assignments.count; i++) {
        const struct assignment *argument = &step->assignments.items[i];
        if (is_repeated(&step->assignments, i, &seen, contract->arena)) {
            mistakes_add(contract->mistakes, AEX_215, argument->name.range, NULL,
                         "the argument \"%.*s%s\" is given again", MISTAKE_QUOTE(argument->name.text));
        }
        if (argument->value.text.size > 0 &&
            names_find(&contract->bound_anywhere, name_root(argument->value.text)) != NULL) {
            lint_name(contract, &argument->value, argument->value.text);
        }
    }
}

/* ---- Conditions ---- */

static bool is_quoted(struct text text)
{
    return text.size >= 2 && text.data[0] == '"' && text_find_char(text_after(text, 1), '"') == text.size - 2;
}

/* Behind the subject: one of the forms of aex(5). */
static bool is_known_form(struct text rest)
{
    struct scan scan = {.text = rest};
    if (rest.size == 0) {
        return true;
    }
    if (scan_take_keyword(&scan, TEXT("has"))) {
        struct text what = scan_rest(&scan);
        return is_quoted(what) || text_equal(what, TEXT("citations")) || text_equal(what, TEXT("valid diff"));
    }
    if (scan_take_keyword(&scan, TEXT("is"))) {
        return text_equal(scan_rest(&scan), TEXT("valid diff"));
    }
    if (scan_take_keyword(&scan, TEXT("does"))) {
        return scan_take_keyword(&scan, TEXT("not")) && scan_take_keyword(&scan, TEXT("include")) &&
               (is_quoted(scan_rest(&scan)) || is_path(scan_rest(&scan)));
    }
    return scan_take_keyword(&scan, TEXT("touches")) && scan_take_keyword(&scan, TEXT("only")) &&
           is_path(scan_rest(&scan));
}

static void lint_condition(struct contract *contract, const struct located_text *condition)
{
    if (condition->text.size == 0) {
        return;
    }
    struct scan scan = {.text = condition->text};
    struct text subject = scan_take_word(&scan, ".");
    bool is_separate = scan_at_end(&scan) || scan_is_blank(scan.text.data[scan.at]);
    if (!is_path(subject) || !is_separate || !is_known_form(scan_rest(&scan))) {
        mistakes_add(contract->mistakes, AEX_210, condition->range, NULL,
                     "this condition passes the check and fails when it is run");
        return;
    }
    lint_name(contract, condition, subject);
}

void lint_step(struct contract *contract, const struct statement *step)
{
    if (step->kind == STATEMENT_DO) {
        lint_arguments(contract, step);
    } else if (step->kind == STATEMENT_CHECK || step->kind == STATEMENT_IF) {
        lint_condition(contract, &step->value);
    } else if (step->kind == STATEMENT_FOR || step->kind == STATEMENT_RETURN) {
        lint_name(contract, &step->value, step->value.text);
    }
}

/* ---- Unused inputs ---- */

static void mention(struct contract *contract, struct text text)
{
    struct scan scan = {.text = text};
    while (!scan_at_end(&scan)) {
        struct text word = scan_take_word(&scan, "-");
        if (word.size == 0) {
            scan.at++;
        } else if (names_find(&contract->inputs, word) != NULL) {
            names_add(&contract->mentioned, word, 0, contract->arena);
        }
    }
}

void lint_mentions(struct contract *contract, const struct statement *step)
{
    for (size_t i = 0; i < step->words.count; i++) {
        mention(contract, step->words.items[i].text);
    }
    for (size_t i = 0; i < step->assignments.count && step->kind == STATEMENT_DO; i++) {
        mention(contract, step->assignments.items[i].value.text);
    }
    for (size_t i = 0; i < step->instructions.count; i++) {
        mention(contract, step->instructions.items[i].text);
    }
    if (step->kind != STATEMENT_GOAL) {
        mention(contract, step->value.text);
    }
}

void lint_inputs(struct contract *contract)
{
    const struct statement_vector *statements = &contract->document->statements;
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        if (statement->kind != STATEMENT_NEED) {
            continue;
        }
        const struct located_text *name = &statement->assignments.items[0].name;
        if (names_find(&contract->mentioned, name->text) == NULL) {
            mistakes_add(contract->mistakes, AEX_206, name->range, NULL, "no step uses \"%.*s%s\"",
                         MISTAKE_QUOTE(name->text));
        }
    }
}
