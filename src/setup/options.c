/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/options.h"

#include "os/path.h"
#include "setup/hook_command.h"

const char *setup_agent_name(enum setup_agent agent)
{
    return agent == SETUP_CLAUDE ? "claude" : "codex";
}

const char *setup_scope_name(enum setup_scope scope)
{
    static const char *const names[] = {"project", "user", "managed"};
    return names[scope];
}

static struct text system_path(const struct setup_options *options, const char *path, struct arena *arena)
{
    return text_format(arena, "%.*s%s", TEXT_ARG(options->system_root), path);
}

struct text setup_claude_settings(const struct setup_options *options, enum setup_scope scope,
                                  struct arena *arena)
{
    switch (scope) {
    case SETUP_PROJECT:
        return path_join(arena, options->root, TEXT(".claude/settings.json"));
    case SETUP_USER:
        return path_join(arena, options->claude_folder, TEXT("settings.json"));
    case SETUP_MANAGED:
        break;
    }
    return system_path(options, "/etc/claude-code/managed-settings.json", arena);
}

struct text setup_claude_local_settings(const struct setup_options *options, struct arena *arena)
{
    return path_join(arena, options->root, TEXT(".claude/settings.local.json"));
}

struct text setup_claude_servers(const struct setup_options *options, enum setup_scope scope,
                                 struct arena *arena)
{
    switch (scope) {
    case SETUP_PROJECT:
        return path_join(arena, options->root, TEXT(".mcp.json"));
    case SETUP_USER:
        return options->claude_file;
    case SETUP_MANAGED:
        break;
    }
    return system_path(options, "/etc/claude-code/managed-mcp.json", arena);
}

struct text setup_codex_hooks(const struct setup_options *options, enum setup_scope scope, struct arena *arena)
{
    return scope == SETUP_PROJECT ? path_join(arena, options->root, TEXT(".codex/hooks.json"))
                                  : path_join(arena, options->codex_folder, TEXT("hooks.json"));
}

struct text setup_codex_config(const struct setup_options *options, enum setup_scope scope, struct arena *arena)
{
    switch (scope) {
    case SETUP_PROJECT:
        return path_join(arena, options->root, TEXT(".codex/config.toml"));
    case SETUP_USER:
        return path_join(arena, options->codex_folder, TEXT("config.toml"));
    case SETUP_MANAGED:
        break;
    }
    return system_path(options, "/etc/codex/requirements.toml", arena);
}

struct text setup_hook_command(const struct setup_options *options, struct arena *arena)
{
    const struct hook_command command = {
        .program = options->program,
        .agent = text_of(setup_agent_name(options->agent)),
        /* Wider scopes hold for every workspace: there the agent's own program says which it is. */
        .root = options->scope == SETUP_PROJECT ? options->root : TEXT(""),
        .state_folder = options->names_state_folder ? options->state_folder : TEXT(""),
    };
    return hook_command_spell(arena, &command);
}
