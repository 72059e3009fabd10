/* SPDX-License-Identifier: Apache-2.0 */
/* One hook call in, one answer out. */
#ifndef AEX_GATE_GATE_H
#define AEX_GATE_GATE_H

#include "agent/agent.h"
#include "os/clock.h"

/* What the operator said on the command line, and what the process was given. Empty texts were not given. */
struct gate_options {
    const struct agent *agent;       /* NULL: recognised from the input */
    const struct agent *answer_form; /* whose form the answer takes; NULL: the agent's own */
    struct text root;                /* --root */
    struct text project_folder; /* $CLAUDE_PROJECT_DIR, set by the agent's own program and not by its model */
    struct text policy;
    struct text contract;
    struct text state_folder; /* absolute */
    struct text audit;        /* the log's path, absolute; empty: in the state folder */
    struct text home;
    struct text program;             /* this program's own file */
    struct text start;               /* the process's working folder */
    struct text boundary_folders[2]; /* CODEX_HOME, CLAUDE_CONFIG_DIR, where set */
    size_t boundary_folder_count;
    bool allows_no_policy;
    bool auto_allows;      /* answer "allow" instead of "no objection" */
    bool observes;         /* decide and record, let through */
    bool asks_at_terminal; /* questions go to `aex approve` even where the agent could ask */
    int64_t wait_seconds;  /* how long a call is held while a person decides at the terminal */
    bool dry_run;          /* decide and record, charge nothing, let nothing through */
    clock_instant now;
    int64_t process_id;
};

/* Reads the input, decides, charges, records. Always gives an answer; whatever fails on the way gives a denial
 * that says what failed. When this returns, what the answer promises is on disk. */
struct answer gate_answer(const struct gate_options *options, struct text input, struct arena *arena);

/* A denial for a failure that comes before there is any input to answer. */
struct answer gate_refusal(const struct gate_options *options, const char *failure, struct arena *arena);

#endif
