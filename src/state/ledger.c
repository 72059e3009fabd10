/* SPDX-License-Identifier: Apache-2.0 */
#include "state/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/private.h"
#include "state/folder.h"
#include "state/index.h"
#include "state/ledger_internal.h"

enum {
    RECORDS_A_READ = 128,
    ROOT_ALIGNMENT = LEDGER_RECORD_SIZE, /* records never straddle a page, so a kill never leaves half of one */
    LARGEST_HEADER = 64 + LIMIT_PATH,
    OPEN_ATTEMPTS = 8, /* how often a file removed between open and lock is tried again */
};

/* In the machine's byte order: state does not travel. */
struct header {
    char magic[8];
    char stage; /* 'N' until the list of sessions names this one, then 'I' */
    char unused[5];
    uint16_t root_size;
    uint64_t base;
    uint64_t unused_too;
    struct digest session; /* a ledger put in another session's place shows */
};

_Static_assert(sizeof(struct header) == 64, "the header's size is part of the file format");

static const char magic[8] = {'a', 'e', 'x', 'l', 'e', 'd', 'g', '1'};

/* False when there are fewer bytes. */
static bool read_at(const struct ledger *ledger, void *into, size_t size, off_t offset, struct error *err)
{
    size_t got;
    return file_read_at(ledger->fd, ledger->path, into, size, offset, &got, err) &&
           (got == size || error_set(err, "%s was cut while it was read", ledger->path));
}

static bool write_at(const struct ledger *ledger, const void *bytes, size_t size, off_t offset,
                     struct error *err)
{
    return file_write_at(ledger->fd, ledger->path, (struct text){bytes, size}, offset, err);
}

static bool mark_lost(struct ledger *ledger, struct text loss)
{
    ledger->is_exhausted = true;
    ledger->used = UINT64_MAX;
    ledger->loss = loss;
    return true;
}

static bool mark_damaged(struct ledger *ledger, struct arena *arena)
{
    return mark_lost(ledger, text_format(arena,
                                         "%s, the record of what this session used, is damaged; a person can "
                                         "start a new session",
                                         ledger->path));
}

static off_t header_size(size_t root_size)
{
    return (off_t)(sizeof(struct header) + (root_size + ROOT_ALIGNMENT - 1) / ROOT_ALIGNMENT * ROOT_ALIGNMENT);
}

/* Step one of a new session: the file says what it is, but counts as unknown yet. */
static bool write_header(struct ledger *ledger, const struct digest *session, struct text root,
                         struct error *err)
{
    if (root.size > LIMIT_PATH) {
        return error_set(err, "the workspace root's path is longer than %d bytes", LIMIT_PATH);
    }
    struct header header = {.stage = 'N', .root_size = (uint16_t)root.size, .session = *session};
    memcpy(header.magic, magic, sizeof magic);
    char bytes[LARGEST_HEADER + ROOT_ALIGNMENT] = {0};
    memcpy(bytes, &header, sizeof header);
    if (root.size != 0) {
        memcpy(bytes + sizeof header, root.data, root.size);
    }
    ledger->first = header_size(root.size);
    if (!write_at(ledger, bytes, (size_t)ledger->first, 0, err)) {
        (void)!ftruncate(ledger->fd, 0);
        return false;
    }
    return true;
}

/* Steps two and three: the list names the session, and the file knows it. Killed in between, the next one to
 * open the file goes on where this one stopped. `is_new` when the file has no whole header. */
static bool register_session(struct ledger *ledger, struct session_index *index, const struct digest *session,
                             const char *name, bool is_new, struct text root, struct arena *arena,
                             struct error *err)
{
    bool is_listed = false;
    if (!session_index_find(index, name, &is_listed, err)) {
        return false;
    }
    if (is_new && is_listed) {
        return mark_lost(ledger,
                         text_format(arena,
                                     "%s, the record of what this session used, was deleted or emptied; "
                                     "a person can start a new session",
                                     ledger->path));
    }
    if (is_new && !write_header(ledger, session, root, err)) {
        return false;
    }
    static const char stage = 'I';
    return (is_listed || session_index_add(index, name, err)) &&
           write_at(ledger, &stage, 1, (off_t)offsetof(struct header, stage), err);
}

