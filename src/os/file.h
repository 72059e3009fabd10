/* SPDX-License-Identifier: Apache-2.0 */
/* Files by descriptor: reading whole, writing all, replacing atomically, locking. */
#ifndef AEX_OS_FILE_H
#define AEX_OS_FILE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/* Closes the descriptor (unless negative) when the variable goes out of scope. */
#define AUTO_CLOSE __attribute__((cleanup(file_close))) int
void file_close(int *fd);

/* open(2) relative to `directory` (or AT_FDCWD), always with O_CLOEXEC. `mode` matters only with O_CREAT.
 * Returns the descriptor, or -1 with `err` set; err->os_code tells ENOENT from the rest. */
int file_open(int directory, const char *path, int flags, mode_t mode, struct error *err);

/* Everything from the descriptor's position to its end. More than `limit` bytes is an error, found out before
 * they are all read. NUL-terminated behind the end. `name` is for messages. */
bool file_read_all(int fd, const char *name, size_t limit, struct arena *arena, struct text *ret_text,
                   struct error *err);

/* The same for a descriptor at its beginning whose fstat(2) was looked at already: of a regular file no more is
 * read than that says, unless it says nothing (0, as of what the kernel makes up). */
bool file_read_inspected(int fd, const char *name, const struct stat *status, size_t limit, struct arena *arena,
                         struct text *ret_text, struct error *err);

/* Opens, reads and closes. A missing file gives err->os_code == ENOENT; a folder or device is an error. */
bool file_read_path(int directory, const char *path, size_t limit, struct arena *arena, struct text *ret_text,
                    struct error *err);

/* The same for a file that need not be there. Only nothing at all counts as missing: no entry of that name, or
 * something else than a folder above it. */
bool file_read_if_exists(const char *path, size_t limit, struct arena *arena, bool *ret_exists,
                         struct text *ret_text, struct error *err);

/* Writes all bytes, continuing after short writes and EINTR. */
bool file_write_all(int fd, const char *name, struct text text, struct error *err);
/* The same at a position, leaving the descriptor's own position alone. */
bool file_write_at(int fd, const char *name, struct text text, off_t offset, struct error *err);

/* Reads at a position: `size` bytes, or as many as there are up to the end. */
bool file_read_at(int fd, const char *name, void *into, size_t size, off_t offset, size_t *ret_got,
                  struct error *err);

/* Gives `path` a new content in one step: readers see the old bytes or the new ones. It gets exactly `mode`,
 * whatever the umask. */
bool file_replace(int directory, const char *path, struct text text, mode_t mode, struct error *err);

/* Creates `path` with this content; an existing file (or link) is an error with os_code EEXIST. */
bool file_create(int directory, const char *path, struct text text, mode_t mode, struct error *err);

/* Waits for the exclusive lock of the open file (flock(2)); released when the descriptor closes. */
bool file_lock(int fd, const char *name, struct error *err);
/* Gives the lock back and keeps the file open. */
bool file_unlock(int fd, const char *name, struct error *err);

/* Makes a folder and its missing parents. Existing ones are fine; something else in their place is an error
 * with os_code ENOTDIR. */
bool directory_make(const char *path, mode_t mode, struct error *err);

#endif
