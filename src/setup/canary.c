/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/canary.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/builder.h"
#include "base/limits.h"
#include "os/child.h"
#include "os/file.h"
#include "os/loopback.h"
#include "os/path.h"
#include "setup/json_edit.h"
#include "setup/model.h"
#include "setup/settings.h"
#include "json/json.h"

enum {
    MOST_CONNECTIONS = 8, /* agents use one or two */
    MOST_COMPLAINTS = 4096,
    STEP = 100, /* milliseconds between looks at whether the agent has ended */
    MOST_WORDS = 32,
    MOST_VARIABLES = 24,
    REQUEST_PIECE = 64 * 1024,
};

/* Writing it changes the boundary, which no workspace's policy can allow; Claude Code itself has no rule on it.
 */
static const struct text canary = TEXT_INIT(".aex/doctor-canary");

struct connection {
    int fd;
    struct builder bytes;
};

struct run {
    struct doctor *doctor;
    struct arena *arena;
    struct model model;
    struct loopback loopback;
    struct canary_place place;
    struct connection connections[MOST_CONNECTIONS];
    size_t connection_count;
    char *piece;    /* of a request, just read */
    int complaints; /* the agent's standard error */
    struct builder said;
    pid_t agent;
    int status;
};

/* ---- The place ---- */

static bool make_place(struct arena *arena, struct canary_place *ret_place, struct error *err)
{
    char pattern[] = "/tmp/aex-doctor-XXXXXX";
    struct canary_place place;
    if (mkdtemp(pattern) == NULL) {
        return error_set_os(err, errno, "cannot make a folder in /tmp");
    }
    if (!path_resolve(arena, text_of(pattern), &place.folder, err)) {
        rmdir(pattern);
        return false;
    }
    place.project = path_join(arena, place.folder, TEXT("project"));
    place.home = path_join(arena, place.folder, TEXT("home"));
    *ret_place = place;
    return directory_make(path_join(arena, place.project, TEXT(".aex")).data, 0700, err) &&
           directory_make(path_join(arena, place.project, TEXT(".git")).data, 0700, err) &&
           directory_make(path_join(arena, place.home, TEXT(".claude")).data, 0700, err) &&
           directory_make(path_join(arena, place.home, TEXT(".codex")).data, 0700, err) &&
           directory_make(path_join(arena, place.folder, TEXT("tmp")).data, 0700, err);
}

static void remove_place(const struct canary_place *place, struct arena *arena)
{
    struct text output;
    const char *const words[] = {"rm", "-rf", "--one-file-system", "--", place->folder.data, NULL};
    (void)child_capture("/bin/rm", words, arena, &output, NULL);
}

/* ---- The agent's command line ---- */

/* $PATH without what the workspace could put there. */
static struct text safe_path(const struct doctor *doctor, struct text path, struct arena *arena)
{
    struct builder out;
    struct text folder;
    struct text rest = path;
    builder_init(&out, arena);
    while (path.size > 0 && text_next(&rest, ':', &folder)) {
        if (folder.size > 0 && folder.data[0] == '/' && !path_is_within(folder, doctor->options->root)) {
            builder_add(&out, folder);
            builder_add_char(&out, ':');
        }
    }
    builder_add_c(&out, "/usr/local/bin:/usr/bin:/bin");
    return builder_text(&out);
}

static void list_words(const struct run *run, const struct found_agent *found, const char **words)
{
    struct arena *arena = run->arena;
    struct text url =
        text_format(arena, "http://127.0.0.1:%u/%.*s", run->loopback.port, TEXT_ARG(run->loopback.secret));
    const char *seconds = text_format(arena, "%d", CANARY_SECONDS).data;
    const char *provider =
        text_format(arena,
                    "model_providers.aex={name=\"aex\",base_url=\"%.*s/v1\",wire_api=\"responses\","
                    "env_key=\"AEX_DOCTOR_KEY\",request_max_retries=0,stream_max_retries=0}",
                    TEXT_ARG(url))
            .data;
    const char *const start[] = {"timeout", "-k", "2", seconds, text_to_c(arena, found->path)};
    const char *const claude[] = {"-p", "go", "--allowedTools", "Bash", "--strict-mcp-config"};
    /* A model that exists: by its name Codex chooses the tools it offers. */
    const char *const codex[] = {"exec", "--skip-git-repo-check",
                                 "-s",   "danger-full-access",
                                 "-c",   "approval_policy=\"never\"",
                                 "-c",   "model=\"gpt-5.5\"",
                                 "-c",   "model_provider=\"aex\"",
                                 "-c",   provider,
                                 "-c",   "check_for_update_on_startup=false",
                                 "-c",   "analytics.enabled=false",
                                 "-C",   run->place.project.data,
                                 "go"};
    const char *const *list = found->agent == SETUP_CLAUDE ? claude : codex;
    size_t count = found->agent == SETUP_CLAUDE ? sizeof claude / sizeof *claude : sizeof codex / sizeof *codex;
    size_t at = 0;
    for (size_t i = 0; i < sizeof start / sizeof *start; i++) {
        words[at++] = start[i];
    }
    for (size_t i = 0; i < count; i++) {
        words[at++] = list[i];
    }
    words[at] = NULL;
}

