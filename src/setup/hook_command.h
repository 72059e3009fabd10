/* SPDX-License-Identifier: Apache-2.0 */
/* The shell command that an agent's hook runs. */
#ifndef AEX_SETUP_HOOK_COMMAND_H
#define AEX_SETUP_HOOK_COMMAND_H

#include "base/builder.h"

/* Seconds an agent waits for the hook. The gate's own deadline is well below. */
enum { HOOK_TIMEOUT = 30 };

struct hook_command {
    struct text program;      /* absolute */
    struct text agent;        /* "claude" or "codex" */
    struct text root;         /* --root; empty: not given */
    struct text state_folder; /* --state-dir; empty: not given */
};

/* PROGRAM gate AGENT ... || { [ $? = 2 ] || echo REASON >&2; exit 2; }
 * The tail turns every end of the gate but its own answers into a refusal with a reason: Codex runs the tool
 * when a hook that exits with 2 says nothing on stderr. For Codex, timeout(1) stands in front. */
struct text hook_command_spell(struct arena *arena, const struct hook_command *command);

/* Takes apart what hook_command_spell wrote, exactly; false for anything else. */
bool hook_command_read(struct arena *arena, struct text line, struct hook_command *ret_command);

/* Whether the line runs `aex gate` in some way, ours or an older one. */
bool hook_command_is_gate(struct text line);

/* Adds one word for sh, in single quotes when it needs them. */
void hook_command_add_word(struct builder *out, struct text word);

#endif
