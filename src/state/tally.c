/* SPDX-License-Identifier: Apache-2.0 */
#include "state/tally.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "state/ledger_internal.h"

enum { BUCKETS = 2 * REPEAT_WINDOW, NO_RECORD = -1 };

/* The newest REPEAT_WINDOW charges, each in a chain with older ones of its bucket. Numbers are those of the
 * records; pending ones follow those in the file. */
struct tally_window {
    uint64_t end; /* one past the newest that is in here */
    int64_t newest[BUCKETS];
    int64_t older[REPEAT_WINDOW];
    uint8_t keys[REPEAT_WINDOW][LEDGER_KEY_SIZE];
};

void tally_init(struct tally *tally, const char *state_folder)
{
    *tally = (struct tally){.state_folder = state_folder, .ledger = {.fd = -1}};
    arena_init(&tally->arena, LIMIT_DOCUMENT_MEMORY);
}

static void close_ledger(struct tally *tally)
{
    ledger_close(&tally->ledger);
    arena_reset(&tally->arena);
    tally->session = TEXT("");
    tally->is_open = false;
    tally->is_locked = false;
    tally->pending_count = 0;
    if (tally->window != NULL) {
        tally->window->end = 0;
    }
}

void tally_release(struct tally *tally)
{
    close_ledger(tally);
    arena_release(&tally->arena);
    memory_free(tally->window);
    memory_free(tally->pending);
    tally_init(tally, tally->state_folder);
}

static size_t bucket_of(const uint8_t *key)
{
    uint32_t bits;
    memcpy(&bits, key, sizeof bits);
    return bits % BUCKETS;
}

static void window_add(struct tally_window *window, const uint8_t *key)
{
    size_t place = window->end % REPEAT_WINDOW;
    size_t bucket = bucket_of(key);
    memcpy(window->keys[place], key, LEDGER_KEY_SIZE);
    window->older[place] = window->newest[bucket];
    window->newest[bucket] = (int64_t)window->end++;
}

/* Starts the window so that the next record is number `end`. */
static void window_clear(struct tally_window *window, uint64_t end)
{
    window->end = end;
    for (size_t i = 0; i < BUCKETS; i++) {
        window->newest[i] = NO_RECORD;
    }
}

/* Takes in what other processes charged since the last time. */
static bool read_on(struct tally *tally, struct error *err)
{
    enum { RECORDS_A_READ = 128 };
    struct ledger_record records[RECORDS_A_READ];
    struct tally_window *window = tally->window;
    uint64_t count = tally->ledger.count;
    if (window->end == 0 || window->end > count || count - window->end > REPEAT_WINDOW) {
        window_clear(window, count > REPEAT_WINDOW ? count - REPEAT_WINDOW : 0);
    }
    while (window->end < count) {
        uint64_t left = count - window->end;
        size_t taken = left < RECORDS_A_READ ? (size_t)left : RECORDS_A_READ;
        if (!ledger_read_records(&tally->ledger, window->end, taken, records, err)) {
            window->end = 0;
            return false;
        }
        for (size_t i = 0; i < taken; i++) {
            window_add(window, records[i].key);
        }
    }
    return true;
}

static bool open_ledger(struct tally *tally, struct text session, struct text root, struct error *err)
{
    bool is_current = false;
    if (tally->is_open && text_equal(tally->session, session)) {
        if (!ledger_relock(&tally->ledger, &is_current, err)) {
            close_ledger(tally);
            return false;
        }
    }
    if (is_current) {
        return true;
    }
    close_ledger(tally);
    tally->session = text_copy(&tally->arena, session);
    tally->is_open = ledger_open(&tally->ledger, tally->state_folder, tally->session, root, &tally->arena, err);
    return tally->is_open;
}

bool tally_enter(struct tally *tally, struct text session, struct text root, struct error *err)
{
    if (tally->is_locked && text_equal(tally->session, session)) {
        return true;
    }
    assert(!tally->is_locked && tally->pending_count == 0);
    if (tally->window == NULL) {
        tally->window = memory_resize(NULL, 1, sizeof *tally->window);
        tally->pending = memory_resize(NULL, TALLY_PENDING, sizeof *tally->pending);
        window_clear(tally->window, 0);
    }
    if (!open_ledger(tally, session, root, err)) {
        return false;
    }
    if (!tally->ledger.is_exhausted && !read_on(tally, err)) {
        close_ledger(tally);
        return false;
    }
    tally->is_locked = true;
    return true;
}

