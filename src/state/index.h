/* SPDX-License-Identifier: Apache-2.0 */
/* The list of all sessions that ever had a ledger: what makes a deleted ledger show. Lines are only ever added;
 * a ledger that is pruned keeps its line as a tombstone. */
#ifndef AEX_STATE_INDEX_H
#define AEX_STATE_INDEX_H

#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

enum { SESSION_NAME_SIZE = 32 }; /* hexadecimal digits */

/* The open and locked list. Close it with session_index_close. */
struct session_index {
    int fd;
    const char *path; /* the caller's */
    off_t end;        /* behind the last whole line */
};

enum session_index_result {
    SESSION_INDEX_OPEN,
    SESSION_INDEX_LOST,   /* missing or cut short: nobody knows which sessions there were */
    SESSION_INDEX_FAILED, /* `err` is set */
};

/* An empty list at `path`, which must not exist. */
bool session_index_create(const char *path, struct error *err);

/* Opens the list at `path` and waits for its lock. */
enum session_index_result session_index_open(struct session_index *index, const char *path, struct error *err);
void session_index_close(struct session_index *index);

/* Whether `name` (SESSION_NAME_SIZE bytes) is listed. */
bool session_index_find(const struct session_index *index, const char *name, bool *ret_found,
                        struct error *err);

/* Adds a line, whole or not at all. */
bool session_index_add(struct session_index *index, const char *name, struct error *err);

#endif
