/* SPDX-License-Identifier: Apache-2.0 */
/* What the hook tells the proxy about a call of an MCP tool that both see: under which session and name it was
 * charged, and whether a person was asked. So it is charged and asked about once.
 *
 * Calls are known by the id that the agent's program gives them. A few thousand small files in the state folder
 * hold the latest; where one was overwritten or torn, the proxy takes the call for its own. */
#ifndef AEX_STATE_SHARED_CALL_H
#define AEX_STATE_SHARED_CALL_H

#include "base/error.h"
#include "base/text.h"
#include "crypto/digest.h"

struct shared_call {
    struct text id;
    struct text session;
    struct text tool; /* as the hook has it: mcp__SERVER__TOOL */
    struct digest arguments;
    struct digest policy; /* under which it was decided */
    bool was_asked; /* a rule wanted a question, which the agent's prompt or a terminal answered, or will */
};

/* Writes what the hook decided. Nothing depends on it but a second charge and a second question. */
bool shared_call_write(const char *state_folder, const struct shared_call *call, struct arena *arena,
                       struct error *err);

/* What is there about the call `id`. False when there is nothing that can be read. */
bool shared_call_read(const char *state_folder, struct text id, struct arena *arena,
                      struct shared_call *ret_call);

/* Whether the hook's name of a tool is how an agent spells `tool` of some server: mcp__SERVER__TOOL with other
 * characters than letters, digits, "_" and "-" made "_". */
bool shared_call_is_tool(struct text hook_tool, struct text tool);

#endif
