/* SPDX-License-Identifier: Apache-2.0 */
#include "layers.h"

#include <stdio.h>
#include <stdlib.h>

static void add_line(struct arena *arena, struct layer *layer, struct text line, size_t number)
{
    struct text rest = line;
    struct text word;
    text_next(&rest, ' ', &word);
    struct rule rule = {.file = layer->file, .line = number};
    if (text_equal(word, TEXT("allow"))) {
        rule.kind = RULE_ALLOW;
    } else if (text_equal(word, TEXT("deny"))) {
        rule.kind = RULE_DENY;
    } else if (text_equal(word, TEXT("confirm"))) {
        rule.kind = RULE_CONFIRM;
    } else {
        layer->allows_everything |= text_equal(word, TEXT("everything"));
        layer->may_allow_configure |= text_equal(word, TEXT("configure"));
        if (text_equal(word, TEXT("anchor"))) {
            layer->anchor = rest;
        } else if (text_equal(word, TEXT("nohome"))) {
            layer->home = TEXT("");
        } else if (text_equal(word, TEXT("budget"))) {
            layer->has_call_budget = text_to_u64(rest, &layer->call_budget);
        }
        return;
    }
    struct error err;
    if (!pattern_parse(rest, &rule.pattern, &err)) {
        fprintf(stderr, "%s\n", err.message);
        abort();
    }
    VECTOR_PUSH(arena, &layer->rules, rule);
}

struct layer layer_from(struct arena *arena, const char *rules)
{
    struct layer layer = {
        .name = TEXT("test"), .file = TEXT("test.aex"), .anchor = TEXT("/ws"), .home = TEXT("/home/u")};
    struct text rest = text_copy(arena, text_of(rules));
    struct text line;
    for (size_t number = 1; text_next(&rest, '\n', &line); number++) {
        if (line.size != 0) {
            add_line(arena, &layer, line, number);
        }
    }
    return layer;
}

static void add_names(struct demand *demand, struct text names)
{
    if (text_starts_with(names, TEXT("-"))) {
        demand->allowed_unless_denied = true;
        demand->is_free = true;
        names = text_after(names, 1);
    }
    if (text_ends_with(names, TEXT("!"))) {
        demand->is_sanitised = true;
        names.size--;
    }
    struct text name;
    while (demand->name_count < DEMAND_NAMES && text_next(&names, ',', &name)) {
        demand->names[demand->name_count++] = name;
    }
}

struct demand demand_from(struct arena *arena, const char *line)
{
    struct demand demand = {.name_count = 0};
    struct text rest = text_copy(arena, text_of(line));
    struct text word;
    text_next(&rest, ' ', &word);
    add_names(&demand, word);
    if (!text_next(&rest, ' ', &word)) {
        return demand;
    }
    demand.resource.kind = word.data[0] == '='   ? RESOURCE_KNOWN
                           : word.data[0] == '~' ? RESOURCE_SET
                                                 : RESOURCE_UNKNOWN;
    demand.resource.value = TEXT("");
    demand.resource.resolved = TEXT("");
    if (text_next(&rest, ' ', &demand.resource.value)) {
        text_next(&rest, ' ', &demand.resource.resolved);
    }
    return demand;
}

struct decision judge(struct arena *arena, const struct layer *layers, size_t layer_count,
                      const struct demand *demands, size_t demand_count)
{
    const struct policy *policy;
    struct error err;
    if (!policy_compile(layers, layer_count, arena, &policy, &err)) {
        fprintf(stderr, "%s\n", err.message);
        abort();
    }
    return policy_judge(policy, demands, demand_count, arena);
}
