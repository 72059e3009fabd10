/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/judge.h"

#include "demand/arrivals.h"
#include "demand/map.h"

/* Whether a deny or confirm rule met a set as a whole, so that a look at its members could clear it. */
static bool turns_on_set(const struct decision *decision)
{
    return decision->demand != NULL && decision->demand->resource.kind == RESOURCE_SET &&
           !decision->demand->members_follow && decision->rule != NULL && decision->rule->kind != RULE_ALLOW &&
           arrivals_tell_members(decision->demand) && decision->rule->pattern.scope_kind != SCOPE_NONE &&
           decision->demand->resource.resolved.size > 0;
}

/* The demands with one set replaced by itself and its members. False when the set is too large to look into. */
static bool expand(struct demand_vector *demands, const struct demand *set, struct arena *arena)
{
    struct demand_vector expanded = {0};
    for (size_t i = 0; i < demands->count; i++) {
        if (&demands->items[i] != set) {
            VECTOR_PUSH(arena, &expanded, demands->items[i]);
        } else if (!demand_expand_set(set, arena, &expanded)) {
            return false;
        }
    }
    *demands = expanded;
    return true;
}

static struct demand_vector settle_shell(const struct demand_vector *demands, const struct policy *policy,
                                         struct arena *arena)
{
    bool is_line_allowed = false;
    for (size_t i = 0; i < demands->count; i++) {
        const struct demand *demand = &demands->items[i];
        if (demand->shell == SHELL_LINE || demand->shell == SHELL_LINE_OPAQUE) {
            is_line_allowed = policy_judge(policy, demand, 1, arena).verdict != VERDICT_DENY;
        }
    }
    struct demand_vector settled = {0};
    for (size_t i = 0; i < demands->count; i++) {
        struct demand demand = demands->items[i];
        if (demand.shell == SHELL_LINE) {
            demand.allowed_unless_denied = !is_line_allowed;
        } else if (demand.shell == SHELL_PART) {
            /* From nothing, since another policy may have settled them before. */
            demand.allowed_unless_denied = text_equal(demand.names[0], TEXT("shell.pure")) ||
                                           (is_line_allowed && !policy_guards(demand.names[0]));
        }
        VECTOR_PUSH(arena, &settled, demand);
    }
    return settled;
}

struct decision demand_judge_built(struct demand_vector *demands, const struct policy *policy,
                                   struct arena *arena)
{
    *demands = settle_shell(demands, policy, arena);
    for (;;) {
        struct decision decision = policy_judge(policy, demands->items, demands->count, arena);
        if (!turns_on_set(&decision) || !expand(demands, decision.demand, arena)) {
            return decision;
        }
    }
}

bool demand_judge(const struct agent *agent, const struct hook_call *call, const struct policy *policy,
                  const struct demand_context *context, struct arena *arena, struct judgement *ret_judgement,
                  struct error *err)
{
    struct judgement judgement;
    if (!demand_of_call(agent, call, context, arena, &judgement.demands, err) ||
        !map_demands(&judgement.demands, NULL, call->arguments, policy, context, arena, err)) {
        return false;
    }
    judgement.decision = demand_judge_built(&judgement.demands, policy, arena);
    *ret_judgement = judgement;
    return true;
}

bool demand_protects(const struct demand_vector *demands, const struct policy *policy, struct arena *arena,
                     struct decision *ret_decision)
{
    for (size_t i = 0; i < demands->count; i++) {
        const struct demand *demand = &demands->items[i];
        if (!text_equal(demand->names[0], TEXT("aex.configure"))) {
            continue;
        }
        struct decision decision = policy_judge(policy, demand, 1, arena);
        if (decision.verdict == VERDICT_DENY) {
            *ret_decision = decision;
            return true;
        }
    }
    return false;
}
