/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_follow.h"

#include "audit/lines.h"
#include "audit/resumed.h"

enum { MOST_STEPS = 4096 };

/* That one session took up a checkpoint of another. */
struct step {
    struct text to;
    struct text from;
    uint64_t last; /* seq of the trail's last record at the checkpoint */
    uint64_t seq;  /* of the record that says so */
};

VECTOR_DECLARE(step_vector, struct step);

static uint64_t seq_of(const struct json *record)
{
    uint64_t seq;
    return json_get_u64(record, TEXT("seq"), &seq) ? seq : 0;
}

static bool read_steps(int fd, const char *path, uint64_t size, struct arena *arena, struct step_vector *steps,
                       struct error *err)
{
    AUTO_ARENA scratch;
    struct audit_lines lines;
    arena_init(&scratch, AUDIT_LINE_MEMORY);
    audit_lines_init(&lines, fd, path, 0, size, arena);
    for (;;) {
        struct text line;
        struct json record;
        struct text to;
        struct audit_resumed resumed;
        enum audit_line kind = audit_lines_next(&lines, &line, err);
        arena_reset(&scratch);
        if (kind == AUDIT_LINE_FAILED) {
            return false;
        }
        if (kind == AUDIT_LINE_NONE || kind == AUDIT_LINE_TORN || steps->count == MOST_STEPS) {
            return true;
        }
        if (kind == AUDIT_LINE_WHOLE && text_contains(line, TEXT("\"checkpoint.resumed\"")) &&
            json_parse(line, &scratch, &record, NULL) && audit_resumed_read(&record, &resumed) &&
            !resumed.is_foreign && json_get_text(&record, TEXT("session"), &to)) {
            struct step step = {.to = text_copy(arena, to),
                                .from = text_copy(arena, resumed.session),
                                .last = resumed.link.seq,
                                .seq = seq_of(&record)};
            VECTOR_PUSH(arena, steps, step);
        }
    }
}

/* Adds a session, or more of one that is known. False when there is nothing new. */
static bool add(struct audit_follow *follow, struct text session, uint64_t last, struct arena *arena)
{
    for (size_t i = 0; i < follow->sessions.count; i++) {
        struct followed_session *known = &follow->sessions.items[i];
        if (text_equal(known->session, session)) {
            bool is_more = last > known->last;
            known->last = is_more ? last : known->last;
            return is_more;
        }
    }
    struct followed_session followed = {.session = session, .last = last};
    VECTOR_PUSH(arena, &follow->sessions, followed);
    return true;
}

static uint64_t last_of(const struct audit_follow *follow, struct text session, bool *ret_is_known)
{
    for (size_t i = 0; i < follow->sessions.count; i++) {
        if (text_equal(follow->sessions.items[i].session, session)) {
            *ret_is_known = true;
            return follow->sessions.items[i].last;
        }
    }
    *ret_is_known = false;
    return 0;
}

bool audit_follow_init(struct audit_follow *follow, struct text session, int fd, const char *path,
                       uint64_t size, struct arena *arena, struct error *err)
{
    struct step_vector steps = {0};
    *follow = (struct audit_follow){0};
    add(follow, session, UINT64_MAX, arena);
    if (!read_steps(fd, path, size, arena, &steps, err)) {
        return false;
    }
    /* Each step leads to an earlier place, so going through them from the end once is enough. */
    for (size_t i = steps.count; i > 0; i--) {
        const struct step *step = &steps.items[i - 1];
        bool is_known;
        uint64_t last = last_of(follow, step->to, &is_known);
        if (is_known && step->seq <= last) {
            add(follow, step->from, step->last, arena);
        }
    }
    return true;
}

bool audit_follow_has(const struct audit_follow *follow, const struct json *record)
{
    struct text session;
    bool is_known;
    if (!json_get_text(record, TEXT("session"), &session)) {
        return false;
    }
    uint64_t last = last_of(follow, session, &is_known);
    return is_known && seq_of(record) <= last;
}
