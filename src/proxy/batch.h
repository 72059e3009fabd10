/* SPDX-License-Identifier: Apache-2.0 */
/* What is to go out after the messages that one read brought: first the charges and the records of all that was
 * decided, each with one write, then the messages themselves. So nothing goes on that is not paid for and on
 * record, and many messages at once cost little more than one. */
#ifndef AEX_PROXY_BATCH_H
#define AEX_PROXY_BATCH_H

#include "audit/writer.h"
#include "mcp/session.h"
#include "os/clock.h"
#include "proxy/options.h"
#include "proxy/stream.h"
#include "state/tally.h"

/* A judged request among what goes out: refused instead when it could not be charged or put on record. */
struct batch_request {
    struct text id; /* as spelled */
    struct mcp_id key;
    bool is_tool_call;
    bool is_modern;
    struct mcp_requests *requests; /* where it was remembered */
    struct sink *back;             /* to whoever sent it; NULL: nobody waits for an answer */
};

enum batch_piece { BATCH_WHOLE, BATCH_PIECE, BATCH_LAST_PIECE };

struct batch_output {
    struct sink *sink;
    struct text bytes;
    enum batch_piece piece; /* whole lines, or a piece of one that is longer than what has come of it */
    const struct batch_request *request; /* NULL: it goes out whatever happens */
};

struct batch_event {
    struct text members;
    bool is_on_record; /* it goes into the trail; else to standard error only */
};

VECTOR_DECLARE(batch_output_vector, struct batch_output);
VECTOR_DECLARE(batch_event_vector, struct batch_event);

struct batch {
    const struct proxy_options *options;
    struct arena arena; /* until the commit */
    struct batch_output_vector outputs;
    struct batch_event_vector events;
    struct tally tally;
    struct audit_writer writer;
    clock_instant locked_since; /* on the steady clock; 0: no lock is held */
    int rest_timer;             /* readable when the locks were held for long enough: then call batch_rest */
    struct sink errors;         /* standard error, which nobody may be reading */
    uint64_t dropped;           /* events that nobody read in time, since the last one that was written */
};

/* Finds the log and makes its folder. `process` lives as long as the process. */
bool batch_init(struct batch *batch, const struct proxy_options *options, struct arena *process,
                struct error *err);
/* Whether the file of --audit can be written: to be known before the first call. */
bool batch_check_options(struct batch *batch, struct error *err);
void batch_release(struct batch *batch);

/* Sends `bytes`, which must stay where they are until the commit. Bytes that follow each other in memory are
 * written together. */
void batch_send(struct batch *batch, struct sink *sink, struct text bytes);
void batch_send_piece(struct batch *batch, struct sink *sink, struct text bytes, bool is_end);
/* The same for a request whose charge and record are in the batch. */
void batch_send_request(struct batch *batch, struct sink *sink, struct text bytes,
                        const struct batch_request *request);

/* Adds an event for standard error, which is copied. */
void batch_tell(struct batch *batch, struct text members);
/* Adds one for the trail too, which lies in the batch's own arena. */
void batch_record(struct batch *batch, struct text members);

/* Whether it should be committed before more is added. */
bool batch_is_full(const struct batch *batch);

/* Charges, records, tells and sends, in this order, and starts afresh. The locks of the ledger and the trail
 * are kept for what comes next, but for no longer than a millisecond in all: others of the session wait for
 * them. */
void batch_commit(struct batch *batch);
/* Gives the locks back: when the timer says so, and before another ledger is locked. */
void batch_rest(struct batch *batch);

/* Locks the ledger of `session`. Before the trail's lock, always: everyone takes them in this order. */
bool batch_enter(struct batch *batch, struct text session, struct text root, struct error *err);

#endif
