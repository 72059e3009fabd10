/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/git_changes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "os/child.h"
#include "os/file.h"
#include "os/path.h"

enum {
    MOST_WORDS = 32,
    MOST_CHANGES = 2000, /* half of LIMIT_DEMANDS */
};

struct inquiry {
    struct demand_build *build;
    struct git_change_vector *changes;
    /* The person's own settings count, as they do when the agent runs git: which files are ignored everywhere.
     * Not where they could make git run a filter. */
    bool knows_home;
};

/* What git prints, asked with `words` (ending with NULL) in the workspace's root. No hook, monitor or transport
 * is used, and nothing is written; it has three seconds. */
static bool ask_git(const struct inquiry *inquiry, const char *const *words, struct text *ret_output)
{
    struct arena *arena = inquiry->build->arena;
    const struct demand_context *context = inquiry->build->context;
    const char *all[MOST_WORDS] = {
        "timeout",
        "3",
        "/usr/bin/env",
        inquiry->knows_home ? text_format(arena, "HOME=%.*s", TEXT_ARG(context->home)).data : "LC_ALL=C",
        "/usr/bin/git",
        "--no-optional-locks",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "protocol.allow=never",
        "-C",
        text_to_c(arena, context->root)};
    size_t count = 14;
    for (size_t i = 0; words[i] != NULL; i++) {
        if (count + 1 == MOST_WORDS) {
            return false;
        }
        all[count++] = words[i];
    }
    return child_capture("/usr/bin/timeout", all, arena, ret_output, NULL);
}

/* The commit that git makes of `revision`, as digits. */
static bool parse_revision(const struct inquiry *inquiry, struct text revision, struct text *ret_commit)
{
    struct arena *arena = inquiry->build->arena;
    struct text name = text_format(arena, "%.*s^{commit}", TEXT_ARG(revision));
    const char *const words[] = {"rev-parse", "--verify", "--quiet", name.data, NULL};
    struct text output;
    if (!ask_git(inquiry, words, &output)) {
        return false;
    }
    *ret_commit = text_copy(arena, text_trim_space(output));
    return ret_commit->size >= 40;
}

/* The commit that `revision` names. One that could be a branch or something else (a tag of the same name comes
 * first for some commands, the branch for others) names none. */
static bool find_commit(const struct inquiry *inquiry, struct text revision, struct text *ret_commit)
{
    struct text branch = text_format(inquiry->build->arena, "refs/heads/%.*s", TEXT_ARG(revision));
    struct text of_branch;
    return parse_revision(inquiry, revision, ret_commit) &&
           (!parse_revision(inquiry, branch, &of_branch) || text_equal(*ret_commit, of_branch));
}

/* `git switch NAME` makes a branch from the one remote that has it. With more than one it may choose by its
 * configuration. */
static bool find_remote_branch(const struct inquiry *inquiry, struct text name, struct text *ret_commit)
{
    struct text pattern = text_format(inquiry->build->arena, "refs/remotes/*/%.*s", TEXT_ARG(name));
    const char *const words[] = {"for-each-ref", "--format=%(objectname)", pattern.data, NULL};
    struct text output;
    if (text_find_char(name, '@') != TEXT_NOT_FOUND || !ask_git(inquiry, words, &output)) {
        return false;
    }
    *ret_commit = text_copy(inquiry->build->arena, text_trim_space(output));
    return ret_commit->size >= 40 && text_find_char(*ret_commit, '\n') == TEXT_NOT_FOUND;
}

static bool is_folder(struct demand_build *build, struct text path)
{
    struct stat status;
    return lstat(text_to_c(build->arena, path), &status) == 0 && S_ISDIR(status.st_mode);
}

/* "LETTER NUL PATH NUL" again and again, as --name-status -z prints it. */
static bool read_changes(const struct inquiry *inquiry, struct text output)
{
    struct demand_build *build = inquiry->build;
    struct text letter;
    struct text path;
    while (output.data != NULL && output.size > 0) {
        if (!text_next(&output, '\0', &letter) || output.data == NULL || !text_next(&output, '\0', &path) ||
            letter.size != 1 || path.size == 0 || path.data[0] == '/' ||
            inquiry->changes->count == MOST_CHANGES) {
            return false;
        }
        struct git_change change = {.path = path_join(build->arena, build->context->root, path),
                                    .is_deleted = letter.data[0] == 'D'};
        change.is_tree = is_folder(build, change.path); /* a submodule, or a file takes a folder's place */
        VECTOR_PUSH(build->arena, inquiry->changes, change);
    }
    return true;
}

