/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines that need no shell, taken apart as one would. */
#ifndef AEX_SHELL_PLAIN_H
#define AEX_SHELL_PLAIN_H

#include "base/text.h"

/* True for one command, a program, whose words every POSIX shell takes as they stand or by their quotes: no
 * expansion, pattern, redirection, operator, and none of the shell's own commands. `ret_words` are then what an
 * exec(3) needs to do the same: `exec` in front is dropped, assignments become operands of env(1). They live in
 * `arena` or in `command`. */
bool shell_plain_words(struct text command, struct arena *arena, struct text_vector *ret_words);

/* The words of the first program that a command line starts, up to the first that only a shell knows; to call
 * the line after it. Empty: there is none, or its name is not known. */
struct text_vector shell_first_program(struct text command, struct arena *arena);

#endif
