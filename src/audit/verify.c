/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "audit/lines.h"
#include "audit/past.h"
#include "audit/resumed.h"
#include "audit/store.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "json/json.h"

struct verification {
    struct audit_lines lines;
    const struct audit_link *head;
    uint64_t line;         /* number of the current line */
    bool has_met_head;     /* the head's place was passed, and fits */
    struct arena *arena;   /* for the report */
    struct arena *scratch; /* for one line */
    struct audit_report *report;
};

static void set_break(struct verification *verification, enum audit_break broken, uint64_t seq,
                      struct text explanation)
{
    struct audit_report *report = verification->report;
    report->broken = broken;
    report->line = verification->line;
    report->seq = seq;
    report->explanation = explanation;
}

/* Whether record `seq` stands anywhere behind the current line. */
static bool occurs_later(struct verification *verification, uint64_t seq)
{
    for (;;) {
        struct text line;
        struct audit_seal seal;
        enum audit_line kind = audit_lines_next(&verification->lines, &line, NULL);
        if (kind == AUDIT_LINE_NONE || kind == AUDIT_LINE_FAILED) {
            return false;
        }
        if (kind == AUDIT_LINE_WHOLE && audit_read_seal(line, &seal) && seal.is_genuine && seal.seq == seq) {
            return true;
        }
    }
}

/* Why a genuine record does not follow the one before. */
static void explain_order(struct verification *verification, const struct audit_seal *seal)
{
    uint64_t expected = verification->report->last.seq + 1;
    uint64_t line = verification->line;
    struct arena *arena = verification->arena;
    if (seal->seq == expected) {
        set_break(verification, AUDIT_REPLACED, seal->seq,
                  text_format(arena,
                              "record %" PRIu64 " on line %" PRIu64
                              " was not made for the record before it: one of the two was replaced",
                              seal->seq, line));
    } else if (seal->seq < expected) {
        set_break(verification, AUDIT_MOVED, seal->seq,
                  text_format(arena,
                              "record %" PRIu64 " stands on line %" PRIu64 ", where record %" PRIu64
                              " should: it was moved or repeated",
                              seal->seq, line, expected));
    } else if (occurs_later(verification, expected)) {
        set_break(verification, AUDIT_MOVED, seal->seq,
                  text_format(arena,
                              "record %" PRIu64 " stands on line %" PRIu64 ", before record %" PRIu64
                              ": they were swapped or moved",
                              seal->seq, line, expected));
    } else if (seal->seq == expected + 1) {
        set_break(verification, AUDIT_MISSING, expected,
                  text_format(arena, "record %" PRIu64 " is missing before line %" PRIu64, expected, line));
    } else {
        set_break(verification, AUDIT_MISSING, expected,
                  text_format(arena, "records %" PRIu64 " to %" PRIu64 " are missing before line %" PRIu64,
                              expected, seal->seq - 1, line));
    }
}

/* Whether the log that this one continues, if it is still there, has the record; with no offset, as its last.
 */
static bool earlier_log_has(struct verification *verification, const struct audit_link *link)
{
    struct audit_report *report = verification->report;
    bool has = false;
    if (report->continues.size == 0 || text_has_nul(report->continues)) {
        return false;
    }
    /* Named without its folder, it stands beside this one. */
    struct text folder = path_parent(text_of(verification->lines.path));
    const char *path =
        text_to_c(verification->scratch, path_normalise(verification->scratch, folder, report->continues));
    AUTO_CLOSE log = file_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0, NULL);
    struct stat status;
    struct audit_link wanted = *link;
    if (log < 0 || fstat(log, &status) != 0) {
        return false;
    }
    wanted.offset = link->offset == 0 ? (uint64_t)status.st_size : link->offset;
    return audit_has_link(log, path, &wanted, &has, NULL) && has;
}

/* A log that `aex audit rotate` began: its first record says what the chain was before. */
static void adopt_earlier_chain(struct verification *verification, const struct json *record,
                                const struct audit_seal *seal)
{
    struct audit_report *report = verification->report;
    struct text event;
    struct text closed;
    struct text last_hash;
    struct digest digest;
    if (json_get_text(record, TEXT("event"), &event) && text_equal(event, TEXT("audit.rotated")) &&
        json_get_text(record, TEXT("closed"), &closed) && json_get_text(record, TEXT("lastHash"), &last_hash) &&
        digest_from_hex(last_hash, &digest) && digest_equal(&digest, &seal->prev) && seal->seq > 0) {
        report->last = (struct audit_link){.seq = seal->seq - 1, .hash = seal->prev};
        report->continues = text_copy(verification->arena, closed);
        report->has_continued = earlier_log_has(verification, &report->last);
        /* The head of a rotation that was killed before its last step. */
        const struct audit_link *head = verification->head;
        if (head != NULL && audit_seal_continues(seal, head)) {
            verification->has_met_head = true;
        }
    }
}

