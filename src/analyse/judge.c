/* SPDX-License-Identifier: Apache-2.0 */
#include "analyse/judge.h"

#include "os/path.h"

/* The folder a demand acts in, by one form of its resource. */
static struct text folder_of(const struct demand *demand, struct text form, struct text working_folder)
{
    bool is_path = form.size > 0 && form.data[0] == '/' && pattern_scope_kind(demand->names[0]) == SCOPE_PATH;
    if (!is_path) {
        return working_folder;
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

/* The policies of every folder that some demand acts in. A demand without a place acts in the working folder.
 */
static bool find_nested(struct call_judgement *judgement, const struct workspace *workspace,
                        const struct demand_context *context, struct arena *arena, struct error *err)
{
    for (size_t i = 0; i < judgement->demands.count; i++) {
        const struct demand *demand = &judgement->demands.items[i];
        const struct text forms[] = {demand->resource.value, demand->resource.resolved};
        size_t form_count = text_equal(forms[0], forms[1]) ? 1 : 2;
        for (size_t form = 0; form < form_count; form++) {
            struct text folder = folder_of(demand, forms[form], context->working_folder);
            if (!nested_add(workspace, folder, context->home, arena, &judgement->nested, err)) {
                return false;
            }
        }
    }
    return true;
}

/* The demands that a nested policy has a say in. Configuring is not a project's to allow, so a project's
 * silence does not forbid it either. */
static struct demand_vector demands_in(const struct demand_vector *demands, struct text folder,
                                       struct text working_folder, struct arena *arena)
{
    struct demand_vector inside = {0};
    for (size_t i = 0; i < demands->count; i++) {
        const struct demand *demand = &demands->items[i];
        bool is_inside = path_is_within(folder_of(demand, demand->resource.value, working_folder), folder) ||
                         path_is_within(folder_of(demand, demand->resource.resolved, working_folder), folder);
        if (is_inside && !text_equal(demand->names[0], TEXT("aex.configure"))) {
            VECTOR_PUSH(arena, &inside, *demand);
        }
    }
    return inside;
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
    if (!find_nested(&judgement, workspace, context, arena, err)) {
        return false;
    }
    for (size_t i = 0; i < judgement.nested.count; i++) {
        const struct nested_policy *nested = &judgement.nested.items[i];
        struct demand_vector inside =
            demands_in(&judgement.demands, nested->folder, context->working_folder, arena);
        if (inside.count == 0) {
            continue;
        }
        inside = demand_settle_shell(&inside, nested->policy, arena);
        struct decision decision = policy_judge(nested->policy, inside.items, inside.count, arena);
        if (decision.verdict > judgement.decision.verdict) {
            judgement.decision = decision;
        }
    }
    *ret_judgement = judgement;
    return true;
}
