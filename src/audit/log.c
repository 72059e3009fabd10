/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/log.h"

#include <string.h>
#include <unistd.h>

#include "audit/store.h"
#include "base/limits.h"
#include "os/file.h"

static bool append_locked(struct audit_store *store, struct text members, struct arena *arena,
                          struct error *err)
{
    if (!audit_store_settle(store, arena, err)) {
        return false;
    }
    struct builder line;
    builder_init(&line, arena);
    struct audit_link end = store->end;
    audit_seal_line(&line, members, &end);
    if (line.size > LIMIT_AUDIT_LINE) {
        return error_set(err, "a record of %zu bytes is too long for the audit log (at most %d)", line.size,
                         LIMIT_AUDIT_LINE);
    }
    /* Line before head: killed in between, the next writer takes the line over. */
    if (file_write_at(store->log, store->path, builder_text(&line), (off_t)store->end.offset, err) &&
        audit_store_write_head(store, &end, err)) {
        return true;
    }
    /* What was not recorded as a whole must not look as if it had been. */
    (void)!ftruncate(store->log, (off_t)store->end.offset);
    return false;
}

bool audit_append(const char *path, struct text members, struct arena *arena, struct error *err)
{
    if (members.size == 0 || text_find_char(members, '\n') != TEXT_NOT_FOUND || text_has_nul(members)) {
        return error_set(err, "a record for the audit log must be one line of members");
    }
    struct audit_store store;
    if (!audit_store_open(&store, path, arena, err)) {
        return error_prefix(err, "cannot record the call");
    }
    bool appended = append_locked(&store, members, arena, err);
    audit_store_close(&store);
    return appended || error_prefix(err, "cannot record the call");
}
