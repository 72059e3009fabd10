/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of a test's own, and the few things that tests put into one. Everything fails the test at once. */
#ifndef AEX_TESTS_SUPPORT_FOLDER_H
#define AEX_TESTS_SUPPORT_FOLDER_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check.h"

struct folder {
    char path[256]; /* absolute, links resolved */
};

static inline void folder_make(struct folder *folder)
{
    char name[] = "/tmp/aex-test-XXXXXX";
    assert_non_null(mkdtemp(name));
    char *real = realpath(name, NULL);
    assert_non_null(real);
    assert_in_range(strlen(real), 1, sizeof folder->path - 1);
    memcpy(folder->path, real, strlen(real) + 1);
    free(real);
}

static inline int folder_drop(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void folder_remove(const struct folder *folder)
{
    nftw(folder->path, folder_drop, 16, FTW_DEPTH | FTW_PHYS);
}

/* Removes what is in it and keeps the folder. */
static inline void folder_empty(const struct folder *folder)
{
    folder_remove(folder);
    assert_int_equal(mkdir(folder->path, 0755), 0);
}

/* "FOLDER/name" in `path`; returns it. The folders above are made. */
static inline const char *folder_path(const struct folder *folder, const char *name, char path[static PATH_MAX])
{
    assert_in_range(snprintf(path, PATH_MAX, "%s/%s", folder->path, name), 1, PATH_MAX - 1);
    for (char *at = path + strlen(folder->path) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(path, 0755);
        *at = '/';
    }
    return path;
}

static inline void folder_add_folder(const struct folder *folder, const char *name)
{
    char path[PATH_MAX];
    assert_int_equal(mkdir(folder_path(folder, name, path), 0755), 0);
}

static inline void folder_add_file(const struct folder *folder, const char *name, const char *content)
{
    char path[PATH_MAX];
    FILE *file = fopen(folder_path(folder, name, path), "w");
    if (file == NULL) {
        fail_msg("cannot write %s", path);
        return;
    }
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static inline void folder_add_link(const struct folder *folder, const char *name, const char *target)
{
    char path[PATH_MAX];
    assert_int_equal(symlink(target, folder_path(folder, name, path)), 0);
}

/* Whether the file has exactly this content. */
static inline bool folder_holds(const struct folder *folder, const char *name, const char *content)
{
    char path[PATH_MAX];
    char found[4096];
    FILE *file = fopen(folder_path(folder, name, path), "r");
    if (file == NULL) {
        return false;
    }
    size_t size = fread(found, 1, sizeof found, file);
    fclose(file);
    return size == strlen(content) && memcmp(found, content, size) == 0;
}

#endif
