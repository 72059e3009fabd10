/* SPDX-License-Identifier: Apache-2.0 */
#include "os/private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/file.h"

int private_open(const char *path, int flags, struct error *err)
{
    int fd = file_open(AT_FDCWD, path, flags | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600, err);
    int failure = errno;
    if (fd < 0 && failure == ELOOP) {
        error_set_os(err, ELOOP, "%s is a symbolic link or behind a loop of them; a file of aex must be a file",
                     path);
    }
    return fd;
}

static bool check_owner(const struct stat *status, const char *path, struct error *err)
{
    if (status->st_uid != geteuid()) {
        return error_set(err, "%s belongs to user %lu, not to user %lu who runs aex", path,
                         (unsigned long)status->st_uid, (unsigned long)geteuid());
    }
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return error_set(err, "%s may be written by other users (mode %03o); `chmod go-w %s` ends that", path,
                         (unsigned)status->st_mode & 0777U, path);
    }
    return true;
}

bool private_check(int fd, const char *path, struct stat *ret_status, struct error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return error_set_os(err, errno, "cannot inspect %s", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(err, "%s is not a regular file", path);
    }
    if (status.st_nlink == 0) {
        return error_set_os(err, ESTALE, "%s was removed meanwhile", path);
    }
    if (!check_owner(&status, path, err)) {
        return false;
    }
    *ret_status = status;
    return true;
}

static bool read_once(const char *path, size_t limit, struct arena *arena, bool *ret_exists,
                      struct text *ret_text, struct error *err)
{
    struct error failure;
    struct stat status;
    AUTO_CLOSE fd = private_open(path, O_RDONLY, &failure);
    *ret_exists = fd >= 0;
    if (fd < 0) {
        return failure.os_code == ENOENT || error_pass(err, &failure);
    }
    return private_check(fd, path, &status, err) &&
           file_read_inspected(fd, path, &status, limit, arena, ret_text, err);
}

bool private_read(const char *path, size_t limit, struct arena *arena, bool *ret_exists, struct text *ret_text,
                  struct error *err)
{
    enum { ATTEMPTS = 8 };
    struct error failure = {0};
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (read_once(path, limit, arena, ret_exists, ret_text, &failure)) {
            return true;
        }
        if (failure.os_code != ESTALE) {
            break;
        }
    }
    return error_pass(err, &failure);
}

bool private_check_folder(const char *path, struct error *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return error_set_os(err, errno, "cannot inspect %s", path);
    }
    if (!S_ISDIR(status.st_mode)) {
        return error_set_os(err, ENOTDIR, "cannot use %s", path);
    }
    return check_owner(&status, path, err);
}

bool private_make_folder(const char *path, struct error *err)
{
    return directory_make(path, 0700, err) && private_check_folder(path, err);
}