uint64_t tally_used(const struct tally *tally)
{
    uint64_t used;
    bool overflows = __builtin_add_overflow(tally->ledger.used, tally->pending_count, &used);
    return overflows ? UINT64_MAX : used;
}

bool tally_is_full(const struct tally *tally)
{
    return tally->pending_count == TALLY_PENDING;
}

/* The newest charge with this key, pending or not, or NO_RECORD. */
static int64_t find(const struct tally_window *window, const uint8_t *key)
{
    int64_t oldest = window->end > REPEAT_WINDOW ? (int64_t)(window->end - REPEAT_WINDOW) : 0;
    int64_t number = window->newest[bucket_of(key)];
    while (number >= oldest && memcmp(window->keys[number % REPEAT_WINDOW], key, LEDGER_KEY_SIZE) != 0) {
        number = window->older[number % REPEAT_WINDOW];
    }
    return number >= oldest ? number : NO_RECORD;
}

/* How often the call was repeated; CHARGE_NEW when it was not charged, or too often. */
static bool classify(struct tally *tally, const struct digest *key, enum charge_result *ret_result,
                     int64_t *ret_number, struct ledger_record *ret_record, struct error *err)
{
    if (tally->ledger.is_exhausted) {
        return error_set(err, "%.*s", TEXT_ARG(tally->ledger.loss));
    }
    int64_t number = find(tally->window, key->bytes);
    *ret_number = number;
    *ret_result = CHARGE_NEW;
    if (number == NO_RECORD) {
        return true;
    }
    uint64_t in_file = tally->ledger.count;
    if ((uint64_t)number >= in_file) {
        *ret_record = tally->pending[(uint64_t)number - in_file];
    } else if (!ledger_read_records(&tally->ledger, (uint64_t)number, 1, ret_record, err)) {
        return false;
    }
    if (ret_record->repeats < FREE_REPEATS) {
        *ret_result = CHARGE_REPEATED;
    }
    return true;
}

bool tally_peek(struct tally *tally, const struct digest *key, enum charge_result *ret_result,
                struct error *err)
{
    int64_t number;
    struct ledger_record record;
    return classify(tally, key, ret_result, &number, &record, err);
}

bool tally_charge(struct tally *tally, const struct digest *key, enum charge_result *ret_result,
                  struct error *err)
{
    int64_t number = NO_RECORD;
    struct ledger_record record = {0};
    enum charge_result result = CHARGE_NEW;
    if (!classify(tally, key, &result, &number, &record, err)) {
        return false;
    }
    uint64_t in_file = tally->ledger.count;
    if (result == CHARGE_NEW) {
        if (tally_is_full(tally) || tally_used(tally) == UINT64_MAX) {
            return error_set(err, "%s cannot count any further", tally->ledger.path);
        }
        record = (struct ledger_record){0};
        memcpy(record.key, key->bytes, LEDGER_KEY_SIZE);
        tally->pending[tally->pending_count++] = record;
        window_add(tally->window, record.key);
    } else if ((uint64_t)number >= in_file) {
        tally->pending[(uint64_t)number - in_file].repeats++;
    } else if (!ledger_write_repeats(&tally->ledger, (uint64_t)number, record.repeats + 1, err)) {
        return false;
    }
    *ret_result = result;
    return true;
}

bool tally_commit(struct tally *tally, struct error *err)
{
    bool written = tally->pending_count == 0 ||
                   ledger_add_records(&tally->ledger, tally->pending, tally->pending_count, err);
    tally->pending_count = 0;
    if (!written) {
        close_ledger(tally);
    }
    return written;
}

void tally_leave(struct tally *tally)
{
    if (!tally->is_locked) {
        return;
    }
    assert(tally->pending_count == 0);
    tally->is_locked = false;
    if (!ledger_unlock(&tally->ledger, NULL)) {
        close_ledger(tally); /* which gives the lock back */
    }
}
