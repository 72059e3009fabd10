/* SPDX-License-Identifier: Apache-2.0 */
/* git's commands that change files which the command line does not name: checkout, switch, reset, restore,
 * stash, merge, rebase, cherry-pick, revert, clean. Which files those are only the repository knows, so the
 * demand says how to find out. */
#include <string.h>

#include "shell/git.h"

/* Letters, digits and what names of branches and steps from them need; never an option, a range or REV:path. */
static bool is_plain_revision(const struct shell_field *field)
{
    enum { LONGEST = 250 };
    struct text text = field->text;
    if (field->kind != FIELD_EXACT || text.size == 0 || text.size > LONGEST || text.data[0] == '-' ||
        text_contains(text, TEXT(".."))) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && strchr("._/@{}^~+-#", c) == NULL) {
            return false;
        }
    }
    return true;
}

static void demand_change(struct program_run *run, enum shell_change change, struct text revision)
{
    struct walker *walker = run->walker;
    struct shell_part *part = &walker->out->parts.items[walker->part];
    part->changes_repository = true;
    if (walker->rounds > 0) {
        run_opaque(run, "changes other files each time it runs");
    }
    demand_uncertain(walker, run->state, run->range);
    struct shell_demand *demand =
        demand_add(walker, TEXT("file.write"), SHELL_RESOURCE_CHANGED, revision, run->range);
    demand->change = change;
    state_set_uncertain(run->state, TEXT("files were checked out"));
}

static void demand_change_to(struct program_run *run, enum shell_change change, const struct shell_field *field)
{
    struct shell_field revision = *field;
    if (text_equal(revision.text, TEXT("-"))) {
        revision.text = TEXT("@{-1}");
    }
    if (!is_plain_revision(&revision)) {
        demand_opaque(run->walker, field->range, "a revision that is not plainly named", field->text);
        return;
    }
    demand_change(run, change, revision.text);
}

/* "." stands for every file, but only those that differ are changed. */
static bool names_all(const struct program_run *run, size_t from)
{
    for (size_t i = from; i < run->operands.count; i++) {
        if (text_equal(run->operands.items[i].text, TEXT("."))) {
            return true;
        }
    }
    return false;
}

static void change_paths(struct program_run *run, size_t from, const struct shell_field *source)
{
    if (!names_all(run, from)) {
        git_paths(run, "file.write", from);
        state_set_uncertain(run->state, TEXT("files were checked out"));
    } else if (source != NULL) {
        demand_change_to(run, SHELL_CHANGE_RESET, source);
    } else {
        demand_change(run, SHELL_CHANGE_INDEX, TEXT(""));
    }
}

/* Which argument is "--"; the number of arguments when none is. */
static size_t find_separator(const struct program_run *run)
{
    size_t at = 0;
    while (at < run->arguments.count && !text_equal(run->arguments.items[at].text, TEXT("--"))) {
        at++;
    }
    return at;
}

/* "HEAD~2", "@{-1}", "v1^": no file that git would take instead of the revision without saying so. */
static bool is_clearly_revision(struct text text)
{
    return text_starts_with(text, TEXT("HEAD")) || text_find_char(text, '~') != TEXT_NOT_FOUND ||
           text_find_char(text, '^') != TEXT_NOT_FOUND || text_contains(text, TEXT("@{"));
}

/* `git checkout [REVISION] [--] PATH...` */
static void checkout_paths(struct program_run *run)
{
    size_t separator = find_separator(run);
    bool is_separated = separator < run->arguments.count;
    size_t behind = is_separated ? run->arguments.count - separator - 1 : 0;
    size_t from = is_separated && behind <= run->operands.count ? run->operands.count - behind : 0;
    if (!is_separated && is_clearly_revision(run->operands.items[0].text)) {
        from = 1;
    }
    if (from > 1) {
        run_opaque(run, "a use of git checkout that is not understood");
        return;
    }
    change_paths(run, from, from == 1 ? &run->operands.items[0] : NULL);
}

