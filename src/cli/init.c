/* SPDX-License-Identifier: Apache-2.0 */
/* aex init: first files. */
#include <assert.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "load/trust.h"
#include "load/workspace.h"
#include "os/path.h"
#include "setup/scaffold.h"
#include "state/folder.h"

/* The preset that is wanted; NULL with an error when there is no policy to use it for. */
static const struct preset *find_preset(const struct invocation *invocation, struct error *err)
{
    const char *name = option_text(invocation, "preset");
    const struct preset *preset = name == NULL ? &preset_default : preset_find(text_of(name));
    if (name != NULL && !option_given(invocation, "policy")) {
        error_set(err, "init: --preset chooses what --policy writes: aex init --policy --preset %s", name);
        return NULL;
    }
    assert(preset != NULL); /* the option takes no other */
    return preset;
}

static bool write_files(const struct invocation *invocation, const struct preset *preset,
                        struct workspace *workspace, struct scaffold *scaffold, struct error *err)
{
    struct arena *arena = invocation->arena;
    struct text start;
    const char *task = option_text(invocation, "task");
    bool wants_policy = option_given(invocation, "policy");
    if (invocation->operands.count > 0 || (!wants_policy && task == NULL)) {
        return error_set(err, "init: say what to write: --policy, --task NAME, or both");
    }
    if (!path_current(arena, &start, err) ||
        !workspace_find_root(workspace, text_of(option_text(invocation, "root")), start, arena, err)) {
        return false;
    }
    return (!wants_policy || scaffold_policy(workspace->root, preset, scaffold, arena, err)) &&
           (task == NULL || scaffold_task(workspace->root, text_of(task), scaffold, arena, err));
}

/* A person who has just had a policy written knows what it says: at a terminal it counts as accepted.
 */
static bool accept_policy(const struct invocation *invocation, const struct preset *preset,
                          const struct workspace *workspace, const struct scaffold *scaffold, struct error *err)
{
    struct arena *arena = invocation->arena;
    bool is_new = option_given(invocation, "policy") && scaffold->count > 0 && !scaffold->files[0].existed;
    if (!is_new) {
        return true;
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        printf(
            "Read .aex/policy.aex, change it to what you want, and run `aex trust`: it counts from then on.\n");
        return true;
    }
    struct text folder;
    struct text path = path_join(arena, workspace->root, TEXT(".aex/policy.aex"));
    if (!state_folder_find(option_text(invocation, "state-dir"), arena, &folder, err) ||
        !trust_accept(folder.data, workspace->root, path, preset->policy, arena, err)) {
        return false;
    }
    printf("Accepted .aex/policy.aex. When you change it, run `aex trust`.\n");
    return true;
}

static int run(struct invocation *invocation)
{
    struct scaffold scaffold = {0};
    struct workspace workspace = {0};
    struct error err;
    const struct preset *preset = find_preset(invocation, &err);
    bool written = preset != NULL && write_files(invocation, preset, &workspace, &scaffold, &err);
    for (size_t i = 0; i < scaffold.count; i++) {
        const struct scaffold_file *file = &scaffold.files[i];
        printf("%s %.*s\n", file->existed ? "kept   " : "created", TEXT_ARG(file->path));
        if (file->existed && option_given(invocation, "preset") &&
            text_equal(file->path, TEXT(".aex/policy.aex"))) {
            complain(
                "the preset was not written: there is a policy already; to have the preset, take that file "
                "away first");
        }
    }
    if (!written || !accept_policy(invocation, preset, &workspace, &scaffold, &err)) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec options[] = {
    {"policy", NULL, NULL, "Write .aex/policy.aex, a first boundary, and .aex/.gitignore"},
    {"preset", "NAME", "strict|work|open|default", "Which policy: strict, work, open, or the default"},
    {"task", "NAME", NULL, "Write a task contract to start from, its inputs and a JSON policy, in tasks/"},
    {"root", "FOLDER", NULL, "The workspace; else the git repository around the working folder"},
    {"state-dir", "FOLDER", NULL, "Where trust is kept (~/.local/state/aex)"},
    {0},
};

const struct command command_init = {
    .name = "init",
    .summary = "Write a first policy, or a first task contract",
    .operands = "",
    .details = "Existing files are kept as they are. Exit status 0; 2 when something could not be written.\n",
    .options = options,
    .run = run,
};
