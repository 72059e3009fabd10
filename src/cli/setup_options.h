/* SPDX-License-Identifier: Apache-2.0 */
/* What install, uninstall and doctor have in common on their command lines. */
#ifndef AEX_CLI_SETUP_OPTIONS_H
#define AEX_CLI_SETUP_OPTIONS_H

#include "base/error.h"
#include "cli/command.h"
#include "setup/options.h"

#define SETUP_OPTIONS                                                                                          \
    {"root", "FOLDER", NULL, "The workspace; else the git repository around the working folder"},              \
        {"state-dir", "FOLDER", NULL, "Where budgets, trust and records are kept (~/.local/state/aex)"},       \
    {                                                                                                          \
        "system-root", "FOLDER", NULL, "Look for /etc below this folder: for packagers and tests"              \
    }

/* Fills all but agent, scope and wraps_servers. Agents' folders are found as the agents find them: $HOME (or
 * the password database), $CLAUDE_CONFIG_DIR, $CODEX_HOME. */
bool setup_options_read(const struct invocation *invocation, struct setup_options *ret_options,
                        struct error *err);

/* The one operand: an agent's name. */
bool setup_agent_read(const struct invocation *invocation, enum setup_agent *ret_agent, struct error *err);

/* --scope, project when not given. */
enum setup_scope setup_scope_read(const struct invocation *invocation);

#endif
