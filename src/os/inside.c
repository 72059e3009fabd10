/* SPDX-License-Identifier: Apache-2.0 */
#include "os/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"

static bool fail(int code, struct text path, struct error *err)
{
    /* O_NOFOLLOW says ELOOP of a link; with O_DIRECTORY, ENOTDIR. */
    if (code == ELOOP || code == ENOTDIR) {
        return error_set_os(err, code, "%.*s is a symbolic link, or not what its name says", TEXT_ARG(path));
    }
    return error_set_os(err, code, "cannot open %.*s", TEXT_ARG(path));
}

/* One step down. Closes `parent`. */
static int step(int parent, const char *name, bool makes, struct text shown, struct error *err)
{
    int code = 0;
    if (makes && mkdirat(parent, name, 0777) != 0 && errno != EEXIST) {
        code = errno;
        close(parent);
        error_set_os(err, code, "cannot make the folder %.*s", TEXT_ARG(shown));
        return -1;
    }
    int fd = file_open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, NULL);
    code = errno;
    close(parent);
    if (fd < 0) {
        fail(code, shown, err);
    }
    return fd;
}

static bool is_plain_segment(struct text segment)
{
    return segment.size > 0 && segment.size <= NAME_MAX && !text_equal(segment, TEXT(".")) &&
           !text_equal(segment, TEXT("..")) && !text_has_nul(segment);
}

int inside_open_folder(const char *root, struct text path, bool makes, struct error *err)
{
    int fd = file_open(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0, err);
    struct text rest = path;
    struct text segment;
    while (fd >= 0 && text_next(&rest, '/', &segment)) {
        char name[NAME_MAX + 1];
        if (!is_plain_segment(segment)) {
            error_set(err, "%.*s is no plain path", TEXT_ARG(path));
            close(fd);
            return -1;
        }
        memcpy(name, segment.data, segment.size);
        name[segment.size] = '\0';
        size_t behind = (size_t)(segment.data - path.data) + segment.size;
        fd = step(fd, name, makes, text_slice(path, 0, behind), err);
    }
    return fd;
}

bool inside_read(int folder, const char *name, const char *shown, size_t limit, struct arena *arena,
                 struct text *ret_text, struct error *err)
{
    struct stat status;
    AUTO_CLOSE fd = file_open(folder, name, O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0, NULL);
    if (fd < 0) {
        return fail(errno, text_of(shown), err);
    }
    if (fstat(fd, &status) != 0) {
        return error_set_os(err, errno, "cannot inspect %s", shown);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(err, "%s is not a regular file", shown);
    }
    return file_read_inspected(fd, shown, &status, limit, arena, ret_text, err);
}

bool inside_read_path(const char *root, struct text path, size_t limit, struct arena *arena,
                      struct text *ret_text, struct error *err)
{
    size_t slash = text_find_last_char(path, '/');
    bool has_folder = slash != TEXT_NOT_FOUND;
    struct text name = has_folder ? text_after(path, slash + 1) : path;
    if (!is_plain_segment(name)) {
        return error_set(err, "%.*s is no plain path", TEXT_ARG(path));
    }
    AUTO_CLOSE folder = has_folder ? inside_open_folder(root, text_slice(path, 0, slash), false, err)
                                   : file_open(AT_FDCWD, root, O_RDONLY | O_DIRECTORY, 0, err);
    return folder >= 0 &&
           inside_read(folder, text_to_c(arena, name), text_to_c(arena, path), limit, arena, ret_text, err);
}

static int compare_names(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

bool inside_list(int folder, const char *shown, size_t most, struct arena *arena, struct text_vector *ret_names,
                 bool *ret_is_all, struct error *err)
{
    struct text_vector names = {0};
    bool is_all = true;
    int copy = file_open(folder, ".", O_RDONLY | O_DIRECTORY, 0, NULL); /* the stream closes what it reads */
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (stream == NULL) {
        error_set_os(err, errno, "cannot read %s", shown);
        file_close(&copy);
        return false;
    }
    const struct dirent *entry;
    while (is_all && (errno = 0, entry = readdir(stream)) != NULL) {
        struct text name = text_of(entry->d_name);
        if (text_equal(name, TEXT(".")) || text_equal(name, TEXT(".."))) {
            continue;
        }
        if (names.count == most) {
            is_all = false;
        } else {
            VECTOR_PUSH(arena, &names, text_copy(arena, name));
        }
    }
    int failure = is_all ? errno : 0;
    closedir(stream);
    if (failure != 0) {
        return error_set_os(err, failure, "cannot read %s", shown);
    }
    if (names.count > 1) {
        qsort(names.items, names.count, sizeof names.items[0], compare_names);
    }
    *ret_names = names;
    *ret_is_all = is_all;
    return true;
}
