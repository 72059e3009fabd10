/* SPDX-License-Identifier: Apache-2.0 */
/* MCP servers behind `aex proxy`: the words that put them there, and how to recognise them. */
#ifndef AEX_SETUP_SERVERS_H
#define AEX_SETUP_SERVERS_H

#include "base/vector.h"
#include "setup/options.h"

/* What the agent calls a server of its configuration in the names of its tools, mcp__NAME__TOOL, and so what
 * hook and policies call it: with "_" for every character but letters, digits, "_" and "-". Codex replaces "-"
 * too, and does not start a server whose name holds other characters. Seen with Claude Code 2.1 and Codex
 * 0.144. */
struct text server_policy_name(enum setup_agent agent, struct text name, struct arena *arena);

/* Why the server cannot be put behind the proxy under its policy name, for a person: it has none, or another of
 * `all`, the servers that stand beside it and are started by a command, comes to the same one. Empty: it can.
 */
struct text server_name_problem(enum setup_agent agent, struct text name, const struct text_vector *all,
                                struct arena *arena);

/* proxy --name NAME [--root ROOT] [--state-dir FOLDER] -- : what stands before the server's own command. NAME
 * is what server_policy_name makes of `name`, so that policies see one name behind hook and proxy.
 * `names_root`: the configuration belongs to this workspace alone. */
struct text_vector server_proxy_words(const struct setup_options *options, struct text name, bool names_root,
                                      struct arena *arena);

/* Whether a command with these arguments runs `aex proxy`, this one or another. */
bool server_is_behind_proxy(struct text command, const struct text_vector *arguments);

/* How many of the arguments are the proxy's own, the "--" included; 0 when there are others than those of
 * server_proxy_words and --server-kind, which might loosen it. */
size_t server_count_proxy_words(const struct text_vector *arguments);

/* Which of the arguments is a --name that the proxy refuses, and so ends with; 0 when none is. Only where
 * server_count_proxy_words knows them all. */
size_t server_find_refused_name(const struct text_vector *arguments, struct arena *arena);

#endif
