/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "pattern/glob.h"
#include "pattern/scope.h"
#include "policy/internal.h"

enum { SHORT_LIST = 128 }; /* looking through so few is as fast as an index */

/* ---- Rules to entries ---- */

static bool is_everything(struct text glob)
{
    struct text rest = text_after(glob, 1);
    struct text segment;
    while (text_next(&rest, '/', &segment)) {
        if (!text_equal(segment, TEXT("**"))) {
            return false;
        }
    }
    return true;
}

static bool read_path(const struct layer *layer, struct entry *entry, struct arena *arena, struct error *err)
{
    const struct scope_folders folders = {layer->anchor, layer->home};
    bool restricts = entry->rule->kind != RULE_ALLOW;
    if (!path_scope_glob(entry->rule->pattern.scope, &folders, restricts, arena, &entry->raw, err)) {
        return false;
    }
    entry->glob = restricts ? glob_fold(arena, entry->raw) : entry->raw;
    entry->is_everything = is_everything(entry->raw);
    return true;
}

static struct entry unscoped(const struct rule *rule)
{
    /* A wildcard also allows tools that are known to work on files by another name only. */
    bool is_inside = rule->kind == RULE_ALLOW &&
                     (rule->pattern.is_wildcard || pattern_scope_kind(rule->pattern.capability) == SCOPE_PATH);
    return (struct entry){
        .rule = rule, .kind = SCOPE_NONE, .applies_to = KIND_ALL, .is_inside_anchor = is_inside};
}

/* A scope is read as its capability says; after `*`, as the demand's capability says. A rule that restricts is
 * read the demand's way too: `deny mcp.fs.read_file:.env` holds for the path the tool is mapped to. */
bool entries_of_rule(const struct layer *layer, const struct rule *rule, struct arena *arena,
                     struct entry entries[ENTRIES_PER_RULE], size_t *ret_count, struct error *err)
{
    const struct pattern *pattern = &rule->pattern;
    if (pattern->scope_kind == SCOPE_NONE) {
        entries[0] = unscoped(rule);
        *ret_count = 1;
        return true;
    }
    bool is_any = pattern->capability.size == 0;
    bool restricts = rule->kind != RULE_ALLOW;
    size_t count = 0;
    for (enum scope_kind kind = SCOPE_PATH; kind <= SCOPE_TEXT; kind++) {
        bool is_own = kind == pattern->scope_kind && !is_any;
        if (!is_own && !is_any && !(restricts && pattern->scope_kind == SCOPE_TEXT)) {
            continue;
        }
        struct entry *entry = &entries[count];
        *entry = (struct entry){.rule = rule,
                                .kind = kind,
                                .applies_to = is_own ? KIND_ALL : 1U << kind,
                                .glob = pattern->scope,
                                .raw = pattern->scope};
        if (kind == SCOPE_PATH && !read_path(layer, entry, arena, is_own || is_any ? err : NULL)) {
            if (is_own || is_any) {
                return false;
            }
            continue; /* no path, so only what its capability says */
        }
        count++;
    }
    *ret_count = count;
    return true;
}

/* ---- Entries to groups ---- */

static struct group *find_group(struct compiled_layer *compiled, const struct pattern *pattern,
                                struct arena *arena)
{
    uint64_t hash = TEXT_HASH_START;
    for (size_t i = 0; i < pattern->capability.size; i++) {
        hash = text_hash_byte(hash, pattern->capability.data[i]);
    }
    size_t at = group_hash(hash, pattern->is_wildcard) & compiled->table_mask;
    while (compiled->table[at] != NULL) {
        struct group *group = compiled->table[at];
        if (group->is_wildcard == pattern->is_wildcard && text_equal(group->capability, pattern->capability)) {
            return group;
        }
        at = (at + 1) & compiled->table_mask;
    }
    struct group *group = ARENA_NEW(arena, struct group);
    *group = (struct group){
        .next = compiled->groups, .capability = pattern->capability, .is_wildcard = pattern->is_wildcard};
    compiled->groups = group;
    compiled->table[at] = group;
    return group;
}

static void append(struct entry_list *list, struct entry *entry)
{
    if (entry->kind == SCOPE_NONE) {
        list->unscoped = list->unscoped == NULL ? entry : list->unscoped;
        return;
    }
    if (list->last == NULL) {
        list->first = entry;
    } else {
        list->last->next = entry;
    }
    list->last = entry;
    list->count++;
}

static bool compile_rule(struct compiled_layer *compiled, size_t order, struct arena *arena, struct error *err)
{
    const struct rule *rule = &compiled->layer->rules.items[order];
    struct entry entries[ENTRIES_PER_RULE];
    size_t count;
    if (!entries_of_rule(compiled->layer, rule, arena, entries, &count, err)) {
        return error_prefix(err, "%.*s:%zu", TEXT_ARG(rule->file), rule->line);
    }
    struct group *group = find_group(compiled, &rule->pattern, arena);
    struct entry *kept = arena_alloc(arena, count * sizeof *kept);
    for (size_t i = 0; i < count; i++) {
        kept[i] = entries[i];
        kept[i].order = (uint32_t)order;
        append(&group->lists[rule->kind], &kept[i]);
    }
    compiled->rule_counts[rule->kind]++;
    return true;
}

struct text layer_anchor_glob(const struct layer *layer, struct arena *arena)
{
    struct text anchor = layer->anchor;
    if (glob_has_wildcard(anchor) || anchor.size == 0) {
        return TEXT("");
    }
    return anchor.size == 1 ? TEXT("/**") : text_format(arena, "%.*s/**", TEXT_ARG(anchor));
}

static bool compile_layer(const struct layer *layer, struct arena *arena, struct compiled_layer *compiled,
                          struct error *err)
{
    size_t table_size = 4;
    while (table_size < layer->rules.count * 2) {
        table_size *= 2;
    }
    *compiled = (struct compiled_layer){.layer = layer,
                                        .anchor_glob = layer_anchor_glob(layer, arena),
                                        .table = ARENA_ARRAY(arena, struct group *, table_size),
                                        .table_mask = table_size - 1};
    for (size_t i = 0; i < layer->rules.count; i++) {
        if (!compile_rule(compiled, i, arena, err)) {
            return false;
        }
    }
    for (struct group *group = compiled->groups; group != NULL; group = group->next) {
        for (size_t kind = 0; kind < RULE_KINDS; kind++) {
            struct entry_list *list = &group->lists[kind];
            if (list->count > SHORT_LIST) {
                list->index = scope_index_new(list, arena);
            }
        }
    }
    return true;
}

bool policy_compile(const struct layer *layers, size_t count, struct arena *arena,
                    const struct policy **ret_policy, struct error *err)
{
    struct policy *policy = ARENA_NEW(arena, struct policy);
    policy->layers = ARENA_ARRAY(arena, struct compiled_layer, count);
    policy->count = count;
    for (size_t i = 0; i < count; i++) {
        if (!compile_layer(&layers[i], arena, &policy->layers[i], err)) {
            return false;
        }
    }
    *ret_policy = policy;
    return true;
}
