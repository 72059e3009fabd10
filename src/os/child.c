/* SPDX-License-Identifier: Apache-2.0 */
#include "os/child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"

static void add_stream(posix_spawn_file_actions_t *actions, int from, int stream)
{
    if (from >= 0) {
        posix_spawn_file_actions_adddup2(actions, from, stream);
    } else {
        posix_spawn_file_actions_addopen(actions, stream, "/dev/null", O_RDWR, 0);
    }
}

pid_t child_start(const struct child_start *start, struct error *err)
{
    static const char *const alone[] = {"PATH=/usr/local/bin:/usr/bin:/bin", NULL};
    /* posix_spawn takes its words without const, and changes none of them. */
    union {
        const char *const *given;
        char *const *taken;
    } words = {.given = start->words},
      environment = {.given = start->environment == NULL ? alone : start->environment};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (start->folder != NULL) {
        posix_spawn_file_actions_addchdir_np(&actions, start->folder);
    }
    add_stream(&actions, start->input, STDIN_FILENO);
    add_stream(&actions, start->output, STDOUT_FILENO);
    add_stream(&actions, start->complaints, STDERR_FILENO);
    pid_t child;
    int failure = posix_spawn(&child, start->program, &actions, NULL, words.taken, environment.taken);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        error_set_os(err, failure, "cannot run %s", start->program);
        return -1;
    }
    return child;
}

bool child_wait(pid_t child, const char *name, int *ret_status, struct error *err)
{
    while (waitpid(child, ret_status, 0) < 0) {
        if (errno != EINTR) {
            return error_set_os(err, errno, "cannot wait for %s", name);
        }
    }
    return true;
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
    const struct child_start start = {program, words, NULL, NULL, -1, write_end, -1};
    pid_t child = child_start(&start, err);
    if (child < 0) {
        return false;
    }
    file_close(&write_end);
    struct text output;
    bool is_read = file_read_all(read_end, program, LIMIT_DOCUMENT, arena, &output, err);
    file_close(&read_end); /* one that prints too much finds nobody reading */
    int status;
    if (!child_wait(child, program, &status, err)) {
        return false;
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
