/* SPDX-License-Identifier: Apache-2.0 */
/* Masking secrets in what a server answers, before an agent reads it: a JSON-RPC message in, the same message
 * out. Best effort, like all of this room. */
#ifndef AEX_REDACT_MESSAGE_H
#define AEX_REDACT_MESSAGE_H

#include "redact/hints.h"
#include "json/json.h"

/* Values known to be secret (those of a .env file), to be masked wherever they occur. Not to be changed once
 * made; may be shared by any number of messages. */
struct secret_values;

/* The values of the `sources`, each the content of a .env file (NAME=value lines, quotes and `export` as shells
 * and dotenv libraries read them), that are secret by their name (API_KEY) or look (long, of mixed characters);
 * not those like "production" or "http://localhost", which occur everywhere. Never NULL; empty when there are
 * none. */
const struct secret_values *secret_values_of(const struct text *sources, size_t count, struct arena *arena);

/* Masks what is secret in `message`, the tree of `source`: in every string and member name, in the text of
 * consecutive text parts of `content` read as one, in base64 of embedded data. Strings and numbers that are
 * only handed back or gone by stay where the protocol has them, by the message's method and that of the request
 * it answers (`answered`; empty: none or unknown): id, method, nextCursor, requestState, taskId, requestId,
 * progressToken, uri. The output has the same members and items, and no two members of an object have one name;
 * what held no secret keeps its spelling, and a message without any is `source` itself. Masking twice changes
 * nothing more. `values` may be NULL, `hints` are those of hints_init. True when something was masked. */
bool redact_message(struct text source, const struct json *message, struct text answered,
                    const struct secret_values *values, const struct hints *hints, struct arena *arena,
                    struct text *ret_message);

#endif
