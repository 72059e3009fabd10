/* SPDX-License-Identifier: Apache-2.0 */
/* The server behind the proxy: a child process in a group of its own. */
#ifndef AEX_PROXY_UPSTREAM_H
#define AEX_PROXY_UPSTREAM_H

#include <sys/types.h>

#include "base/error.h"

struct upstream {
    pid_t process; /* 0 once it was waited for */
    int watch;     /* readable when it has ended (pidfd_open(2)) */
    int input;     /* our end of its standard input, without blocking */
    int output;
    int errors;
};

/* Starts `program` (looked up in PATH when it has no slash) with `words` (ending with NULL), with our
 * environment and working folder. The kernel ends it when we end, however that happens. On false nothing runs.
 */
bool upstream_start(struct upstream *upstream, const char *program, char *const *words, struct error *err);

/* Sends a signal to it and to what it started, as far as that stayed in its group. */
void upstream_signal(const struct upstream *upstream, int number);

/* Whether it has ended; then `ret_status` is as from waitpid(2). */
bool upstream_ended(struct upstream *upstream, int *ret_status);

#endif
