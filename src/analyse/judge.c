/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/judge.h"

#include "demand/map.h"
#include "os/path.h"

/* What maps are about in a call: its arguments, NULL when it calls no tool, and the server where it is known.
 */
struct mapped_call {
    const struct mcp_server *server;
    const struct json *arguments;
};

/* Where the call is made from, by both of its names. */
struct place {
    struct text lexical;
    struct text resolved;
};

/* The folder a demand acts in, by one form of its resource; empty for a demand without a place. */
static struct text folder_of(const struct demand *demand, struct text form)
{
    bool is_path = form.size > 0 && form.data[0] == '/' && pattern_scope_kind(demand->names[0]) == SCOPE_PATH;
    if (!is_path) {
        return (struct text){0};
    }
    if (demand->resource.kind == RESOURCE_SET) {
        size_t wildcard = 0;
        while (wildcard < form.size && form.data[wildcard] != '*' && form.data[wildcard] != '?') {
            wildcard++;
        }
        form = text_slice(form, 0, wildcard);
    }
    return path_parent(form);
}

/* The folder that a set starts in; empty for other demands. */
static struct text set_folder(const struct demand *demand)
{
    return demand->resource.kind == RESOURCE_SET ? folder_of(demand, demand->resource.resolved)
                                                 : (struct text){0};
}

/* The policies below the folder of one set, looked for once for all sets that start there. */
static bool find_below(struct call_judgement *judgement, size_t set, const struct workspace *workspace,
                       struct text home, struct arena *arena, struct error *err)
{
    const struct demand *demands = judgement->demands.items;
    struct text folder = set_folder(&demands[set]);
    struct text_vector globs = {0};
    for (size_t i = 0; i < judgement->demands.count; i++) {
        if (!text_equal(set_folder(&demands[i]), folder)) {
            continue;
        }
        if (i < set) {
            return true;
        }
        VECTOR_PUSH(arena, &globs, demands[i].resource.resolved);
    }
    return nested_add_below(workspace, folder, &globs, home, arena, &judgement->nested, err);
}

/* The policies of every folder that some demand acts in. A demand without a place acts in the working folder.
 */
static bool find_nested(struct call_judgement *judgement, const struct workspace *workspace, struct place place,
                        struct text home, struct arena *arena, struct error *err)
{
    struct nested_policy_vector *nested = &judgement->nested;
    struct place last = {{0}, {0}}; /* demands of one call are mostly about one folder */
    for (size_t i = 0; i < judgement->demands.count; i++) {
        const struct demand *demand = &judgement->demands.items[i];
        struct text lexical = folder_of(demand, demand->resource.value);
        struct text resolved = folder_of(demand, demand->resource.resolved);
        if (lexical.size == 0 && resolved.size == 0) {
            lexical = place.lexical;
            resolved = place.resolved;
        }
        bool is_last = i > 0 && text_equal(lexical, last.lexical) && text_equal(resolved, last.resolved);
        last = (struct place){lexical, resolved};
        if (!is_last &&
            (!nested_add(workspace, lexical, home, arena, nested, err) ||
             (!text_equal(resolved, lexical) && !nested_add(workspace, resolved, home, arena, nested, err)))) {
            return false;
        }
        if (set_folder(demand).size > 0 && !find_below(judgement, i, workspace, home, arena, err)) {
            return false;
        }
    }
    return true;
}

static bool is_inside(const struct demand *demand, struct text folder, struct place place)
{
    struct text lexical = folder_of(demand, demand->resource.value);
    struct text resolved = folder_of(demand, demand->resource.resolved);
    bool has_place = lexical.size > 0 || resolved.size > 0;
    return path_is_within(has_place ? lexical : place.lexical, folder) ||
           path_is_within(has_place ? resolved : place.resolved, folder);
}

/* Whether what a tool is mapped to has its place in the folder; then the tool by its own names, which have no
 * place, is the folder's policy's to judge too. */
static bool tool_acts_in(const struct demand_vector *demands, struct text folder, struct place place)
{
    for (size_t i = 0; i < demands->count; i++) {
        if (demands->items[i].layer != NULL && is_inside(&demands->items[i], folder, place)) {
            return true;
        }
    }
    return false;
}

/* The demands that a nested policy has a say in; of a set that starts above its folder, what is in there. What
 * a tool is mapped to and the tool by its own names go together (`tool_acts_inside`), or a policy could be left
 * with the one and not the other.
 * Configuring is not a project's to allow, so a project's silence does not forbid it either. */
static struct demand_vector demands_in(const struct demand_vector *demands, struct text folder,
                                       struct place place, bool tool_acts_inside, struct arena *arena)
{
    struct demand_vector inside = {0};
    for (size_t i = 0; i < demands->count; i++) {
        struct demand demand = demands->items[i];
        if (text_equal(demand.names[0], TEXT("aex.configure"))) {
            continue;
        }
        bool is_bare_tool = demand.tool != 0 && demand.resource.kind == RESOURCE_UNKNOWN;
        if (is_inside(&demand, folder, place) || (tool_acts_inside && is_bare_tool)) {
            VECTOR_PUSH(arena, &inside, demand);
        } else if (demand.resource.kind == RESOURCE_SET &&
                   folder_of(&demand, demand.resource.resolved).size > 0 &&
                   nested_reaches(demand.resource.resolved, folder, arena)) {
            demand.resource.value = path_join(arena, folder, TEXT("**"));
            demand.resource.resolved = demand.resource.value;
            demand.members_follow = false;
            VECTOR_PUSH(arena, &inside, demand);
        }
    }
    return inside;
}