static bool add_difference(const struct inquiry *inquiry, const char *from, const char *to, const char *option)
{
    const char *const words[] = {
        "diff-tree", "-r", "--no-renames", "--name-status", "-z", from, to, "--ignore-submodules=dirty",
        option,      NULL};
    struct text output;
    return ask_git(inquiry, words, &output) && read_changes(inquiry, output);
}

static bool add_from_working_tree(const struct inquiry *inquiry, const char *command, const char *commit)
{
    const char *const words[] = {
        command, "--no-renames", "--name-status", "-z", "--ignore-submodules=dirty", "-R", commit, NULL};
    struct text output;
    return ask_git(inquiry, words, &output) && read_changes(inquiry, output);
}

/* `git checkout NAME` where no revision is called NAME. */
static bool add_named_file(const struct inquiry *inquiry, struct text folder, struct text name)
{
    struct demand_build *build = inquiry->build;
    struct git_change change = {.path = path_normalise(build->arena, folder, name)};
    struct stat status;
    if (lstat(text_to_c(build->arena, change.path), &status) != 0) {
        return false;
    }
    change.is_tree = S_ISDIR(status.st_mode);
    VECTOR_PUSH(build->arena, inquiry->changes, change);
    return true;
}

static bool add_switch(const struct inquiry *inquiry, const struct shell_demand *demand, struct text folder)
{
    struct text commit;
    if (!find_commit(inquiry, demand->value, &commit)) {
        if (demand->change == SHELL_CHANGE_CHECKOUT && add_named_file(inquiry, folder, demand->value)) {
            return true;
        }
        if (!find_remote_branch(inquiry, demand->value, &commit)) {
            return false;
        }
    }
    return add_difference(inquiry, "HEAD", commit.data, NULL);
}

/* What was untracked when it was put away lies in a third parent: too rare to be followed. */
static bool add_stash(const struct inquiry *inquiry, struct text entry)
{
    struct arena *arena = inquiry->build->arena;
    struct text commit;
    struct text before;
    struct text untracked;
    return find_commit(inquiry, entry, &commit) &&
           !find_commit(inquiry, text_format(arena, "%.*s^3", TEXT_ARG(commit)), &untracked) &&
           find_commit(inquiry, text_format(arena, "%.*s^1", TEXT_ARG(commit)), &before) &&
           add_difference(inquiry, before.data, commit.data, NULL) &&
           add_difference(inquiry, before.data, "HEAD", NULL);
}

/* What `git rebase` takes over, commit by commit: what a later one undoes is there for a moment. A setting may
 * put away and bring back what is not committed. */
static bool add_rebase(const struct inquiry *inquiry, struct text revision)
{
    struct text commit;
    if (!find_commit(inquiry, revision, &commit)) {
        return false;
    }
    struct text range = text_format(inquiry->build->arena, "%.*s..HEAD", TEXT_ARG(commit));
    const char *const words[] = {"log",
                                 "--format=",
                                 "--name-status",
                                 "-z",
                                 "-m",
                                 "--no-renames",
                                 "--no-notes",
                                 "--no-show-signature",
                                 "--no-decorate",
                                 "--no-ext-diff",
                                 "--no-textconv",
                                 "--ignore-submodules=dirty",
                                 range.data,
                                 NULL};
    struct text output;
    return add_difference(inquiry, "HEAD", commit.data, "--merge-base") &&
           add_difference(inquiry, commit.data, "HEAD", "--merge-base") && ask_git(inquiry, words, &output) &&
           read_changes(inquiry, output) && add_from_working_tree(inquiry, "diff-index", "HEAD");
}

/* Taking the change from `base` to `changed` over to HEAD. Where HEAD has moved files since, their new places
 * are among those that it has more, and some are gone. */
