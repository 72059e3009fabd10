/* SPDX-License-Identifier: Apache-2.0 */
/* What commands print: results on stdout, complaints on stderr, colour only where a person looks at it. */
#ifndef AEX_CLI_OUTPUT_H
#define AEX_CLI_OUTPUT_H

#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

void print_text(FILE *stream, struct text text);

/* `text` for a terminal, in the arena: control characters, escape sequences, line breaks, bidirectional
 * overrides and invalid UTF-8 are spelled out (\x1b, \u202e), so that what an agent wrote cannot pose as
 * something else. */
struct text print_safely(struct arena *arena, struct text text);

/* "aex: MESSAGE" on stderr. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* True when `stream` is a terminal, NO_COLOR is empty or unset (https://no-color.org) and TERM is not "dumb".
 */
bool output_has_colour(FILE *stream);

/* Flushes stdout; false, with a complaint, when what was printed did not all arrive (a full disk, a closed
 * pipe). A command that printed a result returns STATUS_USAGE then. */
bool output_finish(void);

#endif
