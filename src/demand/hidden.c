/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/hidden.h"

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "pattern/glob.h"

enum { LARGEST_IGNORE_FILE = 1024 * 1024 };

/* What of a glob says more than `*` and `?` here: it is taken to match everything. */
static bool is_plain(struct text glob)
{
    for (size_t i = 0; i < glob.size; i++) {
        if (text_find_char(TEXT("[{\\"), glob.data[i]) != TEXT_NOT_FOUND) {
            return false;
        }
    }
    return true;
}

/* Whether the last name of the glob is one of the path's. */
static bool takes_a_name(struct text glob, struct text path)
{
    struct text name;
    while (text_ends_with(glob, TEXT("/")) || text_ends_with(glob, TEXT("/**"))) {
        glob.size -= text_ends_with(glob, TEXT("/")) ? 1 : 3;
    }
    struct text last = path_base_name(glob);
    while (text_next(&path, '/', &name)) {
        if (!is_plain(glob) || glob_matches_text(last, name)) {
            return true;
        }
    }
    return false;
}

static bool shows(struct text file, struct text path)
{
    struct text line;
    while (text_next(&file, '\n', &line)) {
        line = text_trim_space(line);
        if (text_starts_with(line, TEXT("!")) && takes_a_name(text_after(line, 1), path)) {
            return true;
        }
    }
    return false;
}

/* Whether an ignore file in `folder` does. One that cannot be read may. */
static bool folder_shows(struct demand_build *build, struct text folder, struct text path)
{
    static const struct text names[] = {TEXT_INIT(".gitignore"), TEXT_INIT(".ignore"), TEXT_INIT(".rgignore"),
                                        TEXT_INIT(".git/info/exclude")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool exists;
        struct text content;
        const char *file = path_join(build->arena, folder, names[i]).data;
        if (!file_read_if_exists(file, LARGEST_IGNORE_FILE, build->arena, &exists, &content, NULL) ||
            (exists && shows(content, path))) {
            return true;
        }
    }
    return false;
}

bool hidden_is_searched(struct demand_build *build, struct text folder, struct text rest,
                        const struct text_vector *shown)
{
    for (size_t i = 0; i < shown->count; i++) {
        if (takes_a_name(shown->items[i], rest)) {
            return true;
        }
    }
    struct text path = path_join(build->arena, folder, rest);
    struct text top = path_is_within(folder, build->context->root) ? build->context->root : folder;
    for (struct text at = path_parent(path);; at = path_parent(at)) {
        if (folder_shows(build, at, path_relative(path, at))) {
            return true;
        }
        if (text_equal(at, top) || text_equal(at, TEXT("/"))) {
            return false;
        }
    }
}
