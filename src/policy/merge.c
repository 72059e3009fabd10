/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/merge.h"

#include "base/builder.h"
#include "pattern/glob.h"
#include "pattern/scope.h"
#include "policy/relation.h"

VECTOR_DECLARE(meaning_vector, const struct meaning *);

/* Rules that must all match. */
struct constraints {
    const struct meaning **items;
    size_t count;
};

VECTOR_DECLARE(constraints_vector, struct constraints);

/* ---- Allows ---- */

/* Every rule of `wide` is implied by one of `narrow`. */
static bool constraints_cover(const struct constraints *wide, const struct constraints *narrow)
{
    for (size_t i = 0; i < wide->count; i++) {
        bool is_implied = false;
        for (size_t j = 0; j < narrow->count && !is_implied; j++) {
            is_implied = meaning_covers(wide->items[i], narrow->items[j]);
        }
        if (!is_implied) {
            return false;
        }
    }
    return true;
}

/* Keeps `added` unless another one covers it, and drops what it covers. */
static void add_alternative(struct constraints_vector *alternatives, struct constraints added,
                            struct arena *arena)
{
    for (size_t i = 0; i < alternatives->count; i++) {
        if (constraints_cover(&alternatives->items[i], &added)) {
            return;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < alternatives->count; i++) {
        if (!constraints_cover(&added, &alternatives->items[i])) {
            alternatives->items[kept++] = alternatives->items[i];
        }
    }
    alternatives->count = kept;
    VECTOR_PUSH(arena, alternatives, added);
}

/* False when nothing could match both. */
static bool constrain(const struct constraints *old, const struct meaning *added, struct arena *arena,
                      struct constraints *ret_new)
{
    bool is_implied = false;
    for (size_t i = 0; i < old->count; i++) {
        const struct pattern *before = &old->items[i]->rule->pattern;
        const struct pattern *pattern = &added->rule->pattern;
        if (!meanings_overlap(old->items[i], added) || !pattern_may_grant(before, pattern->capability) ||
            !pattern_may_grant(pattern, before->capability)) {
            return false;
        }
        is_implied = is_implied || meaning_covers(added, old->items[i]);
    }
    if (is_implied) {
        *ret_new = *old;
        return true;
    }
    struct constraints result = {.items = ARENA_ARRAY(arena, const struct meaning *, old->count + 1)};
    for (size_t i = 0; i < old->count; i++) {
        if (!meaning_covers(old->items[i], added)) {
            result.items[result.count++] = old->items[i];
        }
    }
    result.items[result.count++] = added;
    *ret_new = result;
    return true;
}

static struct constraints_vector intersect(const struct constraints_vector *before,
                                           const struct meaning_vector *allows, struct arena *arena)
{
    struct constraints_vector after = {.count = 0};
    for (size_t i = 0; i < before->count; i++) {
        for (size_t j = 0; j < allows->count; j++) {
            struct constraints both;
            if (constrain(&before->items[i], allows->items[j], arena, &both)) {
                add_alternative(&after, both, arena);
            }
        }
    }
    return after;
}

/* ---- Layers ---- */

struct merge {
    struct arena *arena;
    struct constraints_vector allow;
    struct constraints_vector configure; /* one layer that may suffices, so these are not intersected */
    struct meaning_vector restrictions[RULE_KINDS];
    struct rule_pointer_vector unreadable[RULE_KINDS];
    bool allows_everything;
};

static void add_restriction(struct meaning_vector *kept, const struct meaning *added, struct arena *arena)
{
    for (size_t i = 0; i < kept->count; i++) {
        if (meaning_covers(kept->items[i], added)) {
            return;
        }
    }
    size_t count = 0;
    for (size_t i = 0; i < kept->count; i++) {
        if (!meaning_covers(added, kept->items[i])) {
            kept->items[count++] = kept->items[i];
        }
    }
    kept->count = count;
    VECTOR_PUSH(arena, kept, added);
}

static void add_configure(struct merge *merge, const struct meaning *meaning)
{
    if (!meaning->layer->may_allow_configure) {
        return;
    }
    struct constraints only = {.items = ARENA_ARRAY(merge->arena, const struct meaning *, 1), .count = 1};
    only.items[0] = meaning;
    add_alternative(&merge->configure, only, merge->arena);
}

static void merge_layer(struct merge *merge, const struct layer *layer)
{
    struct meaning_vector allows = {.count = 0};
    for (size_t i = 0; i < layer->rules.count; i++) {
        struct meaning *meaning = ARENA_NEW(merge->arena, struct meaning);
        const struct rule *rule = &layer->rules.items[i];
        if (!meaning_of(layer, rule, merge->arena, meaning, NULL)) {
            VECTOR_PUSH(merge->arena, &merge->unreadable[rule->kind], rule);
            continue;
        }
        const struct pattern *pattern = &rule->pattern;
        if (rule->kind != RULE_ALLOW) {
            add_restriction(&merge->restrictions[rule->kind], meaning, merge->arena);
        } else if (!pattern->is_wildcard && text_equal(pattern->capability, TEXT("aex.configure"))) {
            add_configure(merge, meaning);
        } else {
            VECTOR_PUSH(merge->arena, &allows, meaning);
        }
    }
    if (!layer->allows_everything) {
        merge->allow = intersect(&merge->allow, &allows, merge->arena);
        merge->allows_everything = false;
    }
}

/* ---- Results ---- */

static void add_allows(const struct constraints_vector *alternatives, struct arena *arena,
                       struct merged_policy *merged)
{
    for (size_t i = 0; i < alternatives->count; i++) {
        const struct constraints *constraints = &alternatives->items[i];
        struct merged_allow allow = {.rules = ARENA_ARRAY(arena, const struct rule *, constraints->count),
                                     .layers = ARENA_ARRAY(arena, const struct layer *, constraints->count),
                                     .count = constraints->count};
        for (size_t j = 0; j < constraints->count; j++) {
            allow.rules[j] = constraints->items[j]->rule;
            allow.layers[j] = constraints->items[j]->layer;
        }
        VECTOR_PUSH(arena, &merged->allow, allow);
    }
}

static void add_restrictions(const struct merge *merge, enum rule_kind kind, struct rule_pointer_vector *to)
{
    for (size_t i = 0; i < merge->restrictions[kind].count; i++) {
        VECTOR_PUSH(merge->arena, to, merge->restrictions[kind].items[i]->rule);
    }
    for (size_t i = 0; i < merge->unreadable[kind].count; i++) {
        VECTOR_PUSH(merge->arena, to, merge->unreadable[kind].items[i]);
    }
}

static void merge_budgets(const struct layer *layers, size_t count, struct merged_policy *merged)
{
    for (size_t i = 0; i < count; i++) {
        if (layers[i].has_call_budget &&
            (!merged->has_call_budget || layers[i].call_budget < merged->call_budget)) {
            merged->has_call_budget = true;
            merged->call_budget = layers[i].call_budget;
            merged->budget_layer = &layers[i];
        }
    }
}

void policy_merge(const struct layer *layers, size_t count, struct arena *arena,
                  struct merged_policy *ret_merged)
{
    struct merge merge = {.arena = arena, .allows_everything = count > 0};
    if (count > 0) {
        VECTOR_PUSH(arena, &merge.allow, (struct constraints){.count = 0}); /* no constraint: everything */
    }
    for (size_t i = 0; i < count; i++) {
        merge_layer(&merge, &layers[i]);
    }
    struct merged_policy merged = {.allows_everything = merge.allows_everything};
    if (!merge.allows_everything) {
        add_allows(&merge.allow, arena, &merged);
    }
    add_allows(&merge.configure, arena, &merged);
    add_restrictions(&merge, RULE_DENY, &merged.deny);
    add_restrictions(&merge, RULE_CONFIRM, &merged.confirm);
    merge_budgets(layers, count, &merged);
    *ret_merged = merged;
}

/* ---- Text ---- */

static const struct pattern *narrowest_name(const struct merged_allow *allow)
{
    const struct pattern *narrowest = &allow->rules[0]->pattern;
    for (size_t i = 1; i < allow->count; i++) {
        const struct pattern *pattern = &allow->rules[i]->pattern;
        if (pattern->capability.size > narrowest->capability.size ||
            (pattern->capability.size == narrowest->capability.size && narrowest->is_wildcard)) {
            narrowest = pattern;
        }
    }
    return narrowest;
}

static bool have_one_anchor(const struct merged_allow *allow)
{
    for (size_t i = 1; i < allow->count; i++) {
        if (!text_equal(allow->layers[i]->anchor, allow->layers[0]->anchor)) {
            return false;
        }
    }
    return true;
}

/* As written where that is clear: with several folders a relative scope needs its own in front. */
static struct text constraint_text(const struct merged_allow *allow, size_t i, bool is_path,
                                   struct arena *arena)
{
    const struct pattern *pattern = &allow->rules[i]->pattern;
    const struct layer *layer = allow->layers[i];
    bool needs_folder = is_path && !have_one_anchor(allow);
    if (pattern->scope_kind == SCOPE_NONE) {
        return needs_folder ? layer_anchor_glob(layer, arena) : TEXT("");
    }
    struct text scope = pattern->scope;
    struct text absolute;
    const struct scope_folders folders = {layer->anchor, layer->home};
    if (needs_folder && path_scope_glob(scope, &folders, false, arena, &absolute, NULL)) {
        scope = absolute;
    }
    bool needs_quotes =
        text_find_char(scope, ',') != TEXT_NOT_FOUND || text_find_char(scope, ' ') != TEXT_NOT_FOUND;
    return needs_quotes ? text_format(arena, "\"%.*s\"", TEXT_ARG(scope)) : scope;
}

struct text merged_allow_text(const struct merged_allow *allow, struct arena *arena)
{
    if (allow->count == 1) {
        return allow->rules[0]->pattern.source;
    }
    const struct pattern *name = narrowest_name(allow);
    bool is_path = name->capability.size == 0 || pattern_scope_kind(name->capability) == SCOPE_PATH;
    struct builder out;
    builder_init(&out, arena);
    builder_add(&out, name->capability);
    if (name->is_wildcard) {
        builder_add_c(&out, name->capability.size == 0 ? "*" : ".*");
    }
    const char *separator = ":";
    for (size_t i = 0; i < allow->count; i++) {
        struct text constraint = constraint_text(allow, i, is_path, arena);
        if (constraint.size != 0) {
            builder_add_c(&out, separator);
            builder_add(&out, constraint);
            separator = " & ";
        }
    }
    return builder_text(&out);
}
