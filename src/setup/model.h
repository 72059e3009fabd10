/* SPDX-License-Identifier: Apache-2.0 */
/* A model that asks for one tool call and then ends its turn: HTTP requests in, answers out, no input or output
 * of its own. It speaks as much of Anthropic's Messages API (https://docs.anthropic.com/en/api/messages) and
 * OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses) as Claude Code 2.1.329 and
 * Codex 0.169 need. Whatever number of requests come, in whatever order: the call is asked for until its
 * result is told. */
#ifndef AEX_SETUP_MODEL_H
#define AEX_SETUP_MODEL_H

#include "setup/options.h"

struct model {
    enum setup_agent agent;
    struct text secret;  /* the first folder of every path that is asked for */
    struct text command; /* the shell command that it wants run */
    bool was_offered;    /* a request offered the shell tool */
    bool has_result;     /* a request told what became of the call */
    struct text result;  /* that, in the caller's arena */
};

/* How many bytes of a connection make up its request: 0 when more are needed, SIZE_MAX when they are none. */
size_t model_request_size(struct text bytes);

/* The whole response to one whole request; the connection closes behind it. `arena` keeps the result. */
struct text model_answer(struct model *model, struct text request, struct arena *arena);

#endif
