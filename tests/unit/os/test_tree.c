/* SPDX-License-Identifier: Apache-2.0 */
#include "base/builder.h"
#include "os/path.h"
#include "os/tree.h"
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

static int compare(const void *a, const void *b)
{
    const struct text *left = a;
    const struct text *right = b;
    return text_compare(*left, *right);
}

/* Everything a walk finds, sorted, one name a line, folders with a slash. Skips folders called "skip". */
static struct text walked(struct arena *arena, bool *ret_incomplete)
{
    struct tree_walk walk;
    struct tree_entry entry;
    struct text_vector names = {0};
    struct error err;
    if (!tree_walk_init(&walk, text_of(scratch.path), arena, &err)) {
        fail_msg("%s", err.message);
    }
    while (tree_walk_next(&walk, &entry)) {
        assert_true(text_equal(entry.name, path_base_name(entry.path)));
        struct text name =
            text_format(arena, "%.*s%s", TEXT_ARG(path_relative(entry.path, text_of(scratch.path))),
                        entry.is_folder ? "/" : "");
        VECTOR_PUSH(arena, &names, name);
        if (text_equal(entry.name, TEXT("skip"))) {
            tree_walk_skip(&walk);
        }
    }
    *ret_incomplete = walk.is_incomplete;
    tree_walk_release(&walk);
    struct builder out;
    builder_init(&out, arena);
    if (names.count > 0) {
        qsort(names.items, names.count, sizeof names.items[0], compare);
    }
    for (size_t i = 0; i < names.count; i++) {
        builder_format(&out, "%.*s\n", TEXT_ARG(names.items[i]));
    }
    return builder_text(&out);
}

static void everything_is_found_and_no_link_followed(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    bool incomplete;
    arena_init(&arena, 64 * 1024 * 1024);
    folder_empty(&scratch);
    assert_text(walked(&arena, &incomplete), "");
    folder_add_file(&scratch, "a", "");
    folder_add_file(&scratch, ".hidden/.b", "");
    folder_add_file(&scratch, "d/e/f", "");
    folder_add_file(&scratch, "skip/not/this", "");
    folder_add_file(&scratch, "odd\nname", "");
    folder_add_folder(&scratch, "empty");
    folder_add_link(&scratch, "loop", ".");
    folder_add_link(&scratch, "d/up", "..");
    folder_add_link(&scratch, "gone", "nowhere");
    assert_text(walked(&arena, &incomplete),
                ".hidden/\n.hidden/.b\na\nd/\nd/e/\nd/e/f\nd/up\nempty/\ngone\nloop\nodd\nname\nskip/\n");
    assert_false(incomplete);
}

static void what_is_no_folder_cannot_be_walked(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    char path[PATH_MAX];
    struct tree_walk walk;
    folder_empty(&scratch);
    folder_add_file(&scratch, "file", "");
    folder_add_link(&scratch, "link", ".");
    static const char *const names[] = {"file", "link", "missing"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct error err;
        assert_case(!tree_walk_init(&walk, text_of(folder_path(&scratch, names[i], path)), &arena, &err),
                    names[i]);
    }
}

static void what_lies_too_deep_is_reported(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    for (size_t depth = LIMIT_TREE_DEPTH - 1; depth <= LIMIT_TREE_DEPTH; depth++) {
        struct builder name;
        bool incomplete;
        folder_empty(&scratch);
        builder_init(&name, &arena);
        for (size_t i = 0; i < depth; i++) {
            builder_add_c(&name, "d/");
        }
        builder_add_c(&name, "file");
        folder_add_file(&scratch, builder_text(&name).data, "");
        struct text found = walked(&arena, &incomplete);
        assert_int_equal(text_contains(found, TEXT("/file\n")), depth < LIMIT_TREE_DEPTH);
        assert_int_equal(incomplete, depth >= LIMIT_TREE_DEPTH);
    }
}

/* Who may write to the tree exchanges a folder above for a link to another one, while it is walked. */
static void a_changed_parent_leads_nowhere_else(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct tree_walk walk;
    struct tree_entry entry;
    char from[PATH_MAX];
    char to[PATH_MAX];
    arena_init(&arena, 1024 * 1024);
    folder_empty(&scratch);
    folder_add_file(&scratch, "top/a/b/mine", "");
    folder_add_file(&scratch, "other/b/theirs", "");
    assert_true(tree_walk_init(&walk, text_of(folder_path(&scratch, "top", to)), &arena, NULL));
    assert_true(tree_walk_next(&walk, &entry));
    assert_true(tree_walk_next(&walk, &entry));
    assert_true(text_equal(entry.name, TEXT("b")));
    assert_int_equal(rename(folder_path(&scratch, "top/a", from), folder_path(&scratch, "top/c", to)), 0);
    folder_add_link(&scratch, "top/a", "../other");
    assert_true(tree_walk_next(&walk, &entry));
    assert_true(text_equal(entry.name, TEXT("mine")));
    tree_walk_release(&walk);
}

static void a_walk_can_be_left_early(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    folder_empty(&scratch);
    folder_add_file(&scratch, "a/b/c", "");
    for (int round = 0; round < 3000; round++) { /* more often than there are descriptors */
        struct tree_walk walk;
        struct tree_entry entry;
        assert_true(tree_walk_init(&walk, text_of(scratch.path), &arena, NULL));
        assert_true(tree_walk_next(&walk, &entry));
        assert_true(tree_walk_next(&walk, &entry));
        tree_walk_release(&walk);
        arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_found_and_no_link_followed),
        cmocka_unit_test(what_is_no_folder_cannot_be_walked),
        cmocka_unit_test(what_lies_too_deep_is_reported),
        cmocka_unit_test(a_changed_parent_leads_nowhere_else),
        cmocka_unit_test(a_walk_can_be_left_early),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
