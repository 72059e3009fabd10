/* SPDX-License-Identifier: Apache-2.0 */
/* A scratch folder with a log in it, for the tests of this folder. Every failure fails the test. */
#ifndef AEX_TESTS_AUDIT_TRAIL_H
#define AEX_TESTS_AUDIT_TRAIL_H

#include "audit/verify.h"
#include "support/scratch.h"

/* The log: audit.jsonl in the scratch folder. */
const char *trail_path(struct scratch *scratch);

/* Appends a decision about the call of this id. */
bool trail_try_append(struct scratch *scratch, const char *call, struct error *err);
void trail_append(struct scratch *scratch, const char *call);
/* "call 1", "call 2", ... */
void trail_append_many(struct scratch *scratch, int count);

struct audit_report trail_verify(struct scratch *scratch, const char *name);
void trail_assert_intact(struct scratch *scratch, uint64_t records);
void trail_assert_broken(struct scratch *scratch, enum audit_break broken, uint64_t line, uint64_t seq);
/* Nothing can be appended, the message says what to do, and the log stays as it is. */
void trail_assert_refuses(struct scratch *scratch);

/* Writes the log anew, from some lines of `log` in this order; 0 ends the list. */
void trail_rearrange(struct scratch *scratch, struct text log, const size_t *lines);

#endif
