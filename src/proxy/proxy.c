/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "load/dotenv.h"
#include "os/file.h"
#include "os/path.h"
#include "proxy/internal.h"
#include "redact/redact.h"

#define MILLISECOND INT64_C(1000000)

/* Both ends are gone within 10 ms of the first sign: the server gets this long to end by itself, and again
 * after a signal. One whose client still waits for answers gets longer. */
static const clock_instant closing_time = 4 * MILLISECOND;
static const clock_instant stopping_time = 4 * MILLISECOND;
static const clock_instant answering_time = 60 * 1000 * MILLISECOND;

enum { LONGEST_NOTE = 4096 };

void proxy_note(struct proxy *proxy, const char *event, const char *name, struct text value)
{
    struct record record;
    record_begin(&record, event, clock_now(), &proxy->round);
    json_member_string(&record.writer, TEXT("session"), proxy->decider.session);
    json_member_string(&record.writer, TEXT("server"), proxy->options->server.name);
    json_member_string(&record.writer, text_of(name), redact_and_cut(&proxy->round, value, LONGEST_NOTE));
    batch_tell(&proxy->batch, record_members(&record));
}

void proxy_send(struct proxy *proxy, struct sink *sink, struct text bytes)
{
    batch_send(&proxy->batch, sink, text_copy(&proxy->batch.arena, bytes));
}

/* What is secret in the workspace's own files is to be known in what a server answers. */
static void read_secrets(struct proxy *proxy)
{
    struct arena *arena = &proxy->judge.arena;
    struct text_vector sources = {0};
    struct error err = {0};
    if (proxy->session.holds_all && !dotenv_read(proxy->judge.workspace.root, arena, &sources, &err)) {
        proxy_note(proxy, "upstream.error", "message", text_of(err.message));
    }
    proxy->secrets = secret_values_of(sources.items, sources.count, arena);
}

void proxy_begin_round(struct proxy *proxy)
{
    struct judge *judge = &proxy->judge;
    judge_refresh(judge);
    decide_begin(&proxy->decider, clock_now(), &proxy->round);
    if (proxy->secrets_generation != judge->generation) {
        proxy->secrets_generation = judge->generation;
        proxy->session.holds_all =
            proxy->options->redacts || (judge->is_loaded && policy_redacts(judge->workspace.policy));
        read_secrets(proxy);
    }
}

/* The line with its LF. One that ended in CR and LF goes on without the CR. */
static struct text whole_line(struct proxy *proxy, struct text line)
{
    if (line.data[line.size] == '\n') {
        return (struct text){line.data, line.size + 1};
    }
    return text_format(&proxy->batch.arena, "%.*s\n", TEXT_ARG(line));
}

void proxy_forward(struct proxy *proxy, struct sink *sink, struct text line)
{
    batch_send(&proxy->batch, sink, whole_line(proxy, line));
}

static struct batch_request request_of(struct proxy *proxy, const struct mcp_step *step, bool is_from_client)
{
    return (struct batch_request){
        .id = step->message.id.source,
        .key = step->message.id,
        .is_tool_call = text_equal(step->message.method, TEXT("tools/call")),
        .is_modern = step->is_modern,
        .requests = is_from_client ? &proxy->session.from_client : &proxy->session.from_server,
        .back = is_from_client ? &proxy->to_client : &proxy->to_server,
    };
}

void proxy_forward_judged(struct proxy *proxy, const struct mcp_step *step, bool is_from_client)
{
    struct batch_request request = request_of(proxy, step, is_from_client);
    batch_send_request(&proxy->batch, is_from_client ? &proxy->to_server : &proxy->to_client,
                       whole_line(proxy, step->message.source), &request);
}

void proxy_send_recorded(struct proxy *proxy, struct sink *sink, struct text line)
{
    static const struct batch_request unanswered = {.back = NULL};
    batch_send_request(&proxy->batch, sink, whole_line(proxy, line), &unanswered);
}

