/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/hidden.h"

#include "base/limits.h"
#include "demand/set.h"
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
static bool folder_shows(struct arena *arena, struct text folder, struct text path)
{
    static const struct text names[] = {TEXT_INIT(".gitignore"), TEXT_INIT(".ignore"), TEXT_INIT(".rgignore"),
                                        TEXT_INIT(".git/info/exclude")};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool exists;
        struct text content;
        const char *file = path_join(arena, folder, names[i]).data;
        if (!file_read_if_exists(file, LARGEST_IGNORE_FILE, arena, &exists, &content, NULL) ||
            (exists && shows(content, path))) {
            return true;
        }
    }
    return false;
}

bool hidden_is_searched(struct arena *arena, const struct set_hidden *hidden, struct text folder,
                        struct text rest)
{
    for (size_t i = 0; i < hidden->shown.count; i++) {
        if (takes_a_name(hidden->shown.items[i], rest)) {
            return true;
        }
    }
    struct text path = path_join(arena, folder, rest);
    struct text top = path_is_within(folder, hidden->root) ? hidden->root : folder;
    for (struct text at = path_parent(path);; at = path_parent(at)) {
        if (folder_shows(arena, at, path_relative(path, at))) {
            return true;
        }
        if (text_equal(at, top) || text_equal(at, TEXT("/"))) {
            return false;
        }
    }
}

/* Where `**` leaves open which segments stand for which, only a glob without any dot at a segment's start is
 * sure. */
static bool is_hidden_from(struct text glob, struct text path)
{
    if (text_contains(glob, TEXT("**"))) {
        bool names_hidden = text_starts_with(glob, TEXT(".")) || text_contains(glob, TEXT("/."));
        return !names_hidden && (text_starts_with(path, TEXT(".")) || text_contains(path, TEXT("/.")));
    }
    return set_is_hidden_match(glob, path);
}

bool hidden_is_passed(struct arena *arena, const struct set_hidden *hidden, struct text folder,
                      struct text glob, struct text path)
{
    struct text rest = path_relative(path, folder);
    return is_hidden_from(glob, rest) && !(hidden->searches && hidden_is_searched(arena, hidden, folder, rest));
}
