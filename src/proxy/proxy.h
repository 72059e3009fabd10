/* SPDX-License-Identifier: Apache-2.0 */
/* `aex proxy`: moves messages between a client on standard input and output and a server that it starts. */
#ifndef AEX_PROXY_PROXY_H
#define AEX_PROXY_PROXY_H

#include "base/error.h"
#include "proxy/options.h"

/* Runs until the client or the server is gone, or a signal comes. `arena` lives as long as the process. False:
 * it could not start. Else `ret_status` is the exit status: 0 after the client closed its end, 1 when the
 * server ended first, 128 and the signal's number after one. */
bool proxy_run(const struct proxy_options *options, struct arena *arena, int *ret_status, struct error *err);

#endif
