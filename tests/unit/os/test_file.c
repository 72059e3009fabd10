/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "os/file.h"
#include "support/folder.h"

static struct folder scratch;

static int make_scratch(void **state)
{
    (void)state;
    folder_make(&scratch);
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    folder_remove(&scratch);
    return 0;
}

static void reading_has_a_limit(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    char path[PATH_MAX];
    struct text text = TEXT("untouched");
    struct error err;
    folder_empty(&scratch);
    folder_add_file(&scratch, "five", "12345");
    folder_path(&scratch, "five", path);
    assert_true(file_read_path(AT_FDCWD, path, 5, &arena, &text, &err));
    assert_text(text, "12345");
    assert_int_equal(text.data[5], '\0');
    text = TEXT("untouched");
    assert_false(file_read_path(AT_FDCWD, path, 4, &arena, &text, &err));
    assert_non_null(strstr(err.message, "larger than 4 bytes"));
    assert_text(text, "untouched");
    folder_add_file(&scratch, "empty", "");
    assert_true(file_read_path(AT_FDCWD, folder_path(&scratch, "empty", path), 0, &arena, &text, &err));
    assert_text(text, "");
    /* A file that says it is empty and is not. */
    assert_true(file_read_path(AT_FDCWD, "/proc/self/status", 100000, &arena, &text, &err));
    assert_true(text_starts_with(text, TEXT("Name:")));
    assert_false(file_read_path(AT_FDCWD, "/proc/self/status", 10, &arena, &text, &err));
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    char path[PATH_MAX];
    struct text text;
    struct error err;
    folder_empty(&scratch);
    assert_false(file_read_path(AT_FDCWD, scratch.path, 100, &arena, &text, &err));
    assert_int_equal(err.os_code, EISDIR);
    assert_false(file_read_path(AT_FDCWD, folder_path(&scratch, "missing", path), 100, &arena, &text, &err));
    assert_int_equal(err.os_code, ENOENT);
    assert_int_equal(mkfifo(folder_path(&scratch, "fifo", path), 0600), 0);
    assert_false(file_read_path(AT_FDCWD, path, 100, &arena, &text, &err)); /* and returns at once */
    assert_non_null(strstr(err.message, "not a regular file"));
    assert_false(file_read_path(AT_FDCWD, "/dev/zero", 100, &arena, &text, &err));
    assert_false(file_read_path(AT_FDCWD, "/dev/null", 100, &arena, &text, &err));
    folder_add_link(&scratch, "loop", "loop");
    assert_false(file_read_path(AT_FDCWD, folder_path(&scratch, "loop", path), 100, &arena, &text, &err));
    assert_int_equal(err.os_code, ELOOP);
}

