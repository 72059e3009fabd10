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

/* The line's demand, about one of its commands. */
static struct demand command_demand(const struct demand *line, const struct shell_command *command)
{
    struct demand demand = *line;
    demand.shell = SHELL_COMMAND;
    demand.allowed_unless_denied = false;
    demand.resource = (struct resource){.kind = command->text.size > 0 ? RESOURCE_KNOWN : RESOURCE_UNKNOWN,
                                        .value = command->text};
    demand.source = command->source;
    demand.note = command->note;
    demand.commands = (struct shell_command_vector){0};
    return demand;
}

/* What the policy says of a command line by its rules about shell.exec. */
struct line_permission {
    const struct demand *line; /* NULL: there is none, so that nothing is a part of it */
    bool is_matched;           /* some rule allows it, if only by a wildcard that takes in all of it */
    bool is_whole;             /* allowed as it stands, with all that its parts do */
    const struct shell_command *refused; /* the first command not understood that no rule allows by itself */
};

static bool allows_command(const struct line_permission *permission, const struct policy *policy,
                           const struct shell_command *command, struct arena *arena)
{
    struct demand demand = command_demand(permission->line, command);
    return command->text.size > 0 && policy_judge(policy, &demand, 1, arena).verdict != VERDICT_DENY;
}

static struct line_permission judge_line(const struct demand_vector *demands, const struct policy *policy,
                                         struct arena *arena)
{
    struct line_permission permission = {.line = NULL};
    for (size_t i = 0; i < demands->count; i++) {
        const struct demand *demand = &demands->items[i];
        if (demand->shell == SHELL_LINE || demand->shell == SHELL_LINE_OPAQUE) {
            permission.line = demand;
        }
    }
    const struct demand *line = permission.line;
    if (line == NULL) {
        return permission;
    }
    struct demand strict = *line;
    strict.allowed_unless_denied = false;
    permission.is_matched = policy_judge(policy, &strict, 1, arena).verdict != VERDICT_DENY;
    permission.is_whole =
        permission.is_matched && (line->is_one_command || policy_allows_exactly(policy, &strict, arena));
    for (size_t i = 0; i < line->commands.count && permission.refused == NULL; i++) {
        const struct shell_command *command = &line->commands.items[i];
        permission.refused = allows_command(&permission, policy, command, arena) ? NULL : command;
    }
    return permission;
}

static bool is_part_allowed(const struct line_permission *permission, const struct policy *policy,
                            const struct demand *part, struct arena *arena)
{
    const struct shell_command command = {.text = part->command};
    return permission->line != NULL &&
           (permission->is_whole || allows_command(permission, policy, &command, arena));
}

/* Tells what of the line and its parts needs no allow. From nothing, since another policy may have settled them
 * before. */
static struct demand_vector settle_shell(const struct demand_vector *demands, const struct policy *policy,
                                         struct arena *arena)
{
    struct line_permission permission = judge_line(demands, policy, arena);
    struct demand_vector settled = {0};
    for (size_t i = 0; i < demands->count; i++) {
        struct demand demand = demands->items[i];
        if (demand.shell == SHELL_COMMAND) {
            continue;
        }
        if (demand.shell == SHELL_LINE) {
            demand.allowed_unless_denied = !permission.is_whole;
        } else if (demand.shell == SHELL_LINE_OPAQUE) {
            demand.allowed_unless_denied = !permission.is_whole && permission.refused == NULL;
        } else if (demand.shell == SHELL_PART) {
            demand.allowed_unless_denied =
                demand.is_aside || text_equal(demand.names[0], TEXT("shell.pure")) ||
                (!policy_guards(demand.names[0]) && is_part_allowed(&permission, policy, &demand, arena));
        }
        VECTOR_PUSH(arena, &settled, demand);
        /* The command that a wildcard must not take in. */
        if (demand.shell == SHELL_LINE_OPAQUE && permission.is_matched && !permission.is_whole &&
            permission.refused != NULL) {
            VECTOR_PUSH(arena, &settled, command_demand(&demand, permission.refused));
        }
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
