/* SPDX-License-Identifier: Apache-2.0 */
/* What changes between two texts, by line, as `diff -u` shows it. */
#ifndef AEX_SETUP_LINE_DIFF_H
#define AEX_SETUP_LINE_DIFF_H

#include "base/builder.h"

/* Adds the unified diff with three lines of context, headed by the path; nothing when the texts are equal.
 * What is in the lines is shown as builder_add_visible shows it, but for tabs, so that a file cannot speak to
 * the terminal. Where the texts differ in more than some thousand lines at once, the whole stretch is shown as
 * exchanged. */
void line_diff(struct builder *out, struct text path, struct text before, struct text after);

#endif
