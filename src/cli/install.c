/* SPDX-License-Identifier: Apache-2.0 */
/* aex install and aex uninstall. */
#include "setup/install.h"

#include "cli/output.h"
#include "cli/setup_options.h"
#include "cli/terminal.h"
#include "load/trust.h"
#include "load/workspace.h"
#include "os/path.h"
#include "setup/line_diff.h"
#include "setup/scaffold.h"
#include "state/folder.h"

static void print_plan(const struct plan *plan, bool shows_all, struct arena *arena)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < plan->files.count; i++) {
        const struct plan_file *file = &plan->files.items[i];
        if (file->action != PLAN_KEEP) {
            line_diff(&out, file->draft.path, file->draft.before, file->draft.text);
        } else if (shows_all) {
            builder_format(&out, "unchanged  %.*s\n", TEXT_ARG(file->draft.path));
        }
    }
    print_text(stdout, builder_text(&out));
    for (size_t i = 0; i < plan->notes.count; i++) {
        printf("note: %.*s\n", TEXT_ARG(print_safely(arena, plan->notes.items[i])));
    }
}

/* ---- The policy ---- */

/* A workspace without a policy refuses every call: it gets the default one, which counts as accepted because
 * these very bytes are what aex itself says. A policy that is there is a person's to accept. */
static bool install_policy(const struct setup_options *options, bool dry_run, struct arena *arena,
                           struct error *err)
{
    struct workspace workspace = {0};
    struct workspace_options where = {
        .start = options->root, .home = options->home, .state_folder = options->state_folder};
    struct text source;
    struct trust trust;
    bool exists;
    if (!workspace_find_root(&workspace, options->root, options->root, arena, err) ||
        !workspace_find_policy(&workspace, &where, arena, &exists, &source, err)) {
        return false;
    }
    if (exists) {
        if (!trust_read(options->state_folder.data, workspace.root, workspace.policy_path, arena, &trust,
                        err)) {
            return false;
        }
        if (!trust.is_accepted || !text_equal(trust.accepted, source)) {
            printf("note: %.*s is not accepted as it is; read it and run `aex trust`\n",
                   TEXT_ARG(workspace.policy_path));
        }
        return true;
    }
    if (dry_run) {
        printf("would write  %.*s/.aex/policy.aex, the default boundary\n", TEXT_ARG(options->root));
        return true;
    }
    struct scaffold scaffold = {0};
    struct text path = path_join(arena, workspace.root, TEXT(".aex/policy.aex"));
    if (!scaffold_policy(workspace.root, &preset_default, &scaffold, arena, err) ||
        !trust_accept(options->state_folder.data, workspace.root, path, preset_default.policy, arena, err)) {
        return false;
    }
    printf("created  %.*s, the default boundary; when you change it, run `aex trust`\n", TEXT_ARG(path));
    return true;
}

/* ---- install ---- */

static bool prepare_state(const struct setup_options *options, struct error *err)
{
    bool is_lost;
    return state_folder_prepare(options->state_folder.data, &is_lost, err);
}

static bool install(const struct invocation *invocation, struct error *err)
{
    struct arena *arena = invocation->arena;
    struct setup_options options;
    struct plan plan;
    bool dry_run = option_given(invocation, "dry-run");
    enum setup_agent agent;
    if (!setup_agent_read(invocation, &agent, err) || !setup_options_read(invocation, &options, err)) {
        return false;
    }
    /* Hooks are recognised by this name: under another one they would be neither trusted nor found again. */
    if (!text_equal(path_base_name(options.program), TEXT("aex"))) {
        return error_set(err,
                         "install: this program is %.*s; hooks can only be written for one that is called aex",
                         TEXT_ARG(options.program));
    }
    options.agent = agent;
    options.scope = setup_scope_read(invocation);
    options.wraps_servers = option_given(invocation, "mcp");
    if (!install_plan(&options, arena, &plan, err)) {
        return false;
    }
    print_plan(&plan, true, arena);
    if (!dry_run && (!prepare_state(&options, err) || !install_apply(&options, &plan, arena, err))) {
        return false;
    }
    if (options.scope == SETUP_PROJECT && !install_policy(&options, dry_run, arena, err)) {
        return false;
    }
    if (!dry_run) {
        printf("%s is under the gate at %s scope. `aex doctor` checks it; `aex uninstall %s --scope %s` undoes "
               "it.\n",
               setup_agent_name(agent), setup_scope_name(options.scope), setup_agent_name(agent),
               setup_scope_name(options.scope));
    }
    return true;
}

