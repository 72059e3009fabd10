/* SPDX-License-Identifier: Apache-2.0 */
/* Walking a folder and everything below it, links not followed, one entry at a time. */
#ifndef AEX_OS_TREE_H
#define AEX_OS_TREE_H

#include <dirent.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

struct tree_entry {
    struct text path; /* the walk's folder and the names below it; in the arena */
    struct text name; /* the last of them */
    bool is_link;     /* symbolic; not followed */
    bool is_folder;   /* it will be walked too, unless tree_walk_skip is called */
};

struct tree_walk {
    struct arena *arena;
    DIR *folders[LIMIT_TREE_DEPTH]; /* the open ones, innermost last */
    struct text paths[LIMIT_TREE_DEPTH];
    size_t depth;
    struct text next_folder; /* entered at the next step; empty: none */
    bool is_incomplete;      /* something could not be read, or lies too deep */
    bool is_cut;             /* and it is not only folders that nobody here may list, or that have gone */
};

/* Starts at `folder` (absolute). False when it is no folder or cannot be read. */
bool tree_walk_init(struct tree_walk *walk, struct text folder, struct arena *arena, struct error *err);
/* The next entry, in the order the system gives them; false at the end. Look at is_incomplete then. */
bool tree_walk_next(struct tree_walk *walk, struct tree_entry *ret_entry);
/* Does not enter the folder that was just returned. */
void tree_walk_skip(struct tree_walk *walk);
void tree_walk_release(struct tree_walk *walk);

#endif
