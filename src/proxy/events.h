/* SPDX-License-Identifier: Apache-2.0 */
/* Where events go: to standard error, which nobody may be reading, and into the audit trail, which must take
 * them. */
#ifndef AEX_PROXY_EVENTS_H
#define AEX_PROXY_EVENTS_H

#include "proxy/options.h"
#include "proxy/stream.h"

struct events {
    const struct proxy_options *options;
    struct sink sink;
    struct text path; /* of the log; in the process's arena */
    uint64_t dropped; /* events that nobody read in time, since the last one that was written */
};

/* Finds the log and makes its folder. `arena` lives as long as the process. */
bool events_init(struct events *events, const struct proxy_options *options, struct arena *arena,
                 struct error *err);

/* Tells whoever reads standard error. Where that stands still, events are dropped and counted: the trail has
 * them. */
void events_tell(struct events *events, struct text members, struct arena *arena);

/* The same, after the trail has it. False: it has not, and what the event speaks of must not happen. */
bool events_record(struct events *events, struct text members, struct arena *arena, struct error *err);

#endif