void proxy_answer_recorded(struct proxy *proxy, const struct mcp_step *step, struct text answer)
{
    struct batch_request request = request_of(proxy, step, true);
    batch_send_request(&proxy->batch, &proxy->to_client, text_copy(&proxy->batch.arena, answer), &request);
}

void proxy_note_task(struct proxy *proxy, const struct mcp_step *step)
{
    struct text task;
    const struct json *result = json_get(step->message.body, TEXT("result"));
    if (json_get_text(json_get(result, TEXT("task")), TEXT("taskId"), &task) ||
        json_get_text(result, TEXT("taskId"), &task)) {
        holding_note_task(&proxy->holding, task, step->from);
    }
}

/* ---- The server's standard error ---- */

static void errors_handle(struct proxy *proxy)
{
    struct text line;
    while (source_next_line(&proxy->errors, &line)) {
        proxy_note(proxy, "upstream.stderr", "line", line);
        arena_reset(&proxy->round);
        if (batch_is_full(&proxy->batch)) {
            batch_commit(&proxy->batch);
        }
    }
    line = source_rest(&proxy->errors);
    bool takes_rest = line.size > 0 && (proxy->errors.has_ended || line.size > SOURCE_READ_SIZE);
    if (takes_rest) {
        proxy_note(proxy, "upstream.stderr", "line", line);
    }
    batch_commit(&proxy->batch);
    arena_reset(&proxy->round);
    source_done(&proxy->errors, takes_rest);
}

/* ---- Beginning and end ---- */

static void enter(struct proxy *proxy, enum stage stage, clock_instant time)
{
    proxy->stage = stage;
    proxy->deadline = clock_steady() + time;
}

/* What ends the process, and the end of the server's pipes as an error instead of a signal. */
static int catch_signals(struct error *err)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sigaddset(&set, numbers[i]);
    }
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    int fd = -1;
    if (sigprocmask(SIG_BLOCK, &set, NULL) == 0 && sigaction(SIGPIPE, &ignored, NULL) == 0) {
        fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    if (fd < 0) {
        error_set_os(err, errno, "cannot take signals");
    }
    return fd;
}

static void note_end(struct proxy *proxy)
{
    struct record record;
    int status = proxy->server_status;
    record_begin(&record, "upstream.crashed", clock_now(), &proxy->batch.arena);
    json_member_string(&record.writer, TEXT("session"), proxy->decider.session);
    json_member_string(&record.writer, TEXT("server"), proxy->options->server.name);
    if (WIFSIGNALED(status)) {
        json_member_integer(&record.writer, TEXT("signal"), WTERMSIG(status));
    } else {
        json_member_integer(&record.writer, TEXT("exitCode"), WEXITSTATUS(status));
    }
    json_member_integer(&record.writer, TEXT("unanswered"), (int64_t)proxy->session.from_client.count);
    batch_record(&proxy->batch, record_members(&record));
    batch_commit(&proxy->batch);
    arena_reset(&proxy->round);
}

static struct text describe_end(const struct proxy *proxy, struct arena *arena)
{
    int status = proxy->server_status;
    if (WIFSIGNALED(status)) {
        return text_format(arena, "the server behind aex was ended by signal %d", WTERMSIG(status));
    }
    return text_format(arena, "the server behind aex ended with status %d", WEXITSTATUS(status));
}

/* The server is gone, with all that it had still to say. */
static void finish(struct proxy *proxy)
{
    if (proxy->stage == STAGE_RUNNING) {
        proxy->has_crashed = true;
        note_end(proxy);
    }
    server_answer_all(proxy, describe_end(proxy, proxy->process));
    proxy->stage = STAGE_DONE;
}

/* Reads what an ended server left in its pipes; who else holds their other ends has nothing to say here. */
static void drain(struct proxy *proxy)
{
    struct source *const sources[] = {&proxy->server, &proxy->errors};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        struct source *source = sources[i];
        while (source->fd >= 0 && !source->has_ended) {
            size_t before = source_rest(source).size;
            source_read(source);
            if (!source->has_ended && source_rest(source).size == before) {
                source->has_ended = true; /* nothing is there now */
            }
            if (source == &proxy->server) {
                server_handle(proxy);
            } else {
                errors_handle(proxy);
            }
        }
    }
}

