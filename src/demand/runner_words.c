/* SPDX-License-Identifier: Apache-2.0 */
/* What runners of tests and builds are told in words that nobody else reads: reporters write where they are
 * told, converters print what they are given. */
#include <sys/stat.h>

#include "demand/build.h"
#include "os/path.h"

/* Adds what `names` demands of the path besides the file itself: the boundary when it is written, secrets when
 * it is read. With rules that deny or ask about the file, when it is read: who may not read it may not see it
 * in another way. What a runner writes is its own matter, as long as it is not the boundary. */
static bool add_beyond(struct demand_build *build, struct text capability, struct text path)
{
    size_t first = build->demands->count;
    if (!build_file(build, &capability, 1, path)) {
        return false;
    }
    struct demand *file = &build->demands->items[first];
    file->is_aside = true;
    if (text_equal(capability, TEXT("file.write"))) {
        *file = build->demands->items[--build->demands->count];
    }
    return true;
}

static bool add_file(struct demand_build *build, struct text folder, struct text word)
{
    struct stat status;
    struct text path = path_normalise(build->arena, folder, word);
    struct text resolved;
    if (!path_resolve(build->arena, path, &resolved, NULL) ||
        (stat(text_to_c(build->arena, path), &status) == 0 && S_ISDIR(status.st_mode))) {
        return true; /* no file can be there; a folder is told to every runner */
    }
    return add_beyond(build, TEXT("file.read"), path) && add_beyond(build, TEXT("file.write"), path);
}

static bool is_separator(char c)
{
    return text_find_char(TEXT(" \t\n\"'\\=:,;&|<>()"), c) != TEXT_NOT_FOUND;
}

/* A piece of a word that may be a file's name, from where the line starts and from the workspace's root: where
 * the line is by then, only the shell knows. */
static bool add_piece(struct demand_build *build, struct text piece)
{
    bool is_name = text_find_char(piece, '.') != TEXT_NOT_FOUND || text_find_char(piece, '/') != TEXT_NOT_FOUND;
    if (!is_name || text_starts_with(piece, TEXT("-"))) {
        return true;
    }
    struct text below = piece;
    while (text_starts_with(below, TEXT("../")) || text_starts_with(below, TEXT("./"))) {
        below = text_after(below, text_find_char(below, '/') + 1);
    }
    return add_file(build, build->context->working_folder, piece) &&
           (below.size == 0 || add_file(build, build->context->root, below));
}

bool build_runner_words(struct demand_build *build, struct text part)
{
    size_t start = 0;
    for (size_t at = 0; at <= part.size; at++) {
        if (at < part.size && !is_separator(part.data[at])) {
            continue;
        }
        if (at > start && !add_piece(build, text_slice(part, start, at))) {
            return false;
        }
        start = at + 1;
    }
    return true;
}
