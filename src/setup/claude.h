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

/* Puts the stdio servers of a file with "mcpServers" behind aex proxy; `steps` lead to that object. Servers
 * behind it already stay. Others (over HTTP) are noted. */
bool claude_servers_wrap(struct draft *draft, const struct text *steps, size_t count, struct text program,
                         struct text_vector *notes, struct error *err);

/* The rules of claude_deny.def; ends with NULL. */
const char *const *claude_deny_rules(void);

#endif
