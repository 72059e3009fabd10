/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a whole log and naming the first place where it is not what was written. */
#ifndef AEX_AUDIT_VERIFY_H
#define AEX_AUDIT_VERIFY_H

#include "audit/chain.h"
#include "base/error.h"

enum audit_break {
    AUDIT_INTACT,
    AUDIT_NOT_A_RECORD, /* a line without a seal, or no valid JSON, or overlong */
    AUDIT_CHANGED,      /* a record's hash does not fit its bytes */
    AUDIT_MISSING,      /* records are gone before this line */
    AUDIT_MOVED,        /* a record stands in another's place: swapped, moved or repeated */
    AUDIT_REPLACED,     /* genuine by itself, but made for another record before it */
    AUDIT_CUT_TAIL,     /* the head knows records behind the last one */
    AUDIT_NO_HEAD,      /* the head is missing or damaged, so a cut tail would not show */
    AUDIT_OTHER_HEAD,   /* the head names another record at its place */
    AUDIT_OTHER_PAST,   /* a checkpoint was made behind a record that stood here, and does no more */
};

enum { AUDIT_TIME_SIZE = 40 };

struct audit_report {
    enum audit_break broken;
    uint64_t line;           /* of the first break, from 1; one past the last line for a cut tail */
    uint64_t seq;            /* of the record concerned, 0 when unknown */
    struct text explanation; /* one sentence without full stop, for a person; empty when intact */

    uint64_t records;       /* good ones, up to the break */
    struct audit_link last; /* where the good chain ends */
    uint64_t unfinished;   /* bytes of an unfinished last line behind the head: a writer was killed. No break */
    struct text continues; /* the closed log that this one follows (audit rotate), or empty */
    bool has_continued;    /* that one lies beside it, up to the record it was closed with */
    uint64_t resumed;      /* checkpoints that sessions took up */
    uint64_t resumed_elsewhere; /* of which the trail before is not in this log nor in the one it continues */
    char first_time[AUDIT_TIME_SIZE]; /* timestamps of the first and last good record, NUL-terminated; "" */
    char last_time[AUDIT_TIME_SIZE];  /* when there is none */
};

/* Reads the log at `path` and its head in constant memory, up to where both agreed when it began; later records
 * may be written meanwhile. False only when something cannot be read, or there is no log at all. */
bool audit_verify(const char *path, struct arena *arena, struct audit_report *ret_report, struct error *err);

/* The same over `size` bytes of an open log. `head` is NULL when it is missing; `head_problem` then says why.
 */
bool audit_verify_open(int log, const char *path, uint64_t size, const struct audit_link *head,
                       const char *head_problem, struct arena *arena, struct audit_report *ret_report,
                       struct error *err);

const char *audit_break_name(enum audit_break broken);

#endif
