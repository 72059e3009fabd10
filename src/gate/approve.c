/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/approve.h"

#include "policy/message.h"

bool gate_approve(const struct record_subject *subject, const struct workspace *workspace,
                  const struct decision *decision, struct arena *arena, struct ask_answer *ret_answer,
                  struct error *err)
{
    const struct gate_options *options = subject->options;
    struct approval wanted = {
        .agent = text_of(subject->agent->name),
        .session = subject->session,
        .tool = subject->call->tool,
        .demand = message_demand(decision->demand, workspace->root, arena),
        .rule = message_rule_place(decision, arena),
        .root = workspace->root,
        .arguments = subject->canonical_arguments,
        .policy = workspace->digest,
    };
    return ask_at_terminal(options->state_folder.data, &wanted, options->now, options->wait_seconds, arena,
                           ret_answer, err);
}