static int run_install(struct invocation *invocation)
{
    struct error err;
    if (!option_given(invocation, "dry-run") && !terminal_refuse_agents("install")) {
        return STATUS_USAGE;
    }
    if (!install(invocation, &err)) {
        fflush(stdout);
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec install_options[] = {
    {"scope", "SCOPE", "project|user|managed",
     "One workspace (the default), all of this user's, or all on this machine (needs root)"},
    {"mcp", NULL, NULL, "Put the MCP servers that are configured behind aex proxy"},
    {"dry-run", NULL, NULL, "Show what would change, and change nothing"},
    SETUP_OPTIONS,
    {0},
};

const struct command command_install = {
    .name = "install",
    .summary = "Put an agent under the gate: its hooks, the rules beside them, and a policy",
    .operands = "claude|codex",
    .details =
        "Shows every change as a diff. Files keep every byte outside of what is added; one that the agent "
        "would\n"
        "not read, or that cannot be edited safely, is left alone with the reason, and nothing is written "
        "then.\n"
        "Twice is once. Exit status 0; 2 when nothing, or not all, could be done.\n",
    .options = install_options,
    .run = run_install,
};

/* ---- uninstall ---- */

static bool uninstall(const struct invocation *invocation, struct error *err)
{
    struct arena *arena = invocation->arena;
    struct setup_options options;
    struct plan plan;
    enum setup_agent agent;
    if (!setup_agent_read(invocation, &agent, err) || !setup_options_read(invocation, &options, err)) {
        return false;
    }
    options.agent = agent;
    options.scope = setup_scope_read(invocation);
    if (!uninstall_plan(&options, arena, &plan, err)) {
        return false;
    }
    if (plan.files.count == 0) {
        return error_set(err, "nothing is recorded as installed for %s at %s scope%s%.*s",
                         setup_agent_name(agent), setup_scope_name(options.scope),
                         options.scope == SETUP_PROJECT ? " in " : "",
                         TEXT_ARG(options.scope == SETUP_PROJECT ? options.root : TEXT("")));
    }
    print_plan(&plan, false, arena);
    if (option_given(invocation, "dry-run")) {
        return true;
    }
    if (!uninstall_apply(&options, &plan, arena, err)) {
        return false;
    }
    printf("%s is no longer under the gate at %s scope.\n", setup_agent_name(agent),
           setup_scope_name(options.scope));
    return true;
}

static int run_uninstall(struct invocation *invocation)
{
    struct error err;
    if (!option_given(invocation, "dry-run") && !terminal_refuse_agents("uninstall")) {
        return STATUS_USAGE;
    }
    if (!uninstall(invocation, &err)) {
        fflush(stdout);
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec uninstall_options[] = {
    {"scope", "SCOPE", "project|user|managed", "The scope it was installed at (project)"},
    {"dry-run", NULL, NULL, "Show what would change, and change nothing"},
    SETUP_OPTIONS,
    {0},
};

const struct command command_uninstall = {
    .name = "uninstall",
    .summary = "Take out of an agent's configuration what install put there",
    .operands = "claude|codex",
    .details =
        "A file nobody changed since gets its bytes from before back; from others only what was added is "
        "taken.\n"
        "The policy stays. Exit status 0; 2 when nothing was installed or something could not be undone.\n",
    .options = uninstall_options,
    .run = run_uninstall,
};
