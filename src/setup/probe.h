/* SPDX-License-Identifier: Apache-2.0 */
/* Running an installed hook as the agent would, to see what it answers. */
#ifndef AEX_SETUP_PROBE_H
#define AEX_SETUP_PROBE_H

#include "base/error.h"
#include "setup/options.h"

/* What the hook did with one recorded call. */
struct probe_answer {
    int status;
    struct text output;
    struct text message;
};

/* A call that every gate refuses (it would change the hook itself), and one that is harmless, as the agent
 * sends them. */
struct text probe_refused_call(enum setup_agent agent, struct text root, struct arena *arena);
struct text probe_harmless_call(enum setup_agent agent, struct text root, struct arena *arena);

/* Claude Code's word that settings changed, about a file that cannot be read: whatever it held, no gate accepts
 * it. */
struct text probe_settings_change(struct text root, struct arena *arena);

/* Runs `command` in the workspace through the agent's shell with `input`, for at most HOOK_TIMEOUT seconds.
 * False when it could not be started. The caller makes sure that the command is one of ours. */
bool probe_run(const struct setup_options *options, struct text command, struct text input, struct arena *arena,
               struct probe_answer *ret_answer, struct error *err);

/* Whether the answer is a refusal in the form the agent honours. */
bool probe_is_refusal(enum setup_agent agent, const struct probe_answer *answer, struct arena *arena);

/* Whether the answer lets the agent's own permission flow go on. */
bool probe_is_consent(enum setup_agent agent, const struct probe_answer *answer);

#endif
