/* SPDX-License-Identifier: Apache-2.0 */
/* Which names ripgrep opens. */
#ifndef AEX_SHELL_RIPGREP_H
#define AEX_SHELL_RIPGREP_H

#include "base/text.h"

/* The globs of names that -t TYPE stands for, of every version from 13 to 15 (`rg --type-list`); some stand for
 * more. False: a type that is not known here. */
bool ripgrep_type(struct arena *arena, struct text type, struct text_vector *ret_names);

/* The last part of a glob of -g, which the name of every file that it lets through matches (ripgrep's GUIDE.md,
 * "Manual filtering: globs"). False: it takes something away, is a comment, or says more than `*` and `?`. */
bool ripgrep_name(struct text glob, struct text *ret_name);

#endif
