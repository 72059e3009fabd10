/* SPDX-License-Identifier: Apache-2.0 */
#include "support/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "os/file.h"

static void require(bool is_fine, const char *what)
{
    if (!is_fine) {
        fprintf(stderr, "scratch: %s\n", what);
        abort();
    }
}

struct scratch *scratch_new(void)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    require(scratch != NULL, "out of memory");
    arena_init(&scratch->arena, 1024 * 1024 * 1024);
    strcpy(scratch->folder, "/tmp/aex-test.XXXXXX");
    require(mkdtemp(scratch->folder) != NULL, "cannot make a folder in /tmp");
    return scratch;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void scratch_free(struct scratch *scratch)
{
    require(nftw(scratch->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0, "cannot clean up");
    arena_release(&scratch->arena);
    free(scratch);
}

int scratch_set_up(void **state)
{
    *state = scratch_new();
    return 0;
}

int scratch_tear_down(void **state)
{
    scratch_free(*state);
    return 0;
}

const char *scratch_path(struct scratch *scratch, const char *name)
{
    return text_format(&scratch->arena, "%s/%s", scratch->folder, name).data;
}

struct text scratch_read(struct scratch *scratch, const char *name)
{
    struct text content;
    struct error err;
    require(
        file_read_path(AT_FDCWD, scratch_path(scratch, name), SIZE_MAX / 4, &scratch->arena, &content, &err),
        "cannot read a file");
    return content;
}

void scratch_write(struct scratch *scratch, const char *name, struct text content)
{
    struct error err;
    AUTO_CLOSE fd = file_open(AT_FDCWD, scratch_path(scratch, name), O_WRONLY | O_CREAT | O_TRUNC, 0600, &err);
    require(fd >= 0 && file_write_all(fd, name, content, &err), "cannot write a file");
}

bool scratch_exists(struct scratch *scratch, const char *name)
{
    return access(scratch_path(scratch, name), F_OK) == 0;
}

struct text scratch_line(struct text content, size_t number)
{
    size_t start = 0;
    for (;;) {
        size_t length = text_find_char(text_after(content, start), '\n');
        size_t end = length == TEXT_NOT_FOUND ? content.size : start + length + 1;
        if (--number == 0 || start == end) {
            return text_slice(content, start, end);
        }
        start = end;
    }
}
