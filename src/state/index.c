/* SPDX-License-Identifier: Apache-2.0 */
#include "state/index.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "os/file.h"
#include "os/private.h"

enum { LINE_SIZE = SESSION_NAME_SIZE + 1, LINES_A_READ = 248 };

/* As long as any other line, so that every line stands at a multiple of LINE_SIZE. */
static const struct text first_line = TEXT_INIT("aex sessions, format 1          \n");

bool session_index_create(const char *path, struct error *err)
{
    return file_create(AT_FDCWD, path, first_line, 0600, err);
}

static bool read_at(const struct session_index *index, char *into, size_t size, off_t offset, struct error *err)
{
    size_t got;
    return file_read_at(index->fd, index->path, into, size, offset, &got, err) &&
           (got == size || error_set_os(err, EIO, "cannot read %s", index->path));
}

/* Locks and inspects what was opened. */
static enum session_index_result take(struct session_index *index, struct error *err)
{
    struct stat status;
    if (!file_lock(index->fd, index->path, err) || !private_check(index->fd, index->path, &status, err)) {
        return SESSION_INDEX_FAILED;
    }
    if (status.st_size < (off_t)first_line.size) {
        return SESSION_INDEX_LOST;
    }
    char line[LINE_SIZE];
    if (!read_at(index, line, sizeof line, 0, err)) {
        return SESSION_INDEX_FAILED;
    }
    if (memcmp(line, first_line.data, sizeof line) != 0) {
        return SESSION_INDEX_LOST;
    }
    /* Bytes behind the last whole line are what a killed writer left; the next line replaces them. */
    index->end = status.st_size - status.st_size % LINE_SIZE;
    return SESSION_INDEX_OPEN;
}

enum session_index_result session_index_open(struct session_index *index, const char *path, struct error *err)
{
    struct error failure;
    *index = (struct session_index){.fd = private_open(path, O_RDWR, &failure), .path = path};
    if (index->fd < 0) {
        if (failure.os_code == ENOENT) {
            return SESSION_INDEX_LOST;
        }
        error_pass(err, &failure);
        return SESSION_INDEX_FAILED;
    }
    enum session_index_result result = take(index, err);
    if (result != SESSION_INDEX_OPEN) {
        session_index_close(index);
    }
    return result;
}

void session_index_close(struct session_index *index)
{
    file_close(&index->fd);
}

bool session_index_find(const struct session_index *index, const char *name, bool *ret_found, struct error *err)
{
    char lines[LINE_SIZE * LINES_A_READ];
    for (off_t offset = LINE_SIZE; offset < index->end; offset += (off_t)sizeof lines) {
        off_t left = index->end - offset;
        size_t size = left < (off_t)sizeof lines ? (size_t)left : sizeof lines;
        if (!read_at(index, lines, size, offset, err)) {
            return false;
        }
        for (size_t at = 0; at < size; at += LINE_SIZE) {
            if (memcmp(lines + at, name, SESSION_NAME_SIZE) == 0) {
                *ret_found = true;
                return true;
            }
        }
    }
    *ret_found = false;
    return true;
}

bool session_index_add(struct session_index *index, const char *name, struct error *err)
{
    char line[LINE_SIZE];
    memcpy(line, name, SESSION_NAME_SIZE);
    line[SESSION_NAME_SIZE] = '\n';
    if (!file_write_at(index->fd, index->path, (struct text){line, sizeof line}, index->end, err)) {
        /* A full disk: give back what part of the line went through. */
        (void)!ftruncate(index->fd, index->end);
        return false;
    }
    index->end += LINE_SIZE;
    return true;
}
