/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/store.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "audit/lines.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/private.h"
#include "json/json.h"

enum {
    OPEN_ATTEMPTS = 8, /* how often a head that was removed between open and lock is tried again */
};

bool audit_read_head(int fd, const char *path, struct audit_link *ret_head, size_t *ret_slot, struct error *err)
{
    char heads[AUDIT_HEADS_SIZE];
    size_t size;
    if (!file_read_at(fd, path, heads, sizeof heads, 0, &size, err)) {
        return false;
    }
    if (size < AUDIT_HEAD_SIZE) {
        return error_set_os(err, ENOENT, "%s is empty or cut", path);
    }
    bool is_found = false;
    for (size_t slot = 0; slot < AUDIT_HEADS && size < sizeof heads; slot++) {
        struct audit_link head;
        struct text line =
            text_slice((struct text){heads, size}, slot * AUDIT_HEAD_SIZE, (slot + 1) * AUDIT_HEAD_SIZE);
        if (audit_parse_head(line, &head) && (!is_found || head.seq > ret_head->seq)) {
            *ret_head = head;
            *ret_slot = slot;
            is_found = true;
        }
    }
    return is_found || error_set(err, "%s is damaged", path);
}

static bool open_head(struct audit_store *store, struct error *err)
{
    struct error failure = {0};
    for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
        struct stat status;
        store->head = private_open(store->head_path, O_RDWR | O_CREAT, &failure);
        if (store->head >= 0 && file_lock(store->head, store->head_path, &failure) &&
            private_check(store->head, store->head_path, &status, &failure)) {
            return true;
        }
        file_close(&store->head);
        if (failure.os_code != ESTALE) {
            break;
        }
    }
    return error_pass(err, &failure);
}

static bool open_files(struct audit_store *store, struct error *err)
{
    struct stat status;
    if (!open_head(store, err)) {
        return false;
    }
    store->log = private_open(store->path, O_RDWR | O_CREAT, err);
    if (store->log < 0 || !private_check(store->log, store->path, &status, err)) {
        return false;
    }
    store->size = (uint64_t)status.st_size;
    struct error failure = {0};
    store->has_head = audit_read_head(store->head, store->head_path, &store->end, &store->slot, &failure);
    if (!store->has_head && failure.os_code != 0 && failure.os_code != ENOENT) {
        return error_set_os(err, failure.os_code, "cannot read %s", store->head_path);
    }
    if (store->has_head || store->size != 0 || failure.os_code != ENOENT) {
        return true;
    }
    return audit_store_write_head(store, &store->end, err);
}

bool audit_store_open(struct audit_store *store, const char *path, struct arena *arena, struct error *err)
{
    *store = (struct audit_store){.path = path, .head = -1, .log = -1};
    store->head_path = text_format(arena, "%s.head", path).data;
    if (open_files(store, err)) {
        return true;
    }
    audit_store_close(store);
    return false;
}

void audit_store_close(struct audit_store *store)
{
    file_close(&store->log);
    file_close(&store->head);
}

bool audit_store_write_head(struct audit_store *store, const struct audit_link *link, struct error *err)
{
    char line[AUDIT_HEAD_SIZE];
    size_t slot = store->has_head ? (store->slot + 1) % AUDIT_HEADS : 0;
    audit_format_head(link, line);
    /* What is not a head's file at all must not be left behind the new head. */
    if (!store->has_head && ftruncate(store->head, 0) != 0) {
        return error_set_os(err, errno, "cannot empty %s", store->head_path);
    }
    if (!file_write_at(store->head, store->head_path, (struct text){line, sizeof line},
                       (off_t)(slot * AUDIT_HEAD_SIZE), err)) {
        return false;
    }
    store->has_head = true;
    store->slot = slot;
    return true;
}

static bool refuse(const struct audit_store *store, const char *what, struct error *err)
{
    return error_set(err,
                     "the audit log %s %s; `aex audit verify` says where, and `aex audit rotate` closes it and "
                     "starts a new one",
                     store->path, what);
}

