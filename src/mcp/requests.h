/* SPDX-License-Identifier: Apache-2.0 */
/* The requests of one side that wait for their answers, by id. */
#ifndef AEX_MCP_REQUESTS_H
#define AEX_MCP_REQUESTS_H

#include "base/limits.h"
#include "mcp/message.h"
#include "mcp/method.h"

/* One of them. Adding and removing others moves it. */
struct mcp_request {
    const struct mcp_method *method; /* NULL: an empty place in the table */
    uint32_t hash;
    uint8_t id_size;
    bool id_is_string;
    bool is_modern;       /* sent under 2026-07-28 or later: results say their type */
    uint64_t page;        /* of a list: mcp_page_named; 0: the first */
    uint64_t fingerprint; /* of what it asks for, to know it again: the proxy's matter */
    bool is_cancelled;    /* its sender no longer waits */
    bool is_ours;         /* the proxy itself asked */
    char id[LIMIT_MCP_ID];
};

/* Zeroed, it is empty. */
struct mcp_requests {
    struct mcp_request *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

void mcp_requests_release(struct mcp_requests *requests);

/* Whether one more may wait. Those that were cancelled make room. */
bool mcp_requests_have_room(struct mcp_requests *requests);
/* Adds a request that is not among them. False, with nothing added, when LIMIT_MCP_IN_FLIGHT wait already. */
bool mcp_requests_add(struct mcp_requests *requests, const struct mcp_id *id,
                      const struct mcp_request *request);
/* The one with this id, or NULL. */
struct mcp_request *mcp_requests_find(const struct mcp_requests *requests, const struct mcp_id *id);
void mcp_requests_remove(struct mcp_requests *requests, struct mcp_request *request);

/* The id as JSON: digits as they were, a string escaped anew. */
struct text mcp_request_id(const struct mcp_request *request, struct arena *arena);

#endif
