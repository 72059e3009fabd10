/* SPDX-License-Identifier: Apache-2.0 */
/* `aex check` reads a document into a tree, the gate into words: both must find the same mistakes and rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "load/document_layer.h"
#include "support/property.h"

static const char *const lines[] = {
    "policy p v0",
    "policy p v1",
    "policy p v2",
    "policy p v00.1",
    "policy p.q v0",
    "policy",
    "task t v0",
    "task t v1",
    "agent a v0",
    "goal \"g\"",
    "goal \"\"",
    "allow file.read",
    "allow file.read:src/**, git.*",
    "allow",
    "allow *",
    "allow file.read:\"a, b\", x",
    "allow file.read when x",
    "allow file.write:..",
    "use git.status",
    "use file.*, ,",
    "deny network.*",
    "deny secrets.read, file.write:.env",
    "deny a..b",
    "confirm before git.push",
    "confirm before git.push, file.write",
    "confirm git.push",
    "budget calls=3",
    "budget calls=0x10, usd=2",
    "budget calls=-1",
    "budget calls",
    "map echo as file.read:args.path",
    "map echo@fs as file.read",
    "map echo as aex.configure",
    "redact secrets",
    "redact all",
    "extends x",
    "need x: str",
    "do git.status() -> s",
    "make m: str from x with:",
    "- an instruction",
    "if x",
    "for y in x",
    "check x",
    "return x",
    "return {",
    "}",
    "# a comment",
    "",
    "nonsense",
};

static const char *const indents[] = {"", " ", "  ", "\t", " \t", "    "};
static const char *const ends[] = {"\n", "\r\n", "\n\n", " \n", "\r", "\v\n", "\f\n", "\xC2\xA0\n", ""};

static struct text draw_document(struct property *property)
{
    struct arena *arena = property_arena(property);
    struct text source = TEXT("");
    if (property_once_in(property, 10)) {
        source = TEXT("\xEF\xBB\xBF");
    }
    bool is_plain = !property_once_in(property, 4);
    if (!property_once_in(property, 3)) {
        source =
            text_format(arena, "%.*s%s\ngoal \"g\"\n", TEXT_ARG(source), lines[property_draw(property, 2)]);
    }
    uint32_t count = property_draw(property, 9);
    for (uint32_t i = 0; i < count; i++) {
        const char *indent =
            indents[property_once_in(property, 3) ? property_draw(property, sizeof indents / sizeof *indents)
                                                  : 0];
        const char *end = ends[is_plain ? 0 : property_draw(property, sizeof ends / sizeof *ends)];
        /* The statements that make up a boundary, mostly: little else is a document without mistakes. */
        uint32_t line = is_plain && !property_once_in(property, 6)
                            ? 11 + property_draw(property, 20)
                            : property_draw(property, sizeof lines / sizeof *lines);
        source = text_format(arena, "%.*s%s%s%s", TEXT_ARG(source), indent, lines[line], end);
    }
    return source;
}

/* ---- The tree as rules, without the code under test ---- */

struct findings {
    struct property *property;
    const struct layer *layer;
    size_t rules;
    size_t maps;
    bool redacts;
    bool has_budget;
    bool differs;
};

static bool has_rule(const struct layer *layer, enum rule_kind kind, const struct located_text *word)
{
    for (size_t i = 0; i < layer->rules.count; i++) {
        const struct rule *rule = &layer->rules.items[i];
        if (rule->kind == kind && rule->line == word->range.line &&
            text_equal(rule->pattern.source, word->text)) {
            return true;
        }
    }
    return false;
}

static void compare(struct findings *findings, const struct statement_vector *statements)
{
    for (size_t i = 0; i < statements->count; i++) {
        const struct statement *statement = &statements->items[i];
        enum rule_kind kind = statement->kind == STATEMENT_DENY      ? RULE_DENY
                              : statement->kind == STATEMENT_CONFIRM ? RULE_CONFIRM
                                                                     : RULE_ALLOW;
        bool has_rules = statement->kind == STATEMENT_DENY || statement->kind == STATEMENT_CONFIRM ||
                         statement->kind == STATEMENT_ALLOW || statement->kind == STATEMENT_USE;
        for (size_t j = 0; has_rules && j < statement->words.count; j++) {
            findings->rules++;
            findings->differs =
                findings->differs || !has_rule(findings->layer, kind, &statement->words.items[j]);
        }
        findings->maps += statement->kind == STATEMENT_MAP;
        findings->redacts = findings->redacts || statement->kind == STATEMENT_REDACT;
        for (size_t j = 0; statement->kind == STATEMENT_BUDGET && j < statement->assignments.count; j++) {
            findings->has_budget =
                findings->has_budget || text_equal(statement->assignments.items[j].name.text, TEXT("calls"));
        }
        compare(findings, &statement->body);
    }
}

static bool both_readings_are_one(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct text source = draw_document(property);
    property_note(property, "document:\n%.*s", TEXT_ARG(source));
    struct diagnostics found = {.arena = arena};
    struct diagnostics found_to_decide = {.arena = arena};
    const struct document *document = lang_parse(TEXT("p.aex"), source, arena, &found);
    lang_parse_to_decide(TEXT("p.aex"), source, arena, &found_to_decide);
    if (found.error_count != found_to_decide.error_count) {
        property_note(property, "mistakes: %zu and %zu", found.error_count, found_to_decide.error_count);
        return false;
    }
    struct layer layer = {
        .name = TEXT("workspace"), .file = TEXT("p.aex"), .anchor = TEXT("/ws"), .home = TEXT("/home")};
    struct error err;
    bool is_layer = document_layer(&layer, source, arena, &err);
    if (found.error_count > 0 || !is_layer) {
        return found.error_count == 0 || !is_layer;
    }
    struct findings findings = {.property = property, .layer = &layer};
    compare(&findings, &document->statements);
    property_note(property, "rules: %zu in the tree, %zu in the layer", findings.rules, layer.rules.count);
    return !findings.differs && findings.rules == layer.rules.count && findings.maps == layer.maps.count &&
           findings.redacts == layer.redacts_secrets && findings.has_budget == layer.has_call_budget;
}

static void readings(void **state)
{
    (void)state;
    assert_true(property_holds("both readings of a document are one", 20000, both_readings_are_one, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