static bool enter_session(struct ledger *ledger, const char *state_folder, const struct digest *session,
                          const char *name, bool is_new, struct text root, struct arena *arena,
                          struct error *err)
{
    struct session_index index;
    const char *path = text_format(arena, "%s/sessions/index", state_folder).data;
    switch (session_index_open(&index, path, err)) {
    case SESSION_INDEX_FAILED:
        return false;
    case SESSION_INDEX_LOST:
        return mark_lost(ledger,
                         text_format(arena,
                                     "%s, the list of sessions, was deleted or damaged, so nobody knows "
                                     "what this session used; a person who knows why can start afresh by "
                                     "moving %s away",
                                     path, state_folder));
    case SESSION_INDEX_OPEN:
        break;
    }
    bool entered = register_session(ledger, &index, session, name, is_new, root, arena, err);
    session_index_close(&index);
    return entered;
}

/* Reads the header of the locked file, or writes it. */
static bool load(struct ledger *ledger, const char *state_folder, const struct digest *session,
                 const char *name, struct text root, struct arena *arena, struct error *err)
{
    struct stat status;
    if (!private_check(ledger->fd, ledger->path, &status, err)) {
        return false;
    }
    union {
        struct header header;
        char bytes[LARGEST_HEADER];
    } start;
    memset(&start, 0, sizeof start);
    size_t size = status.st_size < (off_t)sizeof start ? (size_t)status.st_size : sizeof start;
    if (!read_at(ledger, &start, size, 0, err)) {
        return false;
    }
    const struct header *header = &start.header;
    off_t first = header_size(header->root_size);
    /* Whatever has no whole header never got as far as a charge, unless the list names it. */
    if (status.st_size < (off_t)sizeof *header || (header->stage == 'N' && status.st_size < first)) {
        ledger->root = text_copy(arena, root);
        return enter_session(ledger, state_folder, session, name, true, root, arena, err);
    }
    if (memcmp(header->magic, magic, sizeof magic) != 0 || !digest_equal(&header->session, session) ||
        header->root_size > LIMIT_PATH || status.st_size < first ||
        (header->stage != 'I' && (header->stage != 'N' || status.st_size != first))) {
        return mark_damaged(ledger, arena);
    }
    ledger->root = text_copy(arena, (struct text){start.bytes + sizeof *header, header->root_size});
    ledger->first = first;
    ledger->count = (uint64_t)(status.st_size - first) / LEDGER_RECORD_SIZE;
    ledger->base = header->base;
    if (__builtin_add_overflow(ledger->base, ledger->count, &ledger->used)) {
        return mark_damaged(ledger, arena);
    }
    return header->stage == 'I' || enter_session(ledger, state_folder, session, name, false, root, arena, err);
}

/* Opens and locks the file; sets is_exhausted, with nothing open, when the folder it belongs into was deleted.
 */
static bool open_locked(struct ledger *ledger, const char *state_folder, struct arena *arena, struct error *err)
{
    struct error failure = {0};
    ledger->fd = private_open(ledger->path, O_RDWR | O_CREAT, &failure);
    if (ledger->fd < 0 && failure.os_code == ENOENT) {
        bool is_lost = false;
        if (!state_folder_prepare(state_folder, &is_lost, err)) {
            return false;
        }
        if (is_lost) {
            return mark_lost(ledger, text_format(arena,
                                                 "%s/sessions was deleted, so nobody knows what this session "
                                                 "used; a person who knows why can start afresh by moving %s "
                                                 "away",
                                                 state_folder, state_folder));
        }
        ledger->fd = private_open(ledger->path, O_RDWR | O_CREAT, &failure);
    }
    if (ledger->fd < 0) {
        return error_pass(err, &failure);
    }
    return file_lock(ledger->fd, ledger->path, err);
}

