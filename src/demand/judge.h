/* SPDX-License-Identifier: Apache-2.0 */
/* One call judged: its demands built and decided, sets looked into where a rule might catch part of them. The
 * one piece of code behind the hook, `aex explain` and later enforcement points. */
#ifndef AEX_DEMAND_JUDGE_H
#define AEX_DEMAND_JUDGE_H

#include "demand/demand.h"

struct judgement {
    struct demand_vector demands;
    struct decision decision; /* without a budget */
};

/* Steps 1, 2 and 4 for one call, with what the policy maps it to. Fails where demand_of_call does: the caller
 * must deny. */
bool demand_judge(const struct agent *agent, const struct hook_call *call, const struct policy *policy,
                  const struct demand_context *context, struct arena *arena, struct judgement *ret_judgement,
                  struct error *err);

/* The same for demands that were built already. They are settled on the way: a command line and its parts are
 * judged together. Where the policy allows shell.exec for the line, it runs unless what a part does is denied
 * or asks; where not, it runs when every part is understood and all that the parts do is allowed. A wildcard
 * allows one command: of several, each that is not understood needs a rule that covers it. Reading
 * secrets and configuring need their own allow either way, and rules that deny or ask about shell.exec always
 * count. Sets may be replaced by their members. */
struct decision demand_judge_built(struct demand_vector *demands, const struct policy *policy,
                                   struct arena *arena);

/* Whether self-protection alone refuses the call: what --observe does not lift. */
bool demand_protects(const struct demand_vector *demands, const struct policy *policy, struct arena *arena,
                     struct decision *ret_decision);

#endif
