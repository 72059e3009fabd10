/* SPDX-License-Identifier: Apache-2.0 */
/* git: each subcommand demands git.SUBCOMMAND; what else it does is decided by its kind. git's
 * parse-options takes abbreviations, as getopt_long does. */
#include "shell/git.h"

void demand_git(struct program_run *run, struct text subcommand, enum shell_resource_kind kind,
                struct text value)
{
    demand_add(run->walker, text_format(run->walker->arena, "git.%.*s", TEXT_ARG(subcommand)), kind, value,
               run->range);
}

void demand_rewrite(struct program_run *run, enum shell_resource_kind kind, struct text value)
{
    demand_add(run->walker, TEXT("history.rewrite"), kind, value, run->range);
}

/* ---- Single subcommands ---- */

static void git_branch(struct program_run *run, struct text subcommand)
{
    demand_git(run, subcommand, SHELL_RESOURCE_NONE, TEXT(""));
    bool is_forced = run_has(run, 'f');
    for (size_t i = 0; i < run->arguments.count; i++) {
        struct text word = run->arguments.items[i].text;
        is_forced = is_forced || (word.size > 1 && word.data[0] == '-' && word.data[1] != '-' &&
                                  text_contains(word, TEXT("f")));
    }
    if (run_has(run, 'd') || run_has(run, 'm') || is_forced) {
        demand_rewrite(run, SHELL_RESOURCE_NONE, TEXT(""));
    }
    if (run_has(run, 'u')) {
        demand_add(run->walker, TEXT("aex.configure"), SHELL_RESOURCE_NONE, TEXT(""), run->range);
    }
}

/* Reading one value, or listing; anything else may set one. Behind the first operand nothing is an option:
 * `git config core.pager ./x --get` sets core.pager. */
static void git_config(struct program_run *run)
{
    const struct shell_field *name = run->operands.count > 0 ? &run->operands.items[0] : NULL;
    bool only_reads = run_has(run, 'g') || (run->operands.count == 1 && name->kind == FIELD_EXACT &&
                                            text_find_char(name->text, '.') != TEXT_NOT_FOUND);
    demand_git(run, TEXT("config"), SHELL_RESOURCE_NONE, TEXT(""));
    if (!only_reads) {
        demand_add(run->walker, TEXT("aex.configure"), SHELL_RESOURCE_NONE, TEXT(""), run->range);
    }
}

static void git_remote(struct program_run *run)
{
    struct text first = run->operands.count > 0 ? run->operands.items[0].text : TEXT("");
    demand_git(run, TEXT("remote"), SHELL_RESOURCE_NONE, TEXT(""));
    if (first.size > 0 && !text_equal(first, TEXT("get-url"))) {
        demand_add(run->walker, TEXT("aex.configure"), SHELL_RESOURCE_NONE, TEXT(""), run->range);
        run_opaque(run, "changes where git fetches from and pushes to");
    }
}

static void git_reflog(struct program_run *run)
{
    if (git_reflog_shows(run)) {
        git_reads(run, TEXT("reflog"));
    } else {
        demand_git(run, TEXT("reflog"), SHELL_RESOURCE_NONE, TEXT(""));
        run_opaque(run, "may change the reflog");
    }
}

/* It goes on without applying when it is told to say something about the patch (git-apply(1)). */
static void git_apply(struct program_run *run)
{
    demand_git(run, TEXT("apply"), SHELL_RESOURCE_NONE, TEXT(""));
    run_operands(run, OPERANDS_READ);
    if (!run_has(run, 'c')) {
        run_opaque(run, "changes files that the command line does not name");
    }
}

static void git_clone(struct program_run *run)
{
    if (run->operands.count == 0) {
        return;
    }
    const struct shell_field *url = &run->operands.items[0];
    demand_git(run, TEXT("clone"), url->kind == FIELD_EXACT ? SHELL_RESOURCE_KNOWN : SHELL_RESOURCE_UNKNOWN,
               url->kind == FIELD_EXACT ? url->text : TEXT(""));
    if (text_starts_with(url->text, TEXT("https://")) || text_starts_with(url->text, TEXT("http://"))) {
        demand_url(run->walker, run->state, url);
    } else {
        run_opaque(run, "a repository that is not fetched by https");
    }
    if (run->operands.count > 1) {
        demand_tree(run->walker, run->state, "file.write", &run->operands.items[1], false);
    } else {
        run_opaque(run, "a folder whose name git makes up");
    }
    state_set_uncertain(run->state, TEXT("a repository was checked out"));
}

