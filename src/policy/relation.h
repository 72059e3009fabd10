/* SPDX-License-Identifier: Apache-2.0 */
/* How rules of different layers relate, by what they match once anchored; only for src/policy/. */
#ifndef AEX_POLICY_RELATION_H
#define AEX_POLICY_RELATION_H

#include "policy/internal.h"

/* A rule with its scope read at its layer. */
struct meaning {
    const struct rule *rule;
    const struct layer *layer;
    struct text anchor_glob; /* what a path without scope may be in; empty: give up */
    struct entry entries[ENTRIES_PER_RULE];
    size_t entry_count;
};

bool meaning_of(const struct layer *layer, const struct rule *rule, struct arena *arena,
                struct meaning *ret_meaning, struct error *err);

/* Both rules allow, or both restrict. For demands of one name: every one that `narrow` matches `wide` matches;
 * never wrongly true. */
bool meaning_covers(const struct meaning *wide, const struct meaning *narrow);

/* Both rules allow, and may allow the same demand; never wrongly false. */
bool meanings_overlap(const struct meaning *a, const struct meaning *b);

/* Whether the name of `narrow` is one of those of `wide`. */
bool meaning_covers_name(const struct meaning *wide, const struct meaning *narrow);

#endif
