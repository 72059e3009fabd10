/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered between messages: calls held until the client's user has answered, what servers asked
 * back, and the tasks that calls became. All of it bounded. */
#ifndef AEX_PROXY_HOLDING_H
#define AEX_PROXY_HOLDING_H

#include "base/limits.h"
#include "crypto/digest.h"
#include "mcp/session.h"
#include "os/clock.h"

enum { HELD_TOKEN_SIZE = 4 + 32 }; /* "aex." and 128 random bits in hex */

/* A call that waits. */
struct held_call {
    char token[HELD_TOKEN_SIZE + 1];
    char *line; /* as it came; NULL: this place is free */
    size_t size;
    struct digest policy; /* that asked */
    clock_instant expires;
    char approval[16]; /* the code under which a person may answer at a terminal instead */
};

struct holding {
    struct held_call calls[LIMIT_MCP_HELD_CALLS];
    size_t held_count;
    /* What servers asked for before they answer: digests of the call and the state to be sent back with it,
     * which was charged already. A ring. */
    struct digest unfinished[LIMIT_MCP_HELD_CALLS];
    size_t unfinished_count;
    uint64_t *tasks; /* hashes of the names of tasks; a ring of LIMIT_MCP_TASKS, made when the first comes */
    size_t task_count;
};

void holding_release(struct holding *holding);

/* Keeps a copy of the call and gives it a token. False when too many wait, or it is too large. */
bool holding_add(struct holding *holding, struct text line, const struct digest *policy, struct text approval,
                 clock_instant now, struct held_call **ret_call, struct error *err);
/* The call with this token, expired or not, if it waits still. */
struct held_call *holding_find(struct holding *holding, struct text token);
void holding_remove(struct holding *holding, struct held_call *call);

void holding_note_unfinished(struct holding *holding, const struct digest *call);
/* Whether it was noted; then it is forgotten: each is good once. */
bool holding_take_unfinished(struct holding *holding, const struct digest *call);

/* Tasks by their names, and by who carries them out: the other side asks about them. */
void holding_note_task(struct holding *holding, struct text task, enum mcp_from holder);
bool holding_knows_task(const struct holding *holding, struct text task, enum mcp_from holder);

#endif
