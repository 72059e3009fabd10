/* SPDX-License-Identifier: Apache-2.0 */
/* The layers that are in force one by one, from the outside in, and what of the workspace's own waits for a
 * person. */
#ifndef AEX_ANALYSE_LAYERS_H
#define AEX_ANALYSE_LAYERS_H

#include "load/nested.h"
#include "json/writer.h"

struct layer_view {
    const struct workspace *workspace;
    struct nested_policy_vector nested; /* all below the root */
    struct text nested_problem;         /* why they could not all be read; empty: they could */
    struct text_vector waiting;         /* what an edit would allow, once a person accepts it */
};

/* Looks through the whole workspace for nested policies. `home` is the person's. */
void layer_view_make(const struct workspace *workspace, struct text home, struct arena *arena,
                     struct layer_view *ret_view);

/* Whether there is more to see than the workspace's policy and a contract. */
bool layer_view_is_simple(const struct layer_view *view);

/* "Waiting for `aex trust`:" and "Layers:" with the rules of each. `verbose` adds where each rule stands. */
void layer_view_text(struct builder *out, const struct layer_view *view, bool verbose);

/* Members of the object that was begun: "trust", "waiting", "layers", and "nestedProblem" where there is one.
 */
void layer_view_json(struct json_writer *writer, const struct layer_view *view, struct arena *arena);

#endif
