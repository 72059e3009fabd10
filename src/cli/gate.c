/* SPDX-License-Identifier: Apache-2.0 */
/* aex gate: the hook. Whatever happens, it ends with status 0 or 2 and prints nothing but its answer. */
#include "gate/gate.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/pages.h"
#include "cli/command.h"
#include "cli/workspace_options.h"
#include "os/file.h"
#include "os/path.h"
#include "os/user.h"
#include "state/folder.h"

enum {
    REFUSED = 2,           /* the status every agent blocks on, given a reason on stderr */
    DEFAULT_DEADLINE = 10, /* seconds; well below the 30 that the hook is installed with */
    LONGEST_DEADLINE = 3600,
    USUAL_MEMORY = 72 * 1024, /* what a call takes with a policy of 100 rules */
};

/* Ends the process as a refusal, from any signal at any moment: status 2 blocks even after part of an answer.
 */
static void refuse_on_signal(int signal_number)
{
    static const char late[] = "aex refused the call: the gate did not finish within its deadline\n";
    static const char broken[] = "aex refused the call: the gate failed or was stopped before it had decided\n";
    bool is_late = signal_number == SIGALRM;
    (void)!write(STDERR_FILENO, is_late ? late : broken, is_late ? sizeof late - 1 : sizeof broken - 1);
    _exit(REFUSED);
}

