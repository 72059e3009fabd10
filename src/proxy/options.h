/* SPDX-License-Identifier: Apache-2.0 */
/* What the operator said on the command line of `aex proxy`, and what the process was given. */
#ifndef AEX_PROXY_OPTIONS_H
#define AEX_PROXY_OPTIONS_H

#include "demand/server.h"
#include "meta/meta.h"

/* Empty texts were not given. */
struct proxy_options {
    char *const *command; /* the server's; ends with NULL */
    size_t command_count;
    struct mcp_server server;   /* by --name and --server-kind, else by the command */
    struct text search_path;    /* $PATH */
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
    bool redacts;  /* --redact secrets, besides what the policy says */
    bool has_meta; /* the list shows our own tools, and calls of them are answered here */
    enum meta_spelling meta_spelling;
    bool takes_foreign_checkpoints;
    bool has_pins;
    bool observes; /* decide and record, let through */
    bool dry_run;  /* decide and record, charge nothing, let no call through */
};

#endif
