/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a command line a decision is about, and what would pass instead. */
#ifndef AEX_ANALYSE_REFUSAL_H
#define AEX_ANALYSE_REFUSAL_H

#include "analyse/judge.h"

/* The part with carets under it (see redact/excerpt.h), without a line break at its end. Empty when the
 * decision is not about a part of a command line. */
struct text refusal_excerpt(const struct decision *decision, struct arena *arena);

/* "What would pass: ...", for a denial that has an excerpt; empty for others. Parts of the same line that it
 * names were judged as calls of their own. Starts nothing, but reads what judging reads. */
struct text refusal_remedy(const struct agent *agent, const struct hook_call *call,
                           const struct call_judgement *judgement, const struct workspace *workspace,
                           const struct demand_context *context, struct arena *arena);

#endif
