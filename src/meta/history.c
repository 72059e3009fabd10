/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/history.h"

#include <errno.h>
#include <fcntl.h>

#include "audit/lines.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/private.h"
#include "json/writer.h"

enum {
    KEPT_LINES = 32768,  /* more do not fit into LIMIT_CHECKPOINT_RECORDS */
    JOINED_CALLS = 1024, /* how far back the other record of a call is looked for */
};

struct search {
    int log;
    const char *path;
    uint64_t start; /* where the part of the log that is looked through begins */
    uint64_t end;
    struct text session;
    struct text marker; /* what every record of the session holds */
    struct arena *arena;
    struct arena *scratch; /* for one line */
};

static struct text get(const struct json *record, struct text name)
{
    struct text value = TEXT("");
    (void)json_get_text(record, name, &value);
    return value;
}

/* Whether the line is a record of the session; its tree is in the scratch arena. */
static bool is_of_session(const struct search *search, struct text line, struct json *ret_record)
{
    arena_reset(search->scratch);
    return text_contains(line, search->marker) && json_parse(line, search->scratch, ret_record, NULL) &&
           text_equal(get(ret_record, TEXT("session")), search->session);
}

/* The next whole line of the session; *ret_found is false at the end. */
static bool next_record(const struct search *search, struct audit_lines *lines, struct text *ret_line,
                        struct json *ret_record, bool *ret_found, struct error *err)
{
    for (;;) {
        enum audit_line kind = audit_lines_next(lines, ret_line, err);
        *ret_found = false;
        if (kind == AUDIT_LINE_FAILED) {
            return false;
        }
        if (kind == AUDIT_LINE_NONE) {
            return true;
        }
        if (kind == AUDIT_LINE_WHOLE && is_of_session(search, *ret_line, ret_record)) {
            *ret_found = true;
            return true;
        }
    }
}

/* First pass: where the lines to keep begin. */
static bool find_kept(const struct search *search, uint64_t *ret_start, bool *ret_is_partial, struct error *err)
{
    struct kept {
        uint64_t start;
        uint64_t size;
    } *kept = ARENA_ARRAY(search->arena, struct kept, KEPT_LINES);
    struct audit_lines lines;
    uint64_t first = 0; /* number of the oldest kept line, and of the next one */
    uint64_t next = 0;
    uint64_t size = 0;
    struct text line;
    struct json record;
    bool found;
    audit_lines_init(&lines, search->log, search->path, search->start, search->end, search->arena);
    while (next_record(search, &lines, &line, &record, &found, err)) {
        if (!found) {
            *ret_is_partial = search->start > 0 || first > 0;
            *ret_start = next > first ? kept[first % KEPT_LINES].start : search->end;
            return true;
        }
        while (next - first == KEPT_LINES || (next > first && size + line.size >= LIMIT_CHECKPOINT_RECORDS)) {
            size -= kept[first++ % KEPT_LINES].size;
        }
        size += line.size + 1;
        kept[next++ % KEPT_LINES] = (struct kept){lines.offset - line.size - 1, line.size + 1};
    }
    return false;
}

/* The call with this id, seen shortly before; NULL when there is none. */
static struct checkpoint_call *find_call(struct checkpoint_call_vector *calls, const struct text_vector *ids,
                                         struct text id)
{
    size_t oldest = calls->count > JOINED_CALLS ? calls->count - JOINED_CALLS : 0;
    for (size_t i = calls->count; id.size > 0 && i > oldest; i--) {
        if (text_equal(ids->items[i - 1], id)) {
            return &calls->items[i - 1];
        }
    }
    return NULL;
}

/* What a record says of a call: whether it was let through. */
static bool read_decision(const struct json *record, bool *ret_is_blocked)
{
    struct text event = get(record, TEXT("event"));
    struct text decision = get(record, TEXT("decision"));
    bool is_observed = json_is_true(record, TEXT("observed"));
    if (text_equal(event, TEXT("gate.decision"))) {
        *ret_is_blocked = !is_observed && !text_equal(decision, TEXT("allow"));
        return true;
    }
    if (text_equal(event, TEXT("tool.allowed")) || text_equal(event, TEXT("tool.denied"))) {
        *ret_is_blocked = !is_observed && text_equal(event, TEXT("tool.denied"));
        return true;
    }
    return false;
}

