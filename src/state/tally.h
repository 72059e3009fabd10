/* SPDX-License-Identifier: Apache-2.0 */
/* A session's ledger kept open by a process that charges many calls: looked at without reading it again, and
 * charged for several calls with one write. */
#ifndef AEX_STATE_TALLY_H
#define AEX_STATE_TALLY_H

#include "state/ledger.h"

struct tally_window;
struct ledger_record;

enum { TALLY_PENDING = 256 }; /* charges that one commit can write */

/* Not to be copied. */
struct tally {
    const char *state_folder;
    struct text session;  /* whose ledger is open; in the tally's arena */
    struct arena arena;   /* of the open ledger */
    struct ledger ledger; /* open and locked between tally_enter and tally_leave */
    bool is_open;
    bool is_locked;
    struct tally_window *window;   /* the charges among which repeats are looked for */
    struct ledger_record *pending; /* charges that are not in the file yet */
    size_t pending_count;
};

/* Opens nothing yet; `state_folder` must outlive the tally. */
void tally_init(struct tally *tally, const char *state_folder);
void tally_release(struct tally *tally);

/* Locks the ledger of `session`, opening it as ledger_open does when it is another one than last time. Nothing
 * when it is locked already; another session must have been left. */
bool tally_enter(struct tally *tally, struct text session, struct text root, struct error *err);

/* Calls charged so far, with those that are pending. */
uint64_t tally_used(const struct tally *tally);
bool tally_is_full(const struct tally *tally);

/* As ledger_peek. */
bool tally_peek(struct tally *tally, const struct digest *key, enum charge_result *ret_result,
                struct error *err);
/* As ledger_charge, but a new charge is in the file only after tally_commit. Not when it is full. */
bool tally_charge(struct tally *tally, const struct digest *key, enum charge_result *ret_result,
                  struct error *err);

/* Writes what is pending and keeps the lock. On false nothing of it was charged, and it is unlocked. */
bool tally_commit(struct tally *tally, struct error *err);
/* Unlocks, when nothing is pending. Others wait for it: never hold it longer than a moment. */
void tally_leave(struct tally *tally);

#endif