/* No variable of the person's: neither keys nor what could send the agent elsewhere. */
static void list_variables(const struct run *run, struct text path, const char **variables)
{
    static const char *const proxies[] = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy",
                                          "https_proxy"};
    struct arena *arena = run->arena;
    struct text home = run->place.home;
    struct text folder = run->place.folder;
    size_t at = 0;
    variables[at++] = text_format(arena, "PATH=%.*s", TEXT_ARG(safe_path(run->doctor, path, arena))).data;
    variables[at++] = text_format(arena, "HOME=%.*s", TEXT_ARG(home)).data;
    variables[at++] = text_format(arena, "TMPDIR=%.*s/tmp", TEXT_ARG(folder)).data;
    variables[at++] = text_format(arena, "CLAUDE_CODE_TMPDIR=%.*s/tmp", TEXT_ARG(folder)).data;
    variables[at++] = text_format(arena, "CLAUDE_CONFIG_DIR=%.*s/.claude", TEXT_ARG(home)).data;
    variables[at++] = text_format(arena, "CODEX_HOME=%.*s/.codex", TEXT_ARG(home)).data;
    variables[at++] = text_format(arena, "ANTHROPIC_BASE_URL=http://127.0.0.1:%u/%.*s", run->loopback.port,
                                  TEXT_ARG(run->loopback.secret))
                          .data;
    /* Whatever else the agent would fetch (Codex: its list of plugins) is asked of us too, and refused. */
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        variables[at++] = text_format(arena, "%s=http://127.0.0.1:%u", proxies[i], run->loopback.port).data;
    }
    variables[at++] = "NO_PROXY=127.0.0.1";
    variables[at++] = "no_proxy=127.0.0.1";
    variables[at++] = "ANTHROPIC_API_KEY=none";
    variables[at++] = "AEX_DOCTOR_KEY=none";
    variables[at++] = "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1";
    variables[at++] = "DISABLE_AUTOUPDATER=1";
    variables[at++] = "DISABLE_TELEMETRY=1";
    variables[at++] = "DISABLE_ERROR_REPORTING=1";
    variables[at++] = "LANG=C.UTF-8";
    variables[at++] = "TERM=dumb";
    variables[at] = NULL;
}

static bool start_agent(struct run *run, const struct found_agent *found, struct text path, struct error *err)
{
    const char *words[MOST_WORDS];
    const char *variables[MOST_VARIABLES];
    int ends[2];
    list_words(run, found, words);
    list_variables(run, path, variables);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return error_set_os(err, errno, "cannot make a pipe");
    }
    AUTO_CLOSE write_end = ends[1];
    run->complaints = ends[0];
    const struct child_start start = {"/usr/bin/timeout", words, variables, run->place.project.data, -1, -1,
                                      write_end};
    run->agent = child_start(&start, err);
    return run->agent >= 0;
}

/* ---- Serving it ---- */

static void drop_connection(struct run *run, size_t index)
{
    file_close(&run->connections[index].fd);
    run->connections[index] = run->connections[--run->connection_count];
}

/* Reads what has come; answers when that is all of the request. */
static void serve(struct run *run, size_t index)
{
    struct connection *connection = &run->connections[index];
    ssize_t size = read(connection->fd, run->piece, REQUEST_PIECE);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (size <= 0) {
        drop_connection(run, index);
        return;
    }
    builder_add(&connection->bytes, (struct text){run->piece, (size_t)size});
    struct text bytes = builder_text(&connection->bytes);
    size_t whole = model_request_size(bytes);
    if (whole == 0) {
        return;
    }
    if (whole != SIZE_MAX) {
        loopback_send(connection->fd, model_answer(&run->model, text_slice(bytes, 0, whole), run->arena));
    }
    drop_connection(run, index);
}

static void accept_connection(struct run *run)
{
    struct connection connection = {.fd = loopback_accept(&run->loopback)};
    if (connection.fd >= 0) {
        builder_init(&connection.bytes, run->arena);
        run->connections[run->connection_count++] = connection;
    }
}

