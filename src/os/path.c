/* SPDX-License-Identifier: Apache-2.0 */
#include "os/path.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/builder.h"
#include "base/limits.h"

/* Removes the last segment of an absolute path in `out`; the top stays. */
static void drop_segment(struct builder *out)
{
    while (out->size > 0 && out->data[--out->size] != '/') {
    }
}

static void add_segments(struct builder *out, struct text path)
{
    struct text rest = path;
    struct text segment;
    while (text_next(&rest, '/', &segment)) {
        if (segment.size == 0 || text_equal(segment, TEXT("."))) {
            continue;
        }
        if (text_equal(segment, TEXT(".."))) {
            drop_segment(out);
            continue;
        }
        builder_add_char(out, '/');
        builder_add(out, segment);
    }
}

struct text path_normalise(struct arena *arena, struct text base, struct text path)
{
    struct builder out;
    builder_init(&out, arena);
    if (path.size == 0 || path.data[0] != '/') {
        add_segments(&out, base);
    }
    if (path.size > 0) {
        add_segments(&out, path);
    }
    if (out.size == 0) {
        builder_add_char(&out, '/');
    }
    return builder_text(&out);
}

/* What is left to walk, as a stack of texts: a link's target is pushed on top. */
struct walk {
    struct text pending[LIMIT_SYMLINKS + 1];
    size_t count;
    size_t links;
    struct path_notes notes;
    char done[LIMIT_PATH];
    size_t done_size;
};

static bool next_segment(struct walk *walk, struct text *ret_segment)
{
    while (walk->count > 0) {
        if (text_next(&walk->pending[walk->count - 1], '/', ret_segment)) {
            if (ret_segment->size != 0 && !text_equal(*ret_segment, TEXT("."))) {
                return true;
            }
        } else {
            walk->count--;
        }
    }
    return false;
}

static bool append(struct walk *walk, struct text segment, struct error *err)
{
    if (walk->done_size + 1 + segment.size >= sizeof walk->done) {
        return error_set_os(err, ENAMETOOLONG, "cannot resolve a path");
    }
    walk->done[walk->done_size++] = '/';
    memcpy(walk->done + walk->done_size, segment.data, segment.size);
    walk->done_size += segment.size;
    walk->done[walk->done_size] = '\0';
    return true;
}

static void go_up(struct walk *walk)
{
    while (walk->done_size > 0 && walk->done[--walk->done_size] != '/') {
    }
    walk->done[walk->done_size] = '\0';
}

/* Looks whether what `done` names is a link, and if so walks its target instead. */
static bool follow(struct walk *walk, struct arena *arena, bool *exists, struct error *err)
{
    char target[LIMIT_PATH];
    ssize_t size = readlink(walk->done, target, sizeof target);
    if (size < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            walk->notes.below_file = walk->notes.below_file || errno == ENOTDIR;
            *exists = false;
            return true;
        }
        if (errno == EINVAL) {
            return true; /* something that is no link */
        }
        return error_set_os(err, errno, "cannot resolve %s", walk->done);
    }
    if ((size_t)size == sizeof target) {
        return error_set_os(err, ENAMETOOLONG, "cannot resolve %s", walk->done);
    }
    if (++walk->links > LIMIT_SYMLINKS) {
        return error_set_os(err, ELOOP, "cannot resolve %s", walk->done);
    }
    walk->notes.through_proc =
        walk->notes.through_proc || path_is_within((struct text){walk->done, walk->done_size}, TEXT("/proc"));
    walk->pending[walk->count++] = text_copy(arena, (struct text){target, (size_t)size});
    if (size > 0 && target[0] == '/') {
        walk->done_size = 0;
        walk->done[0] = '\0';
    } else {
        go_up(walk);
    }
    return true;
}

bool path_resolve(struct arena *arena, struct text path, struct text *ret_path, struct error *err)
{
    return path_resolve_below(arena, TEXT("/"), path, ret_path, err);
}