/* ---- The loop ---- */

enum {
    POLL_CLIENT,
    POLL_SERVER,
    POLL_ERRORS,
    POLL_TO_CLIENT,
    POLL_TO_SERVER,
    POLL_EVENTS,
    POLL_WATCH,
    POLL_SIGNALS,
    POLL_REST,
    POLLS
};

static void want(struct pollfd *polled, int fd, short events)
{
    *polled = (struct pollfd){.fd = fd, .events = events};
}

/* Nothing is read whose outcome has nowhere to go: that bounds the queues. What a server asks is read all the
 * same, or it might never come to read what it is answered. */
static void prepare(const struct proxy *proxy, struct pollfd polls[POLLS])
{
    bool client_has_room = sink_load(&proxy->to_client) < LIMIT_MCP_QUEUE;
    bool server_has_room = proxy->to_server.queue.size < LIMIT_MCP_QUEUE;
    bool reads_client = !proxy->client.has_ended && client_has_room && server_has_room;
    /* What waits for the end of a line under way must not keep that end from being read. */
    bool reads_server = !proxy->server.has_ended && proxy->to_client.queue.size < LIMIT_MCP_QUEUE;
    want(&polls[POLL_CLIENT], reads_client ? proxy->client.fd : -1, POLLIN);
    want(&polls[POLL_SERVER], reads_server ? proxy->server.fd : -1, POLLIN);
    want(&polls[POLL_ERRORS], proxy->errors.has_ended ? -1 : proxy->errors.fd, POLLIN);
    want(&polls[POLL_TO_CLIENT], proxy->to_client.fd, proxy->to_client.queue.size > 0 ? POLLOUT : 0);
    want(&polls[POLL_TO_SERVER], proxy->to_server.queue.size > 0 ? proxy->to_server.fd : -1, POLLOUT);
    want(&polls[POLL_EVENTS], proxy->batch.errors.queue.size > 0 ? proxy->batch.errors.fd : -1, POLLOUT);
    want(&polls[POLL_WATCH], proxy->upstream.watch, POLLIN);
    want(&polls[POLL_SIGNALS], proxy->signals, POLLIN);
    want(&polls[POLL_REST], proxy->batch.rest_timer, POLLIN);
}

static void take_signal(struct proxy *proxy)
{
    struct signalfd_siginfo info;
    if (read(proxy->signals, &info, sizeof info) != sizeof info) {
        return;
    }
    proxy->stop_signal = (int)info.ssi_signo;
    if (proxy->stage < STAGE_STOPPING) {
        upstream_signal(&proxy->upstream, SIGTERM);
        sink_close(&proxy->to_server);
        enter(proxy, STAGE_STOPPING, stopping_time);
    }
}

/* Whether somebody still hears an answer: not to what was cancelled, nor to a subscription, which has none. */
static bool is_awaited(const struct mcp_requests *requests)
{
    for (size_t i = 0; i < requests->capacity; i++) {
        const struct mcp_request *request = &requests->slots[i];
        if (request->method != NULL && !request->is_cancelled &&
            !text_equal(request->method->name, TEXT("subscriptions/listen"))) {
            return true;
        }
    }
    return false;
}

/* A server that asks and asks, and reads none of the refusals. */
static void end_deaf_server(struct proxy *proxy)
{
    if (proxy->to_server.queue.size > LIMIT_MCP_HELD_MESSAGE && proxy->stage == STAGE_RUNNING) {
        proxy_note(proxy, "upstream.error", "message", TEXT("the server does not read what it is answered"));
        batch_commit(&proxy->batch);
        upstream_signal(&proxy->upstream, SIGKILL);
        sink_close(&proxy->to_server);
    }
}

