/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/log.h"

#include <unistd.h>

#include "audit/store.h"

static bool append_locked(struct audit_store *store, struct text members, struct arena *arena,
                          struct error *err)
{
    if (!audit_store_settle(store, arena, err)) {
        return false;
    }
    uint64_t offset = store->end.offset;
    if (!audit_store_append(store, &members, 1, arena, err)) {
        return false;
    }
    /* Line before head: killed in between, the next writer takes the line over. */
    if (audit_store_write_head(store, &store->end, err)) {
        return true;
    }
    (void)!ftruncate(store->log, (off_t)offset);
    return false;
}

bool audit_append(const char *path, struct text members, struct arena *arena, struct error *err)
{
    struct audit_store store;
    if (!audit_check_records(&members, 1, err)) {
        return false;
    }
    if (!audit_store_open(&store, path, arena, err)) {
        return error_prefix(err, "cannot record the call");
    }
    bool appended = append_locked(&store, members, arena, err);
    audit_store_close(&store);
    return appended || error_prefix(err, "cannot record the call");
}
