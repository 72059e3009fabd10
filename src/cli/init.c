/* SPDX-License-Identifier: Apache-2.0 */
/* aex init: first files. */
#include "cli/command.h"
#include "cli/output.h"
#include "load/workspace.h"
#include "os/path.h"
#include "setup/scaffold.h"

static bool write_files(const struct invocation *invocation, struct scaffold *scaffold, struct error *err)
{
    struct arena *arena = invocation->arena;
    struct workspace workspace = {0};
    struct text start;
    const char *task = option_text(invocation, "task");
    bool wants_policy = option_given(invocation, "policy");
    if (invocation->operands.count > 0 || (!wants_policy && task == NULL)) {
        return error_set(err, "init: say what to write: --policy, --task NAME, or both");
    }
    if (!path_current(arena, &start, err) ||
        !workspace_find_root(&workspace, text_of(option_text(invocation, "root")), start, arena, err)) {
        return false;
    }
    return (!wants_policy || scaffold_policy(workspace.root, scaffold, arena, err)) &&
           (task == NULL || scaffold_task(workspace.root, text_of(task), scaffold, arena, err));
}

static int run(struct invocation *invocation)
{
    struct scaffold scaffold = {0};
    struct error err;
    bool written = write_files(invocation, &scaffold, &err);
    for (size_t i = 0; i < scaffold.count; i++) {
        const struct scaffold_file *file = &scaffold.files[i];
        printf("%s %.*s\n", file->existed ? "kept   " : "created", TEXT_ARG(file->path));
    }
    if (!written) {
        complain("%s", err.message);
        return STATUS_USAGE;
    }
    return output_finish() ? STATUS_OK : STATUS_USAGE;
}

static const struct option_spec options[] = {
    {"policy", NULL, NULL, "Write .aex/policy.aex, the default boundary, and .aex/.gitignore"},
    {"task", "NAME", NULL, "Write a task contract to start from, its inputs and a JSON policy, in tasks/"},
    {"root", "FOLDER", NULL, "The workspace; else the git repository around the working folder"},
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
