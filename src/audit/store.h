/* SPDX-License-Identifier: Apache-2.0 */
/* The two files of a log, locked, with the place where the next record goes.
 *
 * The head's file has room for two heads, written in turn, so that a write which stops halfway leaves the one
 * before: the log then has one record more than the head knows, as after a kill between the two. The valid one
 * with the larger seq counts. */
#ifndef AEX_AUDIT_STORE_H
#define AEX_AUDIT_STORE_H

#include <sys/stat.h>

#include "audit/chain.h"
#include "base/error.h"

enum {
    AUDIT_HEADS = 2,
    AUDIT_HEADS_SIZE = AUDIT_HEADS * AUDIT_HEAD_SIZE + 1, /* one byte more, so that a longer file shows */
};

struct audit_store {
    const char *path;
    const char *head_path;
    int head; /* holds the lock */
    int log;
    uint64_t size;         /* of the log */
    bool has_head;         /* the head's file holds a valid head */
    size_t slot;           /* which of its two it is */
    struct audit_link end; /* that head; after audit_store_settle, the end of the log */
};

/* Opens both files, making them when missing, waits for the lock and reads the head. A new log gets its head,
 * at zero, before its first record: so a log without a head was tampered with. Nothing else is judged yet. */
bool audit_store_open(struct audit_store *store, const char *path, struct arena *arena, struct error *err);
void audit_store_close(struct audit_store *store);

/* Makes log and head agree after killed writers, as audit_append says; an error when they cannot. */
bool audit_store_settle(struct audit_store *store, struct arena *arena, struct error *err);

/* Whether each of these is the members of a JSON object without braces, on one line, as far as the log cares.
 */
bool audit_check_records(const struct text *members, size_t count, struct error *err);

/* Adds such records, sealed, behind store->end and moves it; the head stays. All of them or none:
 * LIMIT_AUDIT_LINE holds for what they become. */
bool audit_store_append(struct audit_store *store, const struct text *members, size_t count,
                        struct arena *arena, struct error *err);

/* Writes `link` as the head, beside the one that counts now. */
bool audit_store_write_head(struct audit_store *store, const struct audit_link *link, struct error *err);

/* Reads the head from an open file. False with os_code ENOENT when the file is too short to ever have held one.
 */
bool audit_read_head(int fd, const char *path, struct audit_link *ret_head, size_t *ret_slot,
                     struct error *err);

#endif
