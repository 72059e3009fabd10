/* SPDX-License-Identifier: Apache-2.0 */
/* Subcommands of git that look: which files they show. */
#include <string.h>

#include "shell/git.h"

/* Where "--" stands, or TEXT_NOT_FOUND. */
static size_t find_separator(const struct program_run *run)
{
    for (size_t i = 0; i < run->arguments.count; i++) {
        if (text_equal(run->arguments.items[i].text, TEXT("--"))) {
            return i;
        }
    }
    return TEXT_NOT_FOUND;
}

static void git_grep(struct program_run *run)
{
    demand_git(run, TEXT("grep"), SHELL_RESOURCE_NONE, TEXT(""));
    if (run_has(run, 'u')) {
        struct shell_field folder = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
        demand_tree(run->walker, run->state, "file.read", &folder, false);
        run_operands(run, OPERANDS_READ_AFTER_FIRST);
    }
}

/* Where the first character of `wanted` stands outside of braces, in which revisions have text of any kind
 * ("HEAD^{/fix: a}"): gitrevisions(7), and get_oid_with_context in git. */
static size_t find_outside_braces(struct text text, const char *wanted)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '{') {
            depth++;
        } else if (text.data[i] == '}' && depth > 0) {
            depth--;
        } else if (depth == 0 && text.data[i] != '\0' && strchr(wanted, text.data[i]) != NULL) {
            return i;
        }
    }
    return TEXT_NOT_FOUND;
}

/* "HEAD:path" names a file, and so do ":path" and ":0:path". False for what is no such operand. */
static bool demand_content(struct program_run *run, struct shell_field operand)
{
    struct text root = run->walker->context->root;
    if (operand.text.size > 3 && operand.text.data[0] == ':' && operand.text.data[2] == ':') {
        operand.text = text_after(operand.text, 2); /* a stage of the index */
    }
    size_t colon = find_outside_braces(operand.text, ":");
    if (colon == TEXT_NOT_FOUND) {
        return false;
    }
    struct text path = text_after(operand.text, colon + 1);
    bool is_relative = text_starts_with(path, TEXT("./")) || text_starts_with(path, TEXT("../"));
    size_t dots = text_find(path, TEXT(".."));
    bool is_range = dots != TEXT_NOT_FOUND && !is_relative && dots > 0 && path.data[dots - 1] != '/';
    if (text_find_char(path, ':') != TEXT_NOT_FOUND || is_range || text_starts_with(operand.text, TEXT(":("))) {
        /* "HEAD:a..HEAD:b" compares two files. */
        demand_opaque(run->walker, operand.range, "names more than one file, or others than it spells",
                      operand.text);
    } else if (path.size > 0) {
        operand.text =
            is_relative ? path : text_format(run->walker->arena, "%.*s/%.*s", TEXT_ARG(root), TEXT_ARG(path));
        demand_path(run->walker, run->state, "file.read", &operand);
    }
    return path.size > 0;
}

/* A pathspec of a command that prints contents. One that stands for all, or for all but some, says no more than
 * the command without it. */
static void demand_shown(struct program_run *run, const struct shell_field *operand)
{
    struct text text = operand->text;
    bool is_all = text_equal(text, TEXT(":")) || text_equal(text, TEXT(":/")) ||
                  text_starts_with(text, TEXT(":!")) || text_starts_with(text, TEXT(":^")) ||
                  text_starts_with(text, TEXT(":(exclude)"));
    if (operand->kind != FIELD_EXACT || !is_all) {
        git_pathspec(run, "file.read", operand);
    }
}

