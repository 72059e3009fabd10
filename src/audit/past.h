/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a log still has a record that was its last one before: what a checkpoint remembers of the trail. */
#ifndef AEX_AUDIT_PAST_H
#define AEX_AUDIT_PAST_H

#include "audit/chain.h"
#include "base/error.h"

/* Whether the open log has, ending at `link`'s offset, the record with its seq and hash. Looks at that line's
 * end only. The start of a chain (seq 0) is in every log. */
bool audit_has_link(int log, const char *path, const struct audit_link *link, bool *ret_has, struct error *err);

/* Reads where the log at `path` stands now, by its head, without waiting for its lock. A log that was never
 * written stands at zero. */
bool audit_read_end(const char *path, struct arena *arena, struct audit_link *ret_link, struct error *err);

#endif
