/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/scaffold.h"

#include "lang/lang.h"
#include "load/document_layer.h"
#include "os/file.h"
#include "support/folder.h"

static struct folder folder;

static int set_up(void **state)
{
    (void)state;
    folder_make(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

static struct text content(struct arena *arena, const char *name)
{
    char path[PATH_MAX];
    struct text text = {0};
    struct error err;
    if (!file_read_path(AT_FDCWD, folder_path(&folder, name, path), 1024 * 1024, arena, &text, &err)) {
        fail_msg("%s", err.message);
    }
    return text;
}

static void what_is_written_is_understood(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    struct scaffold scaffold = {0};
    struct error err;
    folder_empty(&folder);
    assert_true(scaffold_policy(text_of(folder.path), &preset_default, &scaffold, &arena, &err));
    assert_true(scaffold_task(text_of(folder.path), TEXT("fix-test_1"), &scaffold, &arena, &err));
    assert_int_equal(scaffold.count, SCAFFOLD_FILES);
    static const char *const documents[] = {".aex/policy.aex", "tasks/fix-test_1.aex"};
    for (size_t i = 0; i < COUNT_OF(documents); i++) {
        struct text source = content(&arena, documents[i]);
        struct diagnostics diagnostics = {.arena = &arena};
        (void)lang_parse(text_of(documents[i]), source, &arena, &diagnostics);
        assert_case(diagnostics.error_count == 0, documents[i]);
    }
    struct json value;
    assert_true(json_parse(content(&arena, "tasks/fix-test_1.inputs.json"), &arena, &value, &err));
    struct layer layer = {.name = TEXT("x"), .file = TEXT("x")};
    char path[PATH_MAX];
    struct text policy = content(&arena, "tasks/fix-test_1.policy.json");
    assert_true(json_layer(&layer, text_of(folder_path(&folder, "tasks/fix-test_1.policy.json", path)), policy,
                           &arena, &err));
    assert_int_equal(layer.rules.count, 6);
    assert_true(layer.has_call_budget);
}

static void nothing_is_overwritten(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    struct scaffold scaffold = {0};
    struct error err;
    folder_empty(&folder);
    folder_add_file(&folder, ".aex/policy.aex", "mine");
    folder_add_link(&folder, ".aex/.gitignore", "../elsewhere");
    assert_true(scaffold_policy(text_of(folder.path), &preset_default, &scaffold, &arena, &err));
    assert_true(scaffold.files[0].existed && scaffold.files[1].existed);
    assert_true(folder_holds(&folder, ".aex/policy.aex", "mine"));
    assert_false(folder_holds(&folder, "elsewhere", "checkpoints/\n")); /* not through a link either */
    folder_empty(&folder);
    folder_add_file(&folder, ".aex", "a file in the way");
    scaffold = (struct scaffold){0};
    assert_false(scaffold_policy(text_of(folder.path), &preset_default, &scaffold, &arena, &err));
}

static void names_stay_in_their_folder(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",    "a/b",      "../x", ".",  "..", "a b",
                                        "a.b", "\xC3\xA9", "a\nb", "/x", "~",  "a%s"};
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    folder_empty(&folder);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct scaffold scaffold = {0};
        struct error err;
        assert_case(!scaffold_task(text_of(folder.path), text_of(wrong[i]), &scaffold, &arena, &err), wrong[i]);
        assert_int_equal(scaffold.count, 0);
    }
    assert_int_equal(rmdir(folder.path), 0);
    assert_int_equal(mkdir(folder.path, 0755), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_understood),
        cmocka_unit_test(nothing_is_overwritten),
        cmocka_unit_test(names_stay_in_their_folder),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
