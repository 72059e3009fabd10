/* SPDX-License-Identifier: Apache-2.0 */
/* Policies of folders below the workspace's root: each .aex/policy.aex between the root and where a call acts.
 * They only narrow, so they need nobody's trust. */
#ifndef AEX_LOAD_NESTED_H
#define AEX_LOAD_NESTED_H

#include "load/workspace.h"

/* One nested policy, compiled alone. */
struct nested_policy {
    struct text folder; /* where it holds: absolute, links resolved */
    const struct layer *layer;
    const struct policy *policy; /* of that layer alone */
};

VECTOR_DECLARE(nested_policy_vector, struct nested_policy);

/* Adds the policies of `folder` and of the folders above it, up to but without the root, to `policies`, each
 * folder once. A folder outside the root has none. A nested policy that cannot be read or has a mistake is an
 * error. */
bool nested_add(const struct workspace *workspace, struct text folder, struct text home, struct arena *arena,
                struct nested_policy_vector *policies, struct error *err);

/* The same for the folders below `folder` that one of the globs (absolute) can name something in. A tree that
 * is too large to look through is an error. */
bool nested_add_below(const struct workspace *workspace, struct text folder, const struct text_vector *globs,
                      struct text home, struct arena *arena, struct nested_policy_vector *policies,
                      struct error *err);

/* Whether `glob` can name something inside `folder`, at any depth. */
bool nested_reaches(struct text glob, struct text folder, struct arena *arena);

#endif
