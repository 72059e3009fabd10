/* SPDX-License-Identifier: Apache-2.0 */
/* The audit trail kept open, for a process that writes many records: what audit_append does, several records at
 * a time and without opening files for each. */
#ifndef AEX_AUDIT_WRITER_H
#define AEX_AUDIT_WRITER_H

#include "audit/store.h"

/* Not to be copied. */
struct audit_writer {
    const char *path;
    struct arena *arena; /* of the paths */
    struct audit_store store;
    bool is_open;
    bool is_locked;               /* between an append and audit_writer_leave */
    char heads[AUDIT_HEADS_SIZE]; /* the head's file as we left it */
    size_t heads_size;            /* 0: not known */
};

/* Opens nothing yet. `path` (absolute) and `arena` must outlive the writer. */
void audit_writer_init(struct audit_writer *writer, const char *path, struct arena *arena);
void audit_writer_release(struct audit_writer *writer);

/* Appends records as audit_append does, all of them or none. The lock is taken when it is not held already, and
 * kept; the head is moved when it is given back. Killed in between, the next writer takes the lines over. Takes
 * from `scratch` what the lines need. */
bool audit_writer_append(struct audit_writer *writer, const struct text *members, size_t count,
                         struct arena *scratch, struct error *err);
/* Whether records could be appended now; makes the files when they are missing. The lock is not held after it.
 */
bool audit_writer_check(struct audit_writer *writer, struct arena *scratch, struct error *err);
/* Moves the head and gives the lock back, so that other processes can write, and rotate the log. Others wait
 * for it: never hold it longer than a moment. */
bool audit_writer_leave(struct audit_writer *writer, struct error *err);

#endif
