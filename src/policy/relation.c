/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/relation.h"

#include "pattern/glob.h"

bool meaning_of(const struct layer *layer, const struct rule *rule, struct arena *arena,
                struct meaning *ret_meaning, struct error *err)
{
    struct meaning meaning = {.rule = rule, .layer = layer};
    if (!entries_of_rule(layer, rule, arena, meaning.entries, &meaning.entry_count, err)) {
        return error_prefix(err, "%.*s:%zu", TEXT_ARG(rule->file), rule->line);
    }
    meaning.anchor_glob = layer_anchor_glob(layer, arena);
    *ret_meaning = meaning;
    return true;
}

bool meaning_covers_name(const struct meaning *wide, const struct meaning *narrow)
{
    struct pattern wide_name = wide->rule->pattern;
    struct pattern narrow_name = narrow->rule->pattern;
    wide_name.scope_kind = SCOPE_NONE;
    narrow_name.scope_kind = SCOPE_NONE;
    return pattern_covers(&wide_name, &narrow_name);
}

/* Whether all, or some, demands by this name are about paths. */
static bool is_path_only(const struct meaning *meaning)
{
    struct text capability = meaning->rule->pattern.capability;
    return capability.size != 0 && pattern_scope_kind(capability) == SCOPE_PATH;
}

static bool may_be_path(const struct meaning *meaning)
{
    return meaning->rule->pattern.capability.size == 0 || is_path_only(meaning);
}

static bool is_scoped(const struct meaning *meaning)
{
    return meaning->entries[0].kind != SCOPE_NONE;
}

static bool covers_path_or_gives_up(struct text wide, struct text narrow)
{
    return wide.size != 0 && narrow.size != 0 && glob_covers_path(wide, narrow);
}

static bool covers_by_no_scope(const struct meaning *wide, const struct meaning *narrow)
{
    if (wide->rule->kind != RULE_ALLOW || !may_be_path(narrow)) {
        return true;
    }
    if (!is_scoped(narrow)) {
        return text_equal(wide->layer->anchor, narrow->layer->anchor) ||
               covers_path_or_gives_up(wide->anchor_glob, narrow->anchor_glob);
    }
    for (size_t i = 0; i < narrow->entry_count; i++) {
        const struct entry *entry = &narrow->entries[i];
        if (entry->kind == SCOPE_PATH &&
            (entry->is_everything || !covers_path_or_gives_up(wide->anchor_glob, entry->glob))) {
            return false;
        }
    }
    return true;
}

static bool covers_entry(const struct entry *wide, const struct entry *narrow)
{
    if (wide->kind != narrow->kind) {
        return false;
    }
    switch (wide->kind) {
    case SCOPE_PATH:
        /* A raw form may match what the folded one does not: see query.c. */
        return glob_covers_path(wide->glob, narrow->glob) && glob_covers_path(wide->raw, narrow->raw);
    case SCOPE_HOST:
        return glob_covers_host(wide->glob, narrow->glob);
    case SCOPE_TEXT:
    case SCOPE_NONE:
        break;
    }
    return glob_covers_text(wide->glob, narrow->glob);
}

bool meaning_covers(const struct meaning *wide, const struct meaning *narrow)
{
    if (!meaning_covers_name(wide, narrow)) {
        return false;
    }
    if (!is_scoped(wide)) {
        return covers_by_no_scope(wide, narrow);
    }
    if (!is_scoped(narrow)) {
        // Only `/**`, and only as an allow: a deny without scope also matches other kinds of demands.
        bool is_everything = false;
        for (size_t i = 0; i < wide->entry_count; i++) {
            is_everything = is_everything || wide->entries[i].is_everything;
        }
        return is_everything && wide->rule->kind == RULE_ALLOW && is_path_only(narrow);
    }
    for (size_t i = 0; i < narrow->entry_count; i++) {
        bool is_covered = false;
        for (size_t j = 0; j < wide->entry_count && !is_covered; j++) {
            is_covered = covers_entry(&wide->entries[j], &narrow->entries[i]);
        }
        if (!is_covered) {
            return false;
        }
    }
    return true;
}

static bool overlaps_entry(const struct entry *a, const struct entry *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case SCOPE_PATH:
        /* Both cover what is not known. */
        return (a->is_everything && b->is_everything) || glob_overlaps_path(a->glob, b->glob);
    case SCOPE_HOST:
        return glob_overlaps_host(a->glob, b->glob);
    case SCOPE_TEXT:
    case SCOPE_NONE:
        break;
    }
    return glob_overlaps_text(a->glob, b->glob);
}

/* One has no scope, the other one has. */
static bool overlaps_no_scope(const struct meaning *unscoped, const struct meaning *scoped)
{
    if (unscoped->anchor_glob.size == 0) {
        return true;
    }
    for (size_t i = 0; i < scoped->entry_count; i++) {
        const struct entry *entry = &scoped->entries[i];
        if (entry->kind != SCOPE_PATH || entry->is_everything ||
            glob_overlaps_path(unscoped->anchor_glob, entry->glob)) {
            return true;
        }
    }
    return false;
}

bool meanings_overlap(const struct meaning *a, const struct meaning *b)
{
    if (!meaning_covers_name(a, b) && !meaning_covers_name(b, a)) {
        return false;
    }
    if (!is_scoped(a) && !is_scoped(b)) {
        return true; /* what has no resource at all */
    }
    if (!is_scoped(a)) {
        return overlaps_no_scope(a, b);
    }
    if (!is_scoped(b)) {
        return overlaps_no_scope(b, a);
    }
    for (size_t i = 0; i < a->entry_count; i++) {
        for (size_t j = 0; j < b->entry_count; j++) {
            if (overlaps_entry(&a->entries[i], &b->entries[j])) {
                return true;
            }
        }
    }
    return false;
}
