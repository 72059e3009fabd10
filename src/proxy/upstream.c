/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/upstream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "proxy/stream.h"

/* The pipes to the child: [0] is read from, [1] written to. */
struct pipes {
    int input[2];
    int output[2];
    int errors[2];
    int failure[2]; /* closed by a successful exec; else says why it failed */
};

static void close_pipes(struct pipes *pipes)
{
    for (size_t i = 0; i < 2; i++) {
        file_close(&pipes->input[i]);
        file_close(&pipes->output[i]);
        file_close(&pipes->errors[i]);
        file_close(&pipes->failure[i]);
    }
}

static bool open_pipes(struct pipes *pipes, struct error *err)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(pipes->input, O_CLOEXEC) == 0 && pipe2(pipes->output, O_CLOEXEC) == 0 &&
        pipe2(pipes->errors, O_CLOEXEC) == 0 && pipe2(pipes->failure, O_CLOEXEC) == 0 &&
        fcntl(pipes->input[1], F_SETFL, O_NONBLOCK) == 0 && fcntl(pipes->output[0], F_SETFL, O_NONBLOCK) == 0 &&
        fcntl(pipes->errors[0], F_SETFL, O_NONBLOCK) == 0) {
        /* Fewer turns for large results. Where the system does not allow it, the usual size does too. */
        (void)fcntl(pipes->output[0], F_SETPIPE_SZ, STREAM_PIPE_CAPACITY);
        return true;
    }
    error_set_os(err, errno, "cannot make a pipe to the server");
    close_pipes(pipes);
    return false;
}

/* In the child. Never returns. */
static void become(const struct pipes *pipes, const char *program, char *const *words, pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    bool is_ready = setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
                    sigprocmask(SIG_SETMASK, &none, NULL) == 0 && dup2(pipes->input[0], STDIN_FILENO) >= 0 &&
                    dup2(pipes->output[1], STDOUT_FILENO) >= 0 && dup2(pipes->errors[1], STDERR_FILENO) >= 0;
    if (is_ready) {
        struct sigaction usual = {.sa_handler = SIG_DFL};
        sigaction(SIGPIPE, &usual, NULL); /* we ignore it, and exec would hand that on */
        execvp(program, words);
    }
    int failure = errno;
    (void)!write(pipes->failure[1], &failure, sizeof failure);
    _exit(127);
}

/* Waits for the exec and reports its failure. */
static bool wait_for_exec(const struct pipes *pipes, const char *name, struct error *err)
{
    int failure = 0;
    ssize_t got;
    do {
        got = read(pipes->failure[0], &failure, sizeof failure);
    } while (got < 0 && errno == EINTR);
    return got == 0 || error_set_os(err, got < 0 ? errno : failure, "cannot run the server %s", name);
}

static int take(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

bool upstream_start(struct upstream *upstream, const char *program, char *const *words, struct error *err)
{
    struct pipes pipes;
    if (!open_pipes(&pipes, err)) {
        return false;
    }
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        become(&pipes, program, words, parent);
    }
    if (child < 0) {
        error_set_os(err, errno, "cannot start a process for the server");
        close_pipes(&pipes);
        return false;
    }
    file_close(&pipes.failure[1]);
    *upstream = (struct upstream){.process = child, .watch = pidfd_open(child, 0)};
    bool is_running = wait_for_exec(&pipes, words[0], err);
    if (is_running && upstream->watch < 0) {
        is_running = error_set_os(err, errno, "cannot watch the server");
    }
    if (is_running) {
        upstream->input = take(&pipes.input[1]);
        upstream->output = take(&pipes.output[0]);
        upstream->errors = take(&pipes.errors[0]);
    } else {
        int status;
        upstream_signal(upstream, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        file_close(&upstream->watch);
    }
    close_pipes(&pipes);
    return is_running;
}

void upstream_signal(const struct upstream *upstream, int number)
{
    if (upstream->process > 0 && kill(-upstream->process, number) != 0) {
        kill(upstream->process, number);
    }
}

bool upstream_ended(struct upstream *upstream, int *ret_status)
{
    if (upstream->process <= 0 || waitpid(upstream->process, ret_status, WNOHANG) != upstream->process) {
        return false;
    }
    return true;
}
