/* SPDX-License-Identifier: Apache-2.0 */
/* What would be decided about a call, by which rule, and what change would alter it. */
#ifndef AEX_ANALYSE_EXPLAIN_H
#define AEX_ANALYSE_EXPLAIN_H

#include "analyse/judge.h"
#include "json/writer.h"

/* For a person: verdict, rule with its place, every demand with its own verdict, and the change that would
 * alter it. */
struct text explain_text(const struct call_judgement *judgement, struct text tool,
                         const struct workspace *workspace, struct arena *arena);

/* {"tool","decision","reason","rule","message","demands":[{"names":[],"resource","decision","reason","rule"}],"change"}
 */
void explain_json(struct json_writer *writer, const struct call_judgement *judgement, struct text tool,
                  const struct workspace *workspace, struct arena *arena);

#endif
