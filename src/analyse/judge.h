/* SPDX-License-Identifier: Apache-2.0 */
/* One call judged under everything that is in force: the workspace's layers and the nested policies where it
 * acts. The one piece of code behind the hook and `aex explain`. */
#ifndef AEX_ANALYSE_JUDGE_H
#define AEX_ANALYSE_JUDGE_H

#include "demand/judge.h"
#include "demand/server.h"
#include "load/nested.h"

struct call_judgement {
    struct demand_vector demands;
    struct decision decision; /* the most restrictive of all; without budgets */
    struct nested_policy_vector nested;
    struct text folder;          /* where the call is made from: lexical */
    struct text resolved_folder; /* the same with links followed */
};

/* Fails where demands or a nested policy cannot be made out: the caller must deny. */
bool analyse_call(const struct agent *agent, const struct hook_call *call, const struct workspace *workspace,
                  const struct demand_context *context, struct arena *arena,
                  struct call_judgement *ret_judgement, struct error *err);

/* The same for a request or notification to or from an MCP server (demand/server.h). The protocol's own
 * messages are allowed and free, without demands. */
bool analyse_mcp_request(const struct mcp_server *server, struct text method, const struct json *params,
                         const struct workspace *workspace, const struct demand_context *context,
                         struct arena *arena, struct call_judgement *ret_judgement, struct error *err);

/* What the demand with that index comes to alone, by the workspace's layers and the nested policies that have a
 * say in it. Other demands of a shell command line are not considered, so this explains and does not decide. */
struct decision analyse_alone(const struct call_judgement *judgement, size_t demand,
                              const struct workspace *workspace, struct arena *arena);

#endif
