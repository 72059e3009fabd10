/* SPDX-License-Identifier: Apache-2.0 */
/* What the audit commands share: where the log is. */
#ifndef AEX_CLI_AUDIT_H
#define AEX_CLI_AUDIT_H

#include "cli/command.h"

/* For a command's option list. */
#define AUDIT_PLACE_OPTIONS                                                                                    \
    {.name = "audit", .value = "FILE", .help = "The log (default: audit.jsonl in the state folder)"},          \
    {                                                                                                          \
        .name = "state-dir", .value = "FOLDER", .help = "The state folder (default: ~/.local/state/aex)"       \
    }

/* The absolute path that --audit and --state-dir choose. Complains and returns NULL when it cannot be told, or
 * when there are operands. */
const char *audit_choose_path(const struct invocation *invocation);

#endif
