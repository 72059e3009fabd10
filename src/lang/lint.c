/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings: what is allowed to be written and hardly meant. */
#include "lang/contract.h"

#include "pattern/scope.h"

/* ---- Patterns ---- */

/* First parts of capabilities that our own tables use or the documents show; others are tools' names. */
static const struct text roots[] = {
    TEXT_INIT("file"),   TEXT_INIT("git"),     TEXT_INIT("tests"),   TEXT_INIT("network"), TEXT_INIT("secrets"),
    TEXT_INIT("shell"),  TEXT_INIT("agent"),   TEXT_INIT("mcp"),     TEXT_INIT("todo"),    TEXT_INIT("model"),
    TEXT_INIT("aex"),    TEXT_INIT("unknown"), TEXT_INIT("package"), TEXT_INIT("history"), TEXT_INIT("db"),
    TEXT_INIT("ticket"), TEXT_INIT("github"),  TEXT_INIT("browser"), TEXT_INIT("memory"),  TEXT_INIT("build"),
};

/* Capabilities whose first part has no others but of somebody's own `map`. */
static const struct text capabilities[] = {
    TEXT_INIT("file.read"),       TEXT_INIT("file.write"),      TEXT_INIT("file.delete"),
    TEXT_INIT("secrets.read"),    TEXT_INIT("shell.exec"),      TEXT_INIT("shell.pure"),
    TEXT_INIT("shell.opaque"),    TEXT_INIT("tests.run"),       TEXT_INIT("build.run"),
    TEXT_INIT("network.fetch"),   TEXT_INIT("network.search"),  TEXT_INIT("network.publish"),
    TEXT_INIT("agent.spawn"),     TEXT_INIT("agent.control"),   TEXT_INIT("agent.schedule"),
    TEXT_INIT("agent.skill"),     TEXT_INIT("aex.configure"),   TEXT_INIT("aex.checkpoint"),
    TEXT_INIT("aex.resume"),      TEXT_INIT("aex.list_tasks"),  TEXT_INIT("aex.review_task"),
    TEXT_INIT("package.install"), TEXT_INIT("history.rewrite"),
};

enum {
    ROOTS = sizeof roots / sizeof *roots,
    CAPABILITIES = sizeof capabilities / sizeof *capabilities,
};

/* Of a capability whose first part is known: says once that the whole is likely a slip. A rule that matches
 * nothing is worst where it denies. */
static void lint_capability(struct contract *contract, struct names *seen, const struct located_text *word,
                            struct text capability)
{
    struct text_closest closest = text_closest_to(capability);
    size_t dot = text_find_char(capability, '.');
    if (dot == TEXT_NOT_FOUND || text_ends_with(capability, TEXT("*"))) {
        return;
    }
    for (size_t i = 0; i < CAPABILITIES; i++) {
        if (text_starts_with(capabilities[i], text_slice(capability, 0, dot + 1))) {
            text_closest_try(&closest, capabilities[i]);
        }
    }
    if (closest.found.size > 0 && closest.distance > 0 && names_add(seen, capability, 0, contract->arena)) {
        const char *help = text_format(contract->arena, "did you mean \"%.*s\"?", TEXT_ARG(closest.found)).data;
        mistakes_add(contract->mistakes, AEX_204, word->range, help, "nothing demands \"%.*s%s\"",
                     MISTAKE_QUOTE(capability));
    }
}

/* Says it once a root, and only when a known one is so close that a slip is likely. */
static void lint_root(struct contract *contract, struct names *seen, const struct located_text *word,
                      struct text capability)
{
    struct text root = text_slice(capability, 0, text_find_char(capability, '.'));
    if (root.size < 3 || !names_add(seen, root, 0, contract->arena)) {
        return;
    }
    struct text_closest closest = text_closest_to(root);
    for (size_t i = 0; i < ROOTS; i++) {
        text_closest_try(&closest, roots[i]);
    }
    if (closest.found.size > 0 && closest.distance > 0) {
        const char *help = text_format(contract->arena, "did you mean \"%.*s\"?", TEXT_ARG(closest.found)).data;
        mistakes_add(contract->mistakes, AEX_204, word->range, help, "no capability starts with \"%.*s%s\"",
                     MISTAKE_QUOTE(root));
    }
}

