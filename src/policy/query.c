/* SPDX-License-Identifier: Apache-2.0 */
/* One demand against one entry. */
#include "pattern/glob.h"
#include "policy/internal.h"

/* Absolute and normalised, as path globs need it. */
static bool is_plain_path(struct text path)
{
    if (path.size == 0 || path.data[0] != '/') {
        return false;
    }
    for (size_t i = 0; path.size > 1 && i < path.size; i++) {
        if (path.data[i] != '/') {
            continue;
        }
        size_t dots = 0;
        while (i + 1 + dots < path.size && path.data[i + 1 + dots] == '.' && dots < 3) {
            dots++;
        }
        bool ends = i + 1 + dots == path.size || path.data[i + 1 + dots] == '/';
        if (ends && dots < 3) {
            return false;
        }
    }
    return true;
}

static void add_form(struct query *query, struct text text, bool folds, struct arena *arena)
{
    bool is_path = (query->kinds & KIND_PATH) != 0;
    if (is_path && !is_plain_path(text)) {
        /* Whoever made this demand did not resolve it, so nobody knows what it is. */
        query->resource = RESOURCE_UNKNOWN;
        return;
    }
    bool is_folded = is_path && folds;
    query->needs_raw = query->needs_raw || (is_folded && !text_is_ascii(text));
    query->forms[query->form_count++] = (struct form){text, is_folded ? glob_fold(arena, text) : text};
}

void query_init(struct query *query, const struct demand *demand, bool folds, struct arena *arena)
{
    *query = (struct query){.demand = demand, .resource = demand->resource.kind};
    for (size_t i = 0; i < demand->name_count; i++) {
        query->kinds |= 1U << pattern_scope_kind(demand->names[i]);
        query->is_configure = query->is_configure || text_equal(demand->names[i], TEXT("aex.configure"));
    }
    if ((query->kinds & (KIND_PATH | KIND_HOST)) != 0) {
        query->kinds &= ~(unsigned)KIND_TEXT;
    }
    if (query->resource != RESOURCE_KNOWN && query->resource != RESOURCE_SET) {
        return;
    }
    add_form(query, demand->resource.value, folds, arena);
    struct text resolved = demand->resource.resolved;
    if (resolved.size != 0 && !text_equal(resolved, demand->resource.value)) {
        add_form(query, resolved, folds, arena);
    }
}

/* Whether the rule is about all that is listed, so that no member needs to be there. */
static bool covers_listing(const struct entry *entry, const struct query *query)
{
    for (size_t i = 0; i < query->form_count; i++) {
        if (entry->kind == SCOPE_PATH && query->demand->lists_names &&
            glob_covers_path(entry->glob, query->forms[i].folded)) {
            return true;
        }
    }
    return false;
}

static bool restricts_form(const struct entry *entry, const struct query *query, const struct form *form)
{
    bool is_set = query->resource == RESOURCE_SET;
    switch (entry->kind) {
    case SCOPE_PATH:
        if (is_set) {
            return glob_overlaps_path(entry->glob, form->folded) ||
                   (query->needs_raw && glob_overlaps_path(entry->raw, form->text));
        }
        return glob_matches_path(entry->glob, form->folded) ||
               (query->needs_raw && glob_matches_path(entry->raw, form->text));
    case SCOPE_HOST:
        return is_set ? glob_overlaps_host(entry->glob, form->text)
                      : glob_may_match_host(entry->glob, form->text);
    case SCOPE_TEXT:
        return is_set ? glob_overlaps_text(entry->glob, form->text)
                      : glob_matches_text(entry->glob, form->text);
    case SCOPE_NONE:
        break;
    }
    return true;
}

bool entry_restricts(const struct entry *entry, const struct query *query)
{
    if ((entry->applies_to & query->kinds) == 0) {
        return false;
    }
    if (query->demand->members_follow && entry->kind != SCOPE_NONE) {
        return covers_listing(entry, query);
    }
    if (query->resource != RESOURCE_KNOWN && query->resource != RESOURCE_SET) {
        return true;
    }
    for (size_t i = 0; i < query->form_count; i++) {
        if (restricts_form(entry, query, &query->forms[i])) {
            return true;
        }
    }
    return false;
}

static bool is_within(struct text path, struct text folder)
{
    return text_starts_with(path, folder) &&
           (path.size == folder.size || folder.size == 1 || path.data[folder.size] == '/');
}

static bool allows_unscoped(const struct entry *entry, const struct compiled_layer *layer,
                            const struct query *query, size_t form)
{
    if (!entry->is_inside_anchor || (query->kinds & KIND_PATH) == 0) {
        return true;
    }
    switch (query->resource) {
    case RESOURCE_NONE:
        return true;
    case RESOURCE_KNOWN:
        return layer->layer->anchor.size != 0 && is_within(query->forms[form].text, layer->layer->anchor);
    case RESOURCE_SET:
        return layer->anchor_glob.size != 0 && glob_covers_path(layer->anchor_glob, query->forms[form].text);
    case RESOURCE_UNKNOWN:
        break;
    }
    return false;
}

bool entry_allows(const struct entry *entry, const struct compiled_layer *layer, const struct query *query,
                  size_t form)
{
    if ((entry->applies_to & query->kinds) == 0) {
        return false;
    }
    if (entry->kind == SCOPE_NONE) {
        return allows_unscoped(entry, layer, query, form);
    }
    bool is_set = query->resource == RESOURCE_SET;
    if (!is_set && query->resource != RESOURCE_KNOWN) {
        return entry->is_everything;
    }
    struct text text = query->forms[form].text;
    switch (entry->kind) {
    case SCOPE_PATH:
        return is_set ? glob_covers_path(entry->glob, text) : glob_matches_path(entry->glob, text);
    case SCOPE_HOST:
        return is_set ? glob_covers_host(entry->glob, text) : glob_matches_host(entry->glob, text);
    case SCOPE_TEXT:
        return is_set ? glob_covers_text(entry->glob, text) : glob_matches_text(entry->glob, text);
    case SCOPE_NONE:
        break;
    }
    return false;
}
