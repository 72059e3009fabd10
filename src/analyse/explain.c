/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/explain.h"

#include <assert.h>

#include "analyse/refusal.h"
#include "policy/message.h"

/* The rule behind a verdict, as it is written: `deny network.*`. */
static struct text rule_text(const struct rule *rule, struct arena *arena)
{
    static const char *const words[] = {"allow", "deny", "confirm before"};
    return text_format(arena, "%s %.*s", words[rule->kind], TEXT_ARG(rule->pattern.source));
}

static struct text why(const struct decision *decision, const struct demand *demand, struct arena *arena)
{
    if (decision->rule != NULL) {
        return text_format(arena, "%.*s (%.*s)", TEXT_ARG(rule_text(decision->rule, arena)),
                           TEXT_ARG(message_rule_place(decision, arena)));
    }
    if (decision->reason == REASON_NOT_ALLOWED && decision->layer != NULL) {
        return text_format(arena, "no rule of %.*s allows it", TEXT_ARG(decision->layer->file));
    }
    if (decision->verdict == VERDICT_ALLOW && demand->tool != 0 && !demand->allowed_unless_denied) {
        return TEXT("allowed in other words, by a `map`");
    }
    return decision->verdict == VERDICT_ALLOW ? TEXT("needs no rule") : TEXT("nothing is known about it");
}

/* What to write, and where, for the other outcome. */
static struct text change(const struct decision *decision, const struct workspace *workspace,
                          struct arena *arena)
{
    if (decision->demand == NULL) {
        return TEXT("");
    }
    /* Scopes start at their own layer's folder. */
    struct text folder = decision->layer == NULL ? workspace->root : decision->layer->anchor;
    struct text demand = message_demand(decision->demand, folder, arena);
    struct text name = decision->demand->names[0];
    struct text place = message_rule_place(decision, arena);
    switch (decision->reason) {
    case REASON_DENY_LIST:
        return text_format(arena, "Remove or narrow \"%.*s\" at %.*s.",
                           TEXT_ARG(rule_text(decision->rule, arena)), TEXT_ARG(place));
    case REASON_NOT_ALLOWED:
        assert(decision->demand != NULL && decision->layer != NULL);
        if (text_equal(name, TEXT("aex.configure"))) {
            return TEXT("None in this workspace: it is part of the boundary, which a person changes outside "
                        "the agent.");
        }
        /* A whole command line is no scope to write down. */
        return text_format(arena, "Add \"allow %.*s\" to %.*s.",
                           TEXT_ARG(decision->demand->resource.kind == RESOURCE_UNKNOWN ||
                                            decision->demand->shell == SHELL_LINE_OPAQUE
                                        ? name
                                        : demand),
                           TEXT_ARG(decision->layer->file));
    case REASON_CONFIRM_REQUIRED:
        return text_format(arena, "Remove or narrow \"%.*s\" at %.*s, and it runs without a question.",
                           TEXT_ARG(rule_text(decision->rule, arena)), TEXT_ARG(place));
    case REASON_BUDGET_EXHAUSTED:
    case REASON_NONE:
        break;
    }
    return text_format(arena, "\"deny %.*s\" in %.*s would refuse it.", TEXT_ARG(demand),
                       TEXT_ARG(workspace->layers.items[workspace->layers.count - 1].file));
}

static struct text remedy(const struct explanation *explanation, struct arena *arena)
{
    return refusal_remedy(explanation->agent, explanation->call, explanation->judgement, explanation->workspace,
                          explanation->context, arena);
}