static void take_record(const struct json *record, struct history *history, struct text_vector *ids,
                        struct arena *arena)
{
    struct text event = get(record, TEXT("event"));
    struct text id = get(record, TEXT("toolUseId"));
    struct checkpoint_call *known = find_call(&history->calls, ids, id);
    bool is_blocked;
    if (known != NULL && (text_equal(event, TEXT("tool.result")) || text_equal(event, TEXT("tool.failed")))) {
        known->is_blocked = false; /* a person was asked, and said yes */
        known->reason = TEXT("");
        return;
    }
    if (!read_decision(record, &is_blocked)) {
        return;
    }
    struct checkpoint_call call = {
        .tool = text_copy(arena, get(record, TEXT("tool"))),
        .timestamp = text_copy(arena, get(record, TEXT("timestamp"))),
        .is_blocked = is_blocked,
        .reason = is_blocked ? text_copy(arena, get(record, TEXT("reason"))) : TEXT(""),
    };
    if (known != NULL) {
        *known = call;
        return;
    }
    VECTOR_PUSH(arena, &history->calls, call);
    VECTOR_PUSH(arena, ids, text_copy(arena, id));
}

static void keep_newest(struct history *history)
{
    struct checkpoint_call_vector *calls = &history->calls;
    if (calls->count > LIMIT_CHECKPOINT_CALLS) {
        calls->items += calls->count - LIMIT_CHECKPOINT_CALLS;
        calls->count = LIMIT_CHECKPOINT_CALLS;
        calls->capacity = LIMIT_CHECKPOINT_CALLS;
        history->is_partial = true;
    }
}

/* Second pass: what the kept lines say. */
static bool read_kept(const struct search *search, uint64_t start, struct history *history, struct error *err)
{
    struct audit_lines lines;
    struct text_vector ids = {0};
    struct builder records;
    struct text line;
    struct json record;
    bool found;
    builder_init(&records, search->arena);
    audit_lines_init(&lines, search->log, search->path, start, search->end, search->arena);
    while (next_record(search, &lines, &line, &record, &found, err)) {
        if (!found) {
            keep_newest(history);
            history->records = builder_text(&records);
            return true;
        }
        take_record(&record, history, &ids, search->arena);
        builder_add(&records, line);
        builder_add_char(&records, '\n');
    }
    return false;
}

/* Not in the middle of a line. */
static bool find_start(struct search *search, uint64_t size, struct error *err)
{
    struct audit_lines lines;
    struct text line;
    search->end = size;
    if (size <= LIMIT_CHECKPOINT_SEARCH) {
        return true;
    }
    audit_lines_init(&lines, search->log, search->path, size - LIMIT_CHECKPOINT_SEARCH, size, search->arena);
    if (audit_lines_next(&lines, &line, err) == AUDIT_LINE_FAILED) {
        return false;
    }
    search->start = lines.offset;
    return true;
}

static struct text make_marker(struct text session, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("session"), session);
    return text_after(builder_text(&out), 1);
}

bool history_of_session(const char *path, struct text session, struct arena *arena, struct history *ret_history,
                        struct error *err)
{
    AUTO_ARENA scratch;
    arena_init(&scratch, AUDIT_LINE_MEMORY);
    struct search search = {.path = path, .session = session, .arena = arena, .scratch = &scratch};
    struct history history = {.records = TEXT("")};
    struct error failure = {0};
    struct stat status;
    uint64_t start = 0;
    AUTO_CLOSE log = private_open(path, O_RDONLY, &failure);
    if (log < 0 && failure.os_code == ENOENT) {
        *ret_history = history;
        return true;
    }
    if (log < 0) {
        return error_pass(err, &failure);
    }
    search.log = log;
    search.marker = make_marker(session, arena);
    if (!private_check(log, path, &status, err) || !find_start(&search, (uint64_t)status.st_size, err) ||
        !find_kept(&search, &start, &history.is_partial, err) || !read_kept(&search, start, &history, err)) {
        return false;
    }
    *ret_history = history;
    return true;
}
