/* SPDX-License-Identifier: Apache-2.0 */
/* What a workspace's layers come to, for people and machines. */
#ifndef AEX_ANALYSE_EFFECTIVE_H
#define AEX_ANALYSE_EFFECTIVE_H

#include "load/workspace.h"
#include "json/writer.h"

/* The lists of `aex effective`. `verbose` adds to each line where it comes from. */
struct text effective_text(const struct workspace *workspace, bool verbose, struct arena *arena);

/* {"policy","contract","root","allow":[{"capability","from":[...]}],"deny":[...],"confirm":[...],"budget":{...}}
 */
void effective_json(struct json_writer *writer, const struct workspace *workspace, struct arena *arena);

#endif
