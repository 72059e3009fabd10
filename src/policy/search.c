/* SPDX-License-Identifier: Apache-2.0 */
/* One demand in one layer: which of its rules matter. */
#include "policy/internal.h"

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
    bool is_raw;      /* a server's spelling: no wildcard allows it */
    bool only_limits; /* nothing allows it: see demand_name_only_limits */
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
        const struct pattern pattern = {.capability = capability, .is_wildcard = is_wildcard};
        may_allow = may_allow && !search->only_limits && pattern_may_grant(&pattern, query->demand->names[0]);
        if (may_allow && !(search->is_raw && is_wildcard)) {
            search_permissions(layer, group, query, search->findings);
        }
        return;
    }
}

static void search_name(const struct name_search *search, struct text name)
{
    bool takes_wildcards = !text_equal(name, TEXT("aex.configure"));
    uint64_t hash = TEXT_HASH_START;
    if (takes_wildcards) {
        search_group(search, hash, text_slice(name, 0, 0), true);
    }
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '.' && takes_wildcards && i > 0) {
            search_group(search, hash, text_slice(name, 0, i), true);
        }
        hash = text_hash_byte(hash, name.data[i]);
    }
    if (name.size > 0 && takes_wildcards) {
        search_group(search, hash, name, true);
    }
    if (name.size > 0) {
        search_group(search, hash, name, false);
    }
}

/* ---- Names as agents spell them ---- */

/* A dot may have become "_" (and "-" too: Codex), so a group's end is wherever one stands. That matches too
 * much (`mcp.git.*` the name mcp.git_hub.x) rather than too little. */
static bool matches_sanitised(const struct group *group, struct text name)
{
    struct text capability = group->capability;
    if (capability.size > name.size || (!group->is_wildcard && capability.size != name.size)) {
        return false;
    }
    for (size_t i = 0; i < capability.size; i++) {
        bool is_same = text_sanitised(capability.data[i]) == text_sanitised(name.data[i]);
        bool is_dash = capability.data[i] == '-' && name.data[i] == '_';
        if (!is_same && !is_dash) {
            return false;
        }
    }
    return capability.size == 0 || capability.size == name.size ||
           text_sanitised(name.data[capability.size]) == '_';
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

bool demand_name_only_limits(const struct demand *demand, size_t name)
{
    return demand->first_raw_name > 0 && name >= demand->first_raw_name &&
           text_starts_with(demand->names[name], TEXT("mcp."));
}

struct findings layer_search(const struct compiled_layer *layer, const struct query *query)
{
    struct findings findings = {.deny = NULL};
    const struct demand *demand = query->demand;
    for (size_t i = 0; i < demand->name_count; i++) {
        struct name_search search = {.layer = layer, .query = query, .findings = &findings};
        search.is_raw =
            demand->must_be_spelled_out || (demand->first_raw_name > 0 && i >= demand->first_raw_name);
        search.only_limits = demand_name_only_limits(demand, i);
        search_name(&search, demand->names[i]);
        if (demand->is_sanitised) {
            search_sanitised(layer, demand->names[i], query, &findings);
        }
    }
    return findings;
}
