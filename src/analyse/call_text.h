/* SPDX-License-Identifier: Apache-2.0 */
/* A call's exact arguments for a person who has to say yes or no: edits as differences, patches and commands as
 * they stand. */
#ifndef AEX_ANALYSE_CALL_TEXT_H
#define AEX_ANALYSE_CALL_TEXT_H

#include "base/error.h"
#include "base/text.h"

/* `arguments` is the call's JSON. Characters that control, reorder or hide are shown by their numbers
 * (base/visible.h), all but tabs: what is displayed cannot rewrite the screen. Fails on arguments that are no
 * JSON object. */
bool call_text(struct text arguments, struct arena *arena, struct text *ret_text, struct error *err);

#endif
