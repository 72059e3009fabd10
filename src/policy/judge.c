/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/internal.h"

/* ---- One demand in one layer ---- */

enum { FORMS = 2 };

/* The first rule, in source order, that denies, that asks, and that covers each form of the resource. */
struct findings {
    const struct entry *deny;
    const struct entry *confirm;
    const struct entry *allow[FORMS];
};

struct search {
    const struct compiled_layer *layer;
    const struct query *query;
    const struct entry **best; /* what is being looked for */
    size_t form;
    bool restricts;
};

static void consider(const struct entry *entry, void *context)
{
    struct search *search = context;
    if (*search->best != NULL && (*search->best)->order <= entry->order) {
        return;
    }
    bool matches = search->restricts ? entry_restricts(entry, search->query)
                                     : entry_allows(entry, search->layer, search->query, search->form);
    if (matches) {
        *search->best = entry;
    }
}

static void visit_index(const struct scope_index *index, const struct search *search, struct text text,
                        struct text folded, void *context)
{
    for (enum scope_kind kind = SCOPE_PATH; kind <= SCOPE_TEXT; kind++) {
        scope_index_visit(index, kind, kind == SCOPE_PATH && search->restricts ? folded : text, consider,
                          context);
    }
}

static void search_list(const struct entry_list *list, struct search *search)
{
    const struct query *query = search->query;
    if (list->unscoped != NULL) {
        consider(list->unscoped, search);
    }
    /* The index holds folded globs, and texts, not sets. */
    if (list->index != NULL && query->resource == RESOURCE_KNOWN && !(search->restricts && query->needs_raw)) {
        scope_index_visit_others(list->index, consider, search);
        for (size_t i = 0; i < query->form_count; i++) {
            if (search->restricts || i == search->form) {
                visit_index(list->index, search, query->forms[i].text, query->forms[i].folded, search);
            }
        }
        return;
    }
    for (const struct entry *entry = list->first; entry != NULL; entry = entry->next) {
        consider(entry, search);
    }
}

static void search_restrictions(const struct compiled_layer *layer, const struct group *group,
                                const struct query *query, struct findings *findings)
{
    struct search search = {.layer = layer, .query = query, .restricts = true};
    search.best = &findings->deny;
    search_list(&group->lists[RULE_DENY], &search);
    search.best = &findings->confirm;
    search_list(&group->lists[RULE_CONFIRM], &search);
}

static void search_permissions(const struct compiled_layer *layer, const struct group *group,
                               const struct query *query, struct findings *findings)
{
    struct search search = {.layer = layer, .query = query};
    size_t forms = query->form_count == FORMS && query->resource != RESOURCE_UNKNOWN ? FORMS : 1;
    for (size_t i = 0; i < forms; i++) {
        search.best = &findings->allow[i];
        search.form = i;
        search_list(&group->lists[RULE_ALLOW], &search);
    }
    if (forms == 1) {
        findings->allow[1] = findings->allow[0];
    }
}

/* A name of the demand being looked up. */
struct name_search {
    const struct compiled_layer *layer;
    const struct query *query;
    struct findings *findings;
    bool is_raw; /* a server's spelling: no wildcard allows it */
};

static void search_group(const struct name_search *search, uint64_t hash, struct text capability,
                         bool is_wildcard)
{
    const struct compiled_layer *layer = search->layer;
    const struct query *query = search->query;
    size_t at = group_hash(hash, is_wildcard) & layer->table_mask;
    for (; layer->table[at] != NULL; at = (at + 1) & layer->table_mask) {
        const struct group *group = layer->table[at];
        if (group->is_wildcard != is_wildcard || !text_equal(group->capability, capability)) {
            continue;
        }
        search_restrictions(layer, group, query, search->findings);
        /* By another of its names a demand to configure is not allowed either. */
        bool may_allow = !query->is_configure || text_equal(capability, TEXT("aex.configure"));
        if (may_allow && !(search->is_raw && is_wildcard)) {
            search_permissions(layer, group, query, search->findings);
        }
        return;
    }
}

static void search_name(const struct name_search *search, struct text name)
{
    bool takes_wildcards = !text_equal(name, TEXT("aex.configure"));
    uint64_t hash = HASH_START;
    if (takes_wildcards) {
        search_group(search, hash, text_slice(name, 0, 0), true);
    }
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '.' && takes_wildcards && i > 0) {
            search_group(search, hash, text_slice(name, 0, i), true);
        }
        hash = hash_byte(hash, name.data[i]);
    }
    if (name.size > 0 && takes_wildcards) {
        search_group(search, hash, name, true);
    }
    if (name.size > 0) {
        search_group(search, hash, name, false);
    }
}

/* ---- Names as agents spell them ---- */

static char sanitised(char c)
{
    bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    return stays ? c : '_';
}

/* A dot may have become "_", so a group's end is wherever one stands. That matches too much (`mcp.git.*` the
 * name mcp.git_hub.x) rather than too little. */
static bool matches_sanitised(const struct group *group, struct text name)
{
    struct text capability = group->capability;
    if (capability.size > name.size || (!group->is_wildcard && capability.size != name.size)) {
        return false;
    }
    for (size_t i = 0; i < capability.size; i++) {
        if (sanitised(capability.data[i]) != sanitised(name.data[i])) {
            return false;
        }
    }
    return capability.size == 0 || capability.size == name.size || sanitised(name.data[capability.size]) == '_';
}

