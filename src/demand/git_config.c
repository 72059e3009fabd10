/* SPDX-License-Identifier: Apache-2.0 */
/* What git's configuration says about where hooks and more configuration are: git-config(1), "Syntax", as far
 * as core.hooksPath, include.path and includeIf.*.path go. */
#include <fcntl.h>
#include <sys/stat.h>

#include "demand/boundary.h"
#include "os/file.h"
#include "os/path.h"
#include "pattern/glob.h"

enum { LARGEST_CONFIGURATION = 1024 * 1024, MOST_FILES = 64 };

/* One configuration being read. */
struct reading {
    struct demand_build *build;
    struct text_vector *paths;
    struct text_vector *files; /* read or to be read */
    struct text folder;        /* of the file */
    struct text section;       /* "core", "include", "includeif"; lower case does not matter */
};

/* Quotes and escapes taken out, up to a comment. */
static struct text read_value(struct arena *arena, struct text written)
{
    struct text text = text_trim_space(written);
    char *value = arena_alloc(arena, text.size + 1);
    size_t size = 0;
    size_t kept = 0; /* without the blanks at the end, unless quoted */
    bool is_quoted = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (!is_quoted && (c == '#' || c == ';')) {
            break;
        }
        if (c == '"') {
            is_quoted = !is_quoted;
            kept = size;
            continue;
        }
        if (c == '\\' && i + 1 < text.size) {
            c = text.data[++i];
        }
        value[size++] = c;
        if (is_quoted || (c != ' ' && c != '\t')) {
            kept = size;
        }
    }
    return (struct text){value, kept};
}

/* A path as git reads it: "~/" is the home folder, others start at `base`. Both forms are added. */
static struct text add_path(struct reading *reading, struct text base, struct text value)
{
    struct arena *arena = reading->build->arena;
    struct text path = text_starts_with(value, TEXT("~/"))
                           ? path_normalise(arena, reading->build->context->home, text_after(value, 2))
                           : path_normalise(arena, base, value);
    struct text resolved = path;
    (void)path_resolve(arena, path, &resolved, NULL);
    VECTOR_PUSH(arena, reading->paths, glob_fold(arena, path));
    VECTOR_PUSH(arena, reading->paths, glob_fold(arena, resolved));
    return path;
}

/* "[core]", "[includeIf \"gitdir:x\"]": its name, and what follows on the line. */
static struct text read_section(struct reading *reading, struct text line)
{
    bool is_quoted = false;
    size_t end = 1;
    while (end < line.size && (is_quoted || line.data[end] != ']')) {
        is_quoted = is_quoted != (line.data[end] == '"');
        end++;
    }
    struct text name = text_slice(line, 1, end);
    size_t blank = text_find_char(name, ' ');
    reading->section = blank == TEXT_NOT_FOUND ? name : text_slice(name, 0, blank);
    return text_trim_space(text_after(line, end + 1));
}

static void read_line(struct reading *reading, struct text line)
{
    line = text_trim_space(line);
    if (text_starts_with(line, TEXT("["))) {
        line = read_section(reading, line);
    }
    size_t equals = text_find_char(line, '=');
    if (equals == TEXT_NOT_FOUND) {
        return;
    }
    struct text key = text_trim_space(text_slice(line, 0, equals));
    struct text value = read_value(reading->build->arena, text_after(line, equals + 1));
    bool includes = text_equal_ignoring_case(reading->section, TEXT("include")) ||
                    text_equal_ignoring_case(reading->section, TEXT("includeif"));
    if (value.size == 0 || text_has_nul(value)) {
        return;
    }
    if (includes && text_equal_ignoring_case(key, TEXT("path"))) {
        struct text file = add_path(reading, reading->folder, value);
        if (reading->files->count < MOST_FILES) {
            VECTOR_PUSH(reading->build->arena, reading->files, file);
        }
    } else if (text_equal_ignoring_case(reading->section, TEXT("core")) &&
               text_equal_ignoring_case(key, TEXT("hooksPath"))) {
        (void)add_path(reading, reading->build->context->root, value);
    }
}

/* A file of one line, "gitdir: X" or just "X", as a path starting at its own folder. Empty when there is none.
 */
static struct text read_pointer(struct demand_build *build, struct text file, struct text opening)
{
    struct text content;
    if (!file_read_path(AT_FDCWD, text_to_c(build->arena, file), LARGEST_CONFIGURATION, build->arena, &content,
                        NULL) ||
        !text_starts_with(content, opening)) {
        return (struct text){0};
    }
    struct text target = text_trim_space(text_after(content, opening.size));
    if (target.size == 0 || text_has_nul(target)) {
        return (struct text){0};
    }
    return path_normalise(build->arena, path_parent(file), target);
}

/* The repository's configuration: of a worktree, .git is a file that says where its part is, and that says
 * where the part is that all worktrees share. */
static void add_repository(struct demand_build *build, struct text_vector *files)
{
    struct arena *arena = build->arena;
    struct text git = path_join(arena, build->context->root, TEXT(".git"));
    struct stat status;
    bool is_folder = lstat(git.data, &status) == 0 && S_ISDIR(status.st_mode);
    struct text own = is_folder ? git : read_pointer(build, git, TEXT("gitdir:"));
    if (own.size == 0) {
        own = git;
    }
    struct text common = read_pointer(build, path_join(arena, own, TEXT("commondir")), TEXT(""));
    VECTOR_PUSH(arena, files, path_join(arena, own, TEXT("config.worktree")));
    VECTOR_PUSH(arena, files, path_join(arena, common.size > 0 ? common : own, TEXT("config")));
}

const struct text_vector *boundary_git_paths(struct demand_build *build)
{
    struct arena *arena = build->arena;
    if (build->git_paths != NULL) {
        return build->git_paths;
    }
    struct text_vector *paths = ARENA_NEW(arena, struct text_vector);
    struct text_vector files = {0};
    add_repository(build, &files);
    if (build->context->home.size > 0) {
        VECTOR_PUSH(arena, &files, path_join(arena, build->context->home, TEXT(".gitconfig")));
        VECTOR_PUSH(arena, &files, path_join(arena, build->context->home, TEXT(".config/git/config")));
    }
    for (size_t i = 0; i < files.count; i++) {
        struct text file = files.items[i];
        struct text content;
        if (!file_read_path(AT_FDCWD, text_to_c(arena, file), LARGEST_CONFIGURATION, arena, &content, NULL)) {
            continue;
        }
        struct reading reading = {.build = build, .paths = paths, .files = &files, .folder = path_parent(file)};
        struct text line;
        while (text_next(&content, '\n', &line)) {
            read_line(&reading, line);
        }
    }
    build->git_paths = paths;
    return paths;
}
