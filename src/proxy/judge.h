/* SPDX-License-Identifier: Apache-2.0 */
/* What the policy says about a request: the policy in force, kept loaded and loaded again when its files
 * change. */
#ifndef AEX_PROXY_JUDGE_H
#define AEX_PROXY_JUDGE_H

#include "analyse/judge.h"
#include "load/workspace.h"
#include "mcp/session.h"
#include "os/clock.h"
#include "proxy/options.h"

/* A decision about calls of a tool whose arguments do not matter, kept for the next ones. */
struct known_call {
    struct text tool;
    struct text session; /* whose `common` this is */
    struct text client;
    struct call_judgement judgement;
    bool has_budget;
    struct text common; /* of its records: see record.h */
    struct known_call *next;
};

enum { JUDGE_BUCKETS = 256 };

struct judge {
    const struct proxy_options *options;
    struct arena arena; /* of the policy in force */
    struct workspace workspace;
    bool is_loaded;
    bool has_maps;                           /* some layer says what tools do */
    bool starts_below_root;                  /* where a nested policy may hold */
    struct error failure;                    /* why it is not */
    clock_instant looked_at;                 /* when the files were looked at last; on the steady clock */
    uint64_t fingerprint;                    /* of the files it was loaded from */
    uint64_t generation;                     /* counts how often it was loaded */
    struct known_call *known[JUDGE_BUCKETS]; /* by tool */
    size_t known_count;
};

void judge_init(struct judge *judge, const struct proxy_options *options);
void judge_release(struct judge *judge);

/* Loads the policy unless its files are as they were. Call before a round of decisions. */
void judge_refresh(struct judge *judge);

/* After the first judge_refresh: whether --root, --policy and --contract name what can be loaded. A workspace
 * without a policy is no mistake, and one that nobody accepted is none: they are denied by, call by call. */
bool judge_check_options(struct judge *judge, struct error *err);

/* The demands of a request and what all layers say of them, without budgets. On false it is to be denied, and
 * `err` says why: there is no policy in force, or the request's demands cannot be made out. */
bool judge_request(struct judge *judge, const struct mcp_step *step, struct arena *arena,
                   struct call_judgement *ret_judgement, struct error *err);

/* Whether the policy allows a demand that needs no allow usually. */
bool judge_allows_plainly(struct judge *judge, const struct demand *demand, struct arena *arena);

/* Whether the decision about a request is the same for all calls of its tool, as long as the policy is not
 * loaded again: its demands come from its name alone, and no nested policy can have a say. */
bool judge_knows_all(const struct judge *judge, const struct mcp_step *step);
/* The decision that was kept about a tool; NULL: none. */
const struct known_call *judge_find_known(const struct judge *judge, struct text tool);
void judge_forget_known(struct judge *judge);
/* Keeps one. The texts and the judgement may lie in any arena. */
void judge_keep_known(struct judge *judge, const struct known_call *known);

/* Whether what an entry of the answer to `list` stands for (a tool, a resource, a prompt) could be had at all,
 * whatever the arguments. */
bool judge_could_allow(struct judge *judge, struct text list, struct text name, struct arena *arena);

#endif
