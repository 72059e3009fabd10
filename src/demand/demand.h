/* SPDX-License-Identifier: Apache-2.0 */
/* From a call to its demands: which capabilities on which resources a tool call wants, with paths resolved,
 * secrets and the boundary's own files recognised, and names that agents spell ambiguously taken in every
 * reading.
 *
 * Reads the file system (links, folders), changes nothing. What cannot be found out counts as unknown. */
#ifndef AEX_DEMAND_DEMAND_H
#define AEX_DEMAND_DEMAND_H

#include "agent/agent.h"
#include "policy/policy.h"

/* What the demands are seen against. All folders are absolute and normalised. */
struct demand_context {
    struct text root;           /* the workspace, links resolved */
    struct text root_as_named;  /* the same before links were resolved: agents may use either spelling */
    struct text working_folder; /* where the call's relative paths start */
    struct text home;
    struct text state_folder;
    struct text audit;                 /* the log, where it is not in the state folder; empty: there */
    struct text program;               /* the running aex itself: part of the boundary */
    const struct text *boundary_files; /* every file loaded to decide, links resolved; some as named too */
    size_t boundary_file_count;
    const struct text
        *boundary_folders; /* further folders that hold the boundary: CODEX_HOME, CLAUDE_CONFIG_DIR */
    size_t boundary_folder_count;
};

/* All demands of one call, at least one. Fails on arguments that no tool could mean (a NUL in a path, a missing
 * path, a patch that names no file, a tool that would do nothing) and when there are more than LIMIT_DEMANDS.
 */
bool demand_of_call(const struct agent *agent, const struct hook_call *call,
                    const struct demand_context *context, struct arena *arena,
                    struct demand_vector *ret_demands, struct error *err);

/* A set demand's members as demands of their own, for rules that deny or ask: each file that the set holds now,
 * or will by what arrives in it. The set itself is appended with `members_follow` set, so that allow rules
 * still have to cover all of it. False when nobody can say what arrives, or there are more than
 * LIMIT_TREE_ENTRIES: the set must then be judged as a whole. */
bool demand_expand_set(const struct demand *set, struct arena *arena, struct demand_vector *demands);

#endif
