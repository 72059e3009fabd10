/* SPDX-License-Identifier: Apache-2.0 */
/* Files in folders that an agent may write to: reached segment by segment and never through a symbolic link, so
 * that a name means what it says however the tree is changed meanwhile. */
#ifndef AEX_OS_INSIDE_H
#define AEX_OS_INSIDE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/* Opens the folder `path` (relative, without empty, "." or ".." segments) below the folder `root` (absolute;
 * links in it are followed). With `makes` missing ones are made, with mode 0777 less the umask. Returns a
 * descriptor, or -1 with `err` set (os_code ENOENT when something is missing). A link on the way is an error
 * that says so. */
int inside_open_folder(const char *root, struct text path, bool makes, struct error *err);

/* Reads the whole of the regular file called `name` (one segment) in `folder`. `shown` is for messages. */
bool inside_read(int folder, const char *name, const char *shown, size_t limit, struct arena *arena,
                 struct text *ret_text, struct error *err);

/* The same for a file by its path below `root`. */
bool inside_read_path(const char *root, struct text path, size_t limit, struct arena *arena,
                      struct text *ret_text, struct error *err);

/* The names in `folder` (not "." and ".."), sorted bytewise; stops behind `most` and says so. */
bool inside_list(int folder, const char *shown, size_t most, struct arena *arena, struct text_vector *ret_names,
                 bool *ret_is_all, struct error *err);

#endif
