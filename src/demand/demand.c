/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/demand.h"

#include "base/limits.h"
#include "demand/build.h"

void build_add(struct demand_build *build, struct text name, struct resource resource)
{
    struct demand demand = {.names = {name}, .name_count = 1, .resource = resource};
    VECTOR_PUSH(build->arena, build->demands, demand);
}

bool build_check_spelling(struct demand_build *build, const struct hook_call *call, const char *name)
{
    return !json_has_variant(call->arguments, text_of(name)) ||
           error_set(build->err, "%.*s: the argument \"%s\" is there in another spelling", TEXT_ARG(call->tool),
                     name);
}

/* A string argument; false with an error when it is there but no string or holds a NUL, or when it must be
 * there. */
static bool read_argument(struct demand_build *build, const struct hook_call *call, const char *name,
                          bool is_required, struct text *ret_text, bool *ret_given)
{
    *ret_given = false;
    if (name != NULL && !build_check_spelling(build, call, name)) {
        return false;
    }
    const struct json *value = name == NULL ? NULL : json_get(call->arguments, text_of(name));
    if (value == NULL || value->type == JSON_NULL) {
        if (is_required) {
            return error_set(build->err, "%.*s: the argument \"%s\" is missing", TEXT_ARG(call->tool), name);
        }
        return true;
    }
    if (value->type != JSON_STRING) {
        return error_set(build->err, "%.*s: the argument \"%s\" must be a string, not %s", TEXT_ARG(call->tool),
                         name, json_type_name(value->type));
    }
    *ret_text = value->text;
    *ret_given = true;
    return true;
}

/* Claude Code trims paths before it opens them, other agents do not. So one with white space at its ends names
 * two files, of which nobody here can say which is meant. */
static bool check_path(struct demand_build *build, const struct hook_call *call, struct text path)
{
    size_t last = path.size;
    while (last > 0 && ((unsigned char)path.data[--last] & 0xC0U) == 0x80) {
    }
    if (path.size > 0 && (build_space_at(path, 0) > 0 || build_space_at(path, last) > 0)) {
        return error_set(build->err, "%.*s: a path with white space at its start or end", TEXT_ARG(call->tool));
    }
    return true;
}

static bool build_text(struct demand_build *build, const struct tool_effect *effect,
                       const struct hook_call *call)
{
    struct text value = {0};
    bool given;
    if (!read_argument(build, call, effect->argument, false, &value, &given)) {
        return false;
    }
    struct resource resource = {.kind = given ? RESOURCE_KNOWN : RESOURCE_UNKNOWN, .value = value};
    build_add(build, text_of(effect->capability), resource);
    return true;
}

/* Folders and globs: the argument may be absent, or empty, and then means the working folder. */
static bool build_set(struct demand_build *build, const struct tool_effect *effect,
                      const struct hook_call *call)
{
    struct text argument = {0};
    struct text within = {0};
    bool has_argument;
    struct text type = {0};
    bool has_within;
    bool has_type;
    if (!read_argument(build, call, effect->argument, false, &argument, &has_argument) ||
        !read_argument(build, call, effect->within, false, &within, &has_within) ||
        !read_argument(build, call, effect->type, false, &type, &has_type)) {
        return false;
    }
    struct text name = text_of(effect->capability);
    if (!check_path(build, call, effect->kind == ARGUMENT_TREE ? argument : within)) {
        return false;
    }
    if (effect->kind == ARGUMENT_TREE) {
        return build_tree(build, name, argument.size > 0 ? argument : TEXT("."), within, type);
    }
    return build_listing(build, name, within.size > 0 ? within : TEXT("."), has_argument ? argument : TEXT("*"),
                         has_argument);
}

static bool build_effect(struct demand_build *build, const struct tool_effect *effect,
                         const struct hook_call *call)
{
    struct text capability = text_of(effect->capability);
    struct text argument = {0};
    bool given = false;
    switch (effect->kind) {
    case ARGUMENT_NONE:
        build_add(build, capability, (struct resource){.kind = RESOURCE_NONE});
        return true;
    case ARGUMENT_TEXT:
        return build_text(build, effect, call);
    case ARGUMENT_TREE:
    case ARGUMENT_LISTING:
        return build_set(build, effect, call);
    case ARGUMENT_RESOURCE:
        return build_mcp_resource(build, effect, call);
    case ARGUMENT_PATH:
    case ARGUMENT_URL:
    case ARGUMENT_COMMAND:
    case ARGUMENT_PATCH:
        break;
    }
    if (!read_argument(build, call, effect->argument, !effect->is_optional, &argument, &given)) {
        return false;
    }
    if (!given) {
        return true;
    }
    if (effect->kind == ARGUMENT_URL) {
        build_url(build, capability, argument);
        return true;
    }
    if (effect->kind == ARGUMENT_COMMAND) {
        return build_command(build, capability, argument);
    }
    if (effect->kind == ARGUMENT_PATCH) {
        return build_patch(build, argument);
    }
    return check_path(build, call, argument) && build_file(build, &capability, 1, argument);
}

