/* SPDX-License-Identifier: Apache-2.0 */
/* One connection between a client and a server, as far as the firewall has to follow it: bytes of one message
 * and where they come from in, what is to be done with them out. Understands the protocol with a handshake
 * (2024-11-05 to 2025-11-25) and the one without (2026-07-28) at once, since a client may try one after the
 * other. */
#ifndef AEX_MCP_SESSION_H
#define AEX_MCP_SESSION_H

#include "mcp/requests.h"
#include "mcp/scan.h"

/* Zeroed, nothing was said yet. */
struct mcp_session {
    struct mcp_requests from_client;
    struct mcp_requests from_server;
    bool client_elicits; /* it announced in its handshake that it can ask its user */
    bool holds_all;      /* no answer goes on before it is whole: they are to be looked through */
};

enum mcp_action {
    MCP_FORWARD, /* to the other side, message.source and a LF */
    MCP_JUDGE,   /* the policy decides; forward after mcp_sent_by_client or mcp_sent_by_server, or answer */
    MCP_FILTER,  /* the answer to a list request: to be filtered and forwarded */
    MCP_INPUT,   /* a result that asks the client for input first: the policy decides about what it asks */
    MCP_OURS,    /* the answer to what the proxy itself asked */
    MCP_SPOILED, /* an answer that cannot be taken: `answer` goes on in its place */
    MCP_ANSWER,  /* `answer` goes back to where the message came from, and nothing on */
    MCP_DROP,    /* nothing goes anywhere */
};

struct mcp_step {
    enum mcp_from from; /* who sent it */
    enum mcp_action action;
    struct mcp_message message; /* not set when it was no message at all */
    /* Of a request or notification; of an answer, that of its request. NULL: unknown. */
    const struct mcp_method *method;
    bool is_modern;          /* the request, or the one that is answered, is of 2026-07-28 or later */
    uint64_t fingerprint;    /* as the request was remembered with */
    bool is_first_page;      /* of a list that is answered: it was asked for without a cursor */
    bool can_elicit;         /* whether the client said it can ask its user */
    struct text answer;      /* MCP_ANSWER and MCP_SPOILED */
    struct text explanation; /* why nothing goes on as it came; empty: there is nothing to say */
};

void mcp_session_release(struct mcp_session *session);

/* One line, without its LF. Requests that go through are remembered; one that is to be judged is not yet. */
struct mcp_step mcp_from_client(struct mcp_session *session, struct text line, struct arena *arena);
struct mcp_step mcp_from_server(struct mcp_session *session, struct text line, struct arena *arena);

/* Remembers a judged request that goes on: its answer is awaited from now on. False when too many are. */
bool mcp_sent_by_client(struct mcp_session *session, const struct mcp_step *step);
bool mcp_sent_by_server(struct mcp_session *session, const struct mcp_step *step);

/* ---- What the server says, before it has said all of it ---- */

enum mcp_head {
    MCP_HEAD_UNKNOWN, /* not enough of it is there */
    MCP_HEAD_PLAIN,   /* the answer to a request whose answer goes on as it is */
    MCP_HEAD_HELD,    /* it takes the whole message to know: mcp_from_server */
};

/* `message` is what has arrived, and `scan` has read all of it. `ret_request` is set for a plain answer. */
enum mcp_head mcp_head_of(const struct mcp_session *session, const struct mcp_scan *scan, struct text message,
                          struct arena *arena, struct mcp_request **ret_request);

/* Whether what was taken for a plain answer still is one, now that more was read. At its end it must be whole.
 */
bool mcp_still_plain(const struct mcp_scan *scan);

#endif
