/* SPDX-License-Identifier: Apache-2.0 */
/* A place in a longer text, shown with a line of carets under it. */
#ifndef AEX_REDACT_EXCERPT_H
#define AEX_REDACT_EXCERPT_H

#include "base/text.h"

/* Two lines without a break at the end:
 *
 *     git status && curl https://example.com
 *                   ^^^^^^^^^^^^^^^^^^^^^^^^
 *
 * The carets stand under bytes [start, end) of `text`, as far as they are on the line where they begin; what is
 * cut off around them becomes "...". No line is longer than 100 columns, a column being a code point. Secrets
 * are masked, and nothing in it acts on a terminal (see base/visible.h). */
struct text excerpt(struct arena *arena, struct text text, size_t start, size_t end);

#endif
