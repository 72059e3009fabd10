/* SPDX-License-Identifier: Apache-2.0 */
/* A running proxy; only for src/proxy/. */
#ifndef AEX_PROXY_INTERNAL_H
#define AEX_PROXY_INTERNAL_H

#include "proxy/decide.h"
#include "proxy/upstream.h"
#include "redact/message.h"

/* How far the end has come. */
enum stage {
    STAGE_RUNNING,
    STAGE_CLIENT_GONE, /* nothing more will be asked; what was asked is still answered */
    STAGE_CLOSING,     /* the server was told to end, by its closed input */
    STAGE_STOPPING,    /* and by a signal */
    STAGE_KILLING,     /* and by one that it cannot catch */
    STAGE_DONE,
};

struct proxy {
    const struct proxy_options *options;
    struct arena *process; /* as long as the process lives */
    struct arena round;    /* forgotten after each message */

    struct mcp_session session;
    struct judge judge;
    struct batch batch;
    struct decider decider;
    struct holding holding;
    struct pins pins;
    const struct secret_values *secrets; /* of .env files; as long as the policy is loaded */
    uint64_t secrets_generation;         /* of the policy they were read with */

    struct source client;
    struct source server;
    struct source errors; /* the server's standard error */
    struct sink to_client;
    struct sink to_server;
    struct upstream upstream;
    int signals;

    /* The message of the server that is being read, from the start of its queue. */
    struct mcp_scan scan;
    size_t scanned;         /* of the queue's bytes */
    bool is_streamed;       /* it goes on as it comes; what went is no longer in the queue */
    bool is_skipped;        /* it is no message: what is left of it is dropped */
    struct mcp_id streamed; /* the request it answers, in streamed_id */
    char streamed_id[LIMIT_MCP_ID];
    bool skips_client_line; /* too long a line is being dropped */

    enum stage stage;
    clock_instant deadline;       /* of the stage; on the steady clock */
    clock_instant looked_at_held; /* likewise */
    int stop_signal;              /* the signal that ends us, or 0 */
    bool has_crashed;
    int server_status;
};

/* client.c: what the client has sent, line by line. */
void client_handle(struct proxy *proxy);
/* Nothing more comes from it: what waits for its user's word is refused. */
void client_ended(struct proxy *proxy);
/* Goes on with calls whose question was answered at a terminal meanwhile, or by nobody in time. */
void client_look_at_held(struct proxy *proxy);

/* server.c: what the server has sent. */
void server_handle(struct proxy *proxy);
/* Answers everything that waits for the server, which is gone. */
void server_answer_all(struct proxy *proxy, struct text explanation);

/* Before what one read brought is looked at: the policy as it is now, and the time. */
void proxy_begin_round(struct proxy *proxy);

/* Remembers the task that an answer says its request became. */
void proxy_note_task(struct proxy *proxy, const struct mcp_step *step);

/* An event of the proxy's own, for standard error. */
void proxy_note(struct proxy *proxy, const char *event, const char *name, struct text value);

/* Sends a line that stands, with its LF behind it, in the queue it was read into. `judged`: the request of a
 * step that may only go on with its charge and record. */
void proxy_forward(struct proxy *proxy, struct sink *sink, struct text line);
void proxy_forward_judged(struct proxy *proxy, const struct mcp_step *step, bool is_from_client);
/* A line that nobody answers and that must not go out without its record. */
void proxy_send_recorded(struct proxy *proxy, struct sink *sink, struct text line);
/* An answer of our own to a request of the client's that must not go out without its record. */
void proxy_answer_recorded(struct proxy *proxy, const struct mcp_step *step, struct text answer);
/* Sends bytes from the round's arena. */
void proxy_send(struct proxy *proxy, struct sink *sink, struct text bytes);

#endif