static bool is_json(struct text line, struct arena *arena)
{
    struct json value;
    return json_parse(line, arena, &value, NULL);
}

/* Takes over what killed writers left from `start` on: whole lines that continue the chain. What follows the
 * last newline is cut off. */
static bool take_over(struct audit_store *store, uint64_t start, struct arena *arena, struct error *err)
{
    struct audit_lines lines;
    audit_lines_init(&lines, store->log, store->path, start, store->size, arena);
    struct audit_link end = store->end;
    end.offset = start;
    for (;;) {
        struct text line;
        struct audit_seal seal;
        switch (audit_lines_next(&lines, &line, err)) {
        case AUDIT_LINE_FAILED:
            return false;
        case AUDIT_LINE_WHOLE:
            if (!audit_read_seal(line, &seal) || !audit_seal_continues(&seal, &end) || !is_json(line, arena)) {
                return refuse(store, "has lines behind its end that do not continue it", err);
            }
            end = (struct audit_link){.seq = seal.seq, .offset = lines.offset, .hash = seal.hash};
            break;
        case AUDIT_LINE_TOO_LONG:
            return refuse(store, "has an overlong line behind its end", err);
        case AUDIT_LINE_TORN:
            if (ftruncate(store->log, (off_t)end.offset) != 0) {
                return error_set_os(err, errno, "cannot cut the unfinished last line off %s", store->path);
            }
            store->size = end.offset;
            store->end = end;
            return true;
        case AUDIT_LINE_NONE:
            store->end = end;
            return true;
        }
    }
}

/* Whether the log is a fresh one whose first record continues the head: `aex audit rotate` was killed between
 * its two last steps. */
static bool starts_behind_head(const struct audit_store *store, struct arena *arena)
{
    struct audit_lines lines;
    struct text line;
    struct audit_seal seal;
    audit_lines_init(&lines, store->log, store->path, 0, store->size, arena);
    return audit_lines_next(&lines, &line, NULL) == AUDIT_LINE_WHOLE && audit_read_seal(line, &seal) &&
           audit_seal_continues(&seal, &store->end);
}

bool audit_store_settle(struct audit_store *store, struct arena *arena, struct error *err)
{
    if (!store->has_head) {
        return refuse(store, "has lost its head, which would show a cut tail", err);
    }
    if (store->size == store->end.offset) {
        return true;
    }
    if (store->size > 0 && store->end.offset > 0 && starts_behind_head(store, arena)) {
        return take_over(store, 0, arena, err);
    }
    if (store->size < store->end.offset) {
        return refuse(store, "is shorter than its head says", err);
    }
    return take_over(store, store->end.offset, arena, err);
}

bool audit_check_records(const struct text *members, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (members[i].size == 0 || text_find_char(members[i], '\n') != TEXT_NOT_FOUND ||
            text_has_nul(members[i])) {
            return error_set(err, "a record for the audit log must be one line of members");
        }
    }
    return true;
}

bool audit_store_append(struct audit_store *store, const struct text *members, size_t count,
                        struct arena *arena, struct error *err)
{
    enum { SEAL_SIZE = 256 }; /* what sealing adds to a record, with room */
    struct builder lines;
    struct audit_link end = store->end;
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += members[i].size + SEAL_SIZE;
    }
    builder_init_sized(&lines, arena, size);
    for (size_t i = 0; i < count; i++) {
        size_t start = lines.size;
        audit_seal_line(&lines, members[i], &end);
        if (lines.size - start > LIMIT_AUDIT_LINE) {
            return error_set(err, "a record of %zu bytes is too long for the audit log (at most %d)",
                             lines.size - start, LIMIT_AUDIT_LINE);
        }
    }
    if (file_write_at(store->log, store->path, builder_text(&lines), (off_t)store->end.offset, err)) {
        store->end = end;
        return true;
    }
    /* What was not recorded as a whole must not look as if it had been. */
    (void)!ftruncate(store->log, (off_t)store->end.offset);
    return false;
}
