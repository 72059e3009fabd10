/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/path.h"

static bool enter(struct tree_walk *walk, struct text folder, struct error *err)
{
    if (walk->depth == LIMIT_TREE_DEPTH) {
        return error_set_os(err, ENAMETOOLONG, "%.*s lies too deep", TEXT_ARG(folder));
    }
    /* By its name in the folder it was found in: what becomes of the path meanwhile does not matter. */
    int parent = walk->depth == 0 ? AT_FDCWD : dirfd(walk->folders[walk->depth - 1]);
    const char *name = walk->depth == 0 ? text_to_c(walk->arena, folder) : path_base_name(folder).data;
    int fd = file_open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, err);
    if (fd < 0) {
        return false;
    }
    DIR *stream = fdopendir(fd);
    if (stream == NULL) {
        int code = errno;
        file_close(&fd);
        return error_set_os(err, code, "cannot read %.*s", TEXT_ARG(folder));
    }
    walk->folders[walk->depth] = stream;
    walk->paths[walk->depth] = folder;
    walk->depth++;
    return true;
}

bool tree_walk_init(struct tree_walk *walk, struct text folder, struct arena *arena, struct error *err)
{
    *walk = (struct tree_walk){.arena = arena};
    return enter(walk, folder, err);
}

static unsigned char type_of(struct tree_walk *walk, const struct dirent *found)
{
    struct stat status; /* some file systems do not say */
    if (found->d_type != DT_UNKNOWN ||
        fstatat(dirfd(walk->folders[walk->depth - 1]), found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return found->d_type;
    }
    return (unsigned char)IFTODT(status.st_mode);
}

bool tree_walk_next(struct tree_walk *walk, struct tree_entry *ret_entry)
{
    if (walk->next_folder.size > 0) {
        struct text folder = walk->next_folder;
        walk->next_folder = (struct text){0};
        if (!enter(walk, folder, NULL)) {
            walk->is_incomplete = true;
        }
    }
    while (walk->depth > 0) {
        errno = 0;
        const struct dirent *found = readdir(walk->folders[walk->depth - 1]);
        if (found == NULL) {
            walk->is_incomplete = walk->is_incomplete || errno != 0;
            closedir(walk->folders[--walk->depth]);
            continue;
        }
        if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0) {
            continue;
        }
        unsigned char type = type_of(walk, found);
        struct tree_entry entry = {
            .path = path_join(walk->arena, walk->paths[walk->depth - 1], text_of(found->d_name)),
            .is_folder = type == DT_DIR,
            .is_link = type == DT_LNK,
        };
        entry.name = path_base_name(entry.path);
        if (entry.is_folder) {
            walk->next_folder = entry.path;
        }
        *ret_entry = entry;
        return true;
    }
    return false;
}

void tree_walk_skip(struct tree_walk *walk)
{
    walk->next_folder = (struct text){0};
}

void tree_walk_release(struct tree_walk *walk)
{
    while (walk->depth > 0) {
        closedir(walk->folders[--walk->depth]);
    }
}
