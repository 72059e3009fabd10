/* SPDX-License-Identifier: Apache-2.0 */
/* One judged request on its way to an answer: policy, budget, question, charge, record. */
#ifndef AEX_PROXY_DECIDE_H
#define AEX_PROXY_DECIDE_H

#include "proxy/batch.h"
#include "proxy/judge.h"
#include "proxy/record.h"

/* What deciding takes, for the life of the process. */
struct decider {
    const struct proxy_options *options;
    struct judge *judge;
    struct batch *batch;
    struct text session; /* of calls whose client names none */
    uint64_t unnamed;    /* calls that came without an id of the client's */
    struct text client;  /* its name, as it introduced itself; in no arena that is reset */
};

enum outcome {
    OUTCOME_FORWARD, /* it may go on, once the batch is committed */
    OUTCOME_ANSWER,  /* it may not, and `answer` says so */
};

/* Decides one request. Whatever fails on the way is a denial. */
enum outcome decide_request(struct decider *decider, const struct mcp_step *step, clock_instant now,
                            struct arena *arena, struct text *ret_answer);

#endif
