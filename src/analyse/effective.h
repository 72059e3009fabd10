/* SPDX-License-Identifier: Apache-2.0 */
/* What a workspace's layers come to, for people and machines. */
#ifndef AEX_ANALYSE_EFFECTIVE_H
#define AEX_ANALYSE_EFFECTIVE_H

#include "analyse/layers.h"

/* The lists of `aex effective`: what the workspace's layers come to, then each layer where there are others
 * than a policy and a contract. `verbose` adds to each line where it comes from. */
struct text effective_text(const struct layer_view *view, bool verbose, struct arena *arena);

/* {"policy","contract","root","allow":[{"capability","from":[...]}],"deny":[...],"confirm":[...],"budget":{...}},
 * and what layer_view_json says */
void effective_json(struct json_writer *writer, const struct layer_view *view, struct arena *arena);

#endif
