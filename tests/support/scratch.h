/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of a test's own, and the few things that tests put into one. Everything fails the test at once. */
#ifndef AEX_TESTS_SUPPORT_SCRATCH_H
#define AEX_TESTS_SUPPORT_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check.h"

struct scratch {
    char path[256]; /* absolute, links resolved */
};

static inline void scratch_make(struct scratch *scratch)
{
    char name[] = "/tmp/aex-test-XXXXXX";
    assert_non_null(mkdtemp(name));
    char *real = realpath(name, NULL);
    assert_non_null(real);
    assert_in_range(strlen(real), 1, sizeof scratch->path - 1);
    memcpy(scratch->path, real, strlen(real) + 1);
    free(real);
}

static inline int scratch_drop(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void scratch_remove(const struct scratch *scratch)
{
    nftw(scratch->path, scratch_drop, 16, FTW_DEPTH | FTW_PHYS);
}

/* Removes what is in it and keeps the folder. */
static inline void scratch_empty(const struct scratch *scratch)
{
    scratch_remove(scratch);
    assert_int_equal(mkdir(scratch->path, 0755), 0);
}

/* "SCRATCH/name" in `path`; returns it. The folders above are made. */
static inline const char *scratch_path(const struct scratch *scratch, const char *name,
                                       char path[static PATH_MAX])
{
    assert_in_range(snprintf(path, PATH_MAX, "%s/%s", scratch->path, name), 1, PATH_MAX - 1);
    for (char *at = path + strlen(scratch->path) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        (void)mkdir(path, 0755);
        *at = '/';
    }
    return path;
}

static inline void scratch_folder(const struct scratch *scratch, const char *name)
{
    char path[PATH_MAX];
    assert_int_equal(mkdir(scratch_path(scratch, name, path), 0755), 0);
}

static inline void scratch_file(const struct scratch *scratch, const char *name, const char *content)
{
    char path[PATH_MAX];
    FILE *file = fopen(scratch_path(scratch, name, path), "w");
    if (file == NULL) {
        fail_msg("cannot write %s", path);
        return;
    }
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static inline void scratch_link(const struct scratch *scratch, const char *name, const char *target)
{
    char path[PATH_MAX];
    assert_int_equal(symlink(target, scratch_path(scratch, name, path)), 0);
}

/* Whether the file has exactly this content. */
static inline bool scratch_holds(const struct scratch *scratch, const char *name, const char *content)
{
    char path[PATH_MAX];
    char found[4096];
    FILE *file = fopen(scratch_path(scratch, name, path), "r");
    if (file == NULL) {
        return false;
    }
    size_t size = fread(found, 1, sizeof found, file);
    fclose(file);
    return size == strlen(content) && memcmp(found, content, size) == 0;
}

#endif
