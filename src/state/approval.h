/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that wait for a person: one small file a call in the state folder, bound to session, tool, exact
 * arguments and policy, good for one use until it expires.
 *
 * A call that must be confirmed, by an agent that cannot ask, is refused with a code. A person looks at it and
 * says yes or no in a terminal; the same call, made again, then passes once or learns the reason. Time never
 * approves. */
#ifndef AEX_STATE_APPROVAL_H
#define AEX_STATE_APPROVAL_H

#include "base/error.h"
#include "base/vector.h"
#include "crypto/digest.h"
#include "os/clock.h"

enum {
    APPROVAL_CODE_SIZE = 8,          /* characters of 5 bits */
    APPROVAL_LIFE_SECONDS = 15 * 60, /* from request to last use */
};

enum approval_status { APPROVAL_PENDING, APPROVAL_APPROVED, APPROVAL_DENIED };

/* "pending", "approved", "denied". */
const char *approval_status_name(enum approval_status status);

/* One call that waits, or was decided. */
struct approval {
    struct text code;
    enum approval_status status;
    struct text agent;
    struct text session;
    struct text tool;
    struct text demand; /* "file.write:src/a.c" */
    struct text rule;   /* ".aex/policy.aex:8" */
    struct text root;
    struct text arguments; /* exactly as judged: canonical JSON */
    struct digest policy;  /* of the policy it was judged by */
    clock_instant requested;
    clock_instant expires;
    struct text reason; /* a person's, for a denial */
};

VECTOR_DECLARE(approval_vector, struct approval);

/* The code of a call: the same for the same session, tool, canonical arguments and policy, and for no other. */
struct text approval_code(struct text session, struct text tool, struct text arguments,
                          const struct digest *policy, struct arena *arena);

/* Reads the approval called `code`. Not there, or expired (then it is removed): true with *ret_found false. A
 * code is matched without case; one with other characters than a code has is an error. */
bool approval_read(const char *state_folder, struct text code, clock_instant now, struct arena *arena,
                   bool *ret_found, struct approval *ret_approval, struct error *err);

/* Writes it, replacing what was there. */
bool approval_write(const char *state_folder, const struct approval *approval, struct arena *arena,
                    struct error *err);

/* Uses up a decision: removes the approval, and `ret_approval` is what was removed. False in *ret_taken, with
 * nothing removed, when another process was first, or when what is there now waits for a decision: of several
 * users of a decision only one gets it, however many requests come behind it. */
bool approval_take(const char *state_folder, struct text code, struct arena *arena, bool *ret_taken,
                   struct approval *ret_approval, struct error *err);

/* All that have not expired, oldest first. */
bool approval_list(const char *state_folder, clock_instant now, struct arena *arena,
                   struct approval_vector *ret_list, struct error *err);

#endif