/* The beginning of what the agent complains about is kept, the rest only read. */
static void listen_to_complaints(struct run *run)
{
    char piece[MOST_COMPLAINTS];
    ssize_t size = read(run->complaints, piece, sizeof piece);
    if (size == 0 || (size < 0 && errno != EINTR && errno != EAGAIN)) {
        file_close(&run->complaints);
    } else if (size > 0 && run->said.size < MOST_COMPLAINTS) {
        builder_add(&run->said, (struct text){piece, (size_t)size});
    }
}

/* One round: whatever is ready, or STEP milliseconds. */
static void serve_round(struct run *run)
{
    enum { LISTENER, COMPLAINTS, FIRST_CONNECTION };
    struct pollfd fds[FIRST_CONNECTION + MOST_CONNECTIONS];
    bool has_room = run->connection_count < MOST_CONNECTIONS;
    fds[LISTENER] = (struct pollfd){has_room ? run->loopback.fd : -1, POLLIN, 0};
    fds[COMPLAINTS] = (struct pollfd){run->complaints, POLLIN, 0};
    for (size_t i = 0; i < run->connection_count; i++) {
        fds[FIRST_CONNECTION + i] = (struct pollfd){run->connections[i].fd, POLLIN, 0};
    }
    size_t count = run->connection_count;
    if (poll(fds, FIRST_CONNECTION + count, STEP) <= 0) {
        return;
    }
    for (size_t i = count; i > 0; i--) {
        if (fds[FIRST_CONNECTION + i - 1].revents != 0) {
            serve(run, i - 1);
        }
    }
    if (fds[COMPLAINTS].revents != 0) {
        listen_to_complaints(run);
    }
    if (fds[LISTENER].revents != 0) {
        accept_connection(run);
    }
}

static bool has_ended(struct run *run)
{
    pid_t ended = waitpid(run->agent, &run->status, WNOHANG);
    return ended == run->agent || (ended < 0 && errno == ECHILD);
}

/* Until the agent has ended, which timeout(1) sees to. */
static void serve_agent(struct run *run)
{
    while (!has_ended(run)) {
        serve_round(run);
    }
    if (run->complaints >= 0) {
        (void)fcntl(run->complaints, F_SETFL, O_NONBLOCK); /* something it started may hold the other end */
        listen_to_complaints(run);
    }
}

/* ---- What it comes to ---- */

static struct text first_line(struct text text)
{
    struct text rest = text_trim_space(text);
    struct text line;
    return rest.size > 0 && text_next(&rest, '\n', &line) ? line : TEXT("");
}

/* "claude 2.1.329", with what it was not given. */
static struct text describe(const struct found_agent *found, const struct text_vector *left_out,
                            struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    builder_add_c(&out, setup_agent_name(found->agent));
    builder_add_c(&out, " itself, started with copies of its settings");
    for (size_t i = 0; i < left_out->count; i++) {
        builder_format(&out, "%s%.*s", i == 0 ? " without " : ", ", TEXT_ARG(left_out->items[i]));
    }
    return builder_text(&out);
}

static struct text unknown_reason(const struct run *run, struct arena *arena)
{
    enum { TIMED_OUT = 124, KILLED = 137 };
    int status = WIFEXITED(run->status) ? WEXITSTATUS(run->status) : 128 + WTERMSIG(run->status);
    if (run->model.has_result) {
        return text_format(arena, "the call was not run, but not for aex: %.*s",
                           TEXT_ARG(first_line(run->model.result)));
    }
    if (status == TIMED_OUT || status == KILLED) {
        return text_format(arena, "it had not ended after %d s", CANARY_SECONDS);
    }
    struct text complaint = first_line((struct text){run->said.data, run->said.size});
    return text_format(arena, "it ended with status %d%s, and made no call%s%.*s", status,
                       run->model.was_offered ? "" : " without offering its shell tool",
                       complaint.size > 0 ? ": " : "", TEXT_ARG(complaint));
}