/* Files that git will look for when it runs: see shell_part. */
static void add_later(struct program_run *run, struct text path)
{
    struct arena *arena = run->walker->arena;
    struct text_vector *added = &run->walker->out->parts.items[run->walker->part].added;
    struct shell_folders folders = folders_union(&run->state->cwd, &run->state->failed);
    for (size_t i = 0; i < folders.count; i++) {
        VECTOR_PUSH(arena, added, normalise_path(arena, folders.paths[i], path));
    }
}

static void add_all_later(struct program_run *run)
{
    bool is_only_known = run_has(run, 'n') || run_has(run, 'u');
    bool is_all = run_has(run, 'A') && run->operands.count == 0;
    for (size_t i = 0; i < run->operands.count && !is_only_known; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        if (operand->kind != FIELD_UNKNOWN && !text_starts_with(operand->text, TEXT(":"))) {
            add_later(run, operand->text);
        }
        if (operand->kind == FIELD_SET) { /* a folder that the shell finds */
            add_later(run, text_format(run->walker->arena, "%.*s/*", TEXT_ARG(operand->text)));
        }
        is_all = is_all || text_starts_with(operand->text, TEXT(":"));
    }
    if (is_all && !is_only_known) {
        add_later(run, run->walker->context->root);
    }
}

/* What is staged can be shown (`git diff --cached`): adding a file is reading it. A folder's ignored files are
 * only added with -f. */
static void git_add(struct program_run *run)
{
    demand_git(run, TEXT("add"), SHELL_RESOURCE_NONE, TEXT(""));
    add_all_later(run);
    for (size_t i = 0; i < run->operands.count; i++) {
        const struct shell_field *operand = &run->operands.items[i];
        bool is_all = text_equal(operand->text, TEXT(":")) || text_equal(operand->text, TEXT(":/"));
        if (operand->kind == FIELD_EXACT && !is_all) {
            git_pathspec(run, "file.read", operand);
        }
        if (run_has(run, 'f')) {
            demand_tree(run->walker, run->state, "file.read", operand, false);
        } else {
            demand_path(run->walker, run->state, "file.read", operand);
        }
    }
    if (run_has(run, 'f') && run->operands.count == 0) {
        struct shell_field folder = {.kind = FIELD_EXACT, .text = TEXT("."), .range = run->range};
        demand_tree(run->walker, run->state, "file.read", &folder, false);
    }
}

static void git_remove(struct program_run *run)
{
    demand_git(run, TEXT("rm"), SHELL_RESOURCE_NONE, TEXT(""));
    if (!run_has(run, 'c')) {
        git_paths(run, "file.delete", 0);
    }
}

static void git_move(struct program_run *run)
{
    demand_git(run, TEXT("mv"), SHELL_RESOURCE_NONE, TEXT(""));
    size_t count = run->operands.count;
    for (size_t i = 0; i + 1 < count; i++) {
        const struct shell_field *origin = &run->operands.items[i];
        const struct shell_field *target = &run->operands.items[count - 1];
        demand_tree(run->walker, run->state, "file.read", origin, false);
        demand_tree(run->walker, run->state, "file.delete", origin, false);
        size_t first = run->walker->out->demands.count;
        demand_tree(run->walker, run->state, "file.write", target, false);
        demand_arrivals(run->walker, run->state, first, origin, target, ARRIVES_AS | ARRIVES_IN);
    }
    if (count == 1) {
        demand_tree(run->walker, run->state, "file.write", &run->operands.items[0], false);
    }
    state_set_uncertain(run->state, TEXT("git mv may have moved links"));
}

static void git_init(struct program_run *run)
{
    demand_git(run, TEXT("init"), SHELL_RESOURCE_NONE, TEXT(""));
    if (run->operands.count > 0) {
        run_opaque(run, "a repository in another folder");
    }
}

static void git_other(struct program_run *run, struct text subcommand)
{
    demand_git(run, subcommand, SHELL_RESOURCE_NONE, TEXT(""));
    if ((run_has(run, 'a') && text_equal(subcommand, TEXT("commit"))) ||
        text_equal(subcommand, TEXT("filter-branch"))) {
        demand_rewrite(run, SHELL_RESOURCE_NONE, TEXT(""));
    }
}

