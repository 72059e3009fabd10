/* SPDX-License-Identifier: Apache-2.0 */
/* A scratch house to install in: a home, a workspace, a state folder, and pictures of all that is in them. */
#ifndef AEX_TESTS_UNIT_SETUP_HOUSE_H
#define AEX_TESTS_UNIT_SETUP_HOUSE_H

#include "os/file.h"
#include "os/path.h"
#include "os/tree.h"
#include "setup/install.h"
#include "support/folder.h"

enum { MEMORY = 1024 * 1024 * 1024 };

struct house {
    struct arena arena;
    struct folder scratch;
    struct text folder; /* its path */
    struct setup_options options;
};

static struct text make_folder(struct house *house, const char *name)
{
    struct text path = text_format(&house->arena, "%.*s/%s", TEXT_ARG(house->folder), name);
    assert_true(directory_make(path.data, 0700, NULL));
    return path;
}

static void house_build(struct house *house, enum setup_agent agent, enum setup_scope scope)
{
    arena_init(&house->arena, MEMORY);
    folder_make(&house->scratch);
    house->folder = text_of(house->scratch.path);
    struct text home = make_folder(house, "home");
    house->options = (struct setup_options){
        .agent = agent,
        .scope = scope,
        .root = make_folder(house, "work"),
        .home = home,
        .claude_folder = path_join(&house->arena, home, TEXT(".claude")),
        .claude_file = path_join(&house->arena, home, TEXT(".claude.json")),
        .codex_folder = path_join(&house->arena, home, TEXT(".codex")),
        .system_root = make_folder(house, "system"),
        .state_folder = make_folder(house, "state"),
        .program = TEXT("/usr/bin/aex"),
    };
}

static void house_tear_down(struct house *house)
{
    folder_remove(&house->scratch);
    arena_release(&house->arena);
}

static struct text place(struct house *house, const char *path)
{
    return text_format(&house->arena, "%.*s/%s", TEXT_ARG(house->folder), path);
}

static void write_file(struct house *house, const char *path, struct text content, mode_t mode)
{
    struct text full = place(house, path);
    assert_true(directory_make(text_to_c(&house->arena, path_parent(full)), 0755, NULL));
    assert_true(file_replace(AT_FDCWD, full.data, content, mode, NULL));
}

/* Names, modes and contents of everything but the state, as one text. */
static struct text picture(struct house *house)
{
    struct builder out;
    struct text_vector lines = {0};
    struct tree_walk walk;
    struct tree_entry entry;
    builder_init(&out, &house->arena);
    assert_true(tree_walk_init(&walk, house->folder, &house->arena, NULL));
    while (tree_walk_next(&walk, &entry)) {
        struct stat status;
        struct text content = TEXT("");
        const char *path = text_to_c(&house->arena, entry.path);
        if (path_is_within(entry.path, house->options.state_folder)) {
            continue;
        }
        assert_int_equal(lstat(path, &status), 0);
        if (S_ISREG(status.st_mode)) {
            assert_true(file_read_path(AT_FDCWD, path, MEMORY, &house->arena, &content, NULL));
        }
        struct text line =
            text_format(&house->arena, "%s %o %.*s\n", path, (unsigned)status.st_mode, TEXT_ARG(content));
        VECTOR_PUSH(&house->arena, &lines, line);
    }
    tree_walk_release(&walk);
    for (size_t i = 1; i < lines.count; i++) {
        for (size_t j = i; j > 0 && text_compare(lines.items[j], lines.items[j - 1]) < 0; j--) {
            struct text other = lines.items[j];
            lines.items[j] = lines.items[j - 1];
            lines.items[j - 1] = other;
        }
    }
    for (size_t i = 0; i < lines.count; i++) {
        builder_add(&out, lines.items[i]);
    }
    return builder_text(&out);
}

static struct text read_back(struct house *house, const char *path)
{
    struct text content;
    assert_true(file_read_path(AT_FDCWD, place(house, path).data, MEMORY, &house->arena, &content, NULL));
    return content;
}

static void assert_same(struct text got, struct text expected)
{
    if (!text_equal(got, expected)) {
        print_message("expected:\n%s\ngot:\n%s\n", expected.data, got.data);
    }
    assert_true(text_equal(got, expected));
}

#endif
