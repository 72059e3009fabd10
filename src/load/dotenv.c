/* SPDX-License-Identifier: Apache-2.0 */
#include "load/dotenv.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "os/file.h"
#include "os/inside.h"
#include "os/path.h"

enum { LARGEST = 1024 * 1024, MOST_NAMES = 65536 };

static bool holds_secrets(struct text name)
{
    static const struct text examples[] = {TEXT_INIT(".env.example"), TEXT_INIT(".env.sample"),
                                           TEXT_INIT(".env.template")};
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        if (text_equal(name, examples[i])) {
            return false;
        }
    }
    return text_equal(name, TEXT(".env")) || text_starts_with(name, TEXT(".env."));
}

bool dotenv_read(struct text root, struct arena *arena, struct text_vector *ret_places,
                 struct text_vector *ret_sources, struct error *err)
{
    struct text_vector names;
    bool is_all;
    const char *path = text_to_c(arena, root);
    *ret_sources = (struct text_vector){0};
    *ret_places = (struct text_vector){0};
    VECTOR_PUSH(arena, ret_places, text_of(path)); /* what comes, goes or is renamed in it changes its times */
    AUTO_CLOSE folder = file_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, err);
    if (folder < 0 || !inside_list(folder, path, MOST_NAMES, arena, &names, &is_all, err)) {
        return false;
    }
    bool is_read = true;
    for (size_t i = 0; i < names.count; i++) {
        struct stat status;
        struct text source;
        const char *name = names.items[i].data;
        if (!holds_secrets(names.items[i]) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode)) {
            continue;
        }
        VECTOR_PUSH(arena, ret_places, path_join(arena, root, names.items[i]));
        if (status.st_size > LARGEST) {
            continue;
        }
        if (inside_read(folder, name, name, LARGEST, arena, &source, err)) {
            VECTOR_PUSH(arena, ret_sources, source);
        } else {
            is_read = false;
        }
    }
    if (!is_all) {
        return error_set(err, "%s has more than %d entries: its .env files are not all known", path,
                         MOST_NAMES);
    }
    return is_read;
}
