/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/builder.h"
#include "base/limits.h"

void file_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

int file_open(int directory, const char *path, int flags, mode_t mode, struct error *err)
{
    int fd;
    do {
        fd = openat(directory, path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        int failure = errno;
        error_set_os(err, failure, "cannot open %s", path);
        errno = failure;
    }
    return fd;
}

static ssize_t read_some(int fd, char *into, size_t size)
{
    ssize_t got;
    do {
        got = read(fd, into, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Reads to the end. `expected` is the size of a regular file, after which nothing more is asked for; 0: not
 * known. */
static bool read_to_end(int fd, const char *name, size_t expected, size_t limit, struct arena *arena,
                        struct text *ret_text, struct error *err)
{
    enum { FIRST_SIZE = 4096 };
    size_t capacity = expected > 0 ? expected : FIRST_SIZE;
    char *bytes = arena_alloc(arena, capacity + 1);
    size_t size = 0;
    while (expected == 0 || size != expected) {
        if (size == capacity) {
            /* A pipe, a socket, or a file without a size of its own. */
            char *larger = arena_alloc(arena, capacity * 2 + 1);
            memcpy(larger, bytes, size);
            bytes = larger;
            capacity *= 2;
        }
        ssize_t got = read_some(fd, bytes + size, capacity - size);
        if (got < 0) {
            return error_set_os(err, errno, "cannot read %s", name);
        }
        if (got == 0) {
            break;
        }
        size += (size_t)got;
        if (size > limit) {
            return error_set(err, "%s is larger than %zu bytes", name, limit);
        }
    }
    bytes[size] = '\0';
    *ret_text = (struct text){bytes, size};
    return true;
}

/* What is read of `fd` is what the file holds now, as far as its status says: what is added later is not. */
bool file_read_inspected(int fd, const char *name, const struct stat *status, size_t limit, struct arena *arena,
                         struct text *ret_text, struct error *err)
{
    size_t expected = 0;
    if (S_ISREG(status->st_mode)) {
        if ((uintmax_t)status->st_size > limit) {
            return error_set(err, "%s is larger than %zu bytes", name, limit);
        }
        expected = (size_t)status->st_size;
    }
    return read_to_end(fd, name, expected, limit, arena, ret_text, err);
}

bool file_read_all(int fd, const char *name, size_t limit, struct arena *arena, struct text *ret_text,
                   struct error *err)
{
    struct stat status;
    /* Of a file that was read in part already less is left than its size. */
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && lseek(fd, 0, SEEK_CUR) == 0) {
        return file_read_inspected(fd, name, &status, limit, arena, ret_text, err);
    }
    return read_to_end(fd, name, 0, limit, arena, ret_text, err);
}

static bool read_opened(int fd, const char *path, size_t limit, struct arena *arena, struct text *ret_text,
                        struct error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return error_set_os(err, errno, "cannot inspect %s", path);
    }
    if (S_ISDIR(status.st_mode)) {
        return error_set_os(err, EISDIR, "cannot read %s", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(err, "cannot read %s: not a regular file", path);
    }
    return file_read_inspected(fd, path, &status, limit, arena, ret_text, err);
}

/* O_NONBLOCK: a FIFO in the place of a file must not hold the process for ever. */
enum { READING = O_RDONLY | O_NOCTTY | O_NONBLOCK };

bool file_read_path(int directory, const char *path, size_t limit, struct arena *arena, struct text *ret_text,
                    struct error *err)
{
    AUTO_CLOSE fd = file_open(directory, path, READING, 0, err);
    return fd >= 0 && read_opened(fd, path, limit, arena, ret_text, err);
}

bool file_read_if_exists(const char *path, size_t limit, struct arena *arena, bool *ret_exists,
                         struct text *ret_text, struct error *err)
{
    /* The usual answer is that there is nothing: no message is put together for it. */
    AUTO_CLOSE fd = file_open(AT_FDCWD, path, READING, 0, NULL);
    int failure = errno;
    if (fd >= 0) {
        *ret_exists = true;
        return read_opened(fd, path, limit, arena, ret_text, err);
    }
    *ret_exists = false;
    return failure == ENOENT || failure == ENOTDIR || error_set_os(err, failure, "cannot open %s", path);
}

bool file_write_all(int fd, const char *name, struct text text, struct error *err)
{
    size_t done = 0;
    while (done < text.size) {
        ssize_t wrote = write(fd, text.data + done, text.size - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return error_set_os(err, wrote < 0 ? errno : ENOSPC, "cannot write %s", name);
        }
        done += (size_t)wrote;
    }
    return true;
}

bool file_write_at(int fd, const char *name, struct text text, off_t offset, struct error *err)
{
    size_t done = 0;
    while (done < text.size) {
        ssize_t wrote = pwrite(fd, text.data + done, text.size - done, offset + (off_t)done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return error_set_os(err, wrote < 0 ? errno : ENOSPC, "cannot write %s", name);
        }
        done += (size_t)wrote;
    }
    return true;
}

bool file_read_at(int fd, const char *name, void *into, size_t size, off_t offset, size_t *ret_got,
                  struct error *err)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = pread(fd, (char *)into + done, size - done, offset + (off_t)done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set_os(err, errno, "cannot read %s", name);
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    *ret_got = done;
    return true;
}

static bool write_and_close(int fd, const char *path, struct text text, struct error *err)
{
    bool written = file_write_all(fd, path, text, err);
    if (close(fd) != 0 && written) {
        return error_set_os(err, errno, "cannot write %s", path);
    }
    return written;
}

bool file_create(int directory, const char *path, struct text text, mode_t mode, struct error *err)
{
    int fd = file_open(directory, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode, err);
    if (fd < 0) {
        return false;
    }
    if (!write_and_close(fd, path, text, err)) {
        unlinkat(directory, path, 0);
        return false;
    }
    return true;
}

bool file_replace(int directory, const char *path, struct text text, mode_t mode, struct error *err)
{
    char temporary[LIMIT_PATH];
    int length = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof temporary) {
        return error_set_os(err, ENAMETOOLONG, "cannot write %s", path);
    }
    unlinkat(directory, temporary, 0); /* left by a killed process that had our id */
    int fd = file_open(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, err);
    if (fd < 0) {
        return false;
    }
    if (fchmod(fd, mode) != 0) {
        error_set_os(err, errno, "cannot write %s", path);
        close(fd);
        unlinkat(directory, temporary, 0);
        return false;
    }
    if (!write_and_close(fd, path, text, err)) {
        unlinkat(directory, temporary, 0);
        return false;
    }
    if (renameat(directory, temporary, directory, path) != 0) {
        error_set_os(err, errno, "cannot replace %s", path);
        unlinkat(directory, temporary, 0);
        return false;
    }
    return true;
}

bool file_lock(int fd, const char *name, struct error *err)
{
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            return error_set_os(err, errno, "cannot lock %s", name);
        }
    }
    return true;
}

bool file_unlock(int fd, const char *name, struct error *err)
{
    return flock(fd, LOCK_UN) == 0 || error_set_os(err, errno, "cannot unlock %s", name);
}

/* One folder. What is there already must be one, or lead to one. */
static bool make_one(const char *path, mode_t mode, struct error *err)
{
    struct stat status;
    int code = mkdir(path, mode) == 0 ? 0 : errno;
    if (code == EEXIST) {
        code = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    }
    return code == 0 || error_set_os(err, code, "cannot make the folder %s", path);
}

bool directory_make(const char *path, mode_t mode, struct error *err)
{
    struct error failure;
    if (make_one(path, mode, &failure)) {
        return true;
    }
    char parent[LIMIT_PATH];
    const char *slash = strrchr(path, '/');
    bool has_parent = slash != NULL && slash != path && (size_t)(slash - path) < sizeof parent;
    if (failure.os_code != ENOENT || !has_parent) {
        return error_set_os(err, failure.os_code, "cannot make the folder %s", path);
    }
    memcpy(parent, path, (size_t)(slash - path));
    parent[slash - path] = '\0';
    return directory_make(parent, mode, err) && make_one(path, mode, err);
}