/* What models a kind, with the subcommand's name where one model is for several. */
static const struct {
    void (*model)(struct program_run *run);
    void (*named)(struct program_run *run, struct text subcommand);
} models[] = {
    [GIT_PLAIN] = {.named = git_other},     [GIT_ADD] = {.model = git_add},
    [GIT_READS] = {.named = git_reads},     [GIT_TREE] = {.named = git_other},
    [GIT_RESTORE] = {.named = git_restore}, [GIT_REMOVE] = {.model = git_remove},
    [GIT_MOVE] = {.model = git_move},       [GIT_SWITCH] = {.named = git_switch},
    [GIT_MERGE] = {.named = git_merge},     [GIT_RESET] = {.model = git_reset},
    [GIT_BRANCH] = {.named = git_branch},   [GIT_CONFIG] = {.model = git_config},
    [GIT_REMOTE] = {.model = git_remote},   [GIT_STASH] = {.model = git_stash},
    [GIT_REBASE] = {.model = git_rebase},   [GIT_PICK] = {.named = git_pick},
    [GIT_REFLOG] = {.model = git_reflog},   [GIT_APPLY] = {.model = git_apply},
    [GIT_CLONE] = {.model = git_clone},     [GIT_CLEAN] = {.model = git_clean},
    [GIT_INIT] = {.model = git_init},
};

static void git_subcommand(struct program_run *run, const struct subcommand *row)
{
    struct text name = text_slice(text_of(row->name), 0, text_find_char(text_of(row->name), ' '));
    enum git_kind kind = (enum git_kind)row->kind;
    if (kind == GIT_PUSH || kind == GIT_FETCH) {
        git_remote_demands(run, row->name, kind == GIT_PUSH);
    } else if (models[kind].model != NULL) {
        models[kind].model(run);
    } else {
        models[kind].named(run, name);
    }
}

/* ---- git itself ---- */

void git_set_repository(struct program_run *run, struct text folder)
{
    struct shell_folders folders = folders_union(&run->state->cwd, &run->state->failed);
    if (folders.count == 0) {
        run_opaque(run, "git in a folder that is only known when it runs");
        return;
    }
    for (size_t i = 0; i < folders.count; i++) {
        struct text path = normalise_path(run->walker->arena, folders.paths[i], folder);
        struct shell_part *part = &run->walker->out->parts.items[run->walker->part];
        if (!path_is_inside(path, run->walker->context->root)) {
            demand_opaque(run->walker, run->range,
                          "a repository outside the workspace, whose configuration may run programs", path);
        } else if (part->repository_count == SHELL_FOLDERS) {
            run_opaque(run, "git in more folders than are followed");
        } else {
            part->repositories[part->repository_count++] = path;
        }
    }
    if (state_variable(run->state, TEXT("GIT_DIR")) != NULL) {
        run_opaque(run, "a repository named by the environment");
    }
}

/* Whether branches, the index or files may be others afterwards. */
static bool changes_repository(const struct program_run *run, const struct subcommand *row)
{
    switch ((enum git_kind)row->kind) {
    case GIT_READS:
    case GIT_PUSH:
    case GIT_CONFIG:
    case GIT_REMOTE:
        return false;
    case GIT_APPLY:
        return !run_has(run, 'c');
    case GIT_REFLOG:
        return !git_reflog_shows(run);
    case GIT_CLEAN:
        return !run_has(run, 'n');
    case GIT_BRANCH:
        return run->operands.count > 0 || run->options.count > 0;
    case GIT_PLAIN:
    case GIT_STASH:
    case GIT_REBASE:
    case GIT_PICK:
    case GIT_ADD:
    case GIT_TREE:
    case GIT_RESTORE:
    case GIT_REMOVE:
    case GIT_MOVE:
    case GIT_SWITCH:
    case GIT_MERGE:
    case GIT_RESET:
    case GIT_FETCH:
    case GIT_CLONE:
    case GIT_INIT:
        break;
    }
    return true;
}

/* The row of "stash show" instead of that of "stash", the verb dropped; the row itself where there is none. */
static const struct subcommand *looking_row(struct program_run *run, const struct subcommand *row)
{
    struct text name = text_format(run->walker->arena, "%s %.*s", row->name, TEXT_ARG(run_word(run, 0)));
    const struct subcommand *looking = subcommand_find(git_subcommands, git_subcommand_count, name);
    if (looking != NULL) {
        run_drop_arguments(run, 1);
    }
    return looking != NULL ? looking : row;
}