/* Every signal that would end the process otherwise, with a stack of its own for a stack overflow. */
static void catch_signals(struct arena *arena)
{
    static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE,  SIGILL,  SIGSYS,  SIGTRAP, SIGALRM,
                                SIGTERM, SIGINT,  SIGHUP, SIGQUIT, SIGXCPU, SIGXFSZ, SIGUSR1, SIGUSR2};
    enum { SIGNAL_STACK_SIZE = 16 * 1024 };
    stack_t stack = {.ss_sp = arena_alloc(arena, SIGNAL_STACK_SIZE), .ss_size = SIGNAL_STACK_SIZE};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = refuse_on_signal, .sa_flags = SA_ONSTACK};
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++) {
        sigaction(fatal[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN); /* a reader that went away shows as a failed write, which refuses */
}

static void set_deadline(uint64_t seconds)
{
    struct itimerval timer = {.it_value.tv_sec = (time_t)seconds};
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* Prints the answer, the reason first: an agent that sees status 2 finds it complete. */
static int give(const struct answer *answer)
{
    if (!file_write_all(STDERR_FILENO, "standard error", answer->message, NULL) ||
        !file_write_all(STDOUT_FILENO, "standard output", answer->output, NULL)) {
        return REFUSED;
    }
    return answer->exit_status;
}

static struct text option_or_empty(const struct invocation *invocation, const char *name)
{
    return text_of(option_text(invocation, name));
}

/* An option that takes seconds; `ret_seconds` keeps its value when it was not given. */
static bool read_seconds(const struct invocation *invocation, const char *name, uint64_t *ret_seconds,
                         struct error *err)
{
    const char *value = option_text(invocation, name);
    uint64_t seconds;
    if (value == NULL) {
        return true;
    }
    if (!text_to_u64(text_of(value), &seconds) || seconds > LONGEST_DEADLINE) {
        return error_set(err, "--%s takes up to %d seconds, not \"%s\"", name, LONGEST_DEADLINE, value);
    }
    *ret_seconds = seconds;
    return true;
}

/* The deadline leaves time to answer after waiting for a person. */
static bool read_times(const struct invocation *invocation, struct gate_options *options,
                       uint64_t *ret_deadline, struct error *err)
{
    uint64_t wait = 0;
    *ret_deadline = DEFAULT_DEADLINE;
    if (!read_seconds(invocation, "timeout", ret_deadline, err) ||
        !read_seconds(invocation, "wait", &wait, err)) {
        return false;
    }
    if (*ret_deadline == 0) {
        return error_set(err, "--timeout takes at least 1 second");
    }
    options->wait_seconds = (int64_t)wait;
    *ret_deadline += wait;
    return true;
}

static bool read_agent(const struct invocation *invocation, struct gate_options *options, struct error *err)
{
    if (invocation->operands.count > 1) {
        return error_set(err, "one agent at a time: aex gate [claude|codex]");
    }
    if (invocation->operands.count == 1) {
        options->agent = agent_find(text_of(invocation->operands.items[0]));
        if (options->agent == NULL || options->agent == &agent_plain) {
            return error_set(err, "unknown agent %s; known are claude and codex",
                             invocation->operands.items[0]);
        }
    }
    const char *form = option_text(invocation, "answer");
    options->answer_form = form != NULL && strcmp(form, "plain") == 0 ? &agent_plain : NULL;
    return true;
}

/* A user whom the password database does not know can still be served, given a state folder; scopes with "~/"
 * are errors then. */
static bool find_home(const struct invocation *invocation, struct text *ret_home, struct error *err)
{
    if (user_home(invocation->arena, ret_home, err)) {
        return true;
    }
    *ret_home = TEXT("");
    return option_given(invocation, "state-dir");
}

/* The agent may have removed the folder it is in; that must not end its session. Nothing starts there then. */
static bool find_start(const struct invocation *invocation, struct text *ret_start, struct error *err)
{
    static const char *const names[] = {"root", "audit"};
    if (path_current(invocation->arena, ret_start, err)) {
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = option_text(invocation, names[i]);
        if (path != NULL && path[0] != '/') {
            return false;
        }
    }
    *ret_start = TEXT("/");
    return true;
}

static bool read_options(const struct invocation *invocation, struct gate_options *options, struct error *err)
{
    struct arena *arena = invocation->arena;
    const char *approver = option_text(invocation, "approve");
    *options = (struct gate_options){
        .root = option_or_empty(invocation, "root"),
        .project_folder = text_of(getenv("CLAUDE_PROJECT_DIR")),
        .policy = option_or_empty(invocation, "policy"),
        .contract = option_or_empty(invocation, "contract"),
        .audit = option_or_empty(invocation, "audit"),
        .allows_no_policy = option_given(invocation, "allow-no-policy"),
        .auto_allows = option_given(invocation, "auto-allow"),
        .observes = option_given(invocation, "observe"),
        .dry_run = option_given(invocation, "dry-run"),
        .asks_at_terminal = approver != NULL && strcmp(approver, "terminal") == 0,
        .now = invocation->now,
        .process_id = (int64_t)getpid(),
    };
    options->boundary_folder_count = boundary_folders_find(arena, options->boundary_folders);
    if (!read_agent(invocation, options, err) || !find_start(invocation, &options->start, err) ||
        !path_of_program(arena, &options->program, err) || !find_home(invocation, &options->home, err) ||
        !state_folder_find(option_text(invocation, "state-dir"), arena, &options->state_folder, err)) {
        return false;
    }
    if (options->audit.size > 0) {
        options->audit = path_normalise(arena, options->start, options->audit);
    }
    return true;
}

static int run(struct invocation *invocation)
{
    catch_signals(invocation->arena);
    /* In one go: many small waits for the kernel would cost more than reading the policy. */
    pages_make_present(arena_reserve(invocation->arena, USUAL_MEMORY), USUAL_MEMORY);
    set_deadline(DEFAULT_DEADLINE);
    struct gate_options options;
    struct error err;
    uint64_t deadline;
    struct text input;
    struct answer answer;
    if (!read_options(invocation, &options, &err) || !read_times(invocation, &options, &deadline, &err)) {
        answer = gate_refusal(&options, err.message, invocation->arena);
        return give(&answer);
    }
    if (deadline != DEFAULT_DEADLINE) {
        set_deadline(deadline);
    }
    if (!file_read_all(STDIN_FILENO, "the hook's input", LIMIT_HOOK_INPUT, invocation->arena, &input, &err)) {
        answer = gate_refusal(&options, err.message, invocation->arena);
        return give(&answer);
    }
    answer = gate_answer(&options, input, invocation->arena);
    return give(&answer);
}

static const struct option_spec options[] = {
    {"policy", "FILE", NULL, "Use this policy instead of the workspace's own"},
    {"contract", "FILE", NULL, "Narrow the policy by this task contract"},
    {"root", "FOLDER", NULL, "The workspace; else $CLAUDE_PROJECT_DIR, else where the session was first seen"},
    {"state-dir", "FOLDER", NULL, "Where budgets and the audit trail are kept (~/.local/state/aex)"},
    {"audit", "FILE", NULL, "Write the audit trail here"},
    {"allow-no-policy", NULL, NULL, "Where there is no policy, allow everything but the boundary itself"},
    {"auto-allow", NULL, NULL,
     "Answer \"allow\", which skips the agent's own prompt, instead of \"no objection\""},
    {"observe", NULL, NULL, "Decide and record, but let calls through (never changes to the boundary)"},
    {"dry-run", NULL, NULL, "Decide and record, charge nothing, let nothing through"},
    {"approve", "WHERE", "native|terminal",
     "Who is asked: the agent's own prompt, or a person with `aex approve`"},
    {"wait", "SECONDS", NULL, "Hold a call this long while a person decides at the terminal (0)"},
    {"timeout", "SECONDS", NULL, "Refuse after this long (10); keep it below the hook's own timeout"},
    {"answer", "FORM", "native|plain", "The agent's own form, or the AEX documents' plain one"},
    {0},
};

const struct command command_gate = {
    .name = "gate",
    .summary = "Decide one tool call of an agent's hook: JSON in, the agent's answer out",
    .operands = "[claude|codex]",
    .details = "Reads one hook input from standard input. Exit status 0: no objection, or a question to the "
               "user; 2: refused,\n"
               "with the reason on standard error. Any failure is a refusal. The agent is recognised when not "
               "named.\n",
    .options = options,
    .run = run,
};
