/* SPDX-License-Identifier: Apache-2.0 */
/* What the gate writes into the audit trail. */
#ifndef AEX_GATE_RECORD_H
#define AEX_GATE_RECORD_H

#include "crypto/digest.h"
#include "gate/gate.h"
#include "load/workspace.h"

/* One call's identity in the trail. */
struct record_subject {
    const struct gate_options *options;
    const struct agent *agent;
    const struct hook_call *call;
    struct text session;
    struct text root;
    struct text canonical_arguments;
    struct digest arguments; /* of the canonical arguments */
    struct digest key;       /* the charge's key; its first bytes are the span */
    struct text approval;    /* the code of the approval that was asked for or used; empty: none */
};

/* A gate.decision. `workspace` may be NULL when it could not be loaded; `failure` is then why. */
bool record_decision(const struct record_subject *subject, const struct workspace *workspace,
                     const struct decision *decision, struct text message, const char *failure,
                     struct arena *arena, struct error *err);

/* A settings.refused: which settings an agent's program wanted to take up. */
bool record_settings(const struct record_subject *subject, struct arena *arena, struct error *err);

/* A tool.result or tool.failed, joined to the decision by the call's id. */
bool record_outcome(const struct record_subject *subject, struct arena *arena, struct error *err);

#endif
