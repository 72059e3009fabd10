/* SPDX-License-Identifier: Apache-2.0 */
/* A session with the ones it goes on from: `aex audit show --session` shows what led to the checkpoints it took
 * up. */
#ifndef AEX_CLI_AUDIT_FOLLOW_H
#define AEX_CLI_AUDIT_FOLLOW_H

#include "base/error.h"
#include "base/vector.h"
#include "json/json.h"

/* One session's records, up to a place in the trail. */
struct followed_session {
    struct text session;
    uint64_t last; /* seq; UINT64_MAX for all */
};

VECTOR_DECLARE(followed_session_vector, struct followed_session);

struct audit_follow {
    struct followed_session_vector sessions;
};

/* Looks through the open log, of `size` bytes, for the checkpoints that `session`, and those it goes on from,
 * took up. */
bool audit_follow_init(struct audit_follow *follow, struct text session, int fd, const char *path,
                       uint64_t size, struct arena *arena, struct error *err);

/* Whether the record is one of theirs. */
bool audit_follow_has(const struct audit_follow *follow, const struct json *record);

#endif
