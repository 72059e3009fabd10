/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/rotate.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "audit/store.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "json/writer.h"

/* "/a/audit.jsonl" at 2026-11-21T03:04:05Z -> "/a/audit-20261121T030405Z.jsonl". */
static struct text name_closed(struct arena *arena, struct text path, clock_instant now)
{
    struct text suffix = TEXT(".jsonl");
    struct text stem = path;
    if (text_ends_with(path, suffix)) {
        stem.size -= suffix.size;
    } else {
        suffix = TEXT("");
    }
    struct builder name;
    builder_init(&name, arena);
    builder_add(&name, stem);
    builder_add_char(&name, '-');
    struct text time = clock_format(arena, now);
    for (size_t i = 0; i < time.size && time.data[i] != '.'; i++) {
        if (time.data[i] != '-' && time.data[i] != ':') {
            builder_add_char(&name, time.data[i]);
        }
    }
    builder_add_char(&name, 'Z');
    builder_add(&name, suffix);
    return builder_text(&name);
}

/* The first record's members. Its trace is its own: nothing else belongs to it. */
static struct text describe(const struct audit_rotation *rotation, const struct audit_link *end,
                            struct text reason, clock_instant now, struct arena *arena)
{
    struct text time = clock_format(arena, now);
    struct text last_hash = digest_hex(arena, &end->hash);
    const struct text identity[] = {time, last_hash};
    struct digest digest = digest_sha256_list(identity, 2);
    struct text trace = digest_hex(arena, &digest);
    struct builder members;
    struct json_writer writer;
    builder_init(&members, arena);
    json_writer_init(&writer, &members, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("event"), TEXT("audit.rotated"));
    json_member_string(&writer, TEXT("timestamp"), time);
    json_member_string(&writer, TEXT("closed"), path_base_name(rotation->closed));
    json_member_string(&writer, TEXT("lastHash"), last_hash);
    json_key(&writer, TEXT("verified"));
    json_bool(&writer, rotation->report.broken == AUDIT_INTACT);
    if (rotation->report.broken != AUDIT_INTACT) {
        json_member_string(&writer, TEXT("break"), rotation->report.explanation);
    }
    if (reason.size != 0) {
        json_member_string(&writer, TEXT("reason"), reason);
    }
    json_member_string(&writer, TEXT("traceId"), text_slice(trace, 0, 32));
    json_member_string(&writer, TEXT("spanId"), text_slice(trace, 32, 48));
    json_end_object(&writer);
    struct text object = builder_text(&members);
    return text_slice(object, 1, object.size - 1);
}

/* Gives the log its closed name besides the old one, so that at no moment there is no log, then puts the new
 * one in its place. */
static bool exchange(const struct audit_store *store, const char *closed, struct text first_line,
                     struct error *err)
{
    if (link(store->path, closed) != 0) {
        return error_set_os(err, errno, "cannot give %s the name %s", store->path, closed);
    }
    if (!file_replace(AT_FDCWD, store->path, first_line, 0600, err)) {
        unlink(closed);
        return false;
    }
    return true;
}

/* The closed log's head stays beside it. */
static bool close_log(const struct audit_store *store, const char *closed, struct text first_line,
                      struct arena *arena, struct error *err)
{
    if (!store->has_head) {
        return exchange(store, closed, first_line, err);
    }
    char head[AUDIT_HEAD_SIZE];
    audit_format_head(&store->end, head);
    const char *head_path = text_format(arena, "%s.head", closed).data;
    if (!file_create(AT_FDCWD, head_path, (struct text){head, sizeof head}, 0600, err)) {
        return false;
    }
    if (!exchange(store, closed, first_line, err)) {
        unlink(head_path);
        return false;
    }
    return true;
}

static bool rotate_locked(struct audit_store *store, clock_instant now, struct text reason,
                          struct audit_rotation *rotation, struct arena *arena, struct error *err)
{
    if (store->size == 0 && (!store->has_head || store->end.seq == 0)) {
        return error_set(err, "nothing is recorded in %s, so there is nothing to close", store->path);
    }
    struct error failure;
    if (!audit_store_settle(store, arena, &failure) && !store->has_head) {
        store->end = rotation->report.last;
    }
    struct audit_link end = store->end;
    struct text members = describe(rotation, &end, reason, now, arena);
    struct builder line;
    builder_init(&line, arena);
    end.offset = 0;
    audit_seal_line(&line, members, &end);
    if (end.offset == store->size) {
        /* A rotation killed before its last step is recognised by the log's size: see audit_store_settle. */
        end = (struct audit_link){.seq = store->end.seq, .hash = store->end.hash};
        builder_init(&line, arena);
        audit_seal_line(&line, text_format(arena, "%.*s ", TEXT_ARG(members)), &end);
    }
    if (line.size > LIMIT_AUDIT_LINE) {
        return error_set(err, "the reason is too long for a record of %d bytes", LIMIT_AUDIT_LINE);
    }
    return close_log(store, rotation->closed.data, builder_text(&line), arena, err) &&
           audit_store_write_head(store, &end, err);
}

bool audit_rotate(const char *path, clock_instant now, struct text reason, struct arena *arena,
                  struct audit_rotation *ret_rotation, struct error *err)
{
    struct audit_rotation rotation = {.closed = name_closed(arena, text_of(path), now)};
    /* Before the lock is taken, since it takes and gives back the same one. */
    if (!audit_verify(path, arena, &rotation.report, err)) {
        return false;
    }
    struct audit_store store;
    if (!audit_store_open(&store, path, arena, err)) {
        return false;
    }
    bool rotated = rotate_locked(&store, now, reason, &rotation, arena, err);
    audit_store_close(&store);
    if (rotated) {
        *ret_rotation = rotation;
    }
    return rotated;
}
