/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/map.h"

#include <stdlib.h>

#include "base/limits.h"
#include "os/path.h"

/* One tool, in one reading of its name, in front of one layer. */
struct mapping {
    struct demand_build *build;
    const struct mcp_server *server;
    const struct json *arguments;
    struct demand bare;
    struct text server_name;
    struct text tool;
};

struct demand map_bare_tool(struct text qualified, struct text raw, uint32_t number)
{
    return (struct demand){
        .names = {qualified, raw},
        .name_count = 2,
        .first_raw_name = 1,
        .resource = {.kind = RESOURCE_UNKNOWN},
        .tool = number,
    };
}

void map_add_names(struct demand_vector *demands, size_t first, struct text capability,
                   const struct demand *bare)
{
    for (size_t i = first; i < demands->count; i++) {
        struct demand *demand = &demands->items[i];
        if (!text_equal(demand->names[0], capability) || demand->tool != 0) {
            continue;
        }
        demand->first_raw_name = demand->name_count + bare->first_raw_name;
        for (size_t j = 0; j < bare->name_count && demand->name_count < DEMAND_NAMES; j++) {
            demand->names[demand->name_count++] = bare->names[j];
        }
        demand->is_sanitised = bare->is_sanitised;
        demand->tool = bare->tool;
    }
}

bool map_names(const struct tool_map *map, struct text server, struct text tool)
{
    return text_equal(map->tool, tool) && (map->server.size == 0 || text_equal(map->server, server));
}

static bool is_same_sanitised(struct text a, struct text b)
{
    if (a.size != b.size) {
        return false;
    }
    for (size_t i = 0; i < a.size; i++) {
        if (b.data[i] != a.data[i] && b.data[i] != text_sanitised(a.data[i])) {
            return false;
        }
    }
    return true;
}

static bool may_name(const struct tool_map *map, const struct mapping *mapping)
{
    return is_same_sanitised(map->tool, mapping->tool) &&
           (map->server.size == 0 || is_same_sanitised(map->server, mapping->server_name));
}

/* ---- Resources ---- */

static bool is_secret_capability(struct text capability)
{
    return text_starts_with(capability, TEXT("secrets."));
}

static void build_unknown(struct demand_build *build, struct text capability)
{
    if (pattern_scope_kind(capability) == SCOPE_PATH && !is_secret_capability(capability)) {
        build_unknown_file(build, capability);
    } else {
        build_add(build, capability, (struct resource){.kind = RESOURCE_UNKNOWN});
    }
}

/* A capability of our own making may well change files; file.write rules cover it like file.delete. */
static bool build_path(struct mapping *mapping, struct text capability, struct text path)
{
    struct demand_build *build = mapping->build;
    struct path_readings readings;
    if (!build_read_path(build, mapping->server, path, &readings)) {
        return false;
    }
    if (readings.paths.count == 0) {
        build_unknown(build, capability);
    }
    for (size_t i = 0; i < readings.paths.count; i++) {
        struct text names[2];
        size_t name_count = build_file_names(capability, names);
        struct text reading = readings.paths.items[i];
        struct both_forms forms = {0};
        if (!is_secret_capability(capability)) {
            if (!build_file_or_tree(build, names, name_count, reading)) {
                return false;
            }
        } else if (!build_resolve(build, reading, &forms)) {
            return false;
        } else {
            build_add(build, capability,
                      (struct resource){.kind = forms.is_unknown ? RESOURCE_UNKNOWN : RESOURCE_KNOWN,
                                        .value = forms.lexical,
                                        .resolved = forms.resolved});
        }
    }
    return true;
}

/* The line as a text, and what its parts do: secrets and the boundary for all layers to judge, the rest for
 * this one to deny or ask about. */
static bool build_command_line(struct mapping *mapping, const struct layer *layer, struct text capability,
                               struct text command)
{
    struct demand_build *build = mapping->build;
    struct demand_vector parts = {0};
    struct demand_build inner = *build;
    inner.demands = &parts;
    if (!build_command(&inner, capability, command)) {
        return false;
    }
    for (size_t i = 0; i < parts.count; i++) {
        struct demand part = parts.items[i];
        if (part.shell == SHELL_PART && !policy_guards(part.names[0])) {
            part.layer = layer;
            part.allowed_unless_denied = true;
        }
        part.shell = SHELL_NOTHING;
        VECTOR_PUSH(build->arena, build->demands, part);
    }
    return true;
}

/* Whether every server takes the number for what it looks like: an integer without fraction, exponent or sign
 * of zero that doubles hold exactly (RFC 8259, 6). 5.0, 5e0 and 5.0000000000000000001 are 5 to some, and text
 * of their own to us. */
static bool is_plain_integer(const struct json *value)
{
    enum { DOUBLE_BITS = 53 };
    uint64_t magnitude;
    bool is_negative = value->type == JSON_NUMBER && value->text.data[0] == '-';
    return value->type == JSON_NUMBER && text_to_u64(text_after(value->text, is_negative), &magnitude) &&
           magnitude < UINT64_C(1) << DOUBLE_BITS && (magnitude > 0 || !is_negative);
}

/* A text that no server takes for a number spelled in another way: some turn " 05" and "5.0" into 5. */
static bool is_plain_text(const struct json *value, struct arena *arena)
{
    if (value->type != JSON_STRING) {
        return false;
    }
    uint64_t magnitude;
    struct text text = text_trim_space(value->text);
    const char *copy = text_to_c(arena, text);
    char *end = NULL;
    (void)strtod(copy, &end);
    bool is_number = end != copy && *end == '\0';
    struct text digits = text_after(text, text_starts_with(text, TEXT("-")) ? 1 : 0);
    bool is_usual = text.size == value->text.size && text_to_u64(digits, &magnitude) &&
                    (digits.data[0] != '0' || text.size == 1);
    return !is_number || is_usual;
}

