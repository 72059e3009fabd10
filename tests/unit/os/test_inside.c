/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load/dotenv.h"
#include "os/file.h"
#include "os/inside.h"
#include "support/scratch.h"

static bool opens(struct scratch *scratch, const char *path, bool makes, struct error *err)
{
    AUTO_CLOSE fd = inside_open_folder(scratch->folder, text_of(path), makes, err);
    return fd >= 0;
}

static void test_folders(void **state)
{
    struct scratch *scratch = *state;
    struct error err = {0};
    assert_false(opens(scratch, "a/b", false, &err));
    assert_int_equal(err.os_code, ENOENT);
    assert_true(opens(scratch, "a/b", true, &err));
    assert_true(opens(scratch, "a/b", true, &err));
    assert_true(opens(scratch, "a", false, &err));
    static const char *const crooked[] = {"", "/a", "a/", "a//b", "./a", "a/../a", "..", "."};
    for (size_t i = 0; i < sizeof crooked / sizeof crooked[0]; i++) {
        assert_false(opens(scratch, crooked[i], true, &err));
        assert_non_null(strstr(err.message, "plain path"));
    }
    assert_int_equal(symlink("a", scratch_path(scratch, "link")), 0);
    assert_false(opens(scratch, "link", false, &err));
    assert_false(opens(scratch, "link/b", true, &err));
    assert_non_null(strstr(err.message, "symbolic link"));
    scratch_write(scratch, "file", TEXT("x"));
    assert_false(opens(scratch, "file/b", true, &err));
}

static void test_files(void **state)
{
    struct scratch *scratch = *state;
    struct arena *arena = &scratch->arena;
    struct error err = {0};
    struct text text;
    assert_true(opens(scratch, "a", true, &err));
    scratch_write(scratch, "a/f", TEXT("content"));
    assert_true(inside_read_path(scratch->folder, TEXT("a/f"), 100, arena, &text, &err));
    assert_true(text_equal(text, TEXT("content")));
    assert_false(inside_read_path(scratch->folder, TEXT("a/f"), 6, arena, &text, &err));
    assert_false(inside_read_path(scratch->folder, TEXT("a/none"), 6, arena, &text, &err));
    assert_int_equal(err.os_code, ENOENT);
    assert_false(inside_read_path(scratch->folder, TEXT("a/../a/f"), 100, arena, &text, &err));
    assert_false(inside_read_path(scratch->folder, TEXT("a"), 100, arena, &text, &err));
    assert_int_equal(symlink("f", scratch_path(scratch, "a/link")), 0);
    assert_false(inside_read_path(scratch->folder, TEXT("a/link"), 100, arena, &text, &err));
    assert_int_equal(mkfifo(scratch_path(scratch, "a/pipe"), 0600), 0);
    assert_false(inside_read_path(scratch->folder, TEXT("a/pipe"), 100, arena, &text, &err));
    struct text_vector names;
    bool is_all;
    AUTO_CLOSE folder = inside_open_folder(scratch->folder, TEXT("a"), false, &err);
    assert_true(inside_list(folder, "a", 10, arena, &names, &is_all, &err));
    assert_true(is_all);
    assert_int_equal(names.count, 3);
    assert_true(text_equal(names.items[0], TEXT("f")) && text_equal(names.items[2], TEXT("pipe")));
    assert_true(inside_list(folder, "a", 2, arena, &names, &is_all, &err));
    assert_false(is_all);
    assert_int_equal(names.count, 2);
}

static void test_env_files(void **state)
{
    struct scratch *scratch = *state;
    struct text_vector places;
    struct text_vector sources;
    static const char *const read[] = {".env", ".env.local"};
    static const char *const others[] = {".env.example", ".env.sample", ".env.template", ".environment",
                                         "x.env"};
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
        scratch_write(scratch, read[i], TEXT("A=1"));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        scratch_write(scratch, others[i], TEXT("no"));
    }
    assert_int_equal(symlink("x.env", scratch_path(scratch, ".env.link")), 0);
    assert_true(opens(scratch, ".env.d", true, NULL));
    assert_true(dotenv_read(text_of(scratch->folder), &scratch->arena, &places, &sources, NULL));
    assert_int_equal(sources.count, 2);
    for (size_t i = 0; i < sources.count; i++) {
        assert_true(text_equal(sources.items[i], TEXT("A=1")));
    }
    assert_int_equal(places.count, 3);
    assert_string_equal(places.items[0].data, scratch->folder);
    assert_string_equal(places.items[2].data, scratch_path(scratch, ".env.local"));
    assert_false(dotenv_read(TEXT("/nonexistent/x"), &scratch->arena, &places, &sources, NULL));
    assert_int_equal(places.count, 1); /* it may come to be */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_folders, scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_files, scratch_set_up, scratch_tear_down),
        cmocka_unit_test_setup_teardown(test_env_files, scratch_set_up, scratch_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
