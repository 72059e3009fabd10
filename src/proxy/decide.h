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
    OUTCOME_ANSWER,  /* it may not, and `answer` says so */
};

/* Before the decisions about what one read brought. */
void decide_begin(struct decider *decider, clock_instant now, struct arena *scratch);

/* Decides one request. Whatever fails on the way is a denial. */
enum outcome decide_request(struct decider *decider, const struct mcp_step *step, struct arena *arena,
                            struct text *ret_answer);

#endif