/* Moves on towards the end, when it has begun. */
static void advance(struct proxy *proxy)
{
    bool is_late = proxy->stage != STAGE_RUNNING && clock_steady() >= proxy->deadline;
    end_deaf_server(proxy);
    if (proxy->stage == STAGE_RUNNING && proxy->client.has_ended) {
        client_ended(proxy);
        enter(proxy, STAGE_CLIENT_GONE, answering_time);
    }
    if (proxy->to_client.is_broken && proxy->stage < STAGE_CLOSING) {
        sink_close(&proxy->to_server);
        enter(proxy, STAGE_CLOSING, closing_time);
    }
    if (proxy->stage == STAGE_CLIENT_GONE && (proxy->to_server.queue.size == 0 || is_late)) {
        sink_close(&proxy->to_server);
        if (!is_awaited(&proxy->session.from_client) || is_late) {
            enter(proxy, STAGE_CLOSING, closing_time);
        }
    } else if (proxy->stage == STAGE_CLOSING && is_late) {
        upstream_signal(&proxy->upstream, SIGTERM);
        enter(proxy, STAGE_STOPPING, stopping_time);
    } else if (proxy->stage == STAGE_STOPPING && is_late) {
        upstream_signal(&proxy->upstream, SIGKILL);
        enter(proxy, STAGE_KILLING, answering_time);
    }
}

/* While calls wait for a person, who may answer at a terminal, in milliseconds. */
enum { HELD_INTERVAL = 200 };

/* Milliseconds until something is to be looked at, rounded up; -1: nothing is. */
static int time_left(const struct proxy *proxy)
{
    if (proxy->stage == STAGE_RUNNING) {
        return proxy->holding.held_count > 0 ? HELD_INTERVAL : -1;
    }
    clock_instant left = proxy->deadline - clock_steady();
    return left <= 0 ? 0 : (int)((left + MILLISECOND - 1) / MILLISECOND);
}

static void take_turn(struct proxy *proxy, const struct pollfd polls[POLLS])
{
    if (polls[POLL_REST].revents != 0) {
        batch_rest(&proxy->batch);
    }
    if (polls[POLL_SIGNALS].revents != 0) {
        take_signal(proxy);
    }
    if (polls[POLL_TO_CLIENT].revents != 0) {
        sink_flush(&proxy->to_client);
        /* The reader may be gone long before anything is written again. */
        proxy->to_client.is_broken =
            proxy->to_client.is_broken || (polls[POLL_TO_CLIENT].revents & POLLERR) != 0;
    }
    if (polls[POLL_TO_SERVER].revents != 0) {
        sink_flush(&proxy->to_server);
    }
    if (polls[POLL_EVENTS].revents != 0) {
        sink_flush(&proxy->batch.errors);
    }
    if (polls[POLL_ERRORS].revents != 0) {
        source_read(&proxy->errors);
        errors_handle(proxy);
    }
    if (polls[POLL_SERVER].revents != 0) {
        source_read(&proxy->server);
        server_handle(proxy);
    }
    if (polls[POLL_CLIENT].revents != 0) {
        source_read(&proxy->client);
        client_handle(proxy);
    }
    if (polls[POLL_WATCH].revents != 0 && upstream_ended(&proxy->upstream, &proxy->server_status)) {
        drain(proxy);
        upstream_signal(&proxy->upstream, SIGKILL); /* what it left behind */
        finish(proxy);
    }
}

static void look_at_held(struct proxy *proxy)
{
    clock_instant now = clock_steady();
    if (now - proxy->looked_at_held >= HELD_INTERVAL * MILLISECOND) {
        proxy->looked_at_held = now;
        client_look_at_held(proxy);
    }
}

static void run(struct proxy *proxy)
{
    while (proxy->stage != STAGE_DONE) {
        struct pollfd polls[POLLS];
        prepare(proxy, polls);
        int ready = poll(polls, POLLS, time_left(proxy));
        if (ready > 0) {
            take_turn(proxy, polls);
        }
        if (proxy->holding.held_count > 0 && proxy->stage == STAGE_RUNNING) {
            look_at_held(proxy);
        }
        advance(proxy);
    }
}