static bool build_value(struct mapping *mapping, const struct layer *layer, const struct tool_map *map,
                        const struct json *value)
{
    struct demand_build *build = mapping->build;
    struct text capability = map->capability;
    enum scope_kind kind = pattern_scope_kind(capability);
    bool is_text = kind == SCOPE_TEXT ? is_plain_integer(value) || is_plain_text(value, build->arena)
                                      : value->type == JSON_STRING;
    if (!is_text) {
        build_unknown(build, capability);
        return true;
    }
    if (text_equal(capability, TEXT("shell.exec"))) {
        return build_command_line(mapping, layer, capability, value->text);
    }
    switch (kind) {
    case SCOPE_PATH:
        return build_path(mapping, capability, value->text);
    case SCOPE_HOST:
        return build_opened_url(build, capability, value->text);
    case SCOPE_TEXT:
    case SCOPE_NONE:
        break;
    }
    build_add(build, capability, (struct resource){.kind = RESOURCE_KNOWN, .value = value->text});
    return true;
}

static bool build_map(struct mapping *mapping, const struct layer *layer, const struct tool_map *map)
{
    const struct json *value =
        map->argument.size == 0 ? NULL : build_argument(mapping->arguments, map->argument);
    bool is_list = value != NULL && value->type == JSON_ARRAY && value->count > 0;
    if (value == NULL) {
        build_unknown(mapping->build, map->capability);
        return true;
    }
    if (!is_list) {
        return build_value(mapping, layer, map, value);
    }
    for (size_t i = 0; i < value->count; i++) {
        if (mapping->build->demands->count > LIMIT_DEMANDS) {
            return error_set(mapping->build->err, "it touches more than %d things at once", LIMIT_DEMANDS);
        }
        if (!build_value(mapping, layer, map, &value->items[i])) {
            return false;
        }
    }
    return true;
}

/* ---- Layers ---- */

static bool apply(struct mapping *mapping, const struct layer *layer, const struct tool_map *map)
{
    struct demand_vector *demands = mapping->build->demands;
    size_t first = demands->count;
    bool is_sure = map_names(map, mapping->server_name, mapping->tool);
    if (!is_sure && !(mapping->bare.is_sanitised && may_name(map, mapping))) {
        return true;
    }
    if (!build_map(mapping, layer, map)) {
        return error_prefix(mapping->build->err, "%.*s", TEXT_ARG(mapping->tool));
    }
    map_add_names(demands, first, map->capability, &mapping->bare);
    for (size_t i = first; i < demands->count; i++) {
        struct demand *demand = &demands->items[i];
        if (demand->tool != 0) {
            demand->layer = layer;
            demand->tool = is_sure ? demand->tool : 0;
            demand->allowed_unless_denied = !is_sure;
        }
    }
    return true;
}

/* The server's part of mcp.SERVER.TOOL, where the tool's name is what it ends with. */
static struct text server_of(const struct demand *bare)
{
    static const struct text prefix = TEXT_INIT("mcp.");
    struct text qualified = bare->names[0];
    return text_slice(qualified, prefix.size, qualified.size - bare->names[1].size - 1);
}

/* The tool that a demand is about, by its own names alone. */
static struct demand bare_of(const struct demand *demand)
{
    struct demand bare = map_bare_tool(demand->names[demand->first_raw_name - 1],
                                       demand->names[demand->first_raw_name], demand->tool);
    for (size_t i = demand->first_raw_name + 1; i < demand->name_count; i++) {
        bare.names[bare.name_count++] = demand->names[i];
    }
    bare.is_sanitised = demand->is_sanitised;
    return bare;
}

static bool has_maps(const struct policy *policy)
{
    for (size_t i = 0; policy != NULL && i < policy_layer_count(policy); i++) {
        if (policy_layer(policy, i)->maps.count > 0) {
            return true;
        }
    }
    return false;
}

/* What a refusal names is the first that is refused, and a map's word says more than the tool's own name. */
static void put_mapped_first(struct demand_vector *demands, struct arena *arena)
{
    struct demand_vector ordered = {0};
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < demands->count; i++) {
            if ((demands->items[i].layer == NULL) == (pass == 1)) {
                VECTOR_PUSH(arena, &ordered, demands->items[i]);
            }
        }
    }
    *demands = ordered;
}

bool map_demands(struct demand_vector *demands, const struct mcp_server *server, const struct json *arguments,
                 const struct policy *policy, const struct demand_context *context, struct arena *arena,
                 struct error *err)
{
    if (!has_maps(policy)) {
        return true;
    }
    struct demand_build build = {.context = context, .arena = arena, .demands = demands, .err = err};
    size_t count = demands->count;
    uint32_t last = 0;
    for (size_t i = 0; i < count; i++) {
        const struct demand *demand = &demands->items[i];
        if (demand->tool <= last || demand->layer != NULL || demand->first_raw_name == 0) {
            continue;
        }
        last = demand->tool;
        struct mapping mapping = {.build = &build, .server = server, .arguments = arguments};
        mapping.bare = bare_of(demand);
        mapping.tool = mapping.bare.names[1];
        mapping.server_name = server != NULL ? server->name : server_of(&mapping.bare);
        for (size_t j = 0; j < policy_layer_count(policy); j++) {
            const struct layer *layer = policy_layer(policy, j);
            for (size_t k = 0; k < layer->maps.count; k++) {
                if (!apply(&mapping, layer, &layer->maps.items[k])) {
                    return false;
                }
            }
        }
    }
    put_mapped_first(demands, arena);
    return demands->count <= LIMIT_DEMANDS ||
           error_set(err, "it touches more than %d things at once", LIMIT_DEMANDS);
}
