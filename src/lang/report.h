/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics in the formats people and machines read. Nothing in a document reaches a terminal as a control.
 */
#ifndef AEX_LANG_REPORT_H
#define AEX_LANG_REPORT_H

#include "lang/diagnostic.h"
#include "json/writer.h"

/* One diagnostic for people:
 *
 *   tasks/fix.aex:3:7: error AEX100: "x" is no number
 *       3 | budget calls=x
 *         |              ^
 *     help: the form is `budget calls=100`
 *
 * Lines too long to look at are shown around the place. */
void report_text(struct builder *out, const struct diagnostic *diagnostic, bool has_colour);

/* One workflow command of GitHub Actions (`::error file=...`), which marks the place in a pull request. */
void report_github(struct builder *out, const struct diagnostic *diagnostic);

/* One object: file, code, severity, line, column, end_line, end_column, message, help. */
void report_json(struct json_writer *json, const struct diagnostic *diagnostic);

/* SARIF 2.1.0 (OASIS): the document up to the first result, one result, and the rest. */
void report_sarif_begin(struct json_writer *json, struct text tool_version);
void report_sarif_result(struct json_writer *json, const struct diagnostic *diagnostic);
void report_sarif_end(struct json_writer *json);

#endif