/* Lets a reader that is still there have what is left for it. */
static void flush_all(struct proxy *proxy)
{
    clock_instant deadline = clock_steady() + answering_time;
    while (proxy->to_client.queue.size > 0 && !proxy->to_client.is_broken && clock_steady() < deadline) {
        struct pollfd polls[2];
        want(&polls[0], proxy->to_client.fd, POLLOUT);
        want(&polls[1], proxy->signals, POLLIN);
        if (poll(polls, 2, 1000) > 0 && polls[1].revents != 0) {
            break;
        }
        sink_flush(&proxy->to_client);
    }
    sink_flush(&proxy->batch.errors);
}

/* What the server's command is to be: as it was pinned, where it was. */
static bool check_command(struct proxy *proxy, struct text *ret_program, struct error *err)
{
    const struct proxy_options *options = proxy->options;
    const char *const *words = (const char *const *)options->command;
    struct text root = proxy->judge.workspace.root;
    *ret_program = text_of(options->command[0]);
    if (!options->has_pins) {
        return true;
    }
    if (root.size == 0) {
        return error_pass(err, &proxy->judge.failure); /* whose pins would hold? */
    }
    return pins_init(&proxy->pins, text_copy(proxy->process, root), options->state_folder, options->server.name,
                     err) &&
           pins_check_command(&proxy->pins, words, options->command_count, options->search_path, options->start,
                              proxy->process, ret_program, err);
}

static bool start(struct proxy *proxy, struct error *err)
{
    struct text program;
    proxy->signals = catch_signals(err);
    if (proxy->signals < 0 || !batch_init(&proxy->batch, proxy->options, proxy->process, err)) {
        return false;
    }
    proxy_begin_round(proxy);
    if (!check_command(proxy, &program, err) ||
        !upstream_start(&proxy->upstream, program.data, proxy->options->command, err)) {
        return false;
    }
    proxy->client = (struct source){.fd = STDIN_FILENO};
    proxy->server = (struct source){.fd = proxy->upstream.output};
    proxy->errors = (struct source){.fd = proxy->upstream.errors};
    sink_open(&proxy->to_client, STDOUT_FILENO);
    sink_adopt(&proxy->to_server, proxy->upstream.input);
    mcp_scan_init(&proxy->scan);
    return true;
}

static void release(struct proxy *proxy)
{
    source_close(&proxy->client);
    source_close(&proxy->server);
    source_close(&proxy->errors);
    sink_close(&proxy->to_client);
    sink_close(&proxy->to_server);
    batch_release(&proxy->batch);
    mcp_session_release(&proxy->session);
    holding_release(&proxy->holding);
    pins_release(&proxy->pins);
    judge_release(&proxy->judge);
    arena_release(&proxy->round);
}

bool proxy_run(const struct proxy_options *options, struct arena *arena, int *ret_status, struct error *err)
{
    memory_return_large();
    struct proxy *proxy = ARENA_NEW(arena, struct proxy);
    proxy->options = options;
    proxy->process = arena;
    arena_init(&proxy->round, LIMIT_MCP_MEMORY);
    judge_init(&proxy->judge, options);
    proxy->decider = (struct decider){
        .options = options,
        .judge = &proxy->judge,
        .batch = &proxy->batch,
        .holding = &proxy->holding,
        .pins = options->has_pins ? &proxy->pins : NULL,
        .session = text_format(arena, "proxy.%ld.%lld", (long)getpid(), (long long)clock_now()),
    };
    proxy->decider.origin = digest_sha256(proxy->decider.session);
    hints_init(&proxy->decider.hints);
    if (!start(proxy, err)) {
        return false;
    }
    run(proxy);
    batch_rest(&proxy->batch);
    flush_all(proxy);
    release(proxy);
    *ret_status = proxy->stop_signal != 0 ? 128 + proxy->stop_signal : proxy->has_crashed ? 1 : 0;
    return true;
}
