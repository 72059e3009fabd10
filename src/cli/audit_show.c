/* SPDX-License-Identifier: Apache-2.0 */
/* aex audit show: the log as a person reads it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>

#include "audit/lines.h"
#include "audit/resumed.h"
#include "base/utf8.h"
#include "cli/audit.h"
#include "cli/audit_follow.h"
#include "cli/output.h"
#include "os/file.h"
#include "json/json.h"

/* The columns, as they stand on the line; the last one is not padded. */
enum { TIME, DECISION, AGENT, TOOL, WHAT, REASON, RULE, MESSAGE, COLUMNS };

/* A command line or path is shown up to here; --json has it all. */
enum { WIDEST_WHAT = 60 };

struct filter {
    bool denied_only;
    const char *session;               /* NULL for all */
    const struct audit_follow *follow; /* the sessions that this one goes on from */
    bool has_since;
    clock_instant since;
};

struct show {
    const char *path;
    int fd;
    uint64_t size; /* when it was opened: what is written meanwhile is not shown */
    struct filter filter;
    bool as_json;
    bool has_colour;
    struct arena *scratch; /* for one line */
    size_t widths[COLUMNS];
    size_t unreadable;
    uint64_t first_unreadable; /* line number */
};

/* "30m", "2h", "7d", "45s" before `now`, or a point in time, or a day. */
static bool parse_since(const char *value, clock_instant now, struct arena *arena, clock_instant *ret_since)
{
    struct text text = text_of(value);
    uint64_t count;
    if (clock_parse(text, ret_since)) {
        return true;
    }
    if (text.size == sizeof "2026-11-21" - 1 &&
        clock_parse(text_format(arena, "%sT00:00:00Z", value), ret_since)) {
        return true;
    }
    if (text.size < 2 || !text_to_u64(text_slice(text, 0, text.size - 1), &count) || count > 1000000) {
        return false;
    }
    int64_t seconds = 0;
    switch (text.data[text.size - 1]) {
    case 's':
        seconds = 1;
        break;
    case 'm':
        seconds = 60;
        break;
    case 'h':
        seconds = 3600;
        break;
    case 'd':
        seconds = 86400;
        break;
    default:
        return false;
    }
    int64_t ago;
    return !__builtin_mul_overflow((int64_t)count * seconds, INT64_C(1000000000), &ago) &&
           !__builtin_sub_overflow(now, ago, ret_since);
}

static struct text get(const struct json *record, struct text name)
{
    struct text value = TEXT("");
    json_get_text(record, name, &value);
    return value;
}

static bool is_denial(const struct json *record)
{
    struct text event = get(record, TEXT("event"));
    return text_equal(get(record, TEXT("decision")), TEXT("deny")) || text_equal(event, TEXT("tool.denied")) ||
           text_equal(event, TEXT("budget.exhausted"));
}

/* A record whose time cannot be read is shown rather than hidden. */
static bool is_wanted(const struct filter *filter, const struct json *record)
{
    clock_instant time;
    if (filter->denied_only && !is_denial(record)) {
        return false;
    }
    if (filter->session != NULL && !audit_follow_has(filter->follow, record)) {
        return false;
    }
    return !filter->has_since || !clock_parse(get(record, TEXT("timestamp")), &time) || time >= filter->since;
}

/* Cut on a code point boundary to WIDEST_WHAT columns. */
static struct text shorten(struct arena *arena, struct text text)
{
    if (utf8_count(text) <= WIDEST_WHAT) {
        return text;
    }
    size_t end = 0;
    for (size_t column = 0; column < WIDEST_WHAT - 3; column++) {
        uint32_t code_point;
        end += utf8_decode(text, end, &code_point);
    }
    return text_format(arena, "%.*s...", (int)end, text.data);
}

static struct text get_number(const struct json *record, struct text name)
{
    const struct json *value = json_get(record, name);
    return value != NULL && value->type == JSON_NUMBER ? value->text : TEXT("");
}

/* How a call ended: "exit 1, 120 ms". */
static struct text describe_result(struct arena *arena, const struct json *record)
{
    struct text exit_code = get_number(record, TEXT("exitCode"));
    struct text duration = get_number(record, TEXT("durationMs"));
    return text_format(arena, "%s%.*s%s%.*s%s", exit_code.size != 0 ? "exit " : "", TEXT_ARG(exit_code),
                       exit_code.size != 0 && duration.size != 0 ? ", " : "", TEXT_ARG(duration),
                       duration.size != 0 ? " ms" : "");
}

