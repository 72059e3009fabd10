/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/workspace_options.h"

#include <stdlib.h>

#include "os/path.h"
#include "os/user.h"
#include "state/folder.h"

bool workspace_from_options(const struct invocation *invocation, struct workspace *workspace,
                            struct text *ret_start, struct text *ret_home, struct error *err)
{
    struct arena *arena = invocation->arena;
    struct workspace_options options = {
        .policy = text_of(option_text(invocation, "policy")),
        .contract = text_of(option_text(invocation, "contract")),
    };
    *workspace = (struct workspace){0};
    if (!path_current(arena, &options.start, err) || !user_home(arena, &options.home, err) ||
        !state_folder_find_at(option_text(invocation, "state-dir"), options.home, arena, &options.state_folder,
                              err) ||
        !workspace_find_root(workspace, text_of(option_text(invocation, "root")), options.start, arena, err)) {
        return false;
    }
    *ret_start = options.start;
    *ret_home = options.home;
    return workspace_load(workspace, &options, arena, err);
}

bool home_find(const struct invocation *invocation, struct text *ret_home, struct error *err)
{
    if (user_home(invocation->arena, ret_home, err)) {
        return true;
    }
    *ret_home = TEXT("");
    return option_given(invocation, "state-dir");
}

size_t boundary_folders_find(struct arena *arena, struct text *ret_folders)
{
    static const char *const variables[BOUNDARY_FOLDERS] = {"CODEX_HOME", "CLAUDE_CONFIG_DIR"};
    size_t count = 0;
    for (size_t i = 0; i < BOUNDARY_FOLDERS; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] == '/') {
            ret_folders[count++] = path_normalise(arena, TEXT("/"), text_of(value));
        }
    }
    return count;
}