/* A session that goes on where another one stopped: the record before it must still be what the checkpoint
 * says. False when it is not, which only shows this way when the whole log was written anew. */
static bool follow_checkpoint(struct verification *verification, const struct json *record, uint64_t seq)
{
    struct audit_report *report = verification->report;
    struct audit_resumed resumed;
    bool has = false;
    if (!audit_resumed_read(record, &resumed)) {
        return true;
    }
    report->resumed++;
    if (!resumed.is_foreign && resumed.link.seq < seq) {
        (void)audit_has_link(verification->lines.fd, verification->lines.path, &resumed.link, &has, NULL);
    }
    if (has || (!resumed.is_foreign && !resumed.was_found && earlier_log_has(verification, &resumed.link))) {
        return true;
    }
    report->resumed_elsewhere++;
    if (!resumed.was_found) {
        return true;
    }
    set_break(verification, AUDIT_OTHER_PAST, seq,
              text_format(verification->arena,
                          "record %" PRIu64 " on line %" PRIu64
                          " goes on from a checkpoint made behind record %" PRIu64
                          ", which was another than the one there now",
                          seq, verification->line, resumed.link.seq));
    return false;
}

static void note_time(struct audit_report *report, const struct json *record)
{
    struct text time;
    if (json_get_text(record, TEXT("timestamp"), &time) && time.size < AUDIT_TIME_SIZE) {
        snprintf(report->last_time, sizeof report->last_time, "%.*s", TEXT_ARG(time));
        if (report->records == 0) {
            snprintf(report->first_time, sizeof report->first_time, "%.*s", TEXT_ARG(time));
        }
    }
}

/* Whether the chain, at its present end, is where the head says it should be. */
static bool meets_head(struct verification *verification)
{
    const struct audit_link *head = verification->head;
    const struct audit_link *last = &verification->report->last;
    if (head == NULL || verification->has_met_head || last->offset < head->offset) {
        return true;
    }
    if (last->offset == head->offset && last->seq == head->seq && digest_equal(&last->hash, &head->hash)) {
        verification->has_met_head = true;
        return true;
    }
    set_break(verification, AUDIT_OTHER_HEAD, last->seq,
              text_format(verification->arena,
                          "line %" PRIu64 " ends in record %" PRIu64 ", which is not the record the head names "
                          "there (%" PRIu64 ")",
                          verification->line, last->seq, head->seq));
    return false;
}

/* One whole line. False when the chain breaks here. */
static bool check_line(struct verification *verification, struct text line)
{
    struct audit_report *report = verification->report;
    struct audit_seal seal;
    struct error mistake;
    struct json record;
    if (!audit_read_seal(line, &seal)) {
        set_break(
            verification, AUDIT_NOT_A_RECORD, 0,
            text_format(verification->arena, "line %" PRIu64 " is not a sealed record", verification->line));
        return false;
    }
    if (!seal.is_genuine) {
        set_break(verification, AUDIT_CHANGED, seal.seq,
                  text_format(verification->arena,
                              "record %" PRIu64 " on line %" PRIu64 " was changed: its hash does not fit it",
                              seal.seq, verification->line));
        return false;
    }
    if (!json_parse(line, verification->scratch, &record, &mistake)) {
        set_break(verification, AUDIT_NOT_A_RECORD, seal.seq,
                  text_format(verification->arena,
                              "record %" PRIu64 " on line %" PRIu64 " is not valid JSON (%s)", seal.seq,
                              verification->line, mistake.message));
        return false;
    }
    if (report->records == 0) {
        adopt_earlier_chain(verification, &record, &seal);
    }
    if (!audit_seal_continues(&seal, &report->last)) {
        explain_order(verification, &seal);
        return false;
    }
    if (!follow_checkpoint(verification, &record, seal.seq)) {
        return false;
    }
    note_time(report, &record);
    report->records++;
    report->last =
        (struct audit_link){.seq = seal.seq, .offset = verification->lines.offset, .hash = seal.hash};
    return meets_head(verification);
}

/* The whole chain held; now the head. */
static void check_end(struct verification *verification, const char *head_problem)
{
    struct audit_report *report = verification->report;
    const struct audit_link *head = verification->head;
    struct arena *arena = verification->arena;
    if (head == NULL) {
        set_break(verification, AUDIT_NO_HEAD, 0,
                  text_format(arena, "%s, so records cut off the end would not show", head_problem));
    } else if (!verification->has_met_head && head->seq <= report->last.seq) {
        set_break(verification, AUDIT_OTHER_HEAD, head->seq,
                  text_format(arena, "the head names record %" PRIu64 " at another place than where it stands",
                              head->seq));
    } else if (!verification->has_met_head && head->seq == report->last.seq + 1) {
        set_break(verification, AUDIT_CUT_TAIL, head->seq,
                  text_format(arena, "the end was cut off: record %" PRIu64 " is missing", head->seq));
    } else if (!verification->has_met_head) {
        set_break(verification, AUDIT_CUT_TAIL, report->last.seq + 1,
                  text_format(arena, "the end was cut off: records %" PRIu64 " to %" PRIu64 " are missing",
                              report->last.seq + 1, head->seq));
    }
}

