/* SPDX-License-Identifier: Apache-2.0 */
/* MCP tools and resources as agents name them: mcp__SERVER__TOOL, with every other character made "_". */
#include "base/limits.h"
#include "demand/build.h"

static struct text sanitise(struct arena *arena, struct text name)
{
    char *bytes = arena_alloc(arena, name.size + 1);
    for (size_t i = 0; i < name.size; i++) {
        bytes[i] = text_sanitised(name.data[i]);
    }
    bytes[name.size] = '\0';
    return (struct text){bytes, name.size};
}

static void add_tool(struct demand_build *build, uint32_t number, struct text server, struct text tool,
                     struct text spelled)
{
    struct demand demand = {
        .names = {text_format(build->arena, "mcp.%.*s.%.*s", TEXT_ARG(server), TEXT_ARG(tool)), tool, spelled},
        .name_count = 3,
        .first_raw_name = 1,
        .resource = {.kind = RESOURCE_UNKNOWN},
        .is_sanitised = true,
        .tool = number,
    };
    VECTOR_PUSH(build->arena, build->demands, demand);
}

void build_mcp_tool(struct demand_build *build, const struct hook_call *call)
{
    static const struct text separator = TEXT_INIT("__");
    struct text rest = text_after(call->tool, 5); /* behind "mcp__" */
    struct text server = sanitise(build->arena, call->mcp_server);
    if (server.size > 0 && text_starts_with(rest, server) &&
        text_starts_with(text_after(rest, server.size), separator)) {
        add_tool(build, 1, server, text_after(rest, server.size + separator.size), call->tool);
        return;
    }
    /* Where the agent does not say which part is the server, every reading is judged. */
    size_t readings = 0;
    for (size_t at = 1; at + separator.size < rest.size && readings <= LIMIT_DEMANDS; at++) {
        if (text_starts_with(text_after(rest, at), separator)) {
            add_tool(build, (uint32_t)++readings, text_slice(rest, 0, at),
                     text_after(rest, at + separator.size), call->tool);
        }
    }
    if (readings == 0) {
        struct text name = text_format(build->arena, "unknown.%.*s", TEXT_ARG(call->tool));
        build_add(build, name, (struct resource){.kind = RESOURCE_UNKNOWN});
    }
}

bool build_mcp_resource(struct demand_build *build, const struct tool_effect *effect,
                        const struct hook_call *call)
{
    struct text server;
    struct text name = text_format(build->arena, "mcp.%s", effect->capability);
    if (!build_check_spelling(build, call, effect->within) ||
        (effect->argument != NULL && !build_check_spelling(build, call, effect->argument))) {
        return false;
    }
    if (json_get_text(call->arguments, text_of(effect->within), &server)) {
        name = text_format(build->arena, "mcp.%.*s.%s", TEXT_ARG(sanitise(build->arena, server)),
                           effect->capability);
    }
    struct demand demand = {.names = {name}, .name_count = 1, .is_sanitised = true};
    if (effect->argument != NULL) {
        demand.resource.kind = RESOURCE_UNKNOWN;
        if (json_get_text(call->arguments, text_of(effect->argument), &demand.resource.value)) {
            demand.resource.kind = RESOURCE_KNOWN;
        }
    }
    VECTOR_PUSH(build->arena, build->demands, demand);
    return demand.resource.kind != RESOURCE_KNOWN || build_resource_uri(build, NULL, demand.resource.value);
}
