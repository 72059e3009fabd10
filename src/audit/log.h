/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail: one JSON object a line, each holding the hash of the one before, with the chain's head kept
 * in a file of its own so that a cut tail shows.
 *
 * Every line ends in `,"seq":N,"prev":"HEX","hash":"HEX"}`. `hash` is SHA-256 over the line as it would be
 * without that member: the exact bytes up to `,"hash":`, and a closing brace. `prev` is the hash of the line
 * before (64 zeros for the first) and `seq` counts from 1. A line is written, whole, before the call it speaks
 * of is let through: it survives a crash of any process, not a power cut. Whoever may write both files can
 * forge a whole chain; it shows accidents and partial edits, and a copy of the head kept elsewhere shows the
 * rest. */
#ifndef AEX_AUDIT_LOG_H
#define AEX_AUDIT_LOG_H

#include "base/builder.h"
#include "base/error.h"
#include "crypto/digest.h"

/* Opens nothing for long: appends `members` (a JSON object's members without braces, on one line:
 * `"event":"gate.decision",...`) to the log at `path` (absolute; made with mode 0600 when missing, in a folder
 * that exists, never through a link), and moves the head (`path` + ".head", whose lock orders the writers).
 * Safe under concurrent writers and under kills: an incomplete last line left by a killed writer is cut off, a
 * complete one that the head does not know yet is taken over. On false nothing was added: a log whose tail does
 * not fit its head is an error that names `aex audit verify` and `aex audit rotate`, and so is a line above
 * LIMIT_AUDIT_LINE. */
bool audit_append(const char *path, struct text members, struct arena *arena, struct error *err);

#endif