void git_switch(struct program_run *run, struct text subcommand)
{
    bool is_checkout = text_equal(subcommand, TEXT("checkout"));
    bool is_new = run_has(run, 'b') || run_has(run, 'B');
    bool is_forced = run_has(run, 'f');
    bool is_separated = find_separator(run) < run->arguments.count;
    size_t count = run->operands.count;
    demand_git(run, subcommand, SHELL_RESOURCE_NONE, TEXT(""));
    if (is_forced || run_has(run, 'B')) {
        demand_rewrite(run, SHELL_RESOURCE_UNKNOWN, TEXT(""));
    }
    if (is_checkout && !is_new && (is_separated || count > 1 || names_all(run, 0))) {
        checkout_paths(run);
    } else if (count > 1 || is_separated) {
        run_opaque(run, "a use of git that is not understood");
    } else if (count == 0 && is_forced && !is_new) {
        demand_change(run, SHELL_CHANGE_RESET, TEXT("HEAD"));
    } else if (count == 1) {
        enum shell_change change = is_forced                ? SHELL_CHANGE_RESET
                                   : is_checkout && !is_new ? SHELL_CHANGE_CHECKOUT
                                                            : SHELL_CHANGE_SWITCH;
        demand_change_to(run, change, &run->operands.items[0]);
    }
}

void git_reset(struct program_run *run)
{
    size_t count = run->operands.count;
    bool is_head = count == 0 || text_equal(run->operands.items[0].text, TEXT("HEAD"));
    demand_git(run, TEXT("reset"), SHELL_RESOURCE_NONE, TEXT(""));
    if (!is_head && find_separator(run) == run->arguments.count) {
        demand_rewrite(run, SHELL_RESOURCE_NONE, TEXT(""));
    }
    if (!run_has(run, 'h')) {
        return;
    }
    if (count > 1) {
        run_opaque(run, "a use of git reset that is not understood");
    } else if (count == 1) {
        demand_change_to(run, SHELL_CHANGE_RESET, &run->operands.items[0]);
    } else {
        demand_change(run, SHELL_CHANGE_RESET, TEXT("HEAD"));
    }
}

void git_restore(struct program_run *run, struct text subcommand)
{
    const struct program_option *source = run_option(run, 'S');
    bool is_staged = run_has(run, 's');
    struct shell_field head = {.kind = FIELD_EXACT, .text = TEXT("HEAD"), .range = run->range};
    demand_git(run, subcommand, SHELL_RESOURCE_NONE, TEXT(""));
    if (!is_staged || run_has(run, 'w')) {
        change_paths(run, 0, source != NULL ? &source->value : is_staged ? &head : NULL);
    }
}

void git_merge(struct program_run *run, struct text subcommand)
{
    demand_git(run, subcommand, SHELL_RESOURCE_NONE, TEXT(""));
    if (run_has(run, 'a')) {
        demand_change(run, SHELL_CHANGE_RESET, TEXT("HEAD")); /* --abort puts back what was there */
    } else if (run->operands.count > 1) {
        run_opaque(run, "a merge of several branches");
    } else if (run->operands.count == 1) {
        demand_change_to(run, SHELL_CHANGE_MERGE, &run->operands.items[0]);
    } else if (!run_has(run, 'c')) {
        demand_change(run, SHELL_CHANGE_MERGE, TEXT("@{upstream}"));
    }
}

static void stash_apply(struct program_run *run)
{
    struct text revision = TEXT("stash@{0}");
    if (options_parse(run, "-q,--quiet --index", 0)) {
        if (run->operands.count == 2) {
            const struct shell_field *entry = &run->operands.items[1];
            revision = is_number(entry->text)
                           ? text_format(run->walker->arena, "stash@{%.*s}", TEXT_ARG(entry->text))
                           : entry->text;
            struct shell_field field = {.kind = entry->kind, .text = revision, .range = entry->range};
            demand_change_to(run, SHELL_CHANGE_STASH, &field);
        } else if (run->operands.count == 1) {
            demand_change(run, SHELL_CHANGE_STASH, revision);
        } else {
            run_opaque(run, "a use of git stash that is not understood");
        }
    }
}