bool ledger_open(struct ledger *ledger, const char *state_folder, struct text session, struct text root,
                 struct arena *arena, struct error *err)
{
    struct digest digest = digest_sha256(session);
    char name[DIGEST_HEX_SIZE];
    digest_to_hex(&digest, name);
    struct error failure = {0};
    for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
        *ledger = (struct ledger){.fd = -1};
        ledger->path =
            text_format(arena, "%s/sessions/%.*s.ledger", state_folder, SESSION_NAME_SIZE, name).data;
        if (open_locked(ledger, state_folder, arena, &failure) &&
            (ledger->is_exhausted || load(ledger, state_folder, &digest, name, root, arena, &failure))) {
            return true;
        }
        ledger_close(ledger);
        if (failure.os_code != ESTALE) {
            break;
        }
    }
    return error_pass(err, &failure);
}

void ledger_close(struct ledger *ledger)
{
    file_close(&ledger->fd);
}

bool ledger_unlock(struct ledger *ledger, struct error *err)
{
    return ledger->fd < 0 || file_unlock(ledger->fd, ledger->path, err);
}

bool ledger_relock(struct ledger *ledger, bool *ret_is_current, struct error *err)
{
    struct stat open_file;
    uint64_t base = 0;
    *ret_is_current = false;
    ledger->looked_up.is_known = false;
    if (ledger->fd < 0 || ledger->is_exhausted) {
        return true; /* whether something is there again takes opening it */
    }
    if (!file_lock(ledger->fd, ledger->path, err)) {
        return false;
    }
    /* One that was removed, or that another was put in the place of, has no name left. */
    if (fstat(ledger->fd, &open_file) != 0 || open_file.st_nlink == 0 ||
        open_file.st_size < ledger->first + (off_t)(ledger->count * LEDGER_RECORD_SIZE)) {
        return true;
    }
    if (!read_at(ledger, &base, sizeof base, (off_t)offsetof(struct header, base), err)) {
        return false;
    }
    uint64_t count = (uint64_t)(open_file.st_size - ledger->first) / LEDGER_RECORD_SIZE;
    *ret_is_current = !__builtin_add_overflow(base, count, &ledger->used);
    ledger->base = base;
    ledger->count = count;
    return true;
}

struct digest charge_key(struct text session, struct text call_id, struct text tool,
                         const struct digest *arguments)
{
    const struct text parts[] = {
        session, call_id, tool, {(const char *)arguments->bytes, sizeof arguments->bytes}};
    return digest_sha256_list(parts, sizeof parts / sizeof *parts);
}

static off_t record_offset(const struct ledger *ledger, uint64_t number)
{
    return ledger->first + (off_t)(number * LEDGER_RECORD_SIZE);
}

bool ledger_read_records(const struct ledger *ledger, uint64_t start, size_t count,
                         struct ledger_record *ret_records, struct error *err)
{
    return read_at(ledger, ret_records, count * LEDGER_RECORD_SIZE, record_offset(ledger, start), err);
}

/* The newest charge with this key: its number, or `count` when there is none in the window. */
static bool find_charge(const struct ledger *ledger, const struct digest *key, uint64_t *ret_number,
                        uint32_t *ret_repeats, struct error *err)
{
    struct ledger_record records[RECORDS_A_READ];
    uint64_t oldest = ledger->count > REPEAT_WINDOW ? ledger->count - REPEAT_WINDOW : 0;
    uint64_t end = ledger->count;
    while (end > oldest) {
        uint64_t start = end - oldest > RECORDS_A_READ ? end - RECORDS_A_READ : oldest;
        if (!ledger_read_records(ledger, start, (size_t)(end - start), records, err)) {
            return false;
        }
        for (uint64_t number = end; number > start; number--) {
            const struct ledger_record *record = &records[number - 1 - start];
            if (memcmp(record->key, key->bytes, LEDGER_KEY_SIZE) == 0) {
                *ret_number = number - 1;
                *ret_repeats = record->repeats;
                return true;
            }
        }
        end = start;
    }
    *ret_number = ledger->count;
    return true;
}

