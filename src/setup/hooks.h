/* SPDX-License-Identifier: Apache-2.0 */
/* The "hooks" object that Claude Code's settings and Codex's hooks.json share. */
#ifndef AEX_SETUP_HOOKS_H
#define AEX_SETUP_HOOKS_H

#include "setup/draft.h"
#include "setup/options.h"

/* One handler of one matcher group, as the file has it. */
struct hook_handler {
    struct text event;
    size_t group; /* index in the event's array */
    size_t index; /* in the group's "hooks"; SIZE_MAX: the old shape, the command stands in the group itself */
    size_t siblings; /* handlers in the group */
    struct text matcher;
    bool has_matcher;
    struct text command;
    const struct json *value;
};

VECTOR_DECLARE(handler_vector, struct hook_handler);

/* Every handler that has a command, in the order of the file. `settings` may be anything. */
void hooks_list(const struct json *settings, struct arena *arena, struct handler_vector *ret_handlers);

/* Why the agent would drop the whole file, as one line, or an empty text: facts observed with Claude
 * Code 2.1.329 (a group without "hooks", a timeout that is no number, an unknown onFailure) and Codex 0.169
 * (another member beside "hooks"). */
struct text hooks_problem(const struct json *settings, enum setup_agent agent, struct arena *arena);

/* Whether its matcher is one for every tool. */
bool hooks_matches_all(const struct hook_handler *handler);

/* Whether the agent runs the handler for all that its matcher names, and waits for the answer: it has neither a
 * condition ("if") nor is it "async". */
bool hooks_waits_always(const struct hook_handler *handler);

/* Sees to it that `event` has exactly one group that runs the gate, and that it is `group` (JSON text): takes
 * out handlers that run it in another way, telling `notes`. */
bool hooks_ensure(struct draft *draft, const char *event, struct text group, struct text_vector *notes,
                  struct error *err);

/* Steps of a path, copied into the arena. */
const struct text *setup_steps(struct arena *arena, const struct text *steps, size_t count);

#endif
