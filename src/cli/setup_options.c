/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/setup_options.h"

#include <stdlib.h>
#include <string.h>

#include "load/workspace.h"
#include "os/path.h"
#include "os/user.h"
#include "state/folder.h"

/* The folder a variable names; false when it names none. */
static bool folder_of(const char *variable, struct arena *arena, struct text *ret_folder)
{
    const char *value = getenv(variable);
    if (value == NULL || value[0] != '/') {
        return false;
    }
    *ret_folder = path_normalise(arena, TEXT("/"), text_of(value));
    return true;
}

static bool find_home(struct arena *arena, struct text *ret_home, struct error *err)
{
    return folder_of("HOME", arena, ret_home) || user_home(arena, ret_home, err);
}

bool setup_options_read(const struct invocation *invocation, struct setup_options *ret_options,
                        struct error *err)
{
    struct arena *arena = invocation->arena;
    struct workspace workspace = {0};
    struct setup_options options = {.names_state_folder = option_given(invocation, "state-dir")};
    const char *system_root = option_text(invocation, "system-root");
    struct text start;
    if (!path_current(arena, &start, err) || !find_home(arena, &options.home, err) ||
        !workspace_find_root(&workspace, text_of(option_text(invocation, "root")), start, arena, err) ||
        !state_folder_find(option_text(invocation, "state-dir"), arena, &options.state_folder, err) ||
        !path_of_program(arena, &options.program, err)) {
        return false;
    }
    options.root = workspace.root;
    options.claude_file = path_join(arena, options.home, TEXT(".claude.json"));
    options.claude_folder = path_join(arena, options.home, TEXT(".claude"));
    options.codex_folder = path_join(arena, options.home, TEXT(".codex"));
    if (folder_of("CLAUDE_CONFIG_DIR", arena, &options.claude_folder)) {
        options.claude_file = path_join(arena, options.claude_folder, TEXT(".claude.json"));
    }
    (void)folder_of("CODEX_HOME", arena, &options.codex_folder);
    if (system_root != NULL) {
        struct text folder = path_normalise(arena, start, text_of(system_root));
        options.system_root = text_equal(folder, TEXT("/")) ? TEXT("") : folder;
    }
    *ret_options = options;
    return true;
}

bool setup_agent_read(const struct invocation *invocation, enum setup_agent *ret_agent, struct error *err)
{
    static const enum setup_agent agents[] = {SETUP_CLAUDE, SETUP_CODEX};
    const char *name = invocation->command->name;
    if (invocation->operands.count != 1) {
        return error_set(err, "%s: name one agent: aex %s claude|codex", name, name);
    }
    for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++) {
        if (strcmp(invocation->operands.items[0], setup_agent_name(agents[i])) == 0) {
            *ret_agent = agents[i];
            return true;
        }
    }
    return error_set(err, "%s: unknown agent %s; known are claude and codex", name,
                     invocation->operands.items[0]);
}

enum setup_scope setup_scope_read(const struct invocation *invocation)
{
    const char *scope = option_text(invocation, "scope");
    if (scope == NULL || strcmp(scope, "project") == 0) {
        return SETUP_PROJECT;
    }
    return strcmp(scope, "user") == 0 ? SETUP_USER : SETUP_MANAGED;
}
