/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a person at a terminal: for agents that cannot ask, and where the operator wants it so. */
#ifndef AEX_GATE_APPROVE_H
#define AEX_GATE_APPROVE_H

#include "gate/record.h"
#include "policy/policy.h"
#include "state/ask.h"

/* Looks whether a person has decided about this very call (session, tool, arguments, policy). A yes is used up
 * here. Where nobody has decided, a request is left for `aex approve`, and, with options->wait_seconds, waited
 * for. */
bool gate_approve(const struct record_subject *subject, const struct workspace *workspace,
                  const struct decision *decision, struct arena *arena, struct ask_answer *ret_answer,
                  struct error *err);

#endif