/* False when the scope cannot be read at all. */
static bool lint_scope(struct contract *contract, const struct located_text *word,
                       const struct pattern *pattern)
{
    struct scope_folders folders = {.anchor = TEXT("/"), .home = TEXT("/")};
    struct text glob;
    struct error err;
    bool may_be_wrong =
        text_contains(pattern->scope, TEXT("..")) || text_starts_with(pattern->scope, TEXT("~"));
    if (pattern->scope_kind == SCOPE_PATH && may_be_wrong &&
        !path_scope_glob(pattern->scope, &folders, false, contract->arena, &glob, &err)) {
        mistakes_add(contract->mistakes, AEX_211, word->range, NULL, "%.200s", err.message);
        return false;
    }
    if (pattern->scope_kind == SCOPE_HOST && text_find_char(pattern->scope, '/') != TEXT_NOT_FOUND) {
        mistakes_add(contract->mistakes, AEX_201, word->range,
                     "write the host alone: `api.example.com`, `*.example.com:443`",
                     "this never matches: a host has no \"/\"");
    }
    return true;
}

static void lint_pattern(struct contract *contract, struct names *seen, const struct located_text *word)
{
    struct pattern pattern;
    struct error err;
    if (!pattern_parse(word->text, &pattern, &err)) {
        mistakes_add(contract->mistakes, AEX_211, word->range, NULL, "%.200s", err.message);
    } else if (lint_scope(contract, word, &pattern)) {
        lint_root(contract, seen, word, pattern.capability);
        lint_capability(contract, seen, word, pattern.capability);
    }
}

static void lint_allow(struct contract *contract, const struct located_text *word)
{
    struct pattern pattern = rule_pattern(word->text);
    size_t line = rule_index_covering(&contract->denied, &pattern);
    if (line == 0 && pattern.scope_kind != SCOPE_NONE) {
        const struct name_entry *entry = names_find(&contract->denied_scopes, word->text);
        line = entry == NULL ? 0 : entry->value;
    }
    if (line > 0) {
        mistakes_add(contract->mistakes, AEX_202, word->range, NULL, "line %zu denies all of \"%.*s%s\"", line,
                     MISTAKE_QUOTE(word->text));
    }
}

static void lint_confirm(struct contract *contract, const struct located_text *word)
{
    struct pattern pattern = rule_pattern(word->text);
    size_t line = rule_index_covering(&contract->denied, &pattern);
    if (line > 0) {
        mistakes_add(contract->mistakes, AEX_203, word->range, "take the confirm out",
                     "line %zu denies all of \"%.*s%s\"", line, MISTAKE_QUOTE(word->text));
    } else if (contract->is_whole && !rule_index_overlaps(&contract->allowed, &pattern)) {
        mistakes_add(contract->mistakes, AEX_203, word->range, NULL, "nothing allows \"%.*s%s\"",
                     MISTAKE_QUOTE(word->text));
    }
}

/* ---- Statements ---- */

static void lint_limits(struct contract *contract, struct names *limits, const struct statement *budget)
{
    for (size_t i = 0; i < budget->assignments.count; i++) {
        const struct assignment *limit = &budget->assignments.items[i];
        if (!text_equal(limit->name.text, TEXT("calls"))) {
            mistakes_add(contract->mistakes, AEX_208, limit->name.range, NULL,
                         "the budget \"%.*s%s\" has no effect", MISTAKE_QUOTE(limit->name.text));
        } else if (!(limit->number >= 1)) {
            mistakes_add(contract->mistakes, AEX_207, limit->name.range, NULL, "no call fits into this budget");
        }
        if (!names_add(limits, limit->name.text, 0, contract->arena)) {
            mistakes_add(contract->mistakes, AEX_209, limit->name.range, NULL, "\"%.*s%s\" is set again",
                         MISTAKE_QUOTE(limit->name.text));
        }
    }
}

