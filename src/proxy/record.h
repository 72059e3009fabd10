/* SPDX-License-Identifier: Apache-2.0 */
/* What the proxy writes down: one JSON object an event, the same on standard error and in the audit trail. */
#ifndef AEX_PROXY_RECORD_H
#define AEX_PROXY_RECORD_H

#include "crypto/digest.h"
#include "load/workspace.h"
#include "mcp/session.h"
#include "os/clock.h"
#include "proxy/options.h"
#include "redact/hints.h"
#include "json/writer.h"

/* One call's identity. Empty texts are not known. */
struct record_call {
    const struct mcp_step *step;
    struct text session;
    struct text client;              /* its name, as it introduced itself */
    struct text call_id;             /* the client's own, by which its hook knows the call too */
    struct text tool;                /* a tool, a prompt, a resource */
    struct text canonical_arguments; /* in JSON */
    struct digest arguments;         /* of these */
    struct digest key;               /* the charge's; its first bytes are the span */
    bool was_asked;                  /* the hook asked a person about it under the policy `asked_policy` */
    struct digest asked_policy;
    struct text approval; /* the code of the approval that was asked for or used */
};

/* An event's members, without braces, for audit_append. */
struct record {
    struct json_writer writer;
    struct builder out;
};

void record_begin(struct record *record, const char *event, clock_instant now, struct arena *arena);
struct text record_members(struct record *record);
/* The same as a line of its own. */
struct text record_line(struct text members, struct arena *arena);

/* What the events of all calls have in common that one decision decided: who called what, what was decided and
 * why. Made once where many calls are decided alike. Members, each with a comma before it. `is_only_observed`:
 * the call goes on whatever was decided. */
struct text record_common(const struct record_call *call, const struct proxy_options *options,
                          const struct workspace *workspace, const struct decision *decision,
                          bool is_only_observed, struct arena *arena);
/* The same for a call that could not be decided. */
struct text record_failed(const struct record_call *call, const struct proxy_options *options,
                          struct arena *arena);

/* The event of one decision about one call. `time` is clock_format's, `hints` are those of hints_init. */
struct text record_request(const struct record_call *call, struct text common, const char *event,
                           struct text message, struct text time, const struct hints *hints,
                           struct arena *arena);

#endif
