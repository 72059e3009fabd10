/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an agent's MCP server is our proxy, by the agent's own configuration: the hook lets aex's own tools
 * (aex.checkpoint and the like) through only for a server it knows to be. */
#ifndef AEX_GATE_OWN_SERVER_H
#define AEX_GATE_OWN_SERVER_H

#include "demand/demand.h"

/* The tool's own name ("aex.checkpoint") when `call` is one of aex's tools behind a server that is known to be
 * `aex proxy`; empty when it is not, or when that is not certain.
 *
 * Certain is: every definition of a server of that name that the agent could have read, in the user's, the
 * administrator's and the workspace's files, starts the running aex by its absolute path with `proxy` as its
 * first word, without --no-meta; and at least one of them stands where no checkout can put it, which is a file
 * outside the workspace, or one in it that `aex install` wrote and nobody changed since. What cannot be read is
 * not certain. */
struct text own_server_tool(const struct agent *agent, const struct hook_call *call,
                            const struct demand_context *context, struct arena *arena);

#endif
