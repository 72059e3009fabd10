/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "policy/internal.h"

const char *reason_code(enum reason reason)
{
    switch (reason) {
    case REASON_NONE:
        return "none";
    case REASON_DENY_LIST:
        return "deny_list";
    case REASON_NOT_ALLOWED:
        return "not_allowed";
    case REASON_BUDGET_EXHAUSTED:
        return "budget_exhausted";
    case REASON_CONFIRM_REQUIRED:
        return "confirm_required";
    }
    abort(); /* no reason */
}

const char *verdict_name(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_ALLOW:
        return "allow";
    case VERDICT_ASK:
        return "ask";
    case VERDICT_DENY:
        return "deny";
    }
    abort(); /* no verdict */
}

bool policy_guards(struct text capability)
{
    return text_equal(capability, TEXT("secrets.read")) || text_equal(capability, TEXT("aex.configure"));
}

bool policy_call_budget(const struct policy *policy, uint64_t *ret_calls, const struct layer **ret_layer)
{
    const struct layer *smallest = NULL;
    for (size_t i = 0; i < policy->count; i++) {
        const struct layer *layer = policy->layers[i].layer;
        if (layer->has_call_budget && (smallest == NULL || layer->call_budget < smallest->call_budget)) {
            smallest = layer;
        }
    }
    if (smallest == NULL) {
        return false;
    }
    *ret_calls = smallest->call_budget;
    *ret_layer = smallest;
    return true;
}

struct decision policy_apply_budget(const struct policy *policy, struct decision decision, uint64_t used)
{
    uint64_t calls;
    const struct layer *layer;
    if (decision.verdict == VERDICT_DENY || decision.is_free || !policy_call_budget(policy, &calls, &layer) ||
        used < calls) {
        return decision;
    }
    return (struct decision){.verdict = VERDICT_DENY, .reason = REASON_BUDGET_EXHAUSTED, .layer = layer};
}

size_t policy_layer_count(const struct policy *policy)
{
    return policy->count;
}

const struct layer *policy_layer(const struct policy *policy, size_t index)
{
    return policy->layers[index].layer;
}

bool policy_redacts(const struct policy *policy)
{
    for (size_t i = 0; i < policy->count; i++) {
        if (policy->layers[i].layer->redacts_secrets) {
            return true;
        }
    }
    return false;
}

bool policy_folds(const struct policy *policy)
{
    for (size_t i = 0; i < policy->count; i++) {
        const size_t *counts = policy->layers[i].rule_counts;
        if (counts[RULE_DENY] + counts[RULE_CONFIRM] > 0) {
            return true;
        }
    }
    return false;
}
