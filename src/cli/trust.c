/* SPDX-License-Identifier: Apache-2.0 */
/* aex trust: a person accepts the workspace's policy as it is now. */
#include "load/trust.h"

#include "analyse/compare.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/workspace_options.h"
#include "load/json_bundle.h"
#include "os/child.h"
#include "os/path.h"
#include "os/user.h"
#include "state/folder.h"

struct trusting {
    const struct invocation *invocation;
    struct workspace workspace;
    struct workspace_options options;
    bool exists;
    struct text source; /* what would be accepted */
    struct trust trust; /* what was */
};

static bool find(struct trusting *trusting, struct error *err)
{
    const struct invocation *invocation = trusting->invocation;
    struct arena *arena = invocation->arena;
    struct workspace_options *options = &trusting->options;
    options->policy = text_of(option_text(invocation, "policy"));
    if (!path_current(arena, &options->start, err) || !user_home(arena, &options->home, err) ||
        !state_folder_find_at(option_text(invocation, "state-dir"), options->home, arena,
                              &options->state_folder, err) ||
        !workspace_find_root(&trusting->workspace, text_of(option_text(invocation, "root")), options->start,
                             arena, err)) {
        return false;
    }
    struct workspace *workspace = &trusting->workspace;
    return workspace_find_policy(workspace, options, arena, &trusting->exists, &trusting->source, err) &&
           trust_read(options->state_folder.data, workspace->root, workspace->policy_path, arena,
                      &trusting->trust, err);
}

/* The policy as a commit has it, in place of the one on disk: what continuous integration compares with. */
static bool read_revision(struct trusting *trusting, const char *revision, struct error *err)
{
    struct arena *arena = trusting->invocation->arena;
    const struct workspace *workspace = &trusting->workspace;
    if (revision[0] == '-') {
        return error_set(err, "%s is no revision", revision);
    }
    struct text object = text_format(arena, "%s:%.*s", revision, TEXT_ARG(workspace->policy_file));
    const char *const words[] = {"git", "-C", workspace->root.data, "show", object.data, NULL};
    if (!child_capture("/usr/bin/git", words, arena, &trusting->source, err)) {
        return error_prefix(err, "cannot read %.*s", TEXT_ARG(object));
    }
    trusting->exists = true;
    return true;
}

/* As it stands, but with nothing in it that could make a terminal show something else. */
static void print_source(struct text source, struct arena *arena)
{
    struct text line;
    while (text_next(&source, '\n', &line)) {
        struct text part;
        bool is_first = true;
        if (source.data == NULL && line.size == 0) {
            break; /* behind the last newline */
        }
        while (text_next(&line, '\t', &part)) {
            printf("%s%.*s", is_first ? "" : "\t", TEXT_ARG(print_safely(arena, part)));
            is_first = false;
        }
        printf("\n");
    }
}

static void print_policy(const struct trusting *trusting)
{
    struct arena *arena = trusting->invocation->arena;
    struct text rest = trusting->source;
    struct text base;
    struct text source;
    printf("%.*s was never accepted. It says:\n\n", TEXT_ARG(trusting->workspace.policy_file));
    if (!text_ends_with(trusting->workspace.policy_path, TEXT(".json"))) {
        print_source(rest, arena);
        printf("\n");
        return;
    }
    while (json_bundle_next(&rest, &base, &source)) {
        if (base.size > 0) {
            printf("It extends %.*s, which says:\n\n", TEXT_ARG(print_safely(arena, base)));
        }
        print_source(source, arena);
        printf("\n");
    }
}

static void print_changes(const char *title, const struct change_vector *changes, struct arena *arena)
{
    if (changes->count > 0) {
        printf("%s:\n", title);
    }
    for (size_t i = 0; i < changes->count; i++) {
        printf("  %.*s\n", TEXT_ARG(print_safely(arena, changes->items[i])));
    }
}

/* Shows what accepting means. False when the policy has a mistake: it could not be in force. */
static bool show(const struct trusting *trusting, bool *ret_is_same, struct error *err)
{
    const struct workspace *workspace = &trusting->workspace;
    struct arena *arena = trusting->invocation->arena;
    struct layer before = {0};
    struct layer after;
    if (!workspace_make_layer(workspace, TEXT("workspace"), workspace->policy_path, trusting->source,
                              trusting->options.home, arena, &after, err)) {
        return false;
    }
    *ret_is_same = trusting->trust.is_accepted && text_equal(trusting->trust.accepted, trusting->source);
    if (*ret_is_same) {
        printf("%.*s is accepted as it is.\n", TEXT_ARG(workspace->policy_file));
        return true;
    }
    bool was_accepted =
        trusting->trust.is_accepted &&
        workspace_make_layer(workspace, TEXT("accepted"), workspace->policy_path, trusting->trust.accepted,
                             trusting->options.home, arena, &before, NULL);
    if (!was_accepted) {
        print_policy(trusting);
        return true;
    }
    struct policy_changes changes;
    policy_compare(&before, &after, arena, &changes);
    printf("%.*s changed since it was accepted.\n", TEXT_ARG(workspace->policy_file));
    print_changes("Wider, and waiting", &changes.widening, arena);
    print_changes("Narrower, and in force already", &changes.narrowing, arena);
    if (changes.widening.count == 0 && changes.narrowing.count == 0) {
        printf("It means the same.\n");
    }
    return true;
}

