/* SPDX-License-Identifier: Apache-2.0 */
/* A listener on this machine's loopback address, for programs that aex itself starts. The only sockets in aex:
 * it accepts, and never connects. */
#ifndef AEX_OS_LOOPBACK_H
#define AEX_OS_LOOPBACK_H

#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct loopback {
    int fd; /* close it with file_close */
    uint16_t port;
    struct text secret; /* 32 hexadecimal digits nobody else knows: to be asked for in every request */
};

/* Listens on 127.0.0.1, at a port of the kernel's choice, without blocking. */
bool loopback_listen(struct arena *arena, struct loopback *ret_loopback, struct error *err);

/* The next connection, not blocking, or -1 when there is none now. */
int loopback_accept(const struct loopback *loopback);

/* Sends what fits into the connection's buffer, which is more than a short answer; a peer that is gone is no
 * matter. */
void loopback_send(int connection, struct text text);

#endif