struct text explain_text(const struct explanation *explanation, struct arena *arena)
{
    const struct call_judgement *judgement = explanation->judgement;
    const struct workspace *workspace = explanation->workspace;
    const struct decision *decision = &judgement->decision;
    struct builder out;
    builder_init(&out, arena);
    builder_format(&out, "%.*s: %s\n", TEXT_ARG(explanation->call->tool), verdict_name(decision->verdict));
    if (workspace->trust == TRUST_NEVER) {
        builder_format(
            &out,
            "\nNobody has accepted %.*s yet: until a person runs `aex trust`, the gate refuses every "
            "call.\n",
            TEXT_ARG(workspace->policy_file));
    }
    struct text part = refusal_excerpt(decision, arena);
    if (part.size > 0) {
        builder_format(&out, "\n%.*s\n", TEXT_ARG(part));
    }
    struct text pass = remedy(explanation, arena);
    if (pass.size > 0) {
        builder_format(&out, "%.*s\n", TEXT_ARG(pass));
    }
    if (judgement->demands.count > 0) {
        builder_add_c(&out, "\nIt demands:\n");
    }
    for (size_t i = 0; i < judgement->demands.count; i++) {
        const struct demand *demand = &judgement->demands.items[i];
        struct decision alone = analyse_alone(judgement, i, workspace, arena);
        builder_format(&out, "  %-6s %.*s", verdict_name(alone.verdict),
                       TEXT_ARG(message_demand(demand, workspace->root, arena)));
        if (demand->layer != NULL) {
            builder_format(&out, "   (as mapped by %.*s)", TEXT_ARG(demand->layer->file));
        }
        builder_format(&out, "\n         %.*s\n", TEXT_ARG(why(&alone, demand, arena)));
    }
    struct text advice = change(decision, workspace, arena);
    if (advice.size > 0) {
        builder_format(&out, "\nWhat would change it:\n  %.*s\n", TEXT_ARG(advice));
    }
    return builder_text(&out);
}

static void write_decision(struct json_writer *writer, const struct decision *decision, struct arena *arena)
{
    json_member_string(writer, TEXT("decision"), text_of(verdict_name(decision->verdict)));
    json_key(writer, TEXT("reason"));
    if (decision->reason == REASON_NONE) {
        json_null(writer);
    } else {
        json_string(writer, text_of(reason_code(decision->reason)));
    }
    json_key(writer, TEXT("rule"));
    if (decision->rule == NULL) {
        json_null(writer);
    } else {
        json_string(writer, message_rule_place(decision, arena));
    }
}

static void write_part(struct json_writer *writer, const struct explanation *explanation, struct arena *arena)
{
    struct text pass = remedy(explanation, arena);
    if (refusal_excerpt(&explanation->judgement->decision, arena).size > 0) {
        const struct demand_source *source = &explanation->judgement->decision.demand->source;
        json_key(writer, TEXT("part"));
        json_begin_object(writer);
        json_member_integer(writer, TEXT("start"), (int64_t)source->start);
        json_member_integer(writer, TEXT("end"), (int64_t)source->end);
        json_end_object(writer);
    }
    if (pass.size > 0) {
        json_member_string(writer, TEXT("remedy"), pass);
    }
}

void explain_json(struct json_writer *writer, const struct explanation *explanation, struct arena *arena)
{
    const struct call_judgement *judgement = explanation->judgement;
    const struct workspace *workspace = explanation->workspace;
    json_begin_object(writer);
    json_member_string(writer, TEXT("tool"), explanation->call->tool);
    write_decision(writer, &judgement->decision, arena);
    write_part(writer, explanation, arena);
    json_key(writer, TEXT("demands"));
    json_begin_array(writer);
    for (size_t i = 0; i < judgement->demands.count; i++) {
        const struct demand *demand = &judgement->demands.items[i];
        struct decision alone = analyse_alone(judgement, i, workspace, arena);
        json_begin_object(writer);
        json_key(writer, TEXT("names"));
        json_begin_array(writer);
        for (size_t name = 0; name < demand->name_count; name++) {
            json_string(writer, demand->names[name]);
        }
        json_end_array(writer);
        json_member_string(writer, TEXT("demand"), message_demand(demand, workspace->root, arena));
        write_decision(writer, &alone, arena);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_member_string(writer, TEXT("change"), change(&judgement->decision, workspace, arena));
    json_end_object(writer);
}