/* A pipe gives what it has in pieces. */
static void pipes_are_read_to_their_end(void **state)
{
    (void)state;
    enum { PIECES = 5000 };
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        bool written = true;
        for (int i = 0; i < PIECES; i++) {
            written = written && file_write_all(ends[1], "a pipe", TEXT("0123456789abcde"), NULL);
        }
        _exit(written ? 0 : 1);
    }
    file_close(&ends[1]);
    assert_int_equal(ends[1], -1);
    file_close(&ends[1]); /* twice does nothing */
    struct text text;
    struct error err;
    assert_true(file_read_all(ends[0], "a pipe", PIECES * 15, &arena, &text, &err));
    assert_int_equal(text.size, PIECES * 15);
    assert_true(text_ends_with(text, TEXT("abcde0123456789abcde")));
    file_close(&ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void creating_never_overwrites(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct error err;
    folder_empty(&scratch);
    assert_true(file_create(AT_FDCWD, folder_path(&scratch, "new", path), TEXT("one"), 0600, &err));
    assert_false(file_create(AT_FDCWD, path, TEXT("two"), 0600, &err));
    assert_int_equal(err.os_code, EEXIST);
    assert_true(folder_holds(&scratch, "new", "one"));
    folder_add_link(&scratch, "dangling", "target");
    assert_false(file_create(AT_FDCWD, folder_path(&scratch, "dangling", path), TEXT("x"), 0600, &err));
    assert_int_equal(err.os_code, EEXIST);
    assert_int_equal(access(folder_path(&scratch, "target", path), F_OK), -1);
}

static void replacing_leaves_old_or_new(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct stat status;
    struct error err;
    folder_empty(&scratch);
    assert_true(file_replace(AT_FDCWD, folder_path(&scratch, "file", path), TEXT("one"), 0600, &err));
    assert_true(folder_holds(&scratch, "file", "one"));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(file_replace(AT_FDCWD, path, TEXT("two"), 0600, &err));
    assert_true(folder_holds(&scratch, "file", "two"));
    /* A link is replaced, not written through. */
    folder_add_file(&scratch, "target", "kept");
    folder_add_link(&scratch, "link", "target");
    assert_true(file_replace(AT_FDCWD, folder_path(&scratch, "link", path), TEXT("three"), 0600, &err));
    assert_true(folder_holds(&scratch, "target", "kept"));
    assert_true(folder_holds(&scratch, "link", "three"));
    /* What fails leaves nothing behind. */
    folder_add_folder(&scratch, "folder");
    assert_false(file_replace(AT_FDCWD, folder_path(&scratch, "folder", path), TEXT("x"), 0600, &err));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(unlink(folder_path(&scratch, "file", path)), 0);
    assert_int_equal(unlink(folder_path(&scratch, "target", path)), 0);
    assert_int_equal(unlink(folder_path(&scratch, "link", path)), 0);
    assert_int_equal(rmdir(scratch.path), 0); /* empty */
    assert_int_equal(mkdir(scratch.path, 0755), 0);
}

/* Readers during many replacements see one whole content or the other. */
static void readers_never_see_half(void **state)
{
    (void)state;
    static char contents[2][8192];
    char path[PATH_MAX];
    struct error err;
    folder_empty(&scratch);
    memset(contents[0], 'a', sizeof contents[0]);
    memset(contents[1], 'b', sizeof contents[1]);
    folder_path(&scratch, "file", path);
    assert_true(file_replace(AT_FDCWD, path, (struct text){contents[0], sizeof contents[0]}, 0600, &err));
    pid_t child = fork();
    if (child == 0) {
        bool replaced = true;
        for (size_t i = 0; i < 300; i++) {
            replaced = replaced && file_replace(AT_FDCWD, path,
                                                (struct text){contents[i % 2], sizeof contents[0]}, 0600, NULL);
        }
        _exit(replaced ? 0 : 1);
    }
    int status;
    while (waitpid(child, &status, WNOHANG) == 0) {
        AUTO_ARENA arena;
        arena_init(&arena, 1024 * 1024);
        struct text text;
        assert_true(file_read_path(AT_FDCWD, path, 100000, &arena, &text, &err));
        assert_int_equal(text.size, sizeof contents[0]);
        assert_memory_equal(text.data, contents[text.data[0] == 'b'], text.size);
    }
    assert_int_equal(status, 0);
}

static void a_lock_excludes_until_it_is_closed(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct error err;
    folder_empty(&scratch);
    folder_add_file(&scratch, "lock", "");
    folder_path(&scratch, "lock", path);
    int held = file_open(AT_FDCWD, path, O_RDWR, 0, &err);
    int other = file_open(AT_FDCWD, path, O_RDWR, 0, &err);
    assert_true(file_lock(held, path, &err));
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    file_close(&held);
    assert_true(file_lock(other, path, &err));
    assert_int_equal(fcntl(other, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    file_close(&other);
    assert_false(file_lock(-1, "nothing", &err));
}

static void writing_at_a_place_leaves_the_position(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct error err;
    folder_empty(&scratch);
    folder_add_file(&scratch, "file", "abcdef");
    int fd = file_open(AT_FDCWD, folder_path(&scratch, "file", path), O_RDWR, 0, &err);
    assert_true(file_write_at(fd, path, TEXT("XY"), 2, &err));
    assert_true(file_write_all(fd, path, TEXT("1"), &err));
    file_close(&fd);
    assert_true(folder_holds(&scratch, "file", "1bXYef"));
    fd = file_open(AT_FDCWD, path, O_RDONLY, 0, &err);
    assert_false(file_write_all(fd, path, TEXT("x"), &err));
    assert_false(file_write_at(fd, path, TEXT("x"), 0, &err));
    file_close(&fd);
    assert_false(file_write_all(fd, path, TEXT("x"), &err));
    assert_int_equal(err.os_code, EBADF);
    int full = file_open(AT_FDCWD, "/dev/full", O_WRONLY, 0, &err);
    assert_false(file_write_all(full, "/dev/full", TEXT("x"), &err));
    assert_int_equal(err.os_code, ENOSPC);
    file_close(&full);
}

static void folders_are_made_with_their_parents(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct error err;
    struct stat status;
    folder_empty(&scratch);
    snprintf(path, sizeof path, "%s/a/b/c", scratch.path);
    assert_true(directory_make(path, 0700, &err));
    assert_true(directory_make(path, 0700, &err));
    assert_int_equal(stat(path, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    snprintf(path, sizeof path, "%s/d/e/", scratch.path);
    assert_true(directory_make(path, 0700, &err));
    assert_true(directory_make("/", 0700, &err));
    folder_add_link(&scratch, "link", "a");
    snprintf(path, sizeof path, "%s/link/x", scratch.path);
    assert_true(directory_make(path, 0700, &err));
    folder_add_file(&scratch, "file", "");
    snprintf(path, sizeof path, "%s/file", scratch.path);
    assert_false(directory_make(path, 0700, &err)); /* it exists, but is no folder */
    assert_int_equal(err.os_code, ENOTDIR);
    snprintf(path, sizeof path, "%s/file/x/y", scratch.path);
    assert_false(directory_make(path, 0700, &err));
    folder_add_link(&scratch, "dangling", "nowhere");
    snprintf(path, sizeof path, "%s/dangling", scratch.path);
    assert_false(directory_make(path, 0700, &err));
    assert_false(directory_make("", 0700, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_has_a_limit),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(pipes_are_read_to_their_end),
        cmocka_unit_test(creating_never_overwrites),
        cmocka_unit_test(replacing_leaves_old_or_new),
        cmocka_unit_test(readers_never_see_half),
        cmocka_unit_test(a_lock_excludes_until_it_is_closed),
        cmocka_unit_test(writing_at_a_place_leaves_the_position),
        cmocka_unit_test(folders_are_made_with_their_parents),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