/* The columns of one record, safe to print. */
static void make_cells(const struct json *record, struct arena *arena, struct text *ret_cells)
{
    struct text event = get(record, TEXT("event"));
    struct text time = get(record, TEXT("timestamp"));
    bool is_call = text_equal(event, TEXT("gate.decision")) || json_get(record, TEXT("tool")) != NULL;
    ret_cells[TIME] = text_slice(time, 0, sizeof "2026-11-21T03:04:05" - 1);
    ret_cells[DECISION] = get(record, TEXT("decision"));
    ret_cells[AGENT] = get(record, TEXT("agent"));
    struct text method = get(record, TEXT("method")); /* of a request to an MCP server that is no tool's call */
    bool is_request = json_get(record, TEXT("decision")) != NULL && method.size > 0;
    ret_cells[TOOL] = is_call ? get(record, TEXT("tool")) : is_request ? method : event;
    ret_cells[WHAT] = get(record, TEXT("resource"));
    ret_cells[REASON] = get(record, TEXT("reason"));
    ret_cells[RULE] = get(record, TEXT("rule"));
    ret_cells[MESSAGE] = get(record, TEXT("message"));
    if (text_equal(event, TEXT("tool.result")) || text_equal(event, TEXT("tool.failed"))) {
        ret_cells[DECISION] = text_equal(event, TEXT("tool.result")) ? TEXT("ended") : TEXT("failed");
        ret_cells[WHAT] = describe_result(arena, record);
    } else if (text_equal(event, TEXT("checkpoint.resumed"))) {
        struct audit_resumed resumed = {.name = TEXT(""), .session = TEXT("")};
        (void)audit_resumed_read(record, &resumed);
        ret_cells[TOOL] = event;
        ret_cells[WHAT] = resumed.name;
        ret_cells[MESSAGE] = resumed.is_foreign
                                 ? TEXT("not made here")
                                 : text_format(arena, "made behind record %" PRIu64 " by session %.*s",
                                               resumed.link.seq, TEXT_ARG(resumed.session));
    } else if (text_equal(event, TEXT("audit.rotated"))) {
        ret_cells[WHAT] = get(record, TEXT("closed"));
        ret_cells[MESSAGE] = get(record, TEXT("break"));
    }
    if (json_is_true(record, TEXT("observed"))) {
        ret_cells[REASON] = text_format(arena, "%.*s%s", TEXT_ARG(ret_cells[REASON]),
                                        ret_cells[REASON].size != 0 ? ", observed" : "observed");
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        ret_cells[i] = print_safely(arena, ret_cells[i]);
    }
    ret_cells[WHAT] = shorten(arena, ret_cells[WHAT]);
}

static const char *colour_of(struct text decision)
{
    if (text_equal(decision, TEXT("deny")) || text_equal(decision, TEXT("failed"))) {
        return "\x1b[31m";
    }
    return text_equal(decision, TEXT("ask"))     ? "\x1b[33m"
           : text_equal(decision, TEXT("allow")) ? "\x1b[32m"
                                                 : "";
}

static void print_cells(const struct show *show, const struct text *cells)
{
    struct builder out;
    builder_init(&out, show->scratch);
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *colour = i == DECISION && show->has_colour ? colour_of(cells[i]) : "";
        builder_add_c(&out, colour);
        builder_add(&out, cells[i]);
        builder_add_c(&out, *colour != '\0' ? "\x1b[0m" : "");
        if (i + 1 < COLUMNS && show->widths[i] != 0) {
            builder_add_repeated(&out, ' ', show->widths[i] - utf8_count(cells[i]) + 2);
        }
    }
    while (out.size > 0 && out.data[out.size - 1] == ' ') {
        out.size--;
    }
    builder_add_char(&out, '\n');
    print_text(stdout, builder_text(&out));
}

/* One record: measured in the first pass over the log, printed in the second. */
static void take_record(struct show *show, struct text line, const struct json *record, bool is_measuring)
{
    if (!is_wanted(&show->filter, record)) {
        return;
    }
    if (show->as_json) {
        if (!is_measuring) {
            print_text(stdout, line);
            print_text(stdout, TEXT("\n"));
        }
        return;
    }
    struct text cells[COLUMNS];
    make_cells(record, show->scratch, cells);
    for (size_t i = 0; is_measuring && i < COLUMNS; i++) {
        size_t width = utf8_count(cells[i]);
        show->widths[i] = width > show->widths[i] ? width : show->widths[i];
    }
    if (!is_measuring) {
        print_cells(show, cells);
    }
}

