/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/parts.h"

#include "setup/claude.h"
#include "setup/codex.h"
#include "setup/json_edit.h"

static bool ensure_settings(struct draft *draft, const struct setup_options *options, const struct draft *hooks,
                            struct text_vector *notes, struct error *err)
{
    (void)hooks;
    return claude_settings_ensure(draft, options, notes, err);
}

/* .mcp.json, and the machine's: servers at the top. */
static bool ensure_servers(struct draft *draft, const struct setup_options *options, const struct draft *hooks,
                           struct text_vector *notes, struct error *err)
{
    static const struct text everywhere[] = {TEXT_INIT("mcpServers")};
    (void)hooks;
    return claude_servers_wrap(draft, everywhere, 1, options, options->scope == SETUP_PROJECT, notes, err);
}

/* .claude.json, at project scope: the servers that the person keeps for this project alone. */
static bool ensure_local_servers(struct draft *draft, const struct setup_options *options,
                                 const struct draft *hooks, struct text_vector *notes, struct error *err)
{
    const struct text project[] = {TEXT_INIT("projects"), options->root, TEXT_INIT("mcpServers")};
    (void)hooks;
    return claude_servers_wrap(draft, setup_steps(draft->arena, project, 3), 3, options, true, notes, err);
}

/* .claude.json, at user scope: those for all projects, and those of each. */
static bool ensure_all_servers(struct draft *draft, const struct setup_options *options,
                               const struct draft *hooks, struct text_vector *notes, struct error *err)
{
    struct json value;
    if (!ensure_servers(draft, options, hooks, notes, err) || !draft_read_json(draft, &value, err)) {
        return false;
    }
    const struct json *projects = json_get(&value, TEXT("projects"));
    for (size_t i = 0; projects != NULL && projects->type == JSON_OBJECT && i < projects->count; i++) {
        const struct text project[] = {TEXT_INIT("projects"), projects->members[i].name,
                                       TEXT_INIT("mcpServers")};
        if (!claude_servers_wrap(draft, setup_steps(draft->arena, project, 3), 3, options, false, notes, err)) {
            return false;
        }
    }
    return true;
}

static bool ensure_hooks(struct draft *draft, const struct setup_options *options, const struct draft *hooks,
                         struct text_vector *notes, struct error *err)
{
    (void)hooks;
    return codex_hooks_ensure(draft, options, notes, err);
}

static bool ensure_config(struct draft *draft, const struct setup_options *options, const struct draft *hooks,
                          struct text_vector *notes, struct error *err)
{
    return codex_config_ensure(draft, hooks, options, notes, err) &&
           (!options->wraps_servers || codex_servers_wrap(draft, options, false, notes, err));
}

static bool ensure_project_config(struct draft *draft, const struct setup_options *options,
                                  const struct draft *hooks, struct text_vector *notes, struct error *err)
{
    (void)hooks;
    return codex_servers_wrap(draft, options, true, notes, err);
}

static bool ensure_requirements(struct draft *draft, const struct setup_options *options,
                                const struct draft *hooks, struct text_vector *notes, struct error *err)
{
    (void)hooks;
    (void)notes;
    return codex_requirements_ensure(draft, options, err);
}

static size_t list_claude(const struct setup_options *options, struct arena *arena, struct part *parts)
{
    enum setup_scope scope = options->scope;
    size_t count = 0;
    parts[count++] = (struct part){DRAFT_JSON, setup_claude_settings(options, scope, arena), ensure_settings};
    if (!options->wraps_servers) {
        return count;
    }
    struct text servers = setup_claude_servers(options, scope, arena);
    parts[count++] =
        (struct part){DRAFT_JSON, servers, scope == SETUP_USER ? ensure_all_servers : ensure_servers};
    if (scope == SETUP_PROJECT) {
        parts[count++] = (struct part){DRAFT_JSON, options->claude_file, ensure_local_servers};
    }
    return count;
}

size_t parts_list(const struct setup_options *options, struct arena *arena, struct part *parts)
{
    size_t count = 0;
    if (options->agent == SETUP_CLAUDE) {
        return list_claude(options, arena, parts);
    }
    if (options->scope == SETUP_MANAGED) {
        parts[count++] =
            (struct part){DRAFT_TOML, setup_codex_config(options, SETUP_MANAGED, arena), ensure_requirements};
        return count;
    }
    parts[count++] = (struct part){DRAFT_JSON, setup_codex_hooks(options, options->scope, arena), ensure_hooks};
    /* Trust is never a project's to give: it stands in the user's file at every scope. */
    parts[count++] = (struct part){DRAFT_TOML, setup_codex_config(options, SETUP_USER, arena), ensure_config};
    if (options->wraps_servers && options->scope == SETUP_PROJECT) {
        parts[count++] =
            (struct part){DRAFT_TOML, setup_codex_config(options, SETUP_PROJECT, arena), ensure_project_config};
    }
    return count;
}