static bool refuse_lost(const struct ledger *ledger, struct error *err)
{
    return error_set(err, "%.*s", TEXT_ARG(ledger->loss));
}

/* Looks the call up; `ret_number` is the record that says CHARGE_REPEATED. */
static bool classify(struct ledger *ledger, const struct digest *key, enum charge_result *ret_result,
                     uint64_t *ret_number, uint32_t *ret_repeats, struct error *err)
{
    if (ledger->is_exhausted) {
        return refuse_lost(ledger, err);
    }
    uint32_t repeats = 0;
    if (ledger->looked_up.is_known && digest_equal(&ledger->looked_up.key, key)) {
        *ret_number = ledger->looked_up.number;
        repeats = ledger->looked_up.repeats;
    } else if (!find_charge(ledger, key, ret_number, &repeats, err)) {
        return false;
    }
    ledger->looked_up.is_known = true;
    ledger->looked_up.key = *key;
    ledger->looked_up.number = *ret_number;
    ledger->looked_up.repeats = repeats;
    bool is_free = *ret_number < ledger->count && repeats < FREE_REPEATS;
    *ret_result = is_free ? CHARGE_REPEATED : CHARGE_NEW;
    *ret_repeats = repeats;
    return true;
}

bool ledger_peek(struct ledger *ledger, const struct digest *key, enum charge_result *ret_result,
                 struct error *err)
{
    uint64_t number;
    uint32_t repeats;
    return classify(ledger, key, ret_result, &number, &repeats, err);
}

bool ledger_add_records(struct ledger *ledger, const struct ledger_record *records, size_t count,
                        struct error *err)
{
    uint64_t used;
    if (__builtin_add_overflow(ledger->used, count, &used)) {
        return error_set(err, "%s cannot count any further", ledger->path);
    }
    ledger->looked_up.is_known = false;
    off_t offset = record_offset(ledger, ledger->count);
    if (!write_at(ledger, records, count * sizeof *records, offset, err)) {
        /* A full disk: a part of a record would be ignored, but leave none. */
        (void)!ftruncate(ledger->fd, offset);
        return false;
    }
    ledger->count += count;
    ledger->used = used;
    return true;
}

bool ledger_write_repeats(struct ledger *ledger, uint64_t number, uint32_t repeats, struct error *err)
{
    ledger->looked_up.is_known = false;
    off_t offset = record_offset(ledger, number) + (off_t)offsetof(struct ledger_record, repeats);
    return write_at(ledger, &repeats, sizeof repeats, offset, err);
}

bool ledger_charge(struct ledger *ledger, const struct digest *key, enum charge_result *ret_result,
                   struct error *err)
{
    enum charge_result result = CHARGE_NEW;
    uint64_t number = 0;
    uint32_t repeats = 0;
    if (!classify(ledger, key, &result, &number, &repeats, err)) {
        return false;
    }
    struct ledger_record record = {0};
    memcpy(record.key, key->bytes, LEDGER_KEY_SIZE);
    bool is_written = result == CHARGE_REPEATED ? ledger_write_repeats(ledger, number, repeats + 1, err)
                                                : ledger_add_records(ledger, &record, 1, err);
    if (!is_written) {
        return false;
    }
    *ret_result = result;
    return true;
}

bool ledger_restore(struct ledger *ledger, uint64_t base, struct error *err)
{
    if (ledger->is_exhausted) {
        return refuse_lost(ledger, err);
    }
    if (base <= ledger->base) {
        return true;
    }
    uint64_t used;
    if (__builtin_add_overflow(base, ledger->count, &used)) {
        return error_set(err, "a checkpoint cannot have used %lu calls", (unsigned long)base);
    }
    if (!write_at(ledger, &base, sizeof base, (off_t)offsetof(struct header, base), err)) {
        return false;
    }
    ledger->base = base;
    ledger->used = used;
    return true;
}