/* A revision is no path, and the other way round; what may be one is taken for one. */
static void git_named_files(struct program_run *run, struct text subcommand, size_t first)
{
    static const char *const marks[] = {"..", "^", "~", "@", "HEAD"};
    static const char *const showing[] = {"diff",       "log",        "show",      "whatchanged", "grep",
                                          "diff-files", "diff-index", "diff-tree", "blame",       "reflog"};
    bool shows = IS_ONE_OF(subcommand, showing);
    size_t separator = find_separator(run);
    size_t behind = separator == TEXT_NOT_FOUND ? 0 : run->arguments.count - separator - 1;
    for (size_t i = first; i < run->operands.count; i++) {
        struct shell_field operand = run->operands.items[i];
        bool is_behind = run->operands.count - i <= behind;
        bool is_pattern =
            git_is_pattern(&operand) && find_outside_braces(operand.text, "*?[\\") != TEXT_NOT_FOUND;
        bool is_revision = false;
        bool has_colon = find_outside_braces(operand.text, ":") != TEXT_NOT_FOUND;
        if (shows && (is_behind || (is_pattern && !has_colon))) {
            demand_shown(run, &operand);
        }
        if (!is_behind && demand_content(run, operand)) {
            continue;
        }
        for (size_t j = 0; j < sizeof marks / sizeof *marks; j++) {
            is_revision = is_revision || (!is_behind && text_contains(operand.text, text_of(marks[j])));
        }
        bool looks_like_file = text_find_char(operand.text, '.') != TEXT_NOT_FOUND ||
                               text_find_char(operand.text, '/') != TEXT_NOT_FOUND ||
                               operand.kind == FIELD_SET || separator != TEXT_NOT_FOUND;
        if (!is_revision && looks_like_file && operand.kind != FIELD_UNKNOWN) {
            demand_path(run->walker, run->state, "file.read", &operand);
        }
    }
}

/* "-L 1,20:path", "-L :function:path". */
static void git_line_ranges(struct program_run *run)
{
    for (size_t i = 0; i < run->options.count; i++) {
        struct shell_field path = run->options.items[i].value;
        size_t colon = text_find_last_char(path.text, ':');
        if (run->options.items[i].tag != 'L') {
            continue;
        }
        path.text = text_after(path.text, colon + 1);
        path.kind = colon == TEXT_NOT_FOUND ? FIELD_UNKNOWN : path.kind;
        demand_path(run->walker, run->state, "file.read", &path);
    }
}

/* Whether it may be a path outside of the repository. */
static bool may_leave(const struct shell_field *operand)
{
    struct text text = operand->text;
    return !operand->is_revision && (operand->kind != FIELD_EXACT || text.size == 0 || text.data[0] == '/' ||
                                     text_equal(text, TEXT("..")) || text_starts_with(text, TEXT("../")) ||
                                     text_contains(text, TEXT("/../")));
}

/* Two paths, one of them outside the repository, are compared as files (git-diff(1), "--no-index"); an absolute
 * or climbing word says so. Then the other one is no revision either, unless "--" stands between them. */
static void git_diff_files(struct program_run *run)
{
    size_t separator = find_separator(run);
    bool is_pair =
        run->operands.count == 2 && (separator == TEXT_NOT_FOUND || run->arguments.count - separator == 3);
    bool has_left = run_has(run, 'n');
    for (size_t i = 0; i < run->operands.count; i++) {
        is_pair = is_pair || run->operands.items[i].may_split; /* there may be fewer */
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        has_left = has_left || (is_pair && may_leave(&run->operands.items[i]));
    }
    for (size_t i = 0; i < run->operands.count; i++) {
        if (has_left || may_leave(&run->operands.items[i])) {
            demand_tree(run->walker, run->state, "file.read", &run->operands.items[i], false);
        }
    }
}

void git_reads(struct program_run *run, struct text subcommand)
{
    static const char *const names[] = {"ls-files",     "rev-parse",    "status",
                                        "check-ignore", "for-each-ref", "show-ref"};
    /* The first operand of grep is a pattern. */
    bool has_pattern = text_equal(subcommand, TEXT("grep")) && !run_has(run, 'e') && run->operands.count > 0 &&
                       run->operands.items[0].kind == FIELD_EXACT;
    if (!IS_ONE_OF(subcommand, names)) {
        git_named_files(run, subcommand, has_pattern ? 1 : 0);
        git_line_ranges(run);
    }
    if (text_equal(subcommand, TEXT("grep"))) {
        git_grep(run);
        return;
    }
    demand_git(run, subcommand, SHELL_RESOURCE_NONE, TEXT(""));
    if (text_equal(subcommand, TEXT("diff"))) {
        git_diff_files(run);
    }
}

/* The first operand is a subcommand when it is called like one, and newer versions have more of them. A name of
 * a reference is none where no subcommand could be called so. */
bool git_reflog_shows(const struct program_run *run)
{
    if (run->operands.count == 0) {
        return true;
    }
    struct text first = run->operands.items[0].text;
    bool is_reference = text_equal(first, TEXT("HEAD")) || text_contains(first, TEXT("@{")) ||
                        text_find_char(first, '/') != TEXT_NOT_FOUND;
    return run->operands.items[0].kind == FIELD_EXACT && (is_reference || text_equal(first, TEXT("show")));
}
