/* SPDX-License-Identifier: Apache-2.0 */
/* What a session did, by the audit trail. */
#ifndef AEX_META_HISTORY_H
#define AEX_META_HISTORY_H

#include "state/checkpoint.h"

struct history {
    struct checkpoint_call_vector calls; /* oldest first; a call that hook and proxy both saw is one */
    struct text records;                 /* the session's lines, as they stand in the log */
    bool is_partial;                     /* older ones were left out: see LIMIT_CHECKPOINT_RECORDS and others */
};

/* Looks through the end of the log at `path`. A log that does not exist holds nothing. */
bool history_of_session(const char *path, struct text session, struct arena *arena, struct history *ret_history,
                        struct error *err);

#endif