static void lint_words(struct contract *contract, struct names *seen, const struct statement *statement)
{
    bool allows = statement->kind == STATEMENT_ALLOW || statement->kind == STATEMENT_USE;
    if (statement->words.count == 0) {
        mistakes_add(contract->mistakes, AEX_201, statement->range, NULL, "this `%.*s` names nothing",
                     TEXT_ARG(statement_keyword(statement->kind)));
    }
    for (size_t i = 0; i < statement->words.count; i++) {
        const struct located_text *word = &statement->words.items[i];
        lint_pattern(contract, seen, word);
        if (allows) {
            lint_allow(contract, word);
        } else if (statement->kind == STATEMENT_CONFIRM && contract->allowed.count > 0) {
            lint_confirm(contract, word);
        }
    }
}

/* Kinds of capabilities whose resource decides: unknown, hardly a rule allows them. */
static bool needs_argument(struct text capability)
{
    return pattern_scope_kind(capability) != SCOPE_TEXT || text_equal(capability, TEXT("shell.exec"));
}

static void lint_map(struct contract *contract, struct names *seen, struct names *maps,
                     const struct statement *map)
{
    struct text line =
        text_format(contract->arena, "%.*s@%.*s %.*s:%.*s", TEXT_ARG(map->name.text), TEXT_ARG(map->value.text),
                    TEXT_ARG(map->type.text), TEXT_ARG(map->bind.text));
    lint_root(contract, seen, &map->type, map->type.text);
    lint_capability(contract, seen, &map->type, map->type.text);
    if (!names_add(maps, line, 0, contract->arena)) {
        mistakes_add(contract->mistakes, AEX_209, map->range, "keep one", "this is said above already");
    }
    if (map->bind.text.size == 0 && needs_argument(map->type.text)) {
        mistakes_add(contract->mistakes, AEX_217, map->type.range, NULL,
                     "nobody knows what \"%.*s%s\" is about here", MISTAKE_QUOTE(map->type.text));
    }
}

/* What the checks of one list of statements remember. */
struct lint_memory {
    struct names roots;
    struct names maps;
    struct names limits;
    struct names inputs;
    size_t goals;
};

static void lint_statements(struct contract *contract, const struct statement_vector *statements,
                            struct lint_memory *memory)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        if (statement->kind <= STATEMENT_CONFIRM && statement->kind != STATEMENT_GOAL) {
            lint_words(contract, &memory->roots, statement);
        } else if (statement->kind == STATEMENT_MAP) {
            lint_map(contract, &memory->roots, &memory->maps, statement);
        } else if (statement->kind == STATEMENT_BUDGET) {
            lint_limits(contract, &memory->limits, statement);
        } else if (statement->kind == STATEMENT_GOAL && memory->goals++ > 0) {
            mistakes_add(contract->mistakes, AEX_209, statement->range, NULL, "this is another goal");
        } else if (statement->kind == STATEMENT_NEED) {
            const struct located_text *name = &statement->assignments.items[0].name;
            if (!names_add(&memory->inputs, name->text, 0, contract->arena)) {
                mistakes_add(contract->mistakes, AEX_209, name->range, NULL,
                             "the input \"%.*s%s\" is declared again", MISTAKE_QUOTE(name->text));
            }
        }
        lint_statements(contract, &statement->body, memory);
    }
}

void lint_boundary(struct contract *contract)
{
    struct lint_memory memory = {0};
    const struct document *document = contract->document;
    lint_statements(contract, &document->statements, &memory);
    if (document->kind == DOCUMENT_POLICY && contract->is_whole && contract->allowed.count == 0) {
        mistakes_add(contract->mistakes, AEX_213, document->name.range, NULL, "this policy allows nothing");
    }
}
