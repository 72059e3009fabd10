/* SPDX-License-Identifier: Apache-2.0 */
/* Whether files are as they were, told from their times, sizes and places without reading them. */
#ifndef AEX_PROXY_FINGERPRINT_H
#define AEX_PROXY_FINGERPRINT_H

#include "base/text.h"
#include "os/clock.h"

/* Starts as `{.hash = 1}`. */
struct fingerprint {
    uint64_t hash;
    clock_instant newest; /* when the last of the files was changed */
};

void fingerprint_add_bytes(struct fingerprint *print, struct text bytes);

/* A file or a folder; also one that is not there. Follows links. */
void fingerprint_add_file(struct fingerprint *print, const char *path);

/* Whether files that were read from `read_at` on (by clock_now) may have been changed since without the
 * fingerprint, taken behind that, showing it: it is not to be trusted then. */
bool fingerprint_is_too_fresh(const struct fingerprint *print, clock_instant read_at);

#endif
