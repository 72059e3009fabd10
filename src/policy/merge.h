/* SPDX-License-Identifier: Apache-2.0 */
/* Several layers as one: what is left when they are met, for people to read (`aex effective`) and for laws to
 * be tested on. allow = intersection of languages, deny = union, confirm = union, budget = minimum.
 *
 * Deciding a demand with one name by the merged policy gives what the layers give. (With several names one
 * layer may allow it by one and the next by another; that is no language of names any more, so decisions are
 * made on the layers.) */
#ifndef AEX_POLICY_MERGE_H
#define AEX_POLICY_MERGE_H

#include "policy/policy.h"

// An allow that is left: all of its patterns must match (`file.write:src/**` with `file.write:**/*.c`). Where
// one pattern of a pair covers the other only the narrower is kept, so there is usually just one.
struct merged_allow {
    const struct rule **rules;
    const struct layer **layers; /* where each of them stands */
    size_t count;
};

VECTOR_DECLARE(merged_allow_vector, struct merged_allow);
VECTOR_DECLARE(rule_pointer_vector, const struct rule *);

struct merged_policy {
    bool allows_everything;           /* no layer has an allow list: only aex.configure needs one */
    struct merged_allow_vector allow; /* without those that another one covers */
    struct rule_pointer_vector deny;  /* without those that another one covers */
    struct rule_pointer_vector confirm;
    bool has_call_budget;
    uint64_t call_budget;
    const struct layer *budget_layer;
};

/* The layers must outlive the result. A scope that policy_compile would refuse allows nothing, and stays listed
 * where it denies or asks. */
void policy_merge(const struct layer *layers, size_t count, struct arena *arena,
                  struct merged_policy *ret_merged);

// How a merged allow is written: `file.write:src/**`, or with both constraints `file.write:src/** & **/*.c`.
struct text merged_allow_text(const struct merged_allow *allow, struct arena *arena);

#endif