static void judge(struct run *run, const struct found_agent *found, const struct text_vector *left_out)
{
    struct arena *arena = run->arena;
    struct doctor *doctor = run->doctor;
    struct text who = describe(found, left_out, doctor->arena);
    struct text path = path_join(arena, run->place.project, canary);
    struct text remedy = doctor_install_command(doctor, found->agent, SETUP_PROJECT);
    if (access(path.data, F_OK) == 0) {
        doctor_find(
            doctor, found->agent, "hook-fires", FINDING_OPEN,
            text_format(doctor->arena, "%.*s, ran a forbidden call: the hook did NOT fire", TEXT_ARG(who)),
            remedy);
    } else if (run->model.has_result && text_contains(run->model.result, TEXT("aex refused"))) {
        doctor_find(doctor, found->agent, "hook-fires", FINDING_CLOSED,
                    text_format(doctor->arena, "%.*s, asked the hook about a forbidden call and did not run it",
                                TEXT_ARG(who)),
                    remedy);
    } else {
        struct text reason = unknown_reason(run, arena);
        doctor_find(doctor, found->agent, "hook-fires", FINDING_UNKNOWN,
                    text_format(doctor->arena, "%.*s, did not tell whether the hook fires: %.*s", TEXT_ARG(who),
                                TEXT_ARG(reason)),
                    TEXT("aex doctor --no-probe leaves this out"));
    }
}

/* The machine's settings cannot be taken from an agent: where they lead it elsewhere, it is not started. */
static bool check_managed(const struct doctor *doctor, struct arena *arena, struct error *err)
{
    struct text path = setup_claude_settings(doctor->options, SETUP_MANAGED, arena);
    struct text source;
    struct json value;
    if (!file_read_path(AT_FDCWD, path.data, LIMIT_CONFIGURATION, arena, &source, NULL) ||
        !json_edit_read(source, arena, &value, NULL, NULL)) {
        return true;
    }
    for (size_t i = 0; value.type == JSON_OBJECT && i < value.count; i++) {
        if (!text_equal(value.members[i].name, TEXT("hooks")) && !settings_is_inert(&value.members[i])) {
            return error_set(err, "%.*s sets \"%.*s\", which may lead it elsewhere than to our model",
                             TEXT_ARG(path), TEXT_ARG(value.members[i].name));
        }
    }
    return true;
}

static bool try_agent(struct run *run, const struct found_agent *found, struct text path,
                      struct text_vector *left_out, struct error *err)
{
    if ((found->agent == SETUP_CLAUDE && !check_managed(run->doctor, run->arena, err)) ||
        !canary_copy_settings(run->doctor, found->agent, &run->place, left_out, err) ||
        !loopback_listen(run->arena, &run->loopback, err)) {
        return false;
    }
    run->model = (struct model){
        .agent = found->agent,
        .secret = run->loopback.secret,
        .command = text_format(run->arena, "touch %.*s", TEXT_ARG(canary)),
    };
    if (!start_agent(run, found, path, err)) {
        return false;
    }
    serve_agent(run);
    return true;
}

const struct found_agent *doctor_canary_agent(const struct doctor *doctor, enum setup_agent agent)
{
    bool has_hook = false;
    /* Below another root the agent would not find the managed settings. */
    if (doctor->options->system_root.size > 0) {
        return NULL;
    }
    for (size_t i = 0; i < doctor->findings.count; i++) {
        const struct finding *finding = &doctor->findings.items[i];
        has_hook = has_hook || (finding->agent == agent && finding->state == FINDING_CLOSED &&
                                text_equal(text_of(finding->name), TEXT("hook-command")));
    }
    for (size_t i = 0; has_hook && i < doctor->agents.count; i++) {
        const struct found_agent *found = &doctor->agents.items[i];
        if (found->agent == agent && !path_is_within(found->path, doctor->options->root)) {
            return found;
        }
    }
    return NULL;
}

void doctor_try_canary(struct doctor *doctor, const struct found_agent *found, struct text path)
{
    AUTO_ARENA arena;
    arena_init(&arena, LIMIT_DOCUMENT_MEMORY);
    struct run run = {.doctor = doctor, .arena = &arena, .loopback = {.fd = -1}, .complaints = -1, .agent = -1};
    struct text_vector left_out = {0};
    struct error err;
    builder_init(&run.said, &arena);
    run.piece = arena_alloc(&arena, REQUEST_PIECE);
    bool is_tried = make_place(&arena, &run.place, &err) && try_agent(&run, found, path, &left_out, &err);
    if (is_tried) {
        judge(&run, found, &left_out);
    } else {
        doctor_find(doctor, found->agent, "hook-fires", FINDING_UNKNOWN,
                    text_format(doctor->arena, "%s was not started to see: %s", setup_agent_name(found->agent),
                                err.message),
                    TEXT("aex doctor --no-probe leaves this out"));
    }
    while (run.connection_count > 0) {
        drop_connection(&run, run.connection_count - 1);
    }
    file_close(&run.complaints);
    file_close(&run.loopback.fd);
    if (run.place.folder.size > 0) {
        remove_place(&run.place, &arena);
    }
}
