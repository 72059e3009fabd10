/* SPDX-License-Identifier: Apache-2.0 */
/* What a server's tool demands by the built-in tables; only for src/demand/. */
#ifndef AEX_DEMAND_SERVER_TOOL_H
#define AEX_DEMAND_SERVER_TOOL_H

#include "demand/build.h"
#include "demand/server.h"
#include "demand/server_kinds.h"

/* The number of a message's one tool: see struct demand. */
enum { SERVER_TOOL_NUMBER = 1 };

/* mcp.SERVER.TOOL, or mcp.SERVER.tools.TOOL where a method of the protocol goes by the shorter name. */
struct text server_tool_name(const struct mcp_server *server, struct text tool, struct arena *arena);

/* Appends the demands of a call; `entry` may be NULL. */
bool server_tool_demands(struct demand_build *build, const struct mcp_server *server,
                         const struct server_tool *entry, struct text tool, const struct json *arguments);

/* The demands of a call whose arguments are whatever would pass: see policy_could_allow. `with_options`: those
 * that do not have to be there are. */
void server_tool_shapes(struct demand_build *build, const struct mcp_server *server,
                        const struct server_tool *entry, struct text tool, bool with_options);

/* The effects alone, without a tool's names: for prompts. */
bool server_effects(struct demand_build *build, const struct mcp_server *server,
                    const struct server_tool *entry, const struct json *arguments);
void server_effect_shapes(struct demand_build *build, const struct server_tool *entry, bool with_options);

#endif
