/* SPDX-License-Identifier: Apache-2.0 */
/* One judged request on its way to an answer: policy, budget, question, charge, record. */
#ifndef AEX_PROXY_DECIDE_H
#define AEX_PROXY_DECIDE_H

#include "mcp/question.h"
#include "proxy/batch.h"
#include "proxy/holding.h"
#include "proxy/judge.h"
#include "proxy/record.h"
#include "state/pins.h"

/* What deciding takes, for the life of the process. */
struct decider {
    const struct proxy_options *options;
    struct judge *judge;
    struct batch *batch;
    struct holding *holding;
    struct hints hints;   /* where secrets may be in what is written down */
    struct pins *pins;    /* NULL: --no-pins */
    struct text session;  /* of calls whose client names none */
    struct digest origin; /* of that session: no other process has it */
    uint64_t unnamed;     /* calls that came without an id of the client's */
    struct text client;   /* its name, as it introduced itself; in no arena that is reset */
    clock_instant now;    /* of this round, and as records write it */
    char time[32];
    size_t time_size;
};

enum outcome {
    OUTCOME_FORWARD, /* it may go on, once the batch is committed */
    OUTCOME_ANSWER,  /* it may not, or it was for us; `answer` goes back once the batch is committed */
    OUTCOME_ASK,     /* the client's user is to be asked `question` */
};

struct decided {
    enum outcome outcome;
    struct text answer;
    bool is_charged; /* the answer is one that must not go out unless the batch is committed */
    struct text question;
    struct digest policy;
    struct text approval; /* the code under which it may be answered at a terminal */
};

/* Before the decisions about what one read brought. */
void decide_begin(struct decider *decider, clock_instant now, struct arena *scratch);

/* Decides one request. Whatever fails on the way is a denial. `is_confirmed`: the client's user said yes to
 * exactly this call, under the policy that is in force. */
struct decided decide_request(struct decider *decider, const struct mcp_step *step, bool is_confirmed,
                              struct arena *arena);

/* Records that the client's user did not say yes to a held call, and makes the answer to it. */
struct text decide_refused(struct decider *decider, const struct mcp_step *step, struct text approval,
                           enum mcp_said said, struct arena *arena);

/* What a request asks for, whatever belongs to this attempt only (its `_meta`, what it brings along that was
 * asked for): the same for the same request made again. */
struct digest decide_request_digest(const struct json *params, struct arena *arena);
uint64_t decide_fingerprint(const struct json *params, struct arena *arena);
/* Under what a call that a server asked back about is remembered. */
struct digest decide_unfinished_key(uint64_t fingerprint, struct text state);

/* Judges what a server asks of its client inside another message, and records it. */
bool decide_inner(struct decider *decider, const struct mcp_step *step, struct text method,
                  const struct json *params, struct arena *arena);

#endif
