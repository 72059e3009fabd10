/* SPDX-License-Identifier: Apache-2.0 */
/* What each session has used of its budget: one small file a session in the state folder, charged durably
 * before the answer, correct under parallel hooks and under kills at any moment.
 *
 * A session that was never seen gets a new file. A file that is missing although the list of sessions names it,
 * or a list that is missing although there were sessions or an audit trail, counts as exhausted: deleting state
 * never gives budget back. */
#ifndef AEX_STATE_LEDGER_H
#define AEX_STATE_LEDGER_H

#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"
#include "crypto/digest.h"

/* One session's open and locked ledger. Other gates of the session wait until it is closed. */
struct ledger {
    int fd;            /* -1 when the state folder itself was lost */
    struct text root;  /* the session's workspace root, as first recorded; in the arena of ledger_open */
    uint64_t used;     /* calls charged so far; UINT64_MAX when is_exhausted */
    uint64_t base;     /* of which were restored with a checkpoint */
    bool is_exhausted; /* the state was lost: nothing may be charged any more */
    struct text loss;  /* what is missing and the way out, for the denial's message */
    const char *path;  /* of the file, for messages; in the arena */
    off_t first;       /* where the first charge's record stands */
    uint64_t count;    /* of charges' records */
    struct {           /* the last charge that was looked up, for who peeks before charging */
        bool is_known;
        struct digest key;
        uint64_t number;
        uint32_t repeats;
    } looked_up;
};

/* Opens the ledger of `session` in `state_folder` (absolute; made with mode 0700 when missing), creating it
 * with `root` (at most LIMIT_PATH bytes) as its workspace root when the session is new. Waits for the
 * session's lock. On false nothing is open. */
bool ledger_open(struct ledger *ledger, const char *state_folder, struct text session, struct text root,
                 struct arena *arena, struct error *err);
void ledger_close(struct ledger *ledger);

/* Lets others of the session go on, with the file kept open; and takes the lock again, with what they used
 * counted. *ret_is_current is false when the file is not what it was (removed, cut, another one): close and
 * open it. */
bool ledger_unlock(struct ledger *ledger, struct error *err);
bool ledger_relock(struct ledger *ledger, bool *ret_is_current, struct error *err);

/* One call's identity: session, call id, tool and digest of the canonical arguments. Hook and proxy compute the
 * same. */
struct digest charge_key(struct text session, struct text call_id, struct text tool,
                         const struct digest *arguments);

enum charge_result {
    CHARGE_NEW,      /* not charged before, or repeated too often */
    CHARGE_REPEATED, /* the same call again, free this time */
};

enum {
    FREE_REPEATS = 3,     /* how often one charged call may be repeated free */
    REPEAT_WINDOW = 4096, /* how many charges back a repeat is recognised; further back it is a new call */
};

/* Whether the call would be charged now (CHARGE_NEW: one more of the budget) or is free. Reads only; false,
 * with the loss as message, on an exhausted ledger. */
bool ledger_peek(struct ledger *ledger, const struct digest *key, enum charge_result *ret_result,
                 struct error *err);

/* Charges the call: on true the charge is in the file and survives a crash of this process. `used` is updated.
 * On false nothing was charged. */
bool ledger_charge(struct ledger *ledger, const struct digest *key, enum charge_result *ret_result,
                   struct error *err);

/* Raises what a checkpoint restored to `base`; a lower value changes nothing, so that resuming never gives
 * budget back. `used` is updated. */
bool ledger_restore(struct ledger *ledger, uint64_t base, struct error *err);

#endif
