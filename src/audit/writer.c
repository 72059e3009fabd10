/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/writer.h"

#include <string.h>
#include <unistd.h>

#include "os/file.h"

void audit_writer_init(struct audit_writer *writer, const char *path, struct arena *arena)
{
    *writer = (struct audit_writer){.path = path, .arena = arena};
}

void audit_writer_release(struct audit_writer *writer)
{
    if (writer->is_open) {
        audit_store_close(&writer->store);
    }
    writer->is_open = false;
    writer->is_locked = false;
    writer->heads_size = 0;
}

/* Whether the open files are still those that the path names: not removed, not rotated away. */
static bool is_current(struct audit_writer *writer)
{
    struct audit_store *store = &writer->store;
    struct stat head;
    struct stat named;
    struct stat log;
    if (fstat(store->head, &head) != 0 || head.st_nlink == 0 || stat(writer->path, &named) != 0 ||
        fstat(store->log, &log) != 0 || log.st_ino != named.st_ino || log.st_dev != named.st_dev) {
        return false;
    }
    store->size = (uint64_t)log.st_size;
    return true;
}

/* Reads the head, unless its file holds what we wrote last. */
static bool read_head(struct audit_writer *writer, struct error *err)
{
    struct audit_store *store = &writer->store;
    char heads[AUDIT_HEADS_SIZE];
    ssize_t got = pread(store->head, heads, sizeof heads, 0);
    if (got > 0 && (size_t)got == writer->heads_size && memcmp(heads, writer->heads, (size_t)got) == 0) {
        return true;
    }
    store->has_head = audit_read_head(store->head, store->head_path, &store->end, &store->slot, err);
    return store->has_head;
}

static bool lock(struct audit_writer *writer, struct arena *scratch, struct error *err)
{
    if (writer->is_locked) {
        return true;
    }
    if (!writer->is_open || !file_lock(writer->store.head, writer->path, err) || !is_current(writer) ||
        !read_head(writer, err)) {
        audit_writer_release(writer);
        writer->is_open = audit_store_open(&writer->store, writer->path, writer->arena, err);
    }
    writer->is_locked = writer->is_open && audit_store_settle(&writer->store, scratch, err);
    if (!writer->is_locked) {
        audit_writer_release(writer); /* and with it the file's lock */
    }
    return writer->is_locked;
}

bool audit_writer_append(struct audit_writer *writer, const struct text *members, size_t count,
                         struct arena *scratch, struct error *err)
{
    if (!audit_check_records(members, count, err)) {
        return false;
    }
    if (lock(writer, scratch, err) && audit_store_append(&writer->store, members, count, scratch, err)) {
        return true;
    }
    (void)audit_writer_leave(writer, NULL); /* for what stood before */
    return error_prefix(err, "cannot record the call");
}

bool audit_writer_check(struct audit_writer *writer, struct arena *scratch, struct error *err)
{
    return (lock(writer, scratch, err) && audit_writer_leave(writer, err)) ||
           error_prefix(err, "cannot keep the audit trail");
}

/* Notes what the head's file holds now, for the next time. */
static void remember_head(struct audit_writer *writer)
{
    ssize_t got = pread(writer->store.head, writer->heads, sizeof writer->heads, 0);
    writer->heads_size = got > 0 ? (size_t)got : 0;
}

bool audit_writer_leave(struct audit_writer *writer, struct error *err)
{
    if (!writer->is_locked) {
        return true;
    }
    bool is_written = audit_store_write_head(&writer->store, &writer->store.end, err);
    if (is_written) {
        remember_head(writer);
    }
    writer->is_locked = false;
    if (!is_written || !file_unlock(writer->store.head, writer->path, err)) {
        audit_writer_release(writer); /* which gives the lock back, whatever else is wrong */
    }
    return is_written;
}