static bool walk(struct show *show, bool is_measuring, struct arena *arena, struct error *err)
{
    struct audit_lines lines;
    audit_lines_init(&lines, show->fd, show->path, 0, show->size, arena);
    for (uint64_t number = 1;; number++) {
        struct text line;
        struct json record;
        enum audit_line kind = audit_lines_next(&lines, &line, err);
        arena_reset(show->scratch);
        if (kind == AUDIT_LINE_FAILED) {
            return false;
        }
        if (kind == AUDIT_LINE_NONE || kind == AUDIT_LINE_TORN) {
            return true;
        }
        if (kind == AUDIT_LINE_WHOLE && json_parse(line, show->scratch, &record, NULL) &&
            record.type == JSON_OBJECT) {
            take_record(show, line, &record, is_measuring);
        } else if (!is_measuring && show->unreadable++ == 0) {
            show->first_unreadable = number;
        }
    }
}

static bool open_log(struct show *show, struct error *err)
{
    struct stat status;
    show->fd = file_open(AT_FDCWD, show->path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0, err);
    if (show->fd < 0) {
        return false;
    }
    if (fstat(show->fd, &status) != 0) {
        return error_set_os(err, errno, "cannot inspect %s", show->path);
    }
    show->size = (uint64_t)status.st_size;
    return S_ISREG(status.st_mode) || error_set(err, "%s is not a regular file", show->path);
}

static bool find_sessions(const struct show *show, struct audit_follow *follow, struct arena *arena,
                          struct error *err)
{
    return show->filter.session == NULL || audit_follow_init(follow, text_of(show->filter.session), show->fd,
                                                             show->path, show->size, arena, err);
}

static int finish(const struct show *show)
{
    if (!output_finish()) {
        return STATUS_USAGE;
    }
    if (show->unreadable != 0) {
        complain("%s: %zu line%s, the first is line %" PRIu64 "; see `aex audit verify`", show->path,
                 show->unreadable, show->unreadable == 1 ? " is no record" : "s are no records",
                 show->first_unreadable);
        return STATUS_FOUND;
    }
    return STATUS_OK;
}

static int run_show(struct invocation *invocation)
{
    AUTO_ARENA scratch;
    arena_init(&scratch, AUDIT_LINE_MEMORY);
    struct error err;
    struct show show = {.path = audit_choose_path(invocation), .fd = -1, .scratch = &scratch};
    if (show.path == NULL) {
        return STATUS_USAGE;
    }
    const char *since = option_text(invocation, "since");
    show.filter.denied_only = option_given(invocation, "denied");
    show.filter.session = option_text(invocation, "session");
    show.filter.has_since = since != NULL;
    show.as_json = option_given(invocation, "json");
    show.has_colour = output_has_colour(stdout);
    if (since != NULL && !parse_since(since, invocation->now, invocation->arena, &show.filter.since)) {
        complain(
            "audit show: --since takes a time like 2026-11-21T03:04:05Z, a day like 2026-11-21, or how long "
            "ago like 30m, 2h, 7d, not \"%s\"",
            since);
        return STATUS_USAGE;
    }
    struct audit_follow follow = {0};
    show.filter.follow = &follow;
    bool is_read = open_log(&show, &err) && find_sessions(&show, &follow, invocation->arena, &err) &&
                   (show.as_json || walk(&show, true, invocation->arena, &err)) &&
                   walk(&show, false, invocation->arena, &err);
    file_close(&show.fd);
    if (!is_read) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return finish(&show);
}

static const struct option_spec show_options[] = {
    {.name = "denied", .help = "Only what was denied"},
    {.name = "session", .value = "ID", .help = "Only this session and what it goes on from"},
    {.name = "since", .value = "WHEN", .help = "From a time (2026-11-21T03:04:05Z), a day, or 30m, 2h, 7d ago"},
    {.name = "json", .help = "Print the matching records unchanged, one a line"},
    AUDIT_PLACE_OPTIONS,
    {0},
};

const struct command command_audit_show = {
    .name = "audit show",
    .summary = "Show what was decided, and why",
    .operands = "",
    .details = "One line a record: time, decision, agent, tool, what it was about, reason, rule, message.\n"
               "Exit status: 0 shown, 1 some lines are no records, 2 the log could not be read.\n"
               "Example: aex audit show --denied --since 2h\n",
    .options = show_options,
    .run = run_show,
};
