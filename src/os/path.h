/* SPDX-License-Identifier: Apache-2.0 */
/* Paths in their two forms: lexical (as written, dots taken out) and resolved (links followed). */
#ifndef AEX_OS_PATH_H
#define AEX_OS_PATH_H

#include "base/error.h"
#include "base/text.h"

/* `path` made absolute against `base` (itself absolute), with ".", "..", repeated and trailing slashes taken
 * out as text. "..", at the top, stays at the top. No file is looked at. */
struct text path_normalise(struct arena *arena, struct text base, struct text path);

/* `path` (absolute) with every symbolic link followed, as far as it exists: the deepest existing parent is
 * resolved and the missing rest appended. Links whose targets are missing are followed all the same, since
 * writing through them creates the target. Fails on more than LIMIT_SYMLINKS links, on a parent that is no
 * folder or may not be searched, and on paths above LIMIT_PATH. */
bool path_resolve(struct arena *arena, struct text path, struct text *ret_path, struct error *err);

/* The same, given a folder that is resolved already: below it only what follows is looked at. "/" is known
 * always. */
bool path_resolve_below(struct arena *arena, struct text known, struct text path, struct text *ret_path,
                        struct error *err);

struct path_notes {
    /* A link in /proc was followed on the way (/proc/self/cwd, /dev/fd/0): those lead each process somewhere
     * else, so that what was found here is not what others find. */
    bool through_proc;
    /* It goes on behind a file: nothing is there as long as that is none but a file. */
    bool below_file;
};

/* That, and says what was met on the way. A parent that is a file is noted and no failure: the path is resolved
 * as if nothing were there. */
bool path_resolve_noting(struct arena *arena, struct text known, struct text path, struct text *ret_path,
                         struct path_notes *ret_notes, struct error *err);

/* True when `path` is `folder` or inside it. Both normalised. */
bool path_is_within(struct text path, struct text folder);

/* `path` relative to `folder` when inside ("." for the folder itself), else `path`. */
struct text path_relative(struct text path, struct text folder);

/* "folder/name", with one slash between. */
struct text path_join(struct arena *arena, struct text folder, struct text name);
struct text path_parent(struct text path); /* "/a/b" -> "/a", "/a" -> "/" */
struct text path_base_name(struct text path);

/* The file that this process runs, links resolved. */
bool path_of_program(struct arena *arena, struct text *ret_path, struct error *err);

/* The process's working folder. */
bool path_current(struct arena *arena, struct text *ret_path, struct error *err);

#endif