/* The subcommand with its arguments, in `folder` when -C named one. */
static void run_subcommand(struct program_run *run, const struct subcommand *row, const struct text *folder)
{
    struct program_run inner = {.walker = run->walker,
                                .state = run->state,
                                .name = run->name,
                                .range = run->range,
                                .reads_pipe = run->reads_pipe};
    struct shell_state there = *run->state;
    if (folder != NULL) {
        for (size_t i = 0; i < there.cwd.count; i++) {
            there.cwd.paths[i] = normalise_path(run->walker->arena, there.cwd.paths[i], *folder);
        }
        for (size_t i = 0; i < there.failed.count; i++) {
            there.failed.paths[i] = normalise_path(run->walker->arena, there.failed.paths[i], *folder);
        }
        inner.state = &there;
    }
    for (size_t i = 1; i < run->operands.count; i++) {
        VECTOR_PUSH(run->walker->arena, &inner.arguments, run->operands.items[i]);
    }
    row = looking_row(&inner, row);
    enum git_kind kind = (enum git_kind)row->kind;
    bool parses_itself = kind == GIT_TREE || kind == GIT_STASH;
    unsigned flags = row->flags | (kind == GIT_READS ? PROGRAM_TAKES_REVISIONS : 0U);
    bool understood = parses_itself || options_parse(&inner, row->options, flags);
    if (changes_repository(&inner, row)) {
        run->walker->out->parts.items[run->walker->part].changes_repository = true;
    }
    git_subcommand(&inner, row);
    if (kind == GIT_PUSH && !understood) {
        demand_rewrite(&inner, SHELL_RESOURCE_UNKNOWN, TEXT(""));
    }
    if (kind == GIT_CONFIG && !understood) {
        demand_add(run->walker, TEXT("aex.configure"), SHELL_RESOURCE_NONE, TEXT(""), run->range);
    }
    if (kind == GIT_TREE || !understood) {
        run_opaque(&inner, "changes files that the command line does not name, or is not understood");
    }
    state_take_uncertain(run->state, &there);
}

/* Settings of one run (-c) that only change how things are shown, or who is named in a commit. */
static bool is_harmless_setting(const struct shell_field *setting)
{
    static const char *const names[] = {"core.quotepath", "user.name", "user.email"};
    size_t equals = text_find_char(setting->text, '=');
    struct text name = text_slice(setting->text, 0, equals);
    bool is_known = text_equal(setting->text, TEXT("core.pager=cat")) ||
                    text_equal(setting->text, TEXT("commit.gpgsign=false")) ||
                    text_starts_with(name, TEXT("color.")) || text_starts_with(name, TEXT("advice."));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        is_known = is_known || text_equal_ignoring_case(name, text_of(names[i]));
    }
    return is_known && equals != TEXT_NOT_FOUND;
}

void model_git(struct program_run *run, const struct shell_program *program)
{
    struct text folder = TEXT(".");
    (void)program;
    if (!options_parse(
            run,
            "-C=:C -c=:c -P --no-pager --no-optional-locks --literal-pathspecs --version:v --help:v -v:v -h:v",
            PROGRAM_NO_PERMUTE | PROGRAM_EXACT_LONG | PROGRAM_TAKES_REVISIONS)) {
        return;
    }
    for (size_t i = 0; i < run->options.count; i++) {
        const struct program_option *setting = &run->options.items[i];
        if (setting->tag == 'c' && !is_harmless_setting(&setting->value)) {
            demand_opaque(run->walker, setting->value.range, "a setting that may run programs",
                          setting->value.text);
            return;
        }
    }
    const struct program_option *option = run_option(run, 'C');
    if (option != NULL &&
        !run_exact(run, &option->value, "a folder that is only known when it runs", &folder)) {
        return;
    }
    if (run_count(run, 'C') > 1) {
        run_opaque(run, "-C more than once");
        return;
    }
    struct text name;
    if (run_has(run, 'v') || run->operands.count == 0 ||
        !run_exact(run, &run->operands.items[0], "a subcommand that is only known when it runs", &name)) {
        return;
    }
    git_set_repository(run, folder);
    const struct subcommand *row = subcommand_find(git_subcommands, git_subcommand_count, name);
    if (row == NULL || text_find_char(name, ' ') != TEXT_NOT_FOUND) {
        demand_git(run, is_identifier(name) ? name : TEXT("unknown"), SHELL_RESOURCE_NONE, TEXT(""));
        run_opaque(run, "a subcommand of git that is not known here, or an alias");
        return;
    }
    run_subcommand(run, row, option != NULL ? &folder : NULL);
}
