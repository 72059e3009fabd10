/* SPDX-License-Identifier: Apache-2.0 */
/* The options --root, --policy, --contract and --state-dir, for every command that looks at a workspace. */
#ifndef AEX_CLI_WORKSPACE_OPTIONS_H
#define AEX_CLI_WORKSPACE_OPTIONS_H

#include "cli/command.h"
#include "load/workspace.h"

/* clang-format off */
#define WORKSPACE_OPTIONS                                                                         \
    {"policy", "FILE", NULL, "Use this policy instead of the workspace's own"},                    \
    {"contract", "FILE", NULL, "Narrow the policy by this task contract"},                         \
    {"root", "FOLDER", NULL, "The workspace; else the git repository around the working folder"},  \
    {"state-dir", "FOLDER", NULL, "Where trust, budgets and the audit trail are kept (~/.local/state/aex)"}
/* clang-format on */

/* Finds and loads the workspace that the options name. Files they name are relative to the working folder,
 * which goes to `ret_start`. */
bool workspace_from_options(const struct invocation *invocation, struct workspace *workspace,
                            struct text *ret_start, struct text *ret_home, struct error *err);

/* The user's home folder. A user whom the password database does not know can still be served, given
 * --state-dir; scopes with "~/" are errors then. */
bool home_find(const struct invocation *invocation, struct text *ret_home, struct error *err);

/* The folders that agents are told to keep their configuration in, $CODEX_HOME and $CLAUDE_CONFIG_DIR: more to
 * protect, never less. `ret_folders` has room for BOUNDARY_FOLDERS. Returns how many there are. */
enum { BOUNDARY_FOLDERS = 2 };
size_t boundary_folders_find(struct arena *arena, struct text *ret_folders);

#endif
