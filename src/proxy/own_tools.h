/* SPDX-License-Identifier: Apache-2.0 */
/* The tools that aex itself adds to a server's: answered here, never by the server. */
#ifndef AEX_PROXY_OWN_TOOLS_H
#define AEX_PROXY_OWN_TOOLS_H

#include "proxy/decide.h"

/* Carries out a call that was let through and records it; the answer is one line. */
struct text own_tool_answer(struct decider *decider, const struct mcp_step *step,
                            const struct record_call *call, enum meta_tool tool, struct text common,
                            struct arena *arena);

/* Their entries for a list, separated by commas. */
struct text own_tool_entries(const struct decider *decider, struct arena *arena);

#endif