bool path_resolve_below(struct arena *arena, struct text known, struct text path, struct text *ret_path,
                        struct error *err)
{
    struct text resolved;
    struct path_notes notes;
    if (!path_resolve_noting(arena, known, path, &resolved, &notes, err)) {
        return false;
    }
    if (notes.below_file) {
        return error_set_os(err, ENOTDIR, "cannot resolve %.*s", TEXT_ARG(path));
    }
    *ret_path = resolved;
    return true;
}

/* Starts behind what is known to hold no links. */
static void begin_walk(struct walk *walk, struct text known, struct text path)
{
    walk->count = 1;
    walk->links = 0;
    walk->notes = (struct path_notes){0};
    walk->done_size = 0;
    walk->pending[0] = path;
    if (known.size > 1 && known.size < sizeof walk->done && path_is_within(path, known)) {
        memcpy(walk->done, known.data, known.size);
        walk->done_size = known.size;
        walk->pending[0] = text_after(path, known.size);
    }
    walk->done[walk->done_size] = '\0';
}

bool path_resolve_noting(struct arena *arena, struct text known, struct text path, struct text *ret_path,
                         struct path_notes *ret_notes, struct error *err)
{
    struct walk walk;
    begin_walk(&walk, known, path);
    bool exists = true;
    struct text segment;
    while (next_segment(&walk, &segment)) {
        if (text_equal(segment, TEXT(".."))) {
            go_up(&walk);
            exists = true; /* what is above something missing may exist again */
            continue;
        }
        if (!append(&walk, segment, err)) {
            return false;
        }
        if (exists && !follow(&walk, arena, &exists, err)) {
            return false;
        }
    }
    struct text resolved = walk.done_size == 0 ? TEXT("/") : (struct text){walk.done, walk.done_size};
    *ret_path = text_copy(arena, resolved);
    *ret_notes = walk.notes;
    return true;
}

bool path_is_within(struct text path, struct text folder)
{
    if (text_equal(folder, TEXT("/"))) {
        return true;
    }
    return text_starts_with(path, folder) && (path.size == folder.size || path.data[folder.size] == '/');
}

struct text path_relative(struct text path, struct text folder)
{
    if (!path_is_within(path, folder)) {
        return path;
    }
    if (path.size == folder.size) {
        return TEXT(".");
    }
    return text_after(path, text_equal(folder, TEXT("/")) ? 1 : folder.size + 1);
}

struct text path_join(struct arena *arena, struct text folder, struct text name)
{
    bool has_slash = folder.size > 0 && folder.data[folder.size - 1] == '/';
    size_t start = folder.size + !has_slash;
    char *joined = arena_alloc(arena, start + name.size + 1);
    if (folder.size > 0) {
        memcpy(joined, folder.data, folder.size);
    }
    joined[start - 1] = '/';
    if (name.size > 0) {
        memcpy(joined + start, name.data, name.size);
    }
    joined[start + name.size] = '\0';
    return (struct text){joined, start + name.size};
}

struct text path_parent(struct text path)
{
    size_t slash = text_find_last_char(path, '/');
    return slash == TEXT_NOT_FOUND || slash == 0 ? TEXT("/") : text_slice(path, 0, slash);
}

struct text path_base_name(struct text path)
{
    size_t slash = text_find_last_char(path, '/');
    return slash == TEXT_NOT_FOUND ? path : text_after(path, slash + 1);
}

bool path_of_program(struct arena *arena, struct text *ret_path, struct error *err)
{
    char buffer[LIMIT_PATH];
    ssize_t size = readlink("/proc/self/exe", buffer, sizeof buffer);
    if (size < 0 || (size_t)size == sizeof buffer) {
        return error_set_os(err, size < 0 ? errno : ENAMETOOLONG, "cannot find this program's own file");
    }
    *ret_path = text_copy(arena, (struct text){buffer, (size_t)size});
    return true;
}

bool path_current(struct arena *arena, struct text *ret_path, struct error *err)
{
    char buffer[LIMIT_PATH];
    if (getcwd(buffer, sizeof buffer) == NULL) {
        return error_set_os(err, errno, "cannot find the working folder");
    }
    *ret_path = text_copy(arena, text_of(buffer));
    return true;
}