static bool revoke(const struct trusting *trusting, struct error *err)
{
    const struct workspace *workspace = &trusting->workspace;
    const char *state_folder = trusting->options.state_folder.data;
    struct arena *arena = trusting->invocation->arena;
    if (!trust_revoke(state_folder, workspace->root, workspace->policy_path, arena, err) ||
        !trust_revoke(state_folder, workspace->root, workspace->policy_place, arena, err)) {
        return false;
    }
    printf("%.*s is not accepted any more: every call is refused until it is.\n",
           TEXT_ARG(workspace->policy_file));
    return true;
}

/* Under both names where links lead to the policy, so that cutting one does not make it one that nobody ever
 * accepted. */
static bool store(const struct trusting *trusting, struct error *err)
{
    const struct workspace *workspace = &trusting->workspace;
    const char *state_folder = trusting->options.state_folder.data;
    struct arena *arena = trusting->invocation->arena;
    return trust_accept(state_folder, workspace->root, workspace->policy_path, trusting->source, arena, err) &&
           (text_equal(workspace->policy_path, workspace->policy_place) ||
            trust_accept(state_folder, workspace->root, workspace->policy_place, trusting->source, arena, err));
}

static bool accept(struct trusting *trusting, struct error *err)
{
    const struct invocation *invocation = trusting->invocation;
    const struct workspace *workspace = &trusting->workspace;
    bool is_same;
    if (!trusting->exists) {
        return error_set(err, "there is no %.*s in %.*s; `aex init --policy` writes one",
                         TEXT_ARG(workspace->policy_file), TEXT_ARG(workspace->root));
    }
    if (!show(trusting, &is_same, err)) {
        return false;
    }
    if (is_same || option_given(invocation, "show")) {
        return true;
    }
    if (!option_given(invocation, "yes") && !terminal_confirm("trust", "Accept it?")) {
        return error_set(err, "nothing was accepted");
    }
    if (!store(trusting, err)) {
        return false;
    }
    printf("Accepted %.*s for %.*s.\n", TEXT_ARG(workspace->policy_file), TEXT_ARG(workspace->root));
    return true;
}

static bool trust(struct trusting *trusting, struct error *err)
{
    const struct invocation *invocation = trusting->invocation;
    const char *revision = option_text(invocation, "policy-ref");
    if (invocation->operands.count > 0) {
        return error_set(err, "trust: takes no operands; name another workspace with --root FOLDER");
    }
    if (!find(trusting, err) || (revision != NULL && !read_revision(trusting, revision, err))) {
        return false;
    }
    return option_given(invocation, "revoke") ? revoke(trusting, err) : accept(trusting, err);
}

static int run(struct invocation *invocation)
{
    struct trusting trusting = {.invocation = invocation};
    struct error err;
    if (!option_given(invocation, "show") && !terminal_refuse_agents("trust")) {
        return STATUS_USAGE;
    }
    if (!trust(&trusting, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec options[] = {
    {"show", NULL, NULL, "Only show what is accepted and what waits"},
    {"yes", NULL, NULL, "Do not ask: for scripts that a person wrote"},
    {"policy-ref", "REVISION", NULL, "Accept the policy as this Git revision has it, not as it is on disk"},
    {"revoke", NULL, NULL, "Accept nothing any more"},
    {"policy", "FILE", NULL, "Another policy than the workspace's own"},
    {"root", "FOLDER", NULL, "The workspace; else the git repository around the working folder"},
    {"state-dir", "FOLDER", NULL, "Where trust, budgets and the audit trail are kept (~/.local/state/aex)"},
    {0},
};

const struct command command_trust = {
    .name = "trust",
    .summary = "Accept the workspace's policy as it is now",
    .operands = "",
    .details = "A policy counts with the bytes a person last accepted. An edit that narrows it bites at once; "
               "one that widens\n"
               "it waits for this command. Exit status 0; 2 when nothing was accepted.\n",
    .options = options,
    .run = run,
};
