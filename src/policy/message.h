/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent is told: what was refused or asked, by which rule, and what to do instead. */
#ifndef AEX_POLICY_MESSAGE_H
#define AEX_POLICY_MESSAGE_H

#include "policy/policy.h"

/* "file.write:src/a.c": a demand as a policy would name it, paths relative to the workspace's root, long
 * resources cut. */
struct text message_demand(const struct demand *demand, struct text root, struct arena *arena);

/* ".aex/policy.aex:5", or empty without a rule. */
struct text message_rule_place(const struct decision *decision, struct arena *arena);

/* "read_file@fs as file.read:args.path": a map as a policy would spell it. */
struct text message_map(const struct tool_map *map, struct arena *arena);

/* The whole message for a denial or a question about `tool`. `can_ask` is false for an agent that knows no
 * questions. */
struct text message_for_agent(const struct decision *decision, struct text tool, struct text root, bool can_ask,
                              struct arena *arena);

#endif
