/* SPDX-License-Identifier: Apache-2.0 */
#include "os/child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"

/* posix_spawn takes its words without const, and changes none of them. */
static pid_t start(const char *program, const char *const *words, int output, struct error *err)
{
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    char *environment[] = {path, NULL};
    union {
        const char *const *given;
        char *const *taken;
    } arguments = {.given = words};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child;
    int failure = posix_spawn(&child, program, &actions, NULL, arguments.taken, environment);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        error_set_os(err, failure, "cannot run %s", program);
        return -1;
    }
    return child;
}

bool child_capture(const char *program, const char *const *words, struct arena *arena, struct text *ret_output,
                   struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return error_set_os(err, errno, "cannot make a pipe");
    }
    AUTO_CLOSE read_end = ends[0];
    AUTO_CLOSE write_end = ends[1];
    pid_t child = start(program, words, write_end, err);
    if (child < 0) {
        return false;
    }
    file_close(&write_end);
    struct text output;
    bool is_read = file_read_all(read_end, program, LIMIT_DOCUMENT, arena, &output, err);
    file_close(&read_end); /* one that prints too much finds nobody reading */
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return error_set_os(err, errno, "cannot wait for %s", program);
        }
    }
    if (!is_read) {
        return false;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return error_set(err, "%s failed", program);
    }
    *ret_output = output;
    return true;
}