/* A control tool: harmless, allowed unless a rule denies it by any of its names. */
static void build_control(struct demand_build *build, const struct tool *tool)
{
    struct demand demand = {
        .names = {TEXT("agent.control")}, .name_count = 1, .allowed_unless_denied = true, .is_free = true};
    if (tool->capability != NULL) {
        demand.names[demand.name_count++] = text_of(tool->capability);
    }
    VECTOR_PUSH(build->arena, build->demands, demand);
}

/* Capabilities that are about files say where; what a dotted name's other arguments mean nobody here knows. */
static bool build_dotted(struct demand_build *build, const struct hook_call *call)
{
    if (pattern_scope_kind(call->tool) != SCOPE_PATH) {
        build_add(build, call->tool, (struct resource){.kind = RESOURCE_UNKNOWN});
        return true;
    }
    static const char *const path_arguments[] = {"path", "file_path"};
    bool has_path = false;
    struct text names[2];
    size_t name_count = build_file_names(call->tool, names);
    for (size_t i = 0; i < sizeof path_arguments / sizeof path_arguments[0]; i++) {
        struct text path;
        bool given;
        if (!read_argument(build, call, path_arguments[i], false, &path, &given) ||
            (given && (!check_path(build, call, path) || !build_file(build, names, name_count, path)))) {
            return false;
        }
        has_path = has_path || given;
    }
    if (!has_path) {
        build_unknown_file(build, call->tool);
    }
    return true;
}

/* One of aex's own tools, by its name in both spellings: see meta_demand in meta/meta.h. */
static void build_own(struct demand_build *build, struct text name)
{
    char *bytes = arena_alloc(build->arena, name.size + 1);
    for (size_t i = 0; i < name.size; i++) {
        bytes[i] = name.data[i] == '.' ? '_' : name.data[i];
    }
    bytes[name.size] = '\0';
    struct demand demand = {
        .names = {name, {bytes, name.size}}, .name_count = 2, .allowed_unless_denied = true, .is_free = true};
    VECTOR_PUSH(build->arena, build->demands, demand);
}

static bool build_call(struct demand_build *build, const struct agent *agent, const struct hook_call *call)
{
    if (call->own_tool.size > 0) {
        build_own(build, call->own_tool);
        return true;
    }
    const struct tool *tool = agent_find_tool(agent, call->tool);
    if (tool == NULL && text_starts_with(call->tool, TEXT("mcp__"))) {
        build_mcp_tool(build, call);
        return true;
    }
    if (tool == NULL && text_find_char(call->tool, '.') != TEXT_NOT_FOUND) {
        return build_dotted(build, call);
    }
    if (tool == NULL) {
        struct text name = text_format(build->arena, "unknown.%.*s", TEXT_ARG(call->tool));
        build_add(build, name, (struct resource){.kind = RESOURCE_UNKNOWN});
        return true;
    }
    if (tool->effects[0].capability == NULL) {
        build_control(build, tool);
        return true;
    }
    for (size_t i = 0; i < TOOL_EFFECTS && tool->effects[i].capability != NULL; i++) {
        if (!build_effect(build, &tool->effects[i], call)) {
            return false;
        }
    }
    return true;
}

bool demand_of_call(const struct agent *agent, const struct hook_call *call,
                    const struct demand_context *context, struct arena *arena,
                    struct demand_vector *ret_demands, struct error *err)
{
    struct demand_vector demands = {0};
    struct demand_build build = {.context = context, .arena = arena, .demands = &demands, .err = err};
    if (!build_call(&build, agent, call)) {
        return false;
    }
    if (demands.count == 0) {
        return error_set(err, "%.*s: the arguments say nothing of what it would do", TEXT_ARG(call->tool));
    }
    if (demands.count > LIMIT_DEMANDS) {
        return error_set(err, "%.*s: touches more than %d things at once", TEXT_ARG(call->tool), LIMIT_DEMANDS);
    }
    *ret_demands = demands;
    return true;
}