/* `git stash [push]`: what differs from HEAD goes back to it. New files go too with -u, and nobody lists those.
 */
static void stash_push(struct program_run *run)
{
    if (options_parse(run, "-q,--quiet -k,--keep-index --no-keep-index -S,--staged -m=,--message=", 0)) {
        demand_change(run, SHELL_CHANGE_RESET, TEXT("HEAD"));
    }
}

void git_stash(struct program_run *run)
{
    const struct shell_field *word = run->arguments.count > 0 ? &run->arguments.items[0] : NULL;
    struct text first = word == NULL ? TEXT("push") : word->text;
    demand_git(run, TEXT("stash"), SHELL_RESOURCE_NONE, TEXT(""));
    if (word != NULL && word->kind != FIELD_EXACT) {
        run_opaque(run, "a use of git stash that is only known when it runs");
    } else if (text_equal(first, TEXT("push")) || text_equal(first, TEXT("save")) ||
               text_starts_with(first, TEXT("-"))) {
        stash_push(run);
    } else if (text_equal(first, TEXT("pop")) || text_equal(first, TEXT("apply"))) {
        stash_apply(run);
    } else if (text_equal(first, TEXT("drop")) || text_equal(first, TEXT("clear"))) {
        demand_rewrite(run, SHELL_RESOURCE_NONE, TEXT(""));
        run->walker->out->parts.items[run->walker->part].changes_repository = true;
    } else {
        run_opaque(run, "changes files that the command line does not name");
    }
}

void git_rebase(struct program_run *run)
{
    demand_git(run, TEXT("rebase"), SHELL_RESOURCE_NONE, TEXT(""));
    demand_rewrite(run, SHELL_RESOURCE_NONE, TEXT(""));
    if (run->operands.count > 1 || (run_has(run, 'a') && run->operands.count > 0)) {
        run_opaque(run, "a use of git rebase that is not understood");
    } else if (run_has(run, 'a')) {
        demand_change(run, SHELL_CHANGE_ABORT_REBASE, TEXT(""));
    } else if (run->operands.count == 1) {
        demand_change_to(run, SHELL_CHANGE_REBASE, &run->operands.items[0]);
    } else {
        demand_change(run, SHELL_CHANGE_REBASE, TEXT("@{upstream}"));
    }
}

void git_pick(struct program_run *run, struct text subcommand)
{
    bool is_revert = text_equal(subcommand, TEXT("revert"));
    demand_git(run, subcommand, SHELL_RESOURCE_NONE, TEXT(""));
    if (run->operands.count != (run_has(run, 'a') ? 0U : 1U)) {
        run_opaque(run, "more than one commit");
    } else if (run_has(run, 'a')) {
        demand_change(run, SHELL_CHANGE_ABORT_PICK, TEXT(""));
    } else {
        demand_change_to(run, is_revert ? SHELL_CHANGE_REVERT : SHELL_CHANGE_PICK, &run->operands.items[0]);
    }
}

/* With -f given twice it deletes repositories too, with -X only what is ignored. */
void git_clean(struct program_run *run)
{
    struct shell_folders folders = folders_union(&run->state->cwd, &run->state->failed);
    const struct shell_field *operand = run->operands.count > 0 ? &run->operands.items[0] : NULL;
    bool is_plain =
        operand == NULL || (operand->kind == FIELD_EXACT && operand->text.size > 0 && !git_is_pattern(operand));
    demand_git(run, TEXT("clean"), SHELL_RESOURCE_NONE, TEXT(""));
    if (run_has(run, 'n')) {
        return;
    }
    if (!is_plain || run->operands.count > 1 || folders.count != 1 || run_has(run, 'X') ||
        run_count(run, 'f') > 1) {
        run_opaque(run, "deletes files that the command line does not name");
        return;
    }
    struct text path =
        normalise_path(run->walker->arena, folders.paths[0], operand != NULL ? operand->text : TEXT("."));
    demand_change(run, run_has(run, 'x') ? SHELL_CHANGE_CLEAN_ALL : SHELL_CHANGE_CLEAN, path);
}
