/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a session's count came from where, so that taking up a checkpoint neither hands anything back nor
 * counts anything twice. What a session took over stands in restored/NAME.json in the state folder. */
#include <fcntl.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/private.h"
#include "state/checkpoint_internal.h"

enum { SESSION_DIGITS = 32 };

struct text checkpoint_session_name(struct text session, struct arena *arena)
{
    struct digest digest = digest_sha256(session);
    return text_slice(digest_hex(arena, &digest), 0, SESSION_DIGITS);
}

static const char *store_path(const char *state_folder, struct text own, struct arena *arena)
{
    return text_format(arena, "%s/restored/%.*s.json", state_folder, TEXT_ARG(own)).data;
}

static bool read_store(const char *state_folder, struct text own, struct arena *arena,
                       struct checkpoint_share_vector *ret_shares, struct error *err)
{
    const char *path = store_path(state_folder, own, arena);
    struct text source = TEXT("");
    struct json value;
    bool exists;
    *ret_shares = (struct checkpoint_share_vector){0};
    if (!private_read(path, LIMIT_CHECKPOINT, arena, &exists, &source, err)) {
        return false;
    }
    if (!exists) {
        return true;
    }
    return (json_parse(source, arena, &value, NULL) && checkpoint_read_shares(&value, arena, ret_shares)) ||
           error_set(err,
                     "%s, which says what this session took over, is damaged; a person can start a new session",
                     path);
}

static bool write_store(const char *state_folder, struct text own, const struct checkpoint_share_vector *shares,
                        struct arena *arena, struct error *err)
{
    struct builder out;
    struct json_writer writer;
    const char *folder = text_format(arena, "%s/restored", state_folder).data;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    checkpoint_write_shares(&writer, shares);
    builder_add_char(&out, '\n');
    return private_make_folder(folder, err) &&
           file_replace(AT_FDCWD, store_path(state_folder, own, arena), builder_text(&out), 0600, err);
}

/* The most that is known of one session counts. */
static void raise_share(struct checkpoint_share_vector *shares, struct text session, uint64_t calls,
                        struct arena *arena)
{
    for (size_t i = 0; i < shares->count; i++) {
        struct checkpoint_share *share = &shares->items[i];
        if (text_equal(share->session, session)) {
            share->calls = share->calls > calls ? share->calls : calls;
            return;
        }
    }
    struct checkpoint_share share = {.session = session, .calls = calls};
    VECTOR_PUSH(arena, shares, share);
}

/* What the shares come to besides the calls that the ledger itself counts. */
static bool sum_others(const struct checkpoint_share_vector *shares, struct text own, uint64_t own_count,
                       uint64_t *ret_sum)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < shares->count; i++) {
        uint64_t calls = shares->items[i].calls;
        if (text_equal(shares->items[i].session, own)) {
            calls = calls > own_count ? calls - own_count : 0;
        }
        if (__builtin_add_overflow(sum, calls, &sum)) {
            return false;
        }
    }
    *ret_sum = sum;
    return true;
}

bool checkpoint_shares_of(const char *state_folder, struct text session, const struct ledger *ledger,
                          struct arena *arena, struct checkpoint_share_vector *ret_shares, struct error *err)
{
    struct text own = checkpoint_session_name(session, arena);
    struct checkpoint_share_vector shares = {0};
    uint64_t others;
    if (ledger->is_exhausted) {
        return error_set(err, "%.*s", TEXT_ARG(ledger->loss));
    }
    if (!read_store(state_folder, own, arena, &shares, err)) {
        return false;
    }
    raise_share(&shares, own, ledger->count, arena);
    if (!sum_others(&shares, own, ledger->count, &others)) {
        return error_set(err, "%s: more calls than can be counted", store_path(state_folder, own, arena));
    }
    if (others < ledger->base) {
        /* The list of what was taken over was lost; its sum was not. */
        raise_share(&shares, text_format(arena, "%.*s-restored", TEXT_ARG(own)), ledger->base - others, arena);
    }
    *ret_shares = shares;
    return true;
}

bool checkpoint_restore(const char *state_folder, struct text session, const struct checkpoint *checkpoint,
                        struct ledger *ledger, struct arena *arena, struct error *err)
{
    struct text own = checkpoint_session_name(session, arena);
    struct checkpoint_share_vector shares = {0};
    uint64_t base;
    if (!checkpoint_shares_of(state_folder, session, ledger, arena, &shares, err)) {
        return false;
    }
    for (size_t i = 0; checkpoint->is_genuine && i < checkpoint->shares.count; i++) {
        raise_share(&shares, checkpoint->shares.items[i].session, checkpoint->shares.items[i].calls, arena);
    }
    if (!checkpoint->is_genuine) {
        struct text digest = text_slice(digest_hex(arena, &checkpoint->digest), 0, SESSION_DIGITS);
        raise_share(&shares, text_format(arena, "foreign-%.*s", TEXT_ARG(digest)), checkpoint->calls_used,
                    arena);
    }
    if (!sum_others(&shares, own, ledger->count, &base)) {
        return error_set(err, "checkpoint %.*s: more calls than can be counted", TEXT_ARG(checkpoint->name));
    }
    /* In this order: killed in between, the next resuming finds the same sum. */
    return write_store(state_folder, own, &shares, arena, err) && ledger_restore(ledger, base, err);
}
