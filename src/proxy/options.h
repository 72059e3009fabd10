/* SPDX-License-Identifier: Apache-2.0 */
/* What the operator said on the command line of `aex proxy`, and what the process was given. */
#ifndef AEX_PROXY_OPTIONS_H
#define AEX_PROXY_OPTIONS_H

#include "base/text.h"

/* Empty texts were not given. */
struct proxy_options {
    char *const *command;       /* the server's; ends with NULL */
    struct text server;         /* its name in policies: --name, else made from the command */
    struct text kind;           /* --server-kind */
    struct text root;           /* --root */
    struct text project_folder; /* $CLAUDE_PROJECT_DIR, set by the agent's own program and not by its model */
    struct text policy;
    struct text contract;
    struct text state_folder; /* absolute */
    struct text audit;        /* the log's path, absolute; empty: in the state folder */
    struct text home;
    struct text program;             /* this program's own file */
    struct text start;               /* the process's working folder, which is the server's too */
    struct text boundary_folders[2]; /* CODEX_HOME, CLAUDE_CONFIG_DIR, where set */
    size_t boundary_folder_count;
    bool has_no_audit; /* --no-audit: events go to standard error only */
    bool auto_confirms;
    bool observes; /* decide and record, let through */
    bool dry_run;  /* decide and record, charge nothing, let no call through */
};

#endif
