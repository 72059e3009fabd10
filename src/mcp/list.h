/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of tools, resources, templates and prompts, with some of their entries taken out. */
#ifndef AEX_MCP_LIST_H
#define AEX_MCP_LIST_H

#include "mcp/session.h"

/* The entries of the answer to a list request; NULL when it has no list where its method wants one. */
const struct json *mcp_list_entries(const struct mcp_step *step);

/* What an entry is known by: a tool's or prompt's name, a resource's URI, a template's pattern. False: it has
 * none, or another in another case, so that nobody can say what it is. */
bool mcp_list_name(const struct mcp_step *step, const struct json *entry, struct text *ret_name);

/* The answer without the entries whose place in `keep` is false and with `added` (entries in JSON, separated by
 * commas; may be empty) behind the others. All other bytes stay as they are, but what 2026-07-28 calls the
 * cacheScope becomes "private": what one client may see is not for all. With the line's end. */
struct text mcp_list_filter(const struct mcp_step *step, const bool *keep, struct text added,
                            struct arena *arena);

#endif
