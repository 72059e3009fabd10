/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/rules.h"

static const struct text configure = TEXT_INIT("aex.configure");

struct pattern rule_pattern(struct text word)
{
    struct pattern pattern;
    struct error ignored;
    if (!pattern_parse(word, &pattern, &ignored)) {
        pattern = (struct pattern){.source = word, .capability = word};
    }
    return pattern;
}

static void add_ancestors(struct rule_index *index, struct text capability, size_t line, struct arena *arena)
{
    enum { MOST_PARTS = 32 };
    size_t parts = 0;
    for (size_t i = 0; i <= capability.size; i++) {
        if (i < capability.size && capability.data[i] != '.') {
            continue;
        }
        if (++parts > MOST_PARTS) {
            index->is_incomplete = true;
            return;
        }
        names_add(&index->ancestors, text_slice(capability, 0, i), line, arena);
    }
}

void rule_index_add(struct rule_index *index, const struct pattern *pattern, size_t line, bool for_overlaps,
                    struct arena *arena)
{
    index->count++;
    if (pattern->is_wildcard && pattern->capability.size == 0) {
        index->all_line = index->all_line == 0 ? line : index->all_line;
        return;
    }
    names_add(pattern->is_wildcard ? &index->wildcards : &index->exact, pattern->capability, line, arena);
    if (for_overlaps) {
        add_ancestors(index, pattern->capability, line, arena);
    } else {
        index->is_incomplete = true;
    }
}

static size_t line_of(const struct name_entry *entry)
{
    return entry == NULL ? 0 : entry->value;
}

size_t rule_index_covering(const struct rule_index *index, const struct pattern *pattern)
{
    size_t line = pattern->is_wildcard ? 0 : line_of(names_find(&index->exact, pattern->capability));
    if (line > 0 || (!pattern->is_wildcard && text_equal(pattern->capability, configure))) {
        return line;
    }
    if (index->all_line > 0) {
        return index->all_line;
    }
    bool is_everything = pattern->is_wildcard && pattern->capability.size == 0;
    return is_everything ? 0 : line_of(names_find_prefix(&index->wildcards, pattern->capability));
}

bool rule_index_overlaps(const struct rule_index *index, const struct pattern *pattern)
{
    if (index->is_incomplete || rule_index_covering(index, pattern) > 0) {
        return true;
    }
    if (!pattern->is_wildcard) {
        return false;
    }
    return pattern->capability.size == 0 ? index->count > 0
                                         : names_find(&index->ancestors, pattern->capability) != NULL;
}
