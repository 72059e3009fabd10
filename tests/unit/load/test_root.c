/* SPDX-License-Identifier: Apache-2.0 */
#include "load/workspace.h"
#include "support/folder.h"

static struct folder folder;

static int set_up(void **state)
{
    (void)state;
    folder_make(&folder);
    folder_add_file(&folder, "repo/.git/config", "");
    folder_add_file(&folder, "repo/src/deep/a.c", "");
    folder_add_file(&folder, "repo/nested/.git/config", "");
    folder_add_file(&folder, "repo/nested/src/b.c", "");
    folder_add_file(&folder, "tree/.git", "gitdir: elsewhere\n");
    folder_add_folder(&folder, "tree/src");
    folder_add_link(&folder, "link", "repo/src");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

/* Paths below the folder; NULL for a failure. */
static void roots_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *named;
        const char *start;
        const char *root;
        const char *as_named;
    } cases[] = {
        {"", "repo", "repo", "repo"},
        {"", "repo/src/deep", "repo", "repo"},
        {"", "repo/missing/deeper", "repo", "repo"},
        {"", "repo/nested/src", "repo/nested", "repo/nested"},
        {"", "tree/src", "tree", "tree"},
        {"src", "repo", "repo/src", "repo/src"},
        {"../nested", "repo/src", "repo/nested", "repo/nested"},
        {"link", "", "repo/src", "link"},
        {"missing", "repo", NULL, NULL},
        {"src/deep/a.c", "repo", NULL, NULL},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct workspace workspace = {0};
        struct error err;
        struct text start =
            text_format(&arena, "%s%s%s", folder.path, *cases[i].start == '\0' ? "" : "/", cases[i].start);
        bool found = workspace_find_root(&workspace, text_of(cases[i].named), start, &arena, &err);
        assert_case(found == (cases[i].root != NULL), cases[i].start);
        if (found) {
            assert_text(workspace.root, text_format(&arena, "%s/%s", folder.path, cases[i].root).data);
            assert_text(workspace.root_as_named,
                        text_format(&arena, "%s/%s", folder.path, cases[i].as_named).data);
        }
    }
}

/* A policy that extends files rests on them as on itself. */
static void bases_belong_to_the_boundary(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    struct digest first = {0};
    folder_add_folder(&folder, "state");
    folder_add_file(&folder, "op/policy.json", "{\"allow\":[\"file.read\"],\"extends\":\"../repo/base.json\"}");
    for (int round = 0; round < 2; round++) {
        char path[PATH_MAX];
        struct workspace workspace = {0};
        struct error err = {.message = ""};
        folder_add_file(&folder, "repo/base.json",
                        round == 0 ? "{\"deny\":[\"a.b\"]}" : "{\"deny\":[\"a.c\"]}");
        struct workspace_options options = {
            .policy = text_copy(&arena, text_of(folder_path(&folder, "op/policy.json", path))),
            .start = text_of(folder.path),
            .home = TEXT("/nonexistent"),
            .state_folder = text_copy(&arena, text_of(folder_path(&folder, "state", path))),
        };
        struct text repo = text_format(&arena, "%s/repo", folder.path);
        if (!workspace_find_root(&workspace, TEXT(""), repo, &arena, &err) ||
            !workspace_load(&workspace, &options, &arena, &err)) {
            fail_msg("%s", err.message);
        }
        bool is_listed = false;
        for (size_t i = 0; i < workspace.boundary_files.count; i++) {
            is_listed = is_listed || text_ends_with(workspace.boundary_files.items[i], TEXT("/repo/base.json"));
        }
        assert_true(is_listed);
        if (round == 0) {
            first = workspace.digest;
        } else {
            assert_memory_not_equal(first.bytes, workspace.digest.bytes, DIGEST_SIZE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_found),
        cmocka_unit_test(bases_belong_to_the_boundary),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
