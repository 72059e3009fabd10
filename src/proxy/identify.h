/* SPDX-License-Identifier: Apache-2.0 */
/* What a request is known by: to the ledger, to approvals, in the trail. */
#ifndef AEX_PROXY_IDENTIFY_H
#define AEX_PROXY_IDENTIFY_H

#include "proxy/decide.h"

/* Fills in all but the approval. */
void identify_request(struct decider *decider, const struct mcp_step *step, struct arena *arena,
                      struct record_call *ret_call);

#endif
