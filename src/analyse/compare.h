/* SPDX-License-Identifier: Apache-2.0 */
/* Two versions of a policy side by side: what the newer one allows that the older one did not. */
#ifndef AEX_ANALYSE_COMPARE_H
#define AEX_ANALYSE_COMPARE_H

#include "policy/policy.h"

VECTOR_DECLARE(change_vector, struct text);

/* Each change is one line for a person: "allows network.fetch:api.github.com (.aex/policy.aex:6)". A change
 * that cannot be shown to be harmless counts as widening. */
struct policy_changes {
    struct change_vector widening;
    struct change_vector narrowing;
};

void policy_compare(const struct layer *before, const struct layer *after, struct arena *arena,
                    struct policy_changes *ret_changes);

#endif
