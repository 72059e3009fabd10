/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/protected.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/path.h"
#include "os/tree.h"
#include "pattern/glob.h"

enum place { PLACE_ANYWHERE, PLACE_HOME, PLACE_SYSTEM };

struct entry {
    enum place place;
    struct text path;
};

static const struct entry entries[] = {
#define ANYWHERE(path) {PLACE_ANYWHERE, TEXT_INIT(path)},
#define HOME(path) {PLACE_HOME, TEXT_INIT(path)},
#define SYSTEM(path) {PLACE_SYSTEM, TEXT_INIT(path)},
#include "demand/protected.def"
#undef ANYWHERE
#undef HOME
#undef SYSTEM
};

enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };

/* Whether `run` ("a" or "a/b") stands in `path` as whole segments; `ret_end` is where it ends. */
static bool find_segments(struct text path, struct text run, size_t *ret_end)
{
    for (size_t at = 0; at < path.size; at++) {
        bool starts = path.data[at] == '/' && text_starts_with(text_after(path, at + 1), run);
        size_t end = at + 1 + run.size;
        if (starts && (end == path.size || path.data[end] == '/')) {
            *ret_end = end;
            return true;
        }
    }
    return false;
}

/* Git's hooks and configuration, of the repository itself, of worktrees and of submodules; and .git itself,
 * which as a file can lead elsewhere. */
static bool is_git_control(struct text path)
{
    size_t end;
    if (!find_segments(path, TEXT(".git"), &end)) {
        return false;
    }
    struct text rest = text_after(path, end);
    size_t ignored;
    return rest.size == 0 || find_segments(rest, TEXT("hooks"), &ignored) ||
           text_ends_with(rest, TEXT("/config")) || text_ends_with(rest, TEXT("/config.worktree"));
}

/* A contract that does not exist yet, in the folder where generated contracts go: writing one is ordinary work.
 */
static bool is_new_run(struct text path, struct arena *arena)
{
    struct text folder = path_parent(path);
    struct stat status;
    return text_equal(path_base_name(folder), TEXT("runs")) &&
           text_equal(path_base_name(path_parent(folder)), TEXT(".aex")) &&
           text_ends_with(path, TEXT(".aex")) && lstat(text_to_c(arena, path), &status) != 0;
}

static bool is_listed(struct demand_build *build, struct text path)
{
    struct text home = glob_fold(build->arena, build->context->home);
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        struct text listed = entries[i].path;
        size_t end;
        bool is_hit = false;
        switch (entries[i].place) {
        case PLACE_ANYWHERE:
            is_hit = find_segments(path, listed, &end);
            break;
        case PLACE_HOME:
            is_hit = home.size > 0 && path_is_within(path, path_join(build->arena, home, listed));
            break;
        case PLACE_SYSTEM:
            is_hit = path_is_within(path, listed);
            break;
        }
        if (is_hit) {
            return true;
        }
    }
    return is_git_control(path);
}

/* Where git was told to look for hooks: `hooksPath = X` in the repository's configuration. */
static bool is_hooks_path(struct demand_build *build, struct text path)
{
    struct text configuration;
    struct text file = path_join(build->arena, build->context->root, TEXT(".git/config"));
    if (!file_read_path(AT_FDCWD, file.data, 1024 * 1024, build->arena, &configuration, NULL)) {
        return false;
    }
    struct text line;
    while (text_next(&configuration, '\n', &line)) {
        size_t equals = text_find_char(line, '=');
        if (equals == TEXT_NOT_FOUND ||
            !text_equal_ignoring_case(text_trim_space(text_slice(line, 0, equals)), TEXT("hooksPath"))) {
            continue;
        }
        struct text value = text_trim_space(text_after(line, equals + 1));
        if (value.size > 0 && path_is_within(path, path_normalise(build->arena, build->context->root, value))) {
            return true;
        }
    }
    return false;
}

