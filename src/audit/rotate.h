/* SPDX-License-Identifier: Apache-2.0 */
/* Closing a log and going on in a new one, without a gap in the chain. */
#ifndef AEX_AUDIT_ROTATE_H
#define AEX_AUDIT_ROTATE_H

#include "audit/verify.h"
#include "os/clock.h"

struct audit_rotation {
    struct text closed;         /* path of the closed log; its head stands beside it */
    struct audit_report report; /* what verifying it gave, up to the records that were written meanwhile */
};

/* Gives the log at `path` the name PATH-YYYYMMDDTHHMMSSZ.jsonl and starts a new one, whose first record
 * ("audit.rotated") names the closed file, its last hash, whether it was intact and, when not empty, the
 * `reason`. Works on a broken log too: it is the way out of one. Gates wait meanwhile; killed at any point, the
 * log can be written on or rotated again. An empty log is an error. */
bool audit_rotate(const char *path, clock_instant now, struct text reason, struct arena *arena,
                  struct audit_rotation *ret_rotation, struct error *err);

#endif
