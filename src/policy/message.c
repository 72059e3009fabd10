/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/message.h"

#include <inttypes.h>

#include "base/visible.h"

enum { LONGEST_NOTE = 300 };

/* At most `most` bytes of the first line, cut between code points, fit to be shown. */
static struct text cut(struct text text, size_t most, struct arena *arena)
{
    size_t end = text_find_char(text, '\n');
    if (end == TEXT_NOT_FOUND) {
        end = text.size;
    }
    if (end > most) {
        end = most;
        while (end > 0 && ((unsigned char)text.data[end] & 0xC0U) == 0x80) {
            end--;
        }
    }
    struct builder out;
    builder_init(&out, arena);
    builder_add_visible(&out, text_slice(text, 0, end));
    builder_add_c(&out, end == text.size ? "" : "...");
    return builder_text(&out);
}

struct text message_demand(const struct demand *demand, struct text root, struct arena *arena)
{
    enum { LONGEST_RESOURCE = 100 };
    struct text name = demand->names[0];
    struct text value = demand->resource.value;
    switch (demand->resource.kind) {
    case RESOURCE_NONE:
        return name;
    case RESOURCE_UNKNOWN:
        return text_starts_with(name, TEXT("mcp.")) || text_starts_with(name, TEXT("unknown."))
                   ? name
                   : text_format(arena, "%.*s (of something unknown)", TEXT_ARG(name));
    case RESOURCE_KNOWN:
    case RESOURCE_SET:
        break;
    }
    if (value.size > root.size && text_starts_with(value, root) && value.data[root.size] == '/') {
        value = text_after(value, root.size + 1);
    }
    return text_format(arena, "%.*s:%.*s", TEXT_ARG(name), TEXT_ARG(cut(value, LONGEST_RESOURCE, arena)));
}

struct text message_rule_place(const struct decision *decision, struct arena *arena)
{
    if (decision->reason == REASON_BUDGET_EXHAUSTED && decision->layer != NULL) {
        return text_format(arena, "%.*s:%zu", TEXT_ARG(decision->layer->budget_file),
                           decision->layer->budget_line);
    }
    if (decision->rule == NULL) {
        return TEXT("");
    }
    return text_format(arena, "%.*s:%zu", TEXT_ARG(decision->rule->file), decision->rule->line);
}

static const char *rule_word(enum rule_kind kind)
{
    static const char *const words[] = {"allow", "deny", "confirm before"};
    return words[kind];
}

/* The capabilities a layer allows, for the agent to choose from. */
static struct text allowed_list(const struct layer *layer, struct arena *arena)
{
    enum { MOST_LISTED = 12 };
    struct builder out;
    builder_init(&out, arena);
    size_t listed = 0;
    for (size_t i = 0; i < layer->rules.count; i++) {
        const struct rule *rule = &layer->rules.items[i];
        if (rule->kind != RULE_ALLOW) {
            continue;
        }
        if (listed == MOST_LISTED) {
            builder_add_c(&out, ", ...");
            break;
        }
        builder_format(&out, "%s%.*s", listed++ == 0 ? "" : ", ", TEXT_ARG(rule->pattern.source));
    }
    return listed == 0 ? TEXT("nothing") : builder_text(&out);
}

static void add_not_allowed(struct builder *out, const struct decision *decision, struct text demand,
                            struct arena *arena)
{
    struct text name = decision->demand->names[0];
    if (text_equal(name, TEXT("aex.configure"))) {
        builder_format(
            out,
            "%.*s: this file holds or loads the boundary that is in force, so only a person may change it, "
            "outside the agent. Leave it as it is, and say what you would have changed.",
            TEXT_ARG(demand));
        return;
    }
    builder_format(out, "%.*s is not allowed by %.*s (it allows %.*s).", TEXT_ARG(demand),
                   TEXT_ARG(decision->layer->file), TEXT_ARG(allowed_list(decision->layer, arena)));
    if (decision->demand->note.size > 0) {
        builder_format(out, " Without it, every part has to be understood, and this one is not: %.*s.",
                       TEXT_ARG(cut(decision->demand->note, LONGEST_NOTE, arena)));
    }
    if (text_equal(name, TEXT("secrets.read"))) {
        builder_add_c(
            out, " This file, or one in this folder, holds secrets. Name a narrower path, or work without it.");
    } else {
        builder_add_c(out, " Use what is allowed, or ask the person to add a rule.");
    }
}

struct text message_for_agent(const struct decision *decision, struct text tool, struct text root, bool can_ask,
                              struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    bool asks = decision->verdict == VERDICT_ASK && can_ask;
    builder_format(&out, "aex %s %.*s: ", asks ? "asks about" : "refused", TEXT_ARG(tool));
    if (decision->demand == NULL && decision->reason != REASON_BUDGET_EXHAUSTED) {
        builder_add_c(&out, "nothing is known about what it does.");
        return builder_text(&out);
    }
    struct text demand = decision->demand == NULL ? TEXT("") : message_demand(decision->demand, root, arena);
    struct text place = message_rule_place(decision, arena);
    switch (decision->reason) {
    case REASON_NOT_ALLOWED:
        add_not_allowed(&out, decision, demand, arena);
        break;
    case REASON_BUDGET_EXHAUSTED:
        builder_format(&out,
                       "the budget of %" PRIu64
                       " calls (%.*s) is used up. Stop here and report; a person can raise it.",
                       decision->layer->call_budget, TEXT_ARG(place));
        break;
    case REASON_DENY_LIST:
    case REASON_CONFIRM_REQUIRED:
    case REASON_NONE:
        builder_format(&out, "%.*s matches \"%s %.*s\" (%.*s).", TEXT_ARG(demand),
                       rule_word(decision->rule->kind), TEXT_ARG(decision->rule->pattern.source),
                       TEXT_ARG(place));
        if (decision->reason == REASON_DENY_LIST) {
            builder_add_c(&out, " Do not try it another way; ask the person if it is needed.");
        } else if (!can_ask) {
            builder_add_c(
                &out, " A person has to confirm it and this agent cannot ask one: stop, say what you wanted to "
                      "do and why, and let the person do it or change the rule.");
        }
        break;
    }
    return builder_text(&out);
}

struct text message_map(const struct tool_map *map, struct arena *arena)
{
    return text_format(arena, "%.*s%s%.*s as %.*s%s%.*s", TEXT_ARG(map->tool), map->server.size > 0 ? "@" : "",
                       TEXT_ARG(map->server), TEXT_ARG(map->capability), map->argument.size > 0 ? ":args." : "",
                       TEXT_ARG(map->argument));
}
