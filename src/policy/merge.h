/* SPDX-License-Identifier: Apache-2.0 */
/* Several layers as one: what is left when they are met, for people to read (`aex effective`) and for laws to
 * be tested on. allow = intersection of languages, deny = union, confirm = union, budget = minimum. */
#ifndef AEX_POLICY_MERGE_H
#define AEX_POLICY_MERGE_H

#include "policy/policy.h"

// An allow that is left: all of its patterns must match (`file.write:src/**` with `file.write:**/*.c`). Where
// one pattern of a pair covers the other only the narrower is kept, so there is usually just one.
struct merged_allow {
    const struct rule **rules;
    size_t count;
};

VECTOR_DECLARE(merged_allow_vector, struct merged_allow);
VECTOR_DECLARE(rule_pointer_vector, const struct rule *);

struct merged_policy {
    struct merged_allow_vector allow; /* without those that another one covers */
    struct rule_pointer_vector deny;  /* without those that another one covers */
    struct rule_pointer_vector confirm;
    bool has_call_budget;
    uint64_t call_budget;
    const struct layer *budget_layer;
};

void policy_merge(const struct layer *layers, size_t count, struct arena *arena,
                  struct merged_policy *ret_merged);

// How a merged allow is written: `file.write:src/**`, or with both constraints `file.write:src/** & **/*.c`.
struct text merged_allow_text(const struct merged_allow *allow, struct arena *arena);

#endif
