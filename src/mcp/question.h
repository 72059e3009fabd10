/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the client's user whether a call may go on, in the way its protocol has for it. */
#ifndef AEX_MCP_QUESTION_H
#define AEX_MCP_QUESTION_H

#include "mcp/session.h"

/* With the handshake: a request of our own with this id (a string without quotes), as one line. */
struct text mcp_question_request(struct text id, struct text question, struct arena *arena);
/* Without: the answer to the call `id` (as spelled), which the client is to make again with `state` and what
 * its user said (2026-07-28, "Multi Round-Trip Requests"). */
struct text mcp_question_result(struct text id, struct text state, struct text question, struct arena *arena);

/* What tells the client that the request of ours with this id is settled (MCP, "Cancellation"). */
struct text mcp_question_withdrawn(struct text id, struct arena *arena);

enum mcp_said { MCP_SAID_ALLOW, MCP_SAID_DENY, MCP_SAID_NOTHING };

/* What the user said: of the answer to mcp_question_request, and of the call made again. Nothing but the word
 * "allow" in an accepted form is a yes, and another word there a no: some clients accept empty forms, decline
 * or cancel by themselves. */
enum mcp_said mcp_question_answered(const struct mcp_message *answer);
enum mcp_said mcp_question_retried(const struct json *params);

/* The message with another id, as spelled. */
struct text mcp_with_id(const struct mcp_message *message, struct text id, struct arena *arena);

#endif
