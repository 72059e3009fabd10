/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail: one JSON object a line, each holding the hash of the one before, with the chain's head kept
 * in a file of its own so that a cut tail shows.
 *
 * Every line ends in `,"seq":N,"prev":"HEX","hash":"HEX"}`. `hash` is SHA-256 over the exact bytes of the line
 * up to but excluding `,"hash":` and a closing brace; `prev` is the hash of the line before (64 zeros for the
 * first). A line is written, whole, before the call it speaks of is let through: it survives a crash of any
 * process, not a power cut. */
#ifndef AEX_AUDIT_LOG_H
#define AEX_AUDIT_LOG_H

#include "base/builder.h"
#include "base/error.h"
#include "crypto/digest.h"

/* Opens nothing for long: appends `members` (a JSON object's members without braces:
 * `"event":"gate.decision",...`) to the log at `path` (absolute; made with mode 0600 when missing, never
 * through a link), and moves the head
 * (`path` + ".head"). Safe under concurrent writers and under kills: an incomplete last line left by a killed
 * writer is cut off, a complete one that the head does not know yet is taken over. A log whose tail does not
 * fit its head is an error that names `aex audit verify`. */
bool audit_append(const char *path, struct text members, struct arena *arena, struct error *err);

#endif
