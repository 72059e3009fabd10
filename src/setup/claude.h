/* SPDX-License-Identifier: Apache-2.0 */
/* What Claude Code's files need so that it is held by the gate. */
#ifndef AEX_SETUP_CLAUDE_H
#define AEX_SETUP_CLAUDE_H

#include "setup/hooks.h"

/* Adds to a settings file, at whatever scope, what is missing: the hooks, the deny rules beside them, and the
 * switches that close what no hook sees. Refuses a file that Claude Code would drop or whose hooks it would not
 * run, with the reason. */
bool claude_settings_ensure(struct draft *draft, const struct setup_options *options, struct text_vector *notes,
                            struct error *err);

/* Puts the stdio servers of a file with "mcpServers" behind aex proxy; `steps`, which live as long as the
 * draft, lead to that object. `names_root`: it belongs to this workspace alone. Servers behind it already only
 * follow this program's place, and get a name that the proxy takes. Others are noted and left alone: those over
 * HTTP, and those that policies could not tell apart (server_name_problem). */
bool claude_servers_wrap(struct draft *draft, const struct text *steps, size_t count,
                         const struct setup_options *options, bool names_root, struct text_vector *notes,
                         struct error *err);

/* The names of those that are started by a command; `servers` may be NULL. */
struct text_vector claude_server_names(const struct json *servers, struct arena *arena);

/* The words of a server's "args". */
void claude_server_arguments(const struct json *server, struct arena *arena, struct text_vector *ret_arguments);

/* The rules of claude_deny.def; ends with NULL. */
const char *const *claude_deny_rules(void);

#endif
