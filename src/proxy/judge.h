/* SPDX-License-Identifier: Apache-2.0 */
/* What the policy says about a request: the policy in force, kept loaded and loaded again when its files
 * change. */
#ifndef AEX_PROXY_JUDGE_H
#define AEX_PROXY_JUDGE_H

#include "analyse/judge.h"
#include "load/workspace.h"
#include "mcp/session.h"
#include "proxy/options.h"

struct judge {
    const struct proxy_options *options;
    struct arena arena; /* of the policy in force */
    struct workspace workspace;
    bool is_loaded;
    struct error failure; /* why it is not */
    uint64_t fingerprint; /* of the files it was loaded from */
    uint64_t generation;  /* counts how often it was loaded */
};

void judge_init(struct judge *judge, const struct proxy_options *options);
void judge_release(struct judge *judge);

/* Loads the policy unless its files are as they were. Call before a round of decisions. */
void judge_refresh(struct judge *judge);

/* The demands of a request and what all layers say of them, without budgets. On false it is to be denied, and
 * `err` says why: there is no policy in force, or the request's demands cannot be made out. */
bool judge_request(struct judge *judge, const struct mcp_step *step, struct arena *arena,
                   struct call_judgement *ret_judgement, struct error *err);

/* Whether what an entry of the answer to `list` stands for (a tool, a resource, a prompt) could be had at all,
 * whatever the arguments. */
bool judge_could_allow(struct judge *judge, struct text list, struct text name, struct arena *arena);

#endif
