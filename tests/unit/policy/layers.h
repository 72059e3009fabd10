/* SPDX-License-Identifier: Apache-2.0 */
/* Layers and demands from a line of text each, for tests. */
#ifndef AEX_TESTS_UNIT_POLICY_LAYERS_H
#define AEX_TESTS_UNIT_POLICY_LAYERS_H

#include "policy/policy.h"

/* A layer at /ws with home /home/u. `rules`: one a line, "allow P", "deny P", "confirm P" or a word:
 * "everything", "configure" (may allow it), "budget N", "anchor PATH", "nohome". Aborts on mistakes. */
struct layer layer_from(struct arena *arena, const char *rules);

/* "name[,name...] [KIND VALUE [RESOLVED]]", KIND being = (known), ~ (set) or ? (unknown). A name may end with
 * "!" for sanitised; a leading "-" says allowed unless denied. Values hold no blanks. */
struct demand demand_from(struct arena *arena, const char *line);

/* Compiles and judges; aborts when the layers do not compile. */
struct decision judge(struct arena *arena, const struct layer *layers, size_t layer_count,
                      const struct demand *demands, size_t demand_count);

#endif
