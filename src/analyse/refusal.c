/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/refusal.h"

#include "base/visible.h"
#include "policy/message.h"
#include "redact/excerpt.h"
#include "redact/redact.h"
#include "shell/shell.h"

static bool has_source(const struct decision *decision)
{
    return decision->verdict != VERDICT_ALLOW && decision->demand != NULL &&
           decision->demand->source.line.size > 0;
}

struct text refusal_excerpt(const struct decision *decision, struct arena *arena)
{
    if (!has_source(decision)) {
        return (struct text){0};
    }
    const struct demand_source *source = &decision->demand->source;
    return excerpt(arena, source->line, source->start, source->end);
}

/* ---- Other parts of the line that pass ---- */

/* Where the tool takes its command line; NULL: nowhere. */
static const char *command_argument(const struct agent *agent, struct text name)
{
    const struct tool *tool = agent_find_tool(agent, name);
    for (size_t i = 0; tool != NULL && i < TOOL_EFFECTS && tool->effects[i].capability != NULL; i++) {
        if (tool->effects[i].kind == ARGUMENT_COMMAND) {
            return tool->effects[i].argument;
        }
    }
    return NULL;
}

struct refusal {
    const struct agent *agent;
    const struct hook_call *call;
    const struct workspace *workspace;
    const struct demand_context *context;
    struct arena *arena;
    const char *argument;
};

static bool passes_alone(const struct refusal *refusal, struct text command)
{
    struct json_member member = {.name = text_of(refusal->argument),
                                 .value = {.type = JSON_STRING, .text = command}};
    struct json arguments = {.type = JSON_OBJECT, .count = 1, .members = &member};
    struct hook_call call = *refusal->call;
    struct call_judgement judgement;
    struct error err;
    call.arguments = &arguments;
    return analyse_call(refusal->agent, &call, refusal->workspace, refusal->context, refusal->arena, &judgement,
                        &err) &&
           judgement.decision.verdict == VERDICT_ALLOW;
}

static bool overlaps(struct shell_range range, const struct demand_source *source)
{
    return range.start < source->end && source->start < range.end;
}

/* `cd` and `echo` pass everywhere: saying so helps nobody. Where git would have to be asked what it changes,
 * the help is not worth the wait. */
static bool is_worth_trying(const struct shell_analysis *analysis, size_t part)
{
    bool does_something = false;
    for (size_t i = 0; i < analysis->demands.count; i++) {
        const struct shell_demand *demand = &analysis->demands.items[i];
        if (demand->part == part && demand->kind == SHELL_RESOURCE_CHANGED) {
            return false;
        }
        does_something =
            does_something || (demand->part == part && !text_equal(demand->capability, TEXT("shell.pure")));
    }
    return does_something;
}

/* Appends up to three parts that pass as command lines of their own; how many there were. */
static size_t add_passing_parts(const struct refusal *refusal, const struct demand_source *source,
                                struct builder *out)
{
    enum { MOST_LISTED = 3, MOST_TRIED = 8, LONGEST = 60 };
    const struct shell_context where = {.cwd = refusal->context->working_folder,
                                        .home = refusal->context->home,
                                        .root = refusal->context->root};
    struct shell_analysis analysis;
    struct error err;
    size_t listed = 0;
    size_t tried = 0;
    size_t behind = 0;
    if (!shell_analyse(source->line, &where, refusal->arena, &analysis, &err)) {
        return 0;
    }
    for (size_t i = 0; i < analysis.parts.count && listed < MOST_LISTED && tried < MOST_TRIED; i++) {
        struct shell_range range = analysis.parts.items[i].range;
        bool is_new = range.start >= behind && range.end > range.start && range.end - range.start <= LONGEST;
        if (!is_new || overlaps(range, source) || !is_worth_trying(&analysis, i)) {
            continue;
        }
        struct text command = text_slice(source->line, range.start, range.end);
        behind = range.end;
        tried++;
        if (passes_alone(refusal, command)) {
            builder_add_c(out, listed++ == 0 ? "" : "; ");
            builder_add_visible(out, redact_text(refusal->arena, command));
        }
    }
    return listed;
}

/* ---- What a person could add ---- */

static bool is_same_part(const struct demand_source *a, const struct demand_source *b)
{
    return a->start == b->start && a->end == b->end;
}

/* The rules that the part lacks, or empty when no rule would help. */
static struct text missing_rules(const struct call_judgement *judgement, const struct workspace *workspace,
                                 struct arena *arena)
{
    enum { MOST_LISTED = 4 };
    const struct decision *decision = &judgement->decision;
    struct builder out;
    size_t listed = 0;
    builder_init(&out, arena);
    if (decision->demand->shell == SHELL_LINE_OPAQUE) {
        return decision->demand->names[0]; /* it opens what the parts demand too */
    }
    for (size_t i = 0; i < judgement->demands.count; i++) {
        const struct demand *demand = &judgement->demands.items[i];
        struct decision alone = policy_judge(workspace->policy, demand, 1, arena);
        if (!is_same_part(&demand->source, &decision->demand->source) || alone.verdict != VERDICT_DENY) {
            continue;
        }
        bool is_guarded = policy_guards(demand->names[0]);
        if (alone.reason != REASON_NOT_ALLOWED || alone.layer != decision->layer || is_guarded ||
            listed == MOST_LISTED) {
            return TEXT("");
        }
        bool is_narrow = demand->resource.kind == RESOURCE_KNOWN || demand->resource.kind == RESOURCE_SET;
        struct text rule = is_narrow ? message_demand(demand, workspace->root, arena) : demand->names[0];
        /* A loop is followed more than once, and says the same each time. */
        if (!text_contains(builder_text(&out), rule)) {
            builder_format(&out, "%s%.*s", listed++ == 0 ? "" : ", ", TEXT_ARG(rule));
        }
    }
    return builder_text(&out);
}

struct text refusal_remedy(const struct agent *agent, const struct hook_call *call,
                           const struct call_judgement *judgement, const struct workspace *workspace,
                           const struct demand_context *context, struct arena *arena)
{
    const struct decision *decision = &judgement->decision;
    const struct refusal refusal = {agent,   call,  workspace,
                                    context, arena, command_argument(agent, call->tool)};
    if (!has_source(decision) || decision->verdict != VERDICT_DENY || refusal.argument == NULL) {
        return (struct text){0};
    }
    struct builder out;
    builder_init(&out, arena);
    builder_add_c(&out, "What would pass: ");
    if (add_passing_parts(&refusal, &decision->demand->source, &out) == 0) {
        builder_add_c(&out, decision->demand->shell == SHELL_LINE_OPAQUE
                                ? "a line whose every part is understood and allowed"
                                : "a line without this part");
    }
    struct text missing =
        decision->reason == REASON_NOT_ALLOWED ? missing_rules(judgement, workspace, arena) : TEXT("");
    if (missing.size > 0) {
        builder_format(&out, "; or this part, once a person has added \"allow %.*s\" to %.*s",
                       TEXT_ARG(missing), TEXT_ARG(decision->layer->file));
    }
    builder_add_char(&out, '.');
    return builder_text(&out);
}
