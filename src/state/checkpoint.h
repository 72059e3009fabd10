/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: where a session stood, as files in the workspace that another session, of another agent even,
 * takes up again. `.aex/checkpoints/NAME/checkpoint.json` has the members AEX 0.0.4 writes and ours;
 * `audit.jsonl` beside it the session's records.
 *
 * Our members: schema, session, sessions (who used how much), policy (digest), chain (head of the audit trail),
 * audit (digest of audit.jsonl), mac (HMAC-SHA-256 of all the others in canonical form, by a key of this
 * user's). What has no mac, or one that does not verify, is foreign: made by AEX, on another machine, or by an
 * agent. */
#ifndef AEX_STATE_CHECKPOINT_H
#define AEX_STATE_CHECKPOINT_H

#include "base/error.h"
#include "base/vector.h"
#include "crypto/digest.h"
#include "state/ledger.h"

#define CHECKPOINT_FOLDER ".aex/checkpoints"

/* One tool call, as AEX writes them. */
struct checkpoint_call {
    struct text tool;
    struct text timestamp;
    bool is_blocked;    /* decision: "block", else "forward" */
    struct text reason; /* empty: none */
};

VECTOR_DECLARE(checkpoint_call_vector, struct checkpoint_call);

/* How many of the used calls one session charged. */
struct checkpoint_share {
    struct text session; /* a digest of its name: see checkpoint_session_name */
    uint64_t calls;
};

VECTOR_DECLARE(checkpoint_share_vector, struct checkpoint_share);

/* Where the audit trail stood: behind record `seq`, whose line ends at `offset`, in the log whose path has the
 * digest `log` (paths stay on their machine). */
struct checkpoint_chain {
    uint64_t seq;
    uint64_t offset;
    struct digest hash;
    struct digest log;
};

struct checkpoint {
    struct text name;
    struct text description; /* empty: none */
    struct text timestamp;   /* ISO 8601 */
    uint64_t calls_used;
    bool has_budget;
    uint64_t budget;
    struct checkpoint_call_vector calls;
    bool is_partial;     /* older calls and records were left out */
    struct text records; /* audit.jsonl; empty when it is missing */

    /* Only when is_genuine. */
    struct text session;
    struct checkpoint_share_vector shares;
    struct digest policy;
    struct checkpoint_chain chain;

    /* Of a checkpoint that was read. */
    bool is_genuine;      /* the mac verifies, and audit.jsonl is the one that it was made with */
    struct text mismatch; /* why not, for a person */
    struct digest digest; /* of checkpoint.json in canonical form */
};

/* Letters, digits, "_" and "-", at most 128. */
bool checkpoint_name_is_valid(struct text name);

/* Writes the folder of `checkpoint` below `root`, replacing one of the same name in one step. A link in the
 * place of a folder is an error. Fails on a key that cannot be read or made. */
bool checkpoint_write(const char *root, const char *state_folder, const struct checkpoint *checkpoint,
                      struct arena *arena, struct error *err);

/* Reads one. Fails when it is missing (os_code ENOENT), or no checkpoint at all: not JSON, another name inside,
 * no count of calls. One that is foreign does not fail. */
bool checkpoint_read(const char *root, const char *state_folder, struct text name, struct arena *arena,
                     struct checkpoint *ret_checkpoint, struct error *err);

/* What a session's calls are counted under in `shares`; in the arena. */
struct text checkpoint_session_name(struct text session, struct arena *arena);

/* Who used what of the session's count: its own charges and what it took over. */
bool checkpoint_shares_of(const char *state_folder, struct text session, const struct ledger *ledger,
                          struct arena *arena, struct checkpoint_share_vector *ret_shares, struct error *err);

/* Adds what the checkpoint's sessions used to what `session` used, and never takes anything off: afterwards its
 * count is the sum over all sessions that either descends from, of the most that is known of each. So what the
 * session itself had used at the checkpoint is not counted twice, nor is a checkpoint that it took up before. A
 * foreign one counts with the use it states. The ledger is the session's, open and locked. */
bool checkpoint_restore(const char *state_folder, struct text session, const struct checkpoint *checkpoint,
                        struct ledger *ledger, struct arena *arena, struct error *err);

#endif
