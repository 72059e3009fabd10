/* SPDX-License-Identifier: Apache-2.0 */
/* Files as layers: what a policy's or a contract's text says, as rules. */
#ifndef AEX_LOAD_DOCUMENT_LAYER_H
#define AEX_LOAD_DOCUMENT_LAYER_H

#include "base/error.h"
#include "lang/lang.h"
#include "policy/policy.h"

/* Adds an .aex document's rules to `layer`, whose name, file, anchor and home are set. Any error in the
 * document is an error here: a policy that was not understood decides nothing. */
bool document_layer(struct layer *layer, struct text source, struct arena *arena, struct error *err);

/* The same for a JSON policy: allow[], deny[], require_confirmation[], budget{calls}, extends (a path relative
 * to the file, or an object). Lists add up, budgets take the minimum; no `allow` anywhere does not restrict.
 * `path` is the file itself, absolute; `bundle` holds it and all that it extends (load/json_bundle.h). */
bool json_layer(struct layer *layer, struct text path, struct text bundle, struct arena *arena,
                struct error *err);

#endif
