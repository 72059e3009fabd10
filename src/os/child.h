/* SPDX-License-Identifier: Apache-2.0 */
/* Other programs, run for what they print. */
#ifndef AEX_OS_CHILD_H
#define AEX_OS_CHILD_H

#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/* How to start a program. Words and environment end with NULL; what is NULL or negative: */
struct child_start {
    const char *program; /* absolute */
    const char *const *words;
    const char *const *environment; /* a standard PATH alone */
    const char *folder;             /* this process's */
    int input;                      /* /dev/null, as the next two */
    int output;
    int complaints;
};

/* Starts it and returns its id, or -1 with `err` set. child_wait, or waitpid(2), must follow. */
pid_t child_start(const struct child_start *start, struct error *err);

/* Waits for its end; `ret_status` is as from waitpid(2). `name` is for messages. */
bool child_wait(pid_t child, const char *name, int *ret_status, struct error *err);

/* Runs `program` (an absolute path) with `words` and a standard PATH, no standard input and its complaints
 * dropped, and returns what it prints. A status other than 0 is an error. */
bool child_capture(const char *program, const char *const *words, struct arena *arena, struct text *ret_output,
                   struct error *err);

#endif