/* The demands with what this policy maps them to, instead of what others do. */
static bool map_anew(const struct demand_vector *demands, const struct mapped_call *mapped,
                     const struct policy *policy, const struct demand_context *context, struct arena *arena,
                     struct demand_vector *ret_demands, struct error *err)
{
    struct demand_vector own = {0};
    for (size_t i = 0; i < demands->count; i++) {
        if (demands->items[i].layer == NULL) {
            VECTOR_PUSH(arena, &own, demands->items[i]);
        }
    }
    *ret_demands = own;
    return mapped->arguments == NULL ||
           map_demands(ret_demands, mapped->server, mapped->arguments, policy, context, arena, err);
}

/* Meets the workspace's own decision with those of the policies of the folders it acts in. */
static bool judge_nested(struct call_judgement *judgement, const struct mapped_call *mapped,
                         const struct workspace *workspace, const struct demand_context *context,
                         struct arena *arena, struct error *err)
{
    struct place place = {.lexical = context->working_folder};
    if (!path_resolve_below(arena, workspace->root, place.lexical, &place.resolved, err) ||
        !find_nested(judgement, workspace, place, context->home, arena, err)) {
        return false;
    }
    judgement->folder = place.lexical;
    judgement->resolved_folder = place.resolved;
    for (size_t i = 0; i < judgement->nested.count; i++) {
        const struct nested_policy *nested = &judgement->nested.items[i];
        struct demand_vector demands;
        if (!map_anew(&judgement->demands, mapped, nested->policy, context, arena, &demands, err)) {
            return false;
        }
        bool acts_inside = tool_acts_in(&judgement->demands, nested->folder, place) ||
                           tool_acts_in(&demands, nested->folder, place);
        struct demand_vector inside = demands_in(&demands, nested->folder, place, acts_inside, arena);
        if (inside.count == 0) {
            continue;
        }
        struct decision decision = demand_judge_built(&inside, nested->policy, arena);
        if (decision.verdict > judgement->decision.verdict) {
            judgement->decision = decision;
        }
    }
    return true;
}

bool analyse_call(const struct agent *agent, const struct hook_call *call, const struct workspace *workspace,
                  const struct demand_context *context, struct arena *arena,
                  struct call_judgement *ret_judgement, struct error *err)
{
    struct judgement own;
    if (!demand_judge(agent, call, workspace->policy, context, arena, &own, err)) {
        return false;
    }
    struct call_judgement judgement = {.demands = own.demands, .decision = own.decision};
    const struct mapped_call mapped = {.arguments = call->arguments};
    if (!judge_nested(&judgement, &mapped, workspace, context, arena, err)) {
        return false;
    }
    *ret_judgement = judgement;
    return true;
}

bool analyse_mcp_request(const struct mcp_server *server, struct text method, const struct json *params,
                         const struct workspace *workspace, const struct demand_context *context,
                         struct arena *arena, struct call_judgement *ret_judgement, struct error *err)
{
    struct call_judgement judgement = {.decision.verdict = VERDICT_ALLOW, .decision.is_free = true};
    if (!demand_of_mcp_request(server, method, params, workspace->policy, context, arena, &judgement.demands,
                               err)) {
        return false;
    }
    if (mcp_method_class(method) == MCP_PROTOCOL) {
        *ret_judgement = judgement;
        return true;
    }
    static const struct json no_arguments = {.type = JSON_OBJECT};
    const struct json *arguments = json_get(params, TEXT("arguments"));
    bool is_call = text_equal(method, TEXT("tools/call"));
    const struct mapped_call mapped = {
        .server = server,
        .arguments = !is_call            ? NULL
                     : arguments == NULL ? &no_arguments
                                         : arguments,
    };
    judgement.decision = demand_judge_built(&judgement.demands, workspace->policy, arena);
    if (!judge_nested(&judgement, &mapped, workspace, context, arena, err)) {
        return false;
    }
    *ret_judgement = judgement;
    return true;
}

struct decision analyse_alone(const struct call_judgement *judgement, size_t demand,
                              const struct workspace *workspace, struct arena *arena)
{
    struct place place = {judgement->folder, judgement->resolved_folder};
    const struct demand_vector *demands = &judgement->demands;
    struct demand_vector one = {&demands->items[demand], 1, 1};
    struct decision decision =
        policy_judge_one(workspace->policy, demands->items, demands->count, demand, arena);
    /* What a map of the workspace's made is that layer's alone. */
    for (size_t i = 0; demands->items[demand].layer == NULL && i < judgement->nested.count; i++) {
        const struct nested_policy *nested = &judgement->nested.items[i];
        bool acts_inside = tool_acts_in(demands, nested->folder, place);
        struct demand_vector inside = demands_in(&one, nested->folder, place, acts_inside, arena);
        if (inside.count == 0) {
            continue;
        }
        struct decision other = policy_judge(nested->policy, inside.items, 1, arena);
        if (other.verdict > decision.verdict) {
            decision = other;
        }
    }
    return decision;
}
