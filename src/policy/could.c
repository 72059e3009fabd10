/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a call could be allowed at all, before its arguments are known. */
#include "pattern/glob.h"
#include "policy/relation.h"

struct possibility {
    const struct policy *policy;
    const struct demand *demands;
    size_t count;
    struct arena *arena;
    bool folds;
};

/* Its resource is not known yet, and may become whatever passes. */
static bool is_open(const struct demand *demand)
{
    return demand->resource.kind == RESOURCE_KNOWN;
}

static bool is_configure(const struct demand *demand)
{
    return text_equal(demand->names[0], TEXT("aex.configure"));
}

/* Whether the rule speaks of the demand by one of its names. */
static bool names(const struct rule *rule, const struct demand *demand)
{
    for (size_t i = 0; i < demand->name_count; i++) {
        bool is_raw =
            demand->must_be_spelled_out || (demand->first_raw_name > 0 && i >= demand->first_raw_name);
        bool may_match = rule->kind != RULE_ALLOW ||
                         (!demand_name_only_limits(demand, i) && (!is_raw || !rule->pattern.is_wildcard) &&
                          pattern_may_grant(&rule->pattern, demand->names[0]));
        if (may_match && pattern_matches_capability(&rule->pattern, demand->names[i])) {
            return true;
        }
    }
    return false;
}

/* Whether the layer denies whatever the resource becomes. */
static bool is_always_denied(const struct possibility *possibility, const struct compiled_layer *layer,
                             const struct demand *demand)
{
    if (!is_open(demand)) {
        struct query query;
        query_init(&query, demand, possibility->folds, possibility->arena);
        struct findings found = layer_search(layer, &query);
        return found.deny != NULL;
    }
    const struct rule_vector *rules = &layer->layer->rules;
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->items[i];
        if (rule->kind == RULE_DENY && rule->pattern.scope_kind == SCOPE_NONE && names(rule, demand)) {
            return true;
        }
    }
    return false;
}

/* Whether some deny of any layer takes away all that the allow gives. Denies compare what is plain ASCII
 * folded, and everything else both ways: so a deny that covers the allow both ways covers it. */
static bool is_denied_whole(const struct possibility *possibility, const struct meaning *allow,
                            const struct demand *demand)
{
    struct meaning folded = *allow;
    for (size_t i = 0; i < folded.entry_count; i++) {
        if (folded.entries[i].kind == SCOPE_PATH) {
            folded.entries[i].glob = glob_fold(possibility->arena, folded.entries[i].glob);
        }
    }
    for (size_t i = 0; i < possibility->policy->count; i++) {
        const struct compiled_layer *layer = &possibility->policy->layers[i];
        const struct rule_vector *rules = &layer->layer->rules;
        for (size_t j = 0; layer_judges(layer, demand) && j < rules->count; j++) {
            struct meaning deny;
            if (rules->items[j].kind == RULE_DENY && names(&rules->items[j], demand) &&
                meaning_of(layer->layer, &rules->items[j], possibility->arena, &deny, NULL) &&
                meaning_covers(&deny, &folded)) {
                return true;
            }
        }
    }
    return false;
}

VECTOR_DECLARE(meaning_list, struct meaning);

/* The rules of the layer that allow the demand for some resource. */
static struct meaning_list find_allows(const struct possibility *possibility,
                                       const struct compiled_layer *layer, const struct demand *demand)
{
    struct meaning_list allows = {0};
    const struct rule_vector *rules = &layer->layer->rules;
    for (size_t i = 0; i < rules->count; i++) {
        struct meaning meaning;
        if (rules->items[i].kind == RULE_ALLOW && names(&rules->items[i], demand) &&
            meaning_of(layer->layer, &rules->items[i], possibility->arena, &meaning, NULL) &&
            !is_denied_whole(possibility, &meaning, demand)) {
            VECTOR_PUSH(possibility->arena, &allows, meaning);
        }
    }
    return allows;
}