static void search_sanitised(const struct compiled_layer *layer, struct text name, const struct query *query,
                             struct findings *findings)
{
    if (text_equal(name, TEXT("aex.configure"))) {
        return;
    }
    for (const struct group *group = layer->groups; group != NULL; group = group->next) {
        if (matches_sanitised(group, name)) {
            search_restrictions(layer, group, query, findings);
        }
    }
}

static struct findings search_layer(const struct compiled_layer *layer, const struct query *query)
{
    struct findings findings = {.deny = NULL};
    const struct demand *demand = query->demand;
    for (size_t i = 0; i < demand->name_count; i++) {
        struct name_search search = {.layer = layer, .query = query, .findings = &findings};
        search.is_raw = demand->first_raw_name > 0 && i >= demand->first_raw_name;
        search_name(&search, demand->names[i]);
        if (demand->is_sanitised) {
            search_sanitised(layer, demand->names[i], query, &findings);
        }
    }
    return findings;
}

/* ---- One demand in all layers ---- */

static struct decision decision_of(enum verdict verdict, enum reason reason, const struct demand *demand,
                                   const struct entry *entry, const struct compiled_layer *layer)
{
    return (struct decision){.verdict = verdict,
                             .reason = reason,
                             .demand = demand,
                             .rule = entry == NULL ? NULL : entry->rule,
                             .layer = layer == NULL ? NULL : layer->layer};
}

/* What is met over the layers of one demand. */
struct meeting {
    struct decision denied;  /* by a rule; the rest by VERDICT_ALLOW when there is none */
    struct decision refused; /* for want of an allow */
    struct decision asked;
    struct decision allowed;
    bool may_configure; /* some layer that may, does */
};

static void meet_layer(struct meeting *meeting, const struct compiled_layer *layer, const struct query *query)
{
    struct findings found = search_layer(layer, query);
    if (found.deny != NULL && meeting->denied.verdict == VERDICT_ALLOW) {
        meeting->denied = decision_of(VERDICT_DENY, REASON_DENY_LIST, query->demand, found.deny, layer);
    }
    if (found.confirm != NULL && meeting->asked.verdict == VERDICT_ALLOW) {
        meeting->asked = decision_of(VERDICT_ASK, REASON_CONFIRM_REQUIRED, query->demand, found.confirm, layer);
    }
    bool is_covered = found.allow[0] != NULL && found.allow[1] != NULL;
    if (query->is_configure) {
        is_covered = is_covered && layer->layer->may_allow_configure;
        meeting->may_configure = meeting->may_configure || is_covered;
    } else if (!is_covered && !layer->layer->allows_everything && meeting->refused.verdict == VERDICT_ALLOW) {
        meeting->refused = decision_of(VERDICT_DENY, REASON_NOT_ALLOWED, query->demand, NULL, layer);
    }
    if (is_covered && meeting->allowed.rule == NULL) {
        meeting->allowed = decision_of(VERDICT_ALLOW, REASON_NONE, NULL, found.allow[0], layer);
    }
}

static struct meeting meet_layers(const struct policy *policy, const struct demand *demand, struct arena *arena)
{
    struct meeting meeting = {.may_configure = false};
    if (policy->count == 0 || demand->name_count == 0 || demand->name_count > DEMAND_NAMES) {
        meeting.refused = decision_of(VERDICT_DENY, REASON_NOT_ALLOWED, demand, NULL, NULL);
        return meeting;
    }
    bool folds = false;
    for (size_t i = 0; i < policy->count; i++) {
        folds =
            folds || policy->layers[i].rule_counts[RULE_DENY] + policy->layers[i].rule_counts[RULE_CONFIRM] > 0;
    }
    struct query query;
    query_init(&query, demand, folds, arena);
    for (size_t i = 0; i < policy->count; i++) {
        meet_layer(&meeting, &policy->layers[i], &query);
    }
    if (query.is_configure && !meeting.may_configure) {
        meeting.refused = decision_of(VERDICT_DENY, REASON_NOT_ALLOWED, demand, NULL, &policy->layers[0]);
    } else if (demand->allowed_unless_denied) {
        meeting.refused.verdict = VERDICT_ALLOW;
    }
    return meeting;
}

struct decision policy_judge(const struct policy *policy, const struct demand *demands, size_t count,
                             struct arena *arena)
{
    struct decision refused = {.verdict = VERDICT_ALLOW};
    struct decision asked = {.verdict = VERDICT_ALLOW};
    struct decision allowed = {.verdict = VERDICT_ALLOW};
    bool is_free = count > 0;
    for (size_t i = 0; i < count; i++) {
        is_free = is_free && demands[i].is_free;
    }
    if (count == 0) {
        refused = (struct decision){.verdict = VERDICT_DENY, .reason = REASON_NOT_ALLOWED};
    }
    for (size_t i = 0; i < count; i++) {
        struct meeting meeting = meet_layers(policy, &demands[i], arena);
        if (meeting.denied.verdict == VERDICT_DENY) {
            meeting.denied.is_free = is_free;
            return meeting.denied;
        }
        refused = refused.verdict == VERDICT_ALLOW ? meeting.refused : refused;
        asked = asked.verdict == VERDICT_ALLOW ? meeting.asked : asked;
        allowed = i == 0 ? meeting.allowed : allowed;
    }
    struct decision decision = refused.verdict != VERDICT_ALLOW ? refused
                               : asked.verdict != VERDICT_ALLOW ? asked
                                                                : allowed;
    decision.is_free = is_free;
    return decision;
}
