/* SPDX-License-Identifier: Apache-2.0 */
/* What the `map` lines of a policy make of an MCP tool's call, however it was found out that it is one. */
#ifndef AEX_DEMAND_MAP_H
#define AEX_DEMAND_MAP_H

#include "demand/build.h"
#include "demand/server.h"

/* Adds to the demands of MCP tools among `demands` what each layer of `policy` maps them to, as demands of that
 * layer only; and, for all layers, what reading secrets and changing the boundary those demand. Demands of
 * layers that were added before stay. `server` is NULL where only its name is known (hooks).
 *
 * Where an agent spelled the name with "_" for other characters, a map for a name that could be meant restricts
 * and does not allow. */
bool map_demands(struct demand_vector *demands, const struct mcp_server *server, const struct json *arguments,
                 const struct policy *policy, const struct demand_context *context, struct arena *arena,
                 struct error *err);

/* Whether the map is about this tool, by the names as they are spelled. */
bool map_names(const struct tool_map *map, struct text server, struct text tool);

/* What a tool that nothing is known about demands: its names, and something. */
struct demand map_bare_tool(struct text qualified, struct text raw, uint32_t number);

/* Gives what was appended since `first` and goes by `capability` a tool's own names besides. */
void map_add_names(struct demand_vector *demands, size_t first, struct text capability,
                   const struct demand *bare);

#endif