static bool may_allow(const struct possibility *possibility, const struct compiled_layer *layer,
                      const struct demand *demand)
{
    if (demand->allowed_unless_denied || layer->layer->allows_everything || is_configure(demand)) {
        return true;
    }
    if (is_open(demand)) {
        return find_allows(possibility, layer, demand).count > 0;
    }
    struct query query;
    query_init(&query, demand, possibility->folds, possibility->arena);
    struct findings found = layer_search(layer, &query);
    return findings_allow(&found);
}

/* Whether the layer may allow the tool in its other words: see struct demand. */
static bool may_allow_otherwise(const struct possibility *possibility, const struct compiled_layer *layer,
                                const struct demand *demand)
{
    bool is_there = false;
    for (size_t i = 0; i < possibility->count; i++) {
        const struct demand *other = &possibility->demands[i];
        bool is_other = demand->tool != 0 && other->tool == demand->tool && layer_judges(layer, other) &&
                        (other->layer == NULL) != (demand->layer == NULL);
        is_there = is_there || is_other;
        if (is_other && !may_allow(possibility, layer, other)) {
            return false;
        }
    }
    return is_there;
}

/* One layer that may is enough, and no other has to agree. */
static bool may_configure(const struct policy *policy, const struct demand *demand)
{
    for (size_t i = 0; i < policy->count; i++) {
        const struct layer *layer = policy->layers[i].layer;
        for (size_t j = 0; layer->may_allow_configure && j < layer->rules.count; j++) {
            const struct rule *rule = &layer->rules.items[j];
            if (rule->kind == RULE_ALLOW && names(rule, demand)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether one resource may be what both rules allow. By different names of the demand they may always. */
static bool may_agree(const struct meaning *a, const struct meaning *b)
{
    bool is_one_name = meaning_covers_name(a, b) || meaning_covers_name(b, a);
    return !is_one_name || meanings_overlap(a, b);
}

static void keep_agreeing(struct meaning_list *agreed, const struct meaning_list *allows)
{
    size_t kept = 0;
    for (size_t i = 0; i < agreed->count; i++) {
        bool agrees = false;
        for (size_t j = 0; j < allows->count && !agrees; j++) {
            agrees = may_agree(&agreed->items[i], &allows->items[j]);
        }
        if (agrees) {
            agreed->items[kept++] = agreed->items[i];
        }
    }
    agreed->count = kept;
}

/* Whether, for one of the first layer's allows, each other layer has one that may agree with it. Maps give a
 * layer other words, so with them nothing is said. */
static bool layers_agree(const struct possibility *possibility, const struct demand *demand)
{
    for (size_t i = 0; i < possibility->count; i++) {
        if (possibility->demands[i].layer != NULL) {
            return true;
        }
    }
    if (!is_open(demand) || demand->allowed_unless_denied || is_configure(demand)) {
        return true;
    }
    struct meaning_list agreed = {0};
    bool is_first = true;
    for (size_t i = 0; i < possibility->policy->count; i++) {
        const struct compiled_layer *layer = &possibility->policy->layers[i];
        if (layer->layer->allows_everything) {
            continue;
        }
        struct meaning_list allows = find_allows(possibility, layer, demand);
        if (is_first) {
            agreed = allows;
            is_first = false;
            continue;
        }
        keep_agreeing(&agreed, &allows);
    }
    return is_first || agreed.count > 0;
}

static bool could_pass(const struct possibility *possibility, const struct demand *demand)
{
    for (size_t i = 0; i < possibility->policy->count; i++) {
        const struct compiled_layer *layer = &possibility->policy->layers[i];
        if (!layer_judges(layer, demand)) {
            continue;
        }
        if (is_always_denied(possibility, layer, demand) ||
            (!may_allow(possibility, layer, demand) && !may_allow_otherwise(possibility, layer, demand))) {
            return false;
        }
    }
    return (!is_configure(demand) || may_configure(possibility->policy, demand)) &&
           layers_agree(possibility, demand);
}

bool policy_could_allow(const struct policy *policy, const struct demand *demands, size_t count,
                        struct arena *arena)
{
    const struct possibility possibility = {policy, demands, count, arena, policy_folds(policy)};
    for (size_t i = 0; i < count; i++) {
        if (!could_pass(&possibility, &demands[i])) {
            return false;
        }
    }
    return count > 0 && policy->count > 0;
}
