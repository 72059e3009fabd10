/* SPDX-License-Identifier: Apache-2.0 */
/* The globs of agents' tools, made into the plain ones of pattern/glob.h. */
#ifndef AEX_DEMAND_BRACES_H
#define AEX_DEMAND_BRACES_H

#include "base/text.h"

/* `{a,b}` written out. Character classes, extended globs, escapes and braces without a comma become `*`; what
 * programs read in too many ways (a class around a slash), and more than 64 alternatives, become everything. So
 * the result names at least the files that the agent's glob does, whichever program reads it. Never empty. */
struct text_vector braces_expand(struct text glob, struct arena *arena);

#endif
