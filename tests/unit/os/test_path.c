/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/builder.h"
#include "base/limits.h"
#include "os/path.h"
#include "support/folder.h"
#include "support/property.h"

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

static void normal_forms(void **state)
{
    (void)state;
    static const struct {
        const char *base;
        const char *path;
        const char *normal;
    } cases[] = {
        {"/a/b", "c", "/a/b/c"},
        {"/a/b", "/c", "/c"},
        {"/a/b", "../c", "/a/c"},
        {"/a/b", "../../../../c", "/c"},
        {"/a/b", "", "/a/b"},
        {"/a/b", ".", "/a/b"},
        {"/a/b", "./././", "/a/b"},
        {"/a/b", "c//d///", "/a/b/c/d"},
        {"/", "x", "/x"},
        {"/", "..", "/"},
        {"/", "/", "/"},
        {"/", "//", "/"},
        {"/a", "/..", "/"},
        {"/a", "/../..//x/", "/x"},
        {"/a", "...", "/a/..."},
        {"/a", "..b", "/a/..b"},
        {"/a", ".b", "/a/.b"},
        {"/a", "b/..", "/a"},
        {"/a", "b/../..", "/"},
        {"/a", "b/./../c", "/a/c"},
        {"/a/../b", "c", "/b/c"},
        {"/a", " ", "/a/ "},
        {"/a", "b\nc", "/a/b\nc"},
        {"/a", "~/b", "/a/~/b"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text normal = path_normalise(&arena, text_of(cases[i].base), text_of(cases[i].path));
        assert_text(normal, cases[i].normal);
        assert_text(path_normalise(&arena, TEXT("/elsewhere"), normal), cases[i].normal);
    }
}

static void parts_of_paths(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    assert_true(path_is_within(TEXT("/a/b"), TEXT("/a")));
    assert_true(path_is_within(TEXT("/a"), TEXT("/a")));
    assert_true(path_is_within(TEXT("/a"), TEXT("/")));
    assert_true(path_is_within(TEXT("/"), TEXT("/")));
    assert_false(path_is_within(TEXT("/ab"), TEXT("/a")));
    assert_false(path_is_within(TEXT("/a"), TEXT("/a/b")));
    assert_false(path_is_within(TEXT("/"), TEXT("/a")));
    assert_text(path_relative(TEXT("/a/b/c"), TEXT("/a")), "b/c");
    assert_text(path_relative(TEXT("/a"), TEXT("/a")), ".");
    assert_text(path_relative(TEXT("/"), TEXT("/")), ".");
    assert_text(path_relative(TEXT("/a"), TEXT("/")), "a");
    assert_text(path_relative(TEXT("/ab"), TEXT("/a")), "/ab");
    assert_text(path_join(&arena, TEXT("/a"), TEXT("b")), "/a/b");
    assert_text(path_join(&arena, TEXT("/"), TEXT("b")), "/b");
    assert_text(path_join(&arena, TEXT("/a/"), TEXT("b")), "/a/b");
    assert_text(path_parent(TEXT("/a/b")), "/a");
    assert_text(path_parent(TEXT("/a")), "/");
    assert_text(path_parent(TEXT("/")), "/");
    assert_text(path_base_name(TEXT("/a/b")), "b");
    assert_text(path_base_name(TEXT("/")), "");
}

/* The same by recursion instead of a stack. `links` counts down. False: too many links, or a parent that is no
 * folder. */
static bool resolve_by_recursion(const char *path, char *done, int *links)
{
    char rest[PATH_MAX];
    memcpy(rest, path, strlen(path) + 1);
    if (rest[0] == '/') {
        done[0] = '\0';
    }
    char *save;
    for (const char *segment = strtok_r(rest, "/", &save); segment != NULL;
         segment = strtok_r(NULL, "/", &save)) {
        char target[PATH_MAX] = "";
        struct stat status;
        if (strcmp(segment, ".") == 0) {
            continue;
        }
        char *last = strrchr(done, '/');
        if (strcmp(segment, "..") == 0) {
            if (last != NULL) {
                *last = '\0';
            }
            continue;
        }
        char parent[PATH_MAX];
        memcpy(parent, done, strlen(done) + 1);
        strcat(strcat(done, "/"), segment);
        if (lstat(done, &status) != 0) {
            if (errno == ENOTDIR) {
                return false;
            }
            continue;
        }
        if (S_ISLNK(status.st_mode)) {
            ssize_t size = readlink(done, target, sizeof target - 1);
            target[size] = '\0';
            memcpy(done, parent, strlen(parent) + 1);
            if (--*links < 0 || !resolve_by_recursion(target, done, links)) {
                return false;
            }
        }
    }
    return true;
}

static const char *const farm_names[] = {"a", "b", "c", "d"};

static void draw_path(struct property *property, struct builder *out)
{
    for (uint32_t i = 1 + property_draw(property, 4); i > 0; i--) {
        uint32_t choice = property_draw(property, 7);
        builder_add_c(out, choice < 4    ? farm_names[choice]
                           : choice == 4 ? ".."
                           : choice == 5 ? "."
                                         : "missing");
        if (i > 1) {
            builder_add_c(out, property_once_in(property, 6) ? "//" : "/");
        }
    }
}

/* Folders two deep, and files and links among them; links lead anywhere, to nothing and round in circles. */
static void draw_farm(struct property *property)
{
    folder_empty(&scratch);
    for (uint32_t i = 3 + property_draw(property, 8); i > 0; i--) {
        struct builder name;
        builder_init(&name, property_arena(property));
        builder_add_c(&name, farm_names[property_draw(property, 4)]);
        if (property_draw(property, 2) == 1) {
            builder_format(&name, "/%s", farm_names[property_draw(property, 4)]);
        }
        struct text text =
            text_format(property_arena(property), "%s/%.*s", scratch.path, TEXT_ARG(builder_text(&name)));
        const char *path = text.data;
        uint32_t kind = property_draw(property, 5);
        if (kind < 2) {
            (void)mkdir(path, 0755);
            continue;
        }
        if (kind == 2) {
            int fd = open(path, O_CREAT | O_WRONLY | O_NOFOLLOW, 0600);
            if (fd >= 0) {
                close(fd);
            }
            continue;
        }
        struct builder target;
        builder_init(&target, property_arena(property));
        if (property_once_in(property, 3)) {
            builder_format(&target, "%s/", scratch.path);
        }
        draw_path(property, &target);
        if (symlink(builder_text(&target).data, path) != 0) {
            property_note(property, "%s stayed what it was", path);
        }
    }
}

static bool resolves_like_others(struct property *property, const void *context)
{
    (void)context;
    draw_farm(property);
    for (int i = 0; i < 8; i++) {
        struct builder path;
        builder_init(&path, property_arena(property));
        builder_format(&path, "%s/", scratch.path);
        draw_path(property, &path);
        struct text written = builder_text(&path);
        struct text resolved = TEXT("(failed)");
        struct error err = {.message = ""};
        bool found = path_resolve(property_arena(property), written, &resolved, &err);
        char real[PATH_MAX];
        char expected[PATH_MAX * 2] = "";
        int links = LIMIT_SYMLINKS;
        bool is_real = realpath(written.data, real) != NULL;
        bool is_expected = resolve_by_recursion(written.data, expected, &links);
        if (expected[0] == '\0') {
            strcpy(expected, "/");
        }
        property_note(property, "%s -> %.*s (%s), realpath %s, recursion %s", written.data, TEXT_ARG(resolved),
                      err.message, is_real ? real : "fails", is_expected ? expected : "fails");
        if (is_real && !(found && text_equal(resolved, text_of(real)))) {
            return false;
        }
        if (found != is_expected || (found && !text_equal(resolved, text_of(expected)))) {
            return false;
        }
    }
    return true;
}

static void links_lead_where_the_system_goes(void **state)
{
    (void)state;
    assert_true(property_holds("path_resolve", 600, resolves_like_others, NULL));
}

static void chains_of_links_have_a_limit(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    char path[PATH_MAX];
    folder_empty(&scratch);
    folder_add_file(&scratch, "0", "");
    for (int i = 1; i <= LIMIT_SYMLINKS + 1; i++) {
        char name[16];
        char target[16];
        snprintf(name, sizeof name, "%d", i);
        snprintf(target, sizeof target, "%d", i - 1);
        folder_add_link(&scratch, name, target);
    }
    struct text resolved;
    struct error err;
    snprintf(path, sizeof path, "%s/%d", scratch.path, LIMIT_SYMLINKS);
    assert_true(path_resolve(&arena, text_of(path), &resolved, &err));
    assert_text(path_base_name(resolved), "0");
    assert_int_equal(access(path, F_OK), 0); /* the kernel takes as many */
    snprintf(path, sizeof path, "%s/%d", scratch.path, LIMIT_SYMLINKS + 1);
    assert_false(path_resolve(&arena, text_of(path), &resolved, &err));
    assert_int_equal(err.os_code, ELOOP);
    assert_int_equal(access(path, F_OK), -1);
    /* A bomb: every link names the one before it twice. */
    folder_empty(&scratch);
    folder_add_folder(&scratch, "0");
    for (int i = 1; i <= 30; i++) {
        char name[16];
        char target[40];
        snprintf(name, sizeof name, "%d", i);
        snprintf(target, sizeof target, "%d/../%d", i - 1, i - 1);
        folder_add_link(&scratch, name, target);
    }
    snprintf(path, sizeof path, "%s/30", scratch.path);
    assert_false(path_resolve(&arena, text_of(path), &resolved, &err));
    assert_int_equal(err.os_code, ELOOP);
}

static void long_paths_are_refused(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    struct builder path;
    struct text resolved;
    struct error err;
    builder_init(&path, &arena);
    for (int i = 0; i < 1000; i++) {
        builder_add_c(&path, "/abc");
    }
    assert_true(path_resolve(&arena, builder_text(&path), &resolved, &err)); /* 4000 bytes */
    builder_add_repeated(&path, 'x', 94);
    assert_true(path_resolve(&arena, builder_text(&path), &resolved, &err)); /* 4094 */
    builder_add_c(&path, "xx");
    assert_false(path_resolve(&arena, builder_text(&path), &resolved, &err));
    assert_int_equal(err.os_code, ENAMETOOLONG);
    builder_init(&path, &arena);
    builder_add_char(&path, '/');
    builder_add_repeated(&path, 'x', 300); /* one name longer than any file system has */
    assert_false(path_resolve(&arena, builder_text(&path), &resolved, &err));
    builder_init(&path, &arena);
    builder_add_repeated(&path, '/', 1000000);
    assert_true(path_resolve(&arena, builder_text(&path), &resolved, &err));
    assert_text(resolved, "/");
}

/* A link through /proc leads each process that follows it somewhere else. */
static void links_through_proc_are_noted(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        bool is_through_proc;
    } cases[] = {
        {"/proc/self/cwd/x", true}, {"/proc/self/root/etc", true},  {"/proc/thread-self/cwd", true},
        {"/dev/fd/0", true},        {"/dev/stdin", true},           {"/proc/../etc", false},
        {"/procedure", false},      {"/proc/cmdline", false},       {"x", false},
        {"second", true},           {"/proc/self/../../etc", true},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char path[PATH_MAX];
        struct text resolved;
        struct error err;
        struct path_notes notes = {0};
        folder_empty(&scratch);
        folder_add_link(&scratch, "second", "/proc/self/cwd");
        folder_add_link(&scratch, "link", cases[i].target);
        if (!path_resolve_noting(&arena, TEXT("/"), text_of(folder_path(&scratch, "link", path)), &resolved,
                                 &notes, &err)) {
            fail_msg("%s: %s", cases[i].target, err.message);
        }
        assert_case(notes.through_proc == cases[i].is_through_proc, cases[i].target);
    }
}

static void files_on_the_way_are_noted(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    char path[PATH_MAX];
    struct text resolved;
    struct path_notes notes;
    struct error err;
    folder_empty(&scratch);
    folder_add_file(&scratch, "file", "");
    folder_add_link(&scratch, "link", "file");
    struct text below = text_of(folder_path(&scratch, "link/x/y", path));
    assert_false(path_resolve(&arena, below, &resolved, &err));
    assert_int_equal(err.os_code, ENOTDIR);
    assert_true(path_resolve_noting(&arena, TEXT("/"), below, &resolved, &notes, &err));
    assert_true(notes.below_file);
    assert_true(text_ends_with(resolved, TEXT("/file/x/y")));
    below = text_of(folder_path(&scratch, "missing/x", path));
    assert_true(path_resolve_noting(&arena, TEXT("/"), below, &resolved, &notes, &err));
    assert_false(notes.below_file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_forms),
        cmocka_unit_test(parts_of_paths),
        cmocka_unit_test(links_lead_where_the_system_goes),
        cmocka_unit_test(chains_of_links_have_a_limit),
        cmocka_unit_test(long_paths_are_refused),
        cmocka_unit_test(links_through_proc_are_noted),
        cmocka_unit_test(files_on_the_way_are_noted),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
