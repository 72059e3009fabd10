/* SPDX-License-Identifier: Apache-2.0 */
/* Which bytes of a workspace's policy a person last accepted, kept outside the workspace.
 *
 * The state folder holds trust/NAME.aex, a line with the digest of the accepted bytes and then these, where
 * NAME comes from the workspace's root and the policy's path. In force is the meet of what was accepted and
 * what is on disk: an edit that narrows bites at once, one that widens waits, a deleted file leaves the
 * accepted one, and one that was never accepted denies everything. */
#ifndef AEX_LOAD_TRUST_H
#define AEX_LOAD_TRUST_H

#include "base/error.h"
#include "base/text.h"
#include "crypto/digest.h"

/* What is known of one policy file. `policy` is its absolute path, links resolved; `root` likewise. */
struct trust {
    bool is_accepted;
    bool is_damaged;      /* there is something that nobody can read: decide nothing by it */
    struct text accepted; /* the bytes */
    struct digest
        digest; /* of them, computed when they were accepted: the gate has no time for it on each call */
};

/* Reads the store. A store that cannot be read is an error: the caller must deny. */
bool trust_read(const char *state_folder, struct text root, struct text policy, struct arena *arena,
                struct trust *ret_trust, struct error *err);

/* Accepts these bytes from now on. Only for commands a person runs at a terminal. */
bool trust_accept(const char *state_folder, struct text root, struct text policy, struct text bytes,
                  struct arena *arena, struct error *err);

/* Forgets what was accepted; nothing to forget is no error. */
bool trust_revoke(const char *state_folder, struct text root, struct text policy, struct arena *arena,
                  struct error *err);

#endif