static bool add_taken_over(const struct inquiry *inquiry, const char *base, const char *changed)
{
    const char *const gone[] = {"diff-tree",       "-r", "--no-renames", "--name-only", "-z",
                                "--diff-filter=D", base, "HEAD",         NULL};
    struct text output;
    return add_difference(inquiry, base, changed, NULL) && ask_git(inquiry, gone, &output) &&
           (output.size == 0 || add_difference(inquiry, base, "HEAD", "--diff-filter=A"));
}

static bool add_pick(const struct inquiry *inquiry, struct text revision, bool is_revert)
{
    struct text commit;
    struct text parent;
    return find_commit(inquiry, revision, &commit) &&
           find_commit(inquiry, text_format(inquiry->build->arena, "%.*s^1", TEXT_ARG(commit)), &parent) &&
           (is_revert ? add_taken_over(inquiry, commit.data, parent.data)
                      : add_taken_over(inquiry, parent.data, commit.data));
}

/* The text of a file that git keeps beside its references; empty when it is not there. */
static bool read_git_file(const struct inquiry *inquiry, const char *name, struct text *ret_text)
{
    enum { LARGEST = 4096 };
    struct arena *arena = inquiry->build->arena;
    const char *const words[] = {"rev-parse", "--git-path", name, NULL};
    struct text output;
    struct text text = {0};
    struct error err;
    if (!ask_git(inquiry, words, &output) || !text_ends_with(output, TEXT("\n"))) {
        return false;
    }
    struct text path = path_join(arena, inquiry->build->context->root, text_slice(output, 0, output.size - 1));
    if (!file_read_path(AT_FDCWD, path.data, LARGEST, arena, &text, &err) && err.os_code != ENOENT) {
        return false;
    }
    *ret_text = text_trim_space(text);
    return true;
}

