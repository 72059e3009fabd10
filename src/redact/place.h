/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a message a value stands, as far as it matters for how it is looked through; only for src/redact/.
 */
#ifndef AEX_REDACT_PLACE_H
#define AEX_REDACT_PLACE_H

#include "json/json.h"

/* The parts of messages that have members with a meaning of their own here (MCP 2024-11-05 to 2026-07-28). */
enum part {
    PART_OTHER,
    PART_MESSAGE,
    PART_RESULT,
    PART_PARAMS,
    PART_TOOLS,           /* the list, and each entry */
    PART_TASKS,           /* one, or a list with each entry */
    PART_QUESTIONS,       /* "inputRequests" */
    PART_QUESTION,        /* one of them */
    PART_QUESTION_PARAMS, /* its own */
    PART_SCHEMA,          /* a JSON schema with all that is in it: its names are not those of values */
    PART_AS_IS, /* a string or a number that the other side hands back or goes by; no model reads it */
};

struct place {
    struct text kind; /* of the telling name that the value is under; empty: none */
    enum part part;
    bool is_data; /* it is embedded data in base64 */
};

/* What a message is about. */
struct place_methods {
    struct text own;      /* its own method; empty: it is an answer */
    struct text answered; /* that of the request it answers; empty: unknown */
};

/* The place of the member called `name` of `object`, which stands at `place`. */
struct place place_below(const struct json *object, struct text name, struct place place,
                         const struct place_methods *methods);

#endif
