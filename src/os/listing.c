/* SPDX-License-Identifier: Apache-2.0 */
#include "os/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "os/file.h"

/* The entries that one call gave. */
static bool add_entries(const char *entries, size_t size, struct arena *arena, struct listing *listing)
{
    size_t at = 0;
    while (at < size) {
        const struct dirent64 *entry = (const struct dirent64 *)(const void *)(entries + at);
        struct text name = text_of(entry->d_name);
        at += entry->d_reclen;
        if (text_equal(name, TEXT(".")) || text_equal(name, TEXT(".."))) {
            continue;
        }
        if (listing->count == LIMIT_LISTING) {
            return false;
        }
        bool is_known = entry->d_type != DT_UNKNOWN;
        struct listed_name listed = {
            .name = text_copy(arena, name),
            .may_be_link = !is_known || entry->d_type == DT_LNK,
            .may_be_folder = !is_known || entry->d_type == DT_LNK || entry->d_type == DT_DIR,
        };
        VECTOR_PUSH(arena, listing, listed);
    }
    return true;
}

bool listing_read(struct text folder, struct arena *arena, struct listing *ret_listing, struct error *err)
{
    enum { ENTRIES_SIZE = 4096 };
    const char *path = text_to_c(arena, folder);
    struct listing listing = {0};
    AUTO_CLOSE fd = file_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, err);
    if (fd < 0) {
        return false;
    }
    _Alignas(struct dirent64) char entries[ENTRIES_SIZE];
    for (;;) {
        ssize_t size = getdents64(fd, entries, ENTRIES_SIZE);
        if (size < 0) {
            return error_set_os(err, errno, "cannot list %s", path);
        }
        if (size == 0) {
            *ret_listing = listing;
            return true;
        }
        if (!add_entries(entries, (size_t)size, arena, &listing)) {
            return error_set(err, "%s holds more than %d names", path, LIMIT_LISTING);
        }
    }
}
