/* SPDX-License-Identifier: Apache-2.0 */
/* Files that only this user may write: budgets, the audit trail, keys. */
#ifndef AEX_OS_PRIVATE_H
#define AEX_OS_PRIVATE_H

#include <sys/stat.h>

#include "base/error.h"
#include "base/text.h"

/* open(2) with O_CLOEXEC, never through a symbolic link at the end of `path`, never waiting for the other end
 * of a FIFO; O_CREAT makes the file with mode 0600. Returns the descriptor, or -1 with `err` set (os_code
 * ENOENT when there is none). What was opened is not looked at yet: lock it, then private_check. */
int private_open(const char *path, int flags, struct error *err);

/* Refuses what is no regular file, belongs to another user, or may be written by the group or by others; the
 * reason is in `err`. A file whose last name was removed since it was opened gives os_code ESTALE: open again.
 */
bool private_check(int fd, const char *path, struct stat *ret_status, struct error *err);

/* Opens, checks and reads a whole file; one that is replaced meanwhile is read anew. A missing one is no error:
 * *ret_exists is false then. */
bool private_read(const char *path, size_t limit, struct arena *arena, bool *ret_exists, struct text *ret_text,
                  struct error *err);

/* The same as private_check for a folder, by its path. */
bool private_check_folder(const char *path, struct error *err);

/* Makes a folder and its missing parents with mode 0700; one that is there is checked. */
bool private_make_folder(const char *path, struct error *err);

#endif
