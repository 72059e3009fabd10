/* SPDX-License-Identifier: Apache-2.0 */
/* What would be decided about a call, by which rule, and what change would alter it. */
#ifndef AEX_ANALYSE_EXPLAIN_H
#define AEX_ANALYSE_EXPLAIN_H

#include "analyse/judge.h"
#include "json/writer.h"

/* What is explained: a call, and how it was judged. */
struct explanation {
    const struct agent *agent;
    const struct hook_call *call;
    const struct call_judgement *judgement;
    const struct workspace *workspace;
    const struct demand_context *context;
};

/* For a person: verdict, the part of a command line that settled it and what would pass, every demand with its
 * own verdict and rule, and the change that would alter the verdict. */
struct text explain_text(const struct explanation *explanation, struct arena *arena);

/* {"tool","decision","reason","rule","part":{"start","end"},"remedy","demands":[{"names":[],"demand","decision",
 * "reason","rule"}],"change"}; "part" (bytes of the command line) and "remedy" only where there are any. */
void explain_json(struct json_writer *writer, const struct explanation *explanation, struct arena *arena);

#endif
