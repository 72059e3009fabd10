/* SPDX-License-Identifier: Apache-2.0 */
/* Other programs, run for what they print. */
#ifndef AEX_OS_CHILD_H
#define AEX_OS_CHILD_H

#include "base/error.h"
#include "base/text.h"

/* Runs `program` (an absolute path) with `words` (ending with NULL) and an empty environment but for a standard
 * PATH, no standard input and its complaints dropped, and returns what it prints. A status other than 0 is an
 * error. */
bool child_capture(const char *program, const char *const *words, struct arena *arena, struct text *ret_output,
                   struct error *err);

#endif
