/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a person at a terminal about one call: the request that is left for `aex approve`, and what became of
 * it. */
#ifndef AEX_STATE_ASK_H
#define AEX_STATE_ASK_H

#include "state/approval.h"

struct ask_answer {
    bool is_granted;
    bool is_refused; /* a person said no; neither: nobody has said anything yet */
    struct text code;
    struct text message; /* for the agent, when it is not granted */
};

/* Looks whether a person has decided about this very call: `wanted` says session, tool, arguments and policy,
 * who asks and what about; its code, status and times are filled in here. A decision is used up. Where nobody
 * has decided, the request is left, and with `wait_seconds` waited for that long from `now`. */
bool ask_at_terminal(const char *state_folder, struct approval *wanted, clock_instant now, int64_t wait_seconds,
                     struct arena *arena, struct ask_answer *ret_answer, struct error *err);

/* Whether a person has decided about the call that waits under `code`. */
bool ask_is_decided(const char *state_folder, struct text code, clock_instant now, struct arena *arena);

/* Takes a request back that was answered otherwise, and what was decided about it at the same time: a question
 * is good for one answer. */
void ask_withdraw(const char *state_folder, struct text code, clock_instant now, struct arena *arena);

#endif
