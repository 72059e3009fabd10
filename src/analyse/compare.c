/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/compare.h"

#include <inttypes.h>

#include "policy/message.h"

/* Whether one rule of that kind in `layer` covers all that `rule` matches. */
static bool is_covered(const struct layer *layer, const struct rule *rule)
{
    if (rule->kind == RULE_ALLOW && layer->allows_everything) {
        return true;
    }
    for (size_t i = 0; i < layer->rules.count; i++) {
        const struct rule *other = &layer->rules.items[i];
        if (other->kind == rule->kind && pattern_covers(&other->pattern, &rule->pattern)) {
            return true;
        }
    }
    return false;
}

/* The rules of one kind that `from` has and `other` does not cover. */
static void add_uncovered(const struct layer *from, const struct layer *other, enum rule_kind kind,
                          const char *words, struct arena *arena, struct change_vector *changes)
{
    for (size_t i = 0; i < from->rules.count; i++) {
        const struct rule *rule = &from->rules.items[i];
        if (rule->kind == kind && !is_covered(other, rule)) {
            struct text change = text_format(arena, "%s %.*s (%.*s:%zu)", words, TEXT_ARG(rule->pattern.source),
                                             TEXT_ARG(rule->file), rule->line);
            VECTOR_PUSH(arena, changes, change);
        }
    }
}

static bool has_map(const struct layer *layer, const struct tool_map *map)
{
    for (size_t i = 0; i < layer->maps.count; i++) {
        const struct tool_map *other = &layer->maps.items[i];
        if (text_equal(other->tool, map->tool) && text_equal(other->server, map->server) &&
            text_equal(other->capability, map->capability) && text_equal(other->argument, map->argument)) {
            return true;
        }
    }
    return false;
}

/* A map lets allow rules reach a tool, and deny rules too: which it is depends on rules that may change later,
 * so coming and going both count as widening. */
static void add_unshared_maps(const struct layer *from, const struct layer *other, const char *words,
                              struct arena *arena, struct change_vector *changes)
{
    for (size_t i = 0; i < from->maps.count; i++) {
        const struct tool_map *map = &from->maps.items[i];
        if (!has_map(other, map)) {
            struct text change = text_format(arena, "%s %.*s (%.*s:%zu)", words,
                                             TEXT_ARG(message_map(map, arena)), TEXT_ARG(map->file), map->line);
            VECTOR_PUSH(arena, changes, change);
        }
    }
}

static struct text budget_text(const struct layer *layer, struct arena *arena)
{
    return layer->has_call_budget ? text_format(arena, "%" PRIu64 " calls", layer->call_budget)
                                  : TEXT("no limit");
}

static void compare_budgets(const struct layer *before, const struct layer *after, struct arena *arena,
                            struct policy_changes *changes)
{
    uint64_t old_budget = before->has_call_budget ? before->call_budget : UINT64_MAX;
    uint64_t new_budget = after->has_call_budget ? after->call_budget : UINT64_MAX;
    if (old_budget == new_budget) {
        return;
    }
    struct text change = text_format(arena, "budget: %.*s instead of %.*s", TEXT_ARG(budget_text(after, arena)),
                                     TEXT_ARG(budget_text(before, arena)));
    VECTOR_PUSH(arena, new_budget > old_budget ? &changes->widening : &changes->narrowing, change);
}

void policy_compare(const struct layer *before, const struct layer *after, struct arena *arena,
                    struct policy_changes *ret_changes)
{
    struct policy_changes changes = {0};
    if (after->allows_everything && !before->allows_everything) {
        VECTOR_PUSH(arena, &changes.widening, TEXT("allows everything"));
    }
    add_uncovered(after, before, RULE_ALLOW, "allows", arena, &changes.widening);
    add_uncovered(before, after, RULE_DENY, "no longer denies", arena, &changes.widening);
    add_uncovered(before, after, RULE_CONFIRM, "no longer asks before", arena, &changes.widening);
    add_unshared_maps(after, before, "maps", arena, &changes.widening);
    add_unshared_maps(before, after, "no longer maps", arena, &changes.widening);
    if (before->redacts_secrets && !after->redacts_secrets) {
        VECTOR_PUSH(arena, &changes.widening, TEXT("no longer redacts secrets"));
    }
    compare_budgets(before, after, arena, &changes);
    add_uncovered(before, after, RULE_ALLOW, "no longer allows", arena, &changes.narrowing);
    add_uncovered(after, before, RULE_DENY, "denies", arena, &changes.narrowing);
    add_uncovered(after, before, RULE_CONFIRM, "asks before", arena, &changes.narrowing);
    if (after->redacts_secrets && !before->redacts_secrets) {
        VECTOR_PUSH(arena, &changes.narrowing, TEXT("redacts secrets"));
    }
    *ret_changes = changes;
}
