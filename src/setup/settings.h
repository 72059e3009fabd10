/* SPDX-License-Identifier: Apache-2.0 */
/* What the members of an agent's settings are, beside its hooks. */
#ifndef AEX_SETUP_SETTINGS_H
#define AEX_SETUP_SETTINGS_H

#include "json/json.h"

/* Why Claude Code would drop the whole file for one of its members (hooks are not looked at), as one line, or
 * an empty text. */
struct text settings_problem(const struct json *settings, struct arena *arena);

/* Whether a member of Claude Code's settings neither runs, fetches nor redirects anything: known to be inert,
 * or of a type that can say nothing (numbers, booleans), or of one for which the file is dropped. */
bool settings_is_inert(const struct json_member *member);

#endif