/* The working tree goes back to the commit that the file `name` holds. */
static bool add_reset_to_file(const struct inquiry *inquiry, struct text holder)
{
    struct text commit;
    for (size_t i = 0; i < holder.size; i++) {
        char c = holder.data[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return find_commit(inquiry, holder, &commit) && add_from_working_tree(inquiry, "diff-index", commit.data);
}

/* What was put away when the rebase began comes back: too rare to be followed. */
static bool add_abort_of_rebase(const struct inquiry *inquiry)
{
    static const char *const heads[] = {"rebase-merge/orig-head", "rebase-apply/orig-head"};
    static const char *const stashes[] = {"rebase-merge/autostash", "rebase-apply/autostash"};
    for (size_t i = 0; i < 2; i++) {
        struct text head;
        struct text stash;
        if (!read_git_file(inquiry, heads[i], &head) || !read_git_file(inquiry, stashes[i], &stash) ||
            stash.size > 0 || (head.size > 0 && !add_reset_to_file(inquiry, head))) {
            return false;
        }
    }
    return true;
}

static bool add_abort_of_pick(const struct inquiry *inquiry)
{
    struct text head;
    return read_git_file(inquiry, "sequencer/head", &head) &&
           (head.size > 0 ? add_reset_to_file(inquiry, head)
                          : add_from_working_tree(inquiry, "diff-index", "HEAD"));
}

/* What `git clean` may delete. Folders end with a slash. */
static bool add_clean(const struct inquiry *inquiry, struct text path, bool with_ignored)
{
    struct demand_build *build = inquiry->build;
    const char *const words[] = {
        "ls-files", "--others", "--directory", "-z", "--", text_to_c(build->arena, path), NULL};
    const char *const sparing[] = {
        "ls-files", "--others", "--directory", "--exclude-standard", "-z", "--", text_to_c(build->arena, path),
        NULL};
    struct text output;
    struct text name;
    if (!ask_git(inquiry, with_ignored ? words : sparing, &output)) {
        return false;
    }
    while (output.data != NULL && output.size > 0) {
        if (!text_next(&output, '\0', &name) || name.size == 0 || name.data[0] == '/' ||
            inquiry->changes->count == MOST_CHANGES) {
            return false;
        }
        bool is_tree = name.data[name.size - 1] == '/';
        struct text plain = text_slice(name, 0, name.size - (is_tree ? 1 : 0));
        struct git_change change = {.path = path_join(build->arena, build->context->root, plain),
                                    .is_deleted = true,
                                    .is_tree = is_tree};
        VECTOR_PUSH(build->arena, inquiry->changes, change);
    }
    return true;
}

bool git_changes_find(struct demand_build *build, const struct shell_demand *demand, struct text folder,
                      struct git_change_vector *ret_changes)
{
    struct git_change_vector changes = {0};
    const struct inquiry inquiry = {.build = build, .changes = &changes};
    const struct inquiry asks_at_home = {
        .build = build, .changes = &changes, .knows_home = build->context->home.size > 0};
    struct text commit = {0};
    bool is_known = false;
    switch (demand->change) {
    case SHELL_CHANGE_SWITCH:
    case SHELL_CHANGE_CHECKOUT:
        is_known = add_switch(&inquiry, demand, folder);
        break;
    case SHELL_CHANGE_RESET:
        is_known = find_commit(&inquiry, demand->value, &commit) &&
                   add_from_working_tree(&inquiry, "diff-index", commit.data);
        break;
    case SHELL_CHANGE_INDEX:
        is_known = add_from_working_tree(&inquiry, "diff-files", NULL);
        break;
    case SHELL_CHANGE_MERGE:
        /* Either side may have moved a folder that the other one adds to. */
        is_known = find_commit(&inquiry, demand->value, &commit) &&
                   add_difference(&inquiry, "HEAD", commit.data, "--merge-base") &&
                   add_difference(&inquiry, commit.data, "HEAD", "--merge-base");
        break;
    case SHELL_CHANGE_STASH:
        is_known = add_stash(&inquiry, demand->value);
        break;
    case SHELL_CHANGE_REBASE:
        is_known = add_rebase(&inquiry, demand->value);
        break;
    case SHELL_CHANGE_PICK:
    case SHELL_CHANGE_REVERT:
        is_known = add_pick(&inquiry, demand->value, demand->change == SHELL_CHANGE_REVERT);
        break;
    case SHELL_CHANGE_ABORT_REBASE:
        is_known = add_abort_of_rebase(&inquiry);
        break;
    case SHELL_CHANGE_ABORT_PICK:
        is_known = add_abort_of_pick(&inquiry);
        break;
    case SHELL_CHANGE_CLEAN:
    case SHELL_CHANGE_CLEAN_ALL:
        is_known = add_clean(&asks_at_home, demand->value, demand->change == SHELL_CHANGE_CLEAN_ALL);
        break;
    }
    *ret_changes = changes;
    return is_known;
}

bool git_added_find(struct demand_build *build, const struct text_vector *pathspecs,
                    struct text_vector *ret_paths)
{
    enum { MOST_PATHSPECS = 6 }; /* with more, those of the whole repository */
    const char *words[MOST_WORDS] = {"ls-files", "--others", "--exclude-standard", "-z", "--"};
    const struct inquiry inquiry = {.build = build, .knows_home = build->context->home.size > 0};
    for (size_t i = 0; i < pathspecs->count && pathspecs->count <= MOST_PATHSPECS; i++) {
        words[5 + i] = text_to_c(build->arena, pathspecs->items[i]);
    }
    struct text output;
    struct text path;
    if (!ask_git(&inquiry, words, &output)) {
        return false;
    }
    while (text_next(&output, '\0', &path)) {
        if (path.size > 0) {
            VECTOR_PUSH(build->arena, ret_paths,
                        text_format(build->arena, "%.*s/%.*s", TEXT_ARG(build->context->root), TEXT_ARG(path)));
        }
    }
    return true;
}

bool git_shows_root(struct demand_build *build, struct text root)
{
    const char *const words[] = {"rev-parse", "--show-toplevel", NULL};
    const struct inquiry inquiry = {.build = build, .knows_home = build->context->home.size > 0};
    struct text output;
    return ask_git(&inquiry, words, &output) &&
           text_equal(output, text_format(build->arena, "%.*s\n", TEXT_ARG(root)));
}
