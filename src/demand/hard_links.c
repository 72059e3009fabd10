/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/hard_links.h"

#include <sys/stat.h>

#include "base/limits.h"
#include "demand/protected.h"
#include "os/tree.h"

struct inode {
    dev_t device;
    ino_t number;
};

/* The files of the boundary that have more than one name. */
struct linked_files {
    struct inode *items;
    size_t count;
    size_t capacity;
    size_t looked_at;
    bool is_incomplete;
};

static bool has_names(const struct stat *status)
{
    return !S_ISDIR(status->st_mode) && status->st_nlink > 1;
}

static void add_file(struct linked_files *files, struct text path, struct arena *arena)
{
    struct stat status;
    if (stat(text_to_c(arena, path), &status) == 0 && has_names(&status)) {
        struct inode inode = {status.st_dev, status.st_ino};
        VECTOR_PUSH(arena, files, inode);
    }
}

static void add_place(struct linked_files *files, struct text place, struct arena *arena)
{
    struct tree_walk walk;
    if (!tree_walk_init(&walk, place, arena, NULL)) {
        add_file(files, place, arena);
        return;
    }
    struct tree_entry entry;
    while (files->looked_at < LIMIT_TREE_ENTRIES && tree_walk_next(&walk, &entry)) {
        files->looked_at++;
        if (!entry.is_folder) {
            add_file(files, entry.path, arena);
        }
    }
    files->is_incomplete = files->is_incomplete || walk.is_cut || files->looked_at == LIMIT_TREE_ENTRIES;
    tree_walk_release(&walk);
}

static const struct linked_files *linked_files_of(struct demand_build *build)
{
    if (build->linked_files == NULL) {
        struct linked_files *files = ARENA_NEW(build->arena, struct linked_files);
        struct text_vector places = {0};
        protected_places(build, &places);
        for (size_t i = 0; i < places.count; i++) {
            add_place(files, places.items[i], build->arena);
        }
        build->linked_files = files;
    }
    return build->linked_files;
}

bool hard_link_is_protected(struct demand_build *build, struct text resolved)
{
    struct stat status;
    if (stat(text_to_c(build->arena, resolved), &status) != 0 || !has_names(&status)) {
        return false;
    }
    const struct linked_files *files = linked_files_of(build);
    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].device == status.st_dev && files->items[i].number == status.st_ino) {
            return true;
        }
    }
    return files->is_incomplete;
}