/* What this run itself rests on: the files loaded to decide, the state, the program. */
static bool is_ours(struct demand_build *build, struct text path)
{
    const struct demand_context *context = build->context;
    for (size_t i = 0; i < context->boundary_file_count; i++) {
        if (path_is_within(context->boundary_files[i], path)) {
            return true;
        }
    }
    for (size_t i = 0; i < context->boundary_folder_count; i++) {
        if (path_is_within(path, context->boundary_folders[i])) {
            return true;
        }
    }
    if (context->state_folder.size > 0 &&
        (path_is_within(path, context->state_folder) || path_is_within(context->state_folder, path))) {
        return true;
    }
    return context->program.size > 0 && path_is_within(context->program, path);
}

static bool is_same_file(const struct stat *status, struct text path, struct arena *arena)
{
    struct stat other;
    return stat(text_to_c(arena, path), &other) == 0 && other.st_dev == status->st_dev &&
           other.st_ino == status->st_ino;
}

/* Whether a file in `folder`, at any depth, is the inode in `status`. */
static bool holds_inode(const struct stat *status, struct text folder, struct arena *arena)
{
    enum { FILES_LOOKED_AT = 4096 };
    struct tree_walk walk;
    if (!tree_walk_init(&walk, folder, arena, NULL)) {
        return is_same_file(status, folder, arena);
    }
    struct tree_entry entry;
    bool found = false;
    for (size_t i = 0; !found && i < FILES_LOOKED_AT && tree_walk_next(&walk, &entry); i++) {
        found = !entry.is_folder && is_same_file(status, entry.path, arena);
    }
    tree_walk_release(&walk);
    return found;
}

/* A hard link to a protected file is that file. Only files with more than one name cost anything. */
static bool is_hard_link(struct demand_build *build, struct text resolved)
{
    struct arena *arena = build->arena;
    const struct demand_context *context = build->context;
    struct stat status;
    if (stat(text_to_c(arena, resolved), &status) != 0 || S_ISDIR(status.st_mode) || status.st_nlink < 2) {
        return false;
    }
    for (size_t i = 0; i < context->boundary_file_count; i++) {
        if (is_same_file(&status, context->boundary_files[i], arena)) {
            return true;
        }
    }
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        struct text base = entries[i].place == PLACE_HOME ? context->home : context->root;
        struct text place =
            entries[i].place == PLACE_SYSTEM ? entries[i].path : path_join(arena, base, entries[i].path);
        if (holds_inode(&status, place, arena)) {
            return true;
        }
    }
    return is_same_file(&status, path_join(arena, context->root, TEXT(".git/config")), arena) ||
           holds_inode(&status, path_join(arena, context->root, TEXT(".git/hooks")), arena) ||
           (context->state_folder.size > 0 && holds_inode(&status, context->state_folder, arena));
}

static bool is_protected_path(struct demand_build *build, struct text path, enum protection protection)
{
    if (protection == PROTECTED_FROM_READING) {
        struct text keys = path_join(build->arena, build->context->state_folder, TEXT("keys"));
        return build->context->state_folder.size > 0 && path_is_within(path, keys);
    }
    if (is_ours(build, path)) {
        return true;
    }
    return is_listed(build, glob_fold(build->arena, path)) || is_hooks_path(build, path);
}

bool protected_from(struct demand_build *build, const struct both_forms *forms, enum protection protection)
{
    if (protection == PROTECTED_FROM_WRITING && is_new_run(forms->lexical, build->arena) &&
        text_equal(forms->lexical, forms->resolved) && !is_ours(build, forms->resolved)) {
        return false;
    }
    bool is_one = text_equal(forms->lexical, forms->resolved);
    return is_protected_path(build, forms->lexical, protection) ||
           (!is_one && is_protected_path(build, forms->resolved, protection)) ||
           (protection == PROTECTED_FROM_WRITING && is_hard_link(build, forms->resolved));
}