static bool check_lines(struct verification *verification, const char *head_problem, struct error *err)
{
    for (;;) {
        struct text line;
        enum audit_line kind = audit_lines_next(&verification->lines, &line, err);
        verification->line++;
        arena_reset(verification->scratch);
        switch (kind) {
        case AUDIT_LINE_FAILED:
            return false;
        case AUDIT_LINE_WHOLE:
            if (!check_line(verification, line)) {
                return true;
            }
            break;
        case AUDIT_LINE_TOO_LONG:
            set_break(verification, AUDIT_NOT_A_RECORD, 0,
                      text_format(verification->arena, "line %" PRIu64 " is longer than any record (%d bytes)",
                                  verification->line, LIMIT_AUDIT_LINE));
            return true;
        case AUDIT_LINE_TORN:
            verification->report->unfinished = line.size;
            check_end(verification, head_problem);
            return true;
        case AUDIT_LINE_NONE:
            check_end(verification, head_problem);
            return true;
        }
    }
}

bool audit_verify_open(int log, const char *path, uint64_t size, const struct audit_link *head,
                       const char *head_problem, struct arena *arena, struct audit_report *ret_report,
                       struct error *err)
{
    AUTO_ARENA scratch;
    arena_init(&scratch, AUDIT_LINE_MEMORY);
    struct audit_report report = {0};
    struct verification verification = {.head = head, .arena = arena, .scratch = &scratch, .report = &report};
    /* An empty log's head stands at zero. */
    verification.has_met_head = head != NULL && head->offset == 0 && head->seq == 0;
    audit_lines_init(&verification.lines, log, path, 0, size, arena);
    if (!check_lines(&verification, head_problem, err)) {
        return false;
    }
    *ret_report = report;
    return true;
}

/* The log as it was while nobody was writing it. */
struct snapshot {
    int log; /* -1 when it is gone */
    uint64_t size;
    bool has_head;
    struct audit_link head;
    struct error head_problem; /* when there is none */
};

static bool open_log(struct snapshot *snapshot, const char *path, struct error *err)
{
    struct error failure = {0};
    snapshot->log = file_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0, &failure);
    if (snapshot->log < 0) {
        if (failure.os_code == ENOENT && snapshot->has_head && snapshot->head.seq > 0) {
            return true;
        }
        return failure.os_code == ENOENT ? error_set(err, "there is no audit log at %s", path)
                                         : error_pass(err, &failure);
    }
    struct stat status;
    if (fstat(snapshot->log, &status) != 0) {
        return error_set_os(err, errno, "cannot inspect %s", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(err, "%s is not a regular file", path);
    }
    snapshot->size = (uint64_t)status.st_size;
    return true;
}

static bool take_snapshot(struct snapshot *snapshot, const char *path, const char *head_path, struct error *err)
{
    struct error *problem = &snapshot->head_problem;
    AUTO_CLOSE head = file_open(AT_FDCWD, head_path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0, problem);
    if (head < 0) {
        if (problem->os_code != ENOENT) {
            return error_set(err, "%s", problem->message);
        }
        error_set(problem, "the head %s is missing", head_path);
        return open_log(snapshot, path, err);
    }
    size_t slot;
    if (!file_lock(head, head_path, err)) {
        return false;
    }
    snapshot->has_head = audit_read_head(head, head_path, &snapshot->head, &slot, problem);
    if (!snapshot->has_head && problem->os_code != 0 && problem->os_code != ENOENT) {
        return error_set(err, "%s", problem->message);
    }
    if (!snapshot->has_head) {
        error_set(problem, "the head %s is empty or damaged", head_path);
    }
    bool is_open = open_log(snapshot, path, err);
    /* Closing would do, unless it failed: gates would then wait for this process. */
    (void)file_unlock(head, head_path, NULL);
    return is_open;
}

bool audit_verify(const char *path, struct arena *arena, struct audit_report *ret_report, struct error *err)
{
    const char *head_path = text_format(arena, "%s.head", path).data;
    struct snapshot snapshot = {.log = -1};
    bool is_verified =
        take_snapshot(&snapshot, path, head_path, err) &&
        audit_verify_open(snapshot.log, path, snapshot.size, snapshot.has_head ? &snapshot.head : NULL,
                          snapshot.head_problem.message, arena, ret_report, err);
    file_close(&snapshot.log);
    return is_verified;
}

const char *audit_break_name(enum audit_break broken)
{
    static const char *const names[] = {"intact",   "not_a_record", "changed", "missing",    "moved",
                                        "replaced", "cut_tail",     "no_head", "other_head", "other_past"};
    return names[broken];
}
