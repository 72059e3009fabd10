/* SPDX-License-Identifier: Apache-2.0 */
/* Which files git's pathspecs stand for (gitglossary(7), "pathspec"). The shell sees names, git sees patterns,
 * and where no name matches the shell hands its pattern on to git. */
#include "shell/git.h"

static bool has_wildcard(struct text text)
{
    return text_find_char(text, '*') != TEXT_NOT_FOUND || text_find_char(text, '?') != TEXT_NOT_FOUND ||
           text_find_char(text, '[') != TEXT_NOT_FOUND || text_find_char(text, '\\') != TEXT_NOT_FOUND;
}

bool git_is_pattern(const struct shell_field *operand)
{
    return operand->kind != FIELD_UNKNOWN &&
           (text_starts_with(operand->text, TEXT(":")) || has_wildcard(operand->text));
}

static void demand_set(struct program_run *run, const char *capability, const struct shell_field *operand,
                       struct text glob)
{
    struct shell_field set = *operand;
    set.kind = FIELD_SET;
    set.includes_hidden = true;
    set.text = glob;
    size_t first = run->walker->out->demands.count;
    demand_path(run->walker, run->state, capability, &set);
    for (size_t i = first; i < run->walker->out->demands.count; i++) {
        /* What is gone from the working tree comes back. */
        run->walker->out->demands.items[i].arrival = SHELL_ARRIVES_ANYTHING;
    }
}

/* How much of the text stands before its first wildcard. */
static size_t plain_start(struct text text)
{
    size_t size = 0;
    while (size < text.size && text.data[size] != '*' && text.data[size] != '?' && text.data[size] != '[') {
        size++;
    }
    return size;
}

/* What stands behind its last one; a bracket that is not closed is in it. */
static struct text plain_end(struct text text)
{
    size_t at = text.size;
    while (at > 0 && text.data[at - 1] != '*' && text.data[at - 1] != '?' && text.data[at - 1] != ']') {
        at--;
    }
    return text_after(text, at);
}

void git_pathspec(struct program_run *run, const char *capability, const struct shell_field *operand)
{
    struct arena *arena = run->walker->arena;
    struct text text = operand->text;
    if (!git_is_pattern(operand)) {
        return;
    }
    struct text end = plain_end(text);
    if (text_starts_with(text, TEXT(":")) || text_find_char(text, '\\') != TEXT_NOT_FOUND ||
        text_find_char(end, '[') != TEXT_NOT_FOUND || text_contains(text, TEXT(".."))) {
        demand_opaque(run->walker, operand->range, "a pathspec that stands for other files", text);
        return;
    }
    struct text start = text_slice(text, 0, plain_start(text));
    size_t slash = text_find_last_char(start, '/');
    struct text folder = slash == TEXT_NOT_FOUND ? TEXT("") : text_slice(start, 0, slash + 1);
    bool has_one = text.size == start.size + end.size + 1 && text.data[start.size] == '*';
    if (has_one && text_find_char(end, '/') == TEXT_NOT_FOUND && start.size > folder.size) {
        /* "src/a*.c" takes src/ab.c, and src/any/thing.c where "a" begins a folder's name. */
        demand_set(run, capability, operand, text);
        demand_set(run, capability, operand,
                   text_format(arena, "%.*s*/**/*%.*s", TEXT_ARG(start), TEXT_ARG(end)));
        return;
    }
    const char *any = text_starts_with(end, TEXT("/")) ? "**" : "**/*";
    demand_set(run, capability, operand,
               text_format(arena, "%.*s%s%.*s", TEXT_ARG(folder), any, TEXT_ARG(end)));
}

void git_paths(struct program_run *run, const char *capability, size_t from)
{
    for (size_t i = from; i < run->operands.count; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        git_pathspec(run, capability, operand);
        if (operand->text.size == 0 && operand->kind == FIELD_EXACT) {
            run_opaque(run, "an empty pathspec");
        } else {
            /* A folder stands for the files in it; a file may be called like a pattern. */
            demand_tree(run->walker, run->state, capability, operand, false);
        }
    }
}
