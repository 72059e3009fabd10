/* SPDX-License-Identifier: Apache-2.0 */
#include "os/user.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/builder.h"
#include "os/file.h"

enum { LARGEST_PASSWD = 16 * 1024 * 1024 };

/* The fields: name:password:uid:gid:gecos:home:shell */
bool user_find_home(struct text passwd, uid_t user, struct text *ret_home)
{
    struct text line;
    while (text_next(&passwd, '\n', &line)) {
        struct text fields[6];
        size_t count = 0;
        while (count < 6 && text_next(&line, ':', &fields[count])) {
            count++;
        }
        uint64_t id;
        if (count == 6 && text_to_u64(fields[2], &id) && id == user && text_starts_with(fields[5], TEXT("/"))) {
            *ret_home = fields[5];
            return true;
        }
    }
    return false;
}

/* Runs `getent passwd UID` with an empty environment and returns what it prints. */
static bool ask_getent(struct arena *arena, uid_t user, struct text *ret_passwd, struct error *err)
{
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) {
        return error_set_os(err, errno, "cannot make a pipe");
    }
    AUTO_CLOSE
    read_end = pipe_fds[0];
    AUTO_CLOSE
    write_end = pipe_fds[1];
    char id[24];
    snprintf(id, sizeof id, "%lu", (unsigned long)user);
    char program[] = "getent";
    char database[] = "passwd";
    char *arguments[] = {program, database, id, NULL};
    char *environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, write_end, STDOUT_FILENO);
    pid_t child;
    int failure = posix_spawn(&child, "/usr/bin/getent", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) {
        return error_set_os(err, failure, "cannot run /usr/bin/getent");
    }
    file_close(&write_end);
    bool read = file_read_all(read_end, "the answer of getent", LARGEST_PASSWD, arena, ret_passwd, err);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return read;
}

bool user_home(struct arena *arena, struct text *ret_home, struct error *err)
{
    uid_t user = getuid();
    struct text passwd;
    if (file_read_path(AT_FDCWD, "/etc/passwd", LARGEST_PASSWD, arena, &passwd, err) &&
        user_find_home(passwd, user, ret_home)) {
        return true;
    }
    if (ask_getent(arena, user, &passwd, err) && user_find_home(passwd, user, ret_home)) {
        return true;
    }
    return error_set(err, "user %lu is not in the password database; name a folder with --state-dir",
                     (unsigned long)user);
}
