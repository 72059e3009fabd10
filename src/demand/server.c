/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/server.h"

#include "base/limits.h"
#include "demand/judge.h"
#include "demand/map.h"
#include "demand/server_tool.h"

/* A message on its way to demands. */
struct message {
    struct demand_build *build;
    const struct mcp_server *server;
    struct text method;
    const struct json *params;
    struct text name; /* mcp.SERVER.METHOD, with dots */
};

typedef bool read_method(struct message *message);

struct method {
    struct text name;
    enum mcp_method_class class;
    read_method *read;
};

static const struct json no_arguments = {.type = JSON_OBJECT};

static bool fail(struct message *message, const char *what)
{
    return error_set(message->build->err, "%.*s: %s", TEXT_ARG(message->method), what);
}

static struct demand *add(struct message *message, struct resource resource)
{
    struct demand_vector *demands = message->build->demands;
    build_add(message->build, message->name, resource);
    return &demands->items[demands->count - 1];
}

static bool read_text(struct message *message, const struct json *object, const char *name,
                      struct text *ret_text)
{
    if (!json_get_text(object, text_of(name), ret_text)) {
        return error_set(message->build->err, "%.*s: \"%s\" must be a string", TEXT_ARG(message->method), name);
    }
    return true;
}

static struct resource known(struct text value)
{
    return (struct resource){.kind = RESOURCE_KNOWN, .value = value};
}

/* A member that is there and not null. */
static const struct json *given(const struct json *object, struct text name)
{
    const struct json *value = json_get(object, name);
    return value != NULL && value->type == JSON_NULL ? NULL : value;
}

/* ---- Methods ---- */

static bool read_arguments(struct message *message, const struct json **ret_arguments)
{
    const struct json *arguments = json_get(message->params, TEXT("arguments"));
    if (arguments == NULL || arguments->type == JSON_NULL) {
        arguments = &no_arguments;
    }
    if (arguments->type != JSON_OBJECT) {
        return fail(message, "\"arguments\" must be an object");
    }
    *ret_arguments = arguments;
    return true;
}

static bool read_tool_call(struct message *message)
{
    struct text tool;
    const struct json *arguments = NULL;
    if (!read_text(message, message->params, "name", &tool) || !read_arguments(message, &arguments)) {
        return false;
    }
    if (tool.size == 0) {
        return fail(message, "a tool without a name");
    }
    const struct server_tool *entry = server_kind_tool(message->server->kind, tool);
    return server_tool_demands(message->build, message->server, entry, tool, arguments);
}

static bool read_resource(struct message *message)
{
    struct text uri;
    if (!read_text(message, message->params, "uri", &uri)) {
        return false;
    }
    add(message, known(uri));
    return build_resource_uri(message->build, message->server, uri);
}

static bool read_prompt(struct message *message)
{
    struct text name;
    const struct json *arguments = NULL;
    if (!read_text(message, message->params, "name", &name) || !read_arguments(message, &arguments)) {
        return false;
    }
    add(message, known(name));
    const struct server_tool *entry = server_kind_prompt(message->server->kind, name);
    return server_effects(message->build, message->server, entry, arguments);
}

/* A prompt by its name or a resource by its URI, whichever `type` says (2025-11-25, "Completion"). A server
 * that looks at the other member than the one that is judged must find none there. */
static bool read_completion(struct message *message)
{
    static const struct text members[] = {TEXT_INIT("type"), TEXT_INIT("name"), TEXT_INIT("uri")};
    const struct json *reference = json_get(message->params, TEXT("ref"));
    const struct json *prompt = given(reference, TEXT("name"));
    const struct json *resource = given(reference, TEXT("uri"));
    struct text type = TEXT("");
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (json_has_variant(reference, members[i])) {
            return fail(message, "a member of \"ref\" is there in another spelling");
        }
    }
    if (prompt != NULL && resource != NULL) {
        return fail(message, "\"ref\" names both a prompt and a resource");
    }
    (void)json_get_text(reference, TEXT("type"), &type);
    bool is_resource = text_equal(type, TEXT("ref/resource"));
    const struct json *named = is_resource ? resource : text_equal(type, TEXT("ref/prompt")) ? prompt : NULL;
    if (named == NULL || named->type != JSON_STRING) {
        return fail(message, "\"ref\" names neither a prompt nor a resource");
    }
    add(message, known(named->text));
    return !is_resource || build_resource_template(message->build, message->server, named->text);
}

static bool read_free(struct message *message)
{
    struct demand *demand = add(message, (struct resource){.kind = RESOURCE_NONE});
    demand->allowed_unless_denied = true;
    demand->is_free = true;
    return true;
}

/* The call that made the task was judged, and charged. */
static bool read_task(struct message *message)
{
    struct text task;
    (void)read_free(message);
    if (json_get_text(message->params, TEXT("taskId"), &task)) {
        message->build->demands->items[message->build->demands->count - 1].resource = known(task);
    }
    return true;
}

static bool read_plain(struct message *message)
{
    add(message, (struct resource){.kind = RESOURCE_NONE});
    return true;
}

/* What a listener may ask for: that lists changed, which says nothing, and resources, each as by
 * resources/subscribe. */
static bool read_listening(struct message *message)
{
    const struct json *wanted = json_get(message->params, TEXT("notifications"));
    bool is_plain = wanted != NULL && wanted->type == JSON_OBJECT;
    struct text subscribe =
        text_format(message->build->arena, "mcp.%.*s.resources.subscribe", TEXT_ARG(message->server->name));
    (void)read_free(message);
    for (size_t i = 0; is_plain && i < wanted->count; i++) {
        struct text name = wanted->members[i].name;
        const struct json *value = &wanted->members[i].value;
        if (!text_equal(name, TEXT("resourceSubscriptions"))) {
            is_plain = text_equal(name, TEXT("toolsListChanged")) ||
                       text_equal(name, TEXT("promptsListChanged")) ||
                       text_equal(name, TEXT("resourcesListChanged"));
            continue;
        }
        for (size_t j = 0; value->type == JSON_ARRAY && j < value->count && j <= LIMIT_DEMANDS; j++) {
            if (value->items[j].type != JSON_STRING) {
                return fail(message, "a resource must be a string");
            }
            build_add(message->build, subscribe, known(value->items[j].text));
            if (!build_resource_uri(message->build, message->server, value->items[j].text)) {
                return false;
            }
        }
        if (value->type != JSON_ARRAY && value->type != JSON_NULL) {
            return fail(message, "\"resourceSubscriptions\" must be a list");
        }
    }
    if (!is_plain) {
        message->build->demands->items[0].allowed_unless_denied = false; /* something nobody here knows */
        message->build->demands->items[0].must_be_spelled_out = true;
    }
    return true;
}

static bool read_unknown(struct message *message)
{
    add(message, (struct resource){.kind = RESOURCE_UNKNOWN})->must_be_spelled_out = true;
    return true;
}

static const struct method methods[] = {
    {TEXT_INIT("initialize"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("ping"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("server/discover"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/initialized"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/cancelled"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/progress"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/message"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/roots/list_changed"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/tools/list_changed"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/prompts/list_changed"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/resources/list_changed"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/resources/updated"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/tasks/status"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/elicitation/complete"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("notifications/subscriptions/acknowledged"), MCP_PROTOCOL, NULL},
    {TEXT_INIT("tools/list"), MCP_LIST, read_free},
    {TEXT_INIT("prompts/list"), MCP_LIST, read_free},
    {TEXT_INIT("resources/list"), MCP_LIST, read_free},
    {TEXT_INIT("resources/templates/list"), MCP_LIST, read_free},
    {TEXT_INIT("tools/call"), MCP_DEMANDS, read_tool_call},
    {TEXT_INIT("resources/read"), MCP_DEMANDS, read_resource},
    {TEXT_INIT("resources/subscribe"), MCP_DEMANDS, read_resource},
    {TEXT_INIT("resources/unsubscribe"), MCP_DEMANDS, read_free},
    {TEXT_INIT("subscriptions/listen"), MCP_DEMANDS, read_listening},
    {TEXT_INIT("prompts/get"), MCP_DEMANDS, read_prompt},
    {TEXT_INIT("completion/complete"), MCP_DEMANDS, read_completion},
    {TEXT_INIT("logging/setLevel"), MCP_DEMANDS, read_free},
    {TEXT_INIT("tasks/get"), MCP_DEMANDS, read_task},
    {TEXT_INIT("tasks/result"), MCP_DEMANDS, read_task},
    {TEXT_INIT("tasks/update"), MCP_DEMANDS, read_task},
    {TEXT_INIT("tasks/cancel"), MCP_DEMANDS, read_task},
    {TEXT_INIT("tasks/list"), MCP_DEMANDS, read_free},
    {TEXT_INIT("sampling/createMessage"), MCP_DEMANDS, read_plain},
    {TEXT_INIT("elicitation/create"), MCP_DEMANDS, read_plain},
    {TEXT_INIT("roots/list"), MCP_DEMANDS, read_plain},
};

static const struct method *find_method(struct text name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (text_equal(methods[i].name, name)) {
            return &methods[i];
        }
    }
    return NULL;
}

enum mcp_method_class mcp_method_class(struct text method)
{
    const struct method *found = find_method(method);
    return found == NULL ? MCP_DEMANDS : found->class;
}

/* ---- Messages ---- */

/* mcp.SERVER.METHOD. False for a method that no policy could spell. */
static bool method_name(const struct mcp_server *server, struct text method, struct arena *arena,
                        struct text *ret_name, struct error *err)
{
    char *dotted = arena_alloc(arena, method.size + 1);
    for (size_t i = 0; i < method.size; i++) {
        char c = method.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        c == '_' || c == '-' || c == '$' || c == '.';
        if (!is_plain && c != '/') {
            return error_set(err, "a method that holds \"%c\"", c);
        }
        dotted[i] = c == '/' ? '.' : c;
    }
    *ret_name = text_format(arena, "mcp.%.*s.%.*s", TEXT_ARG(server->name), (int)method.size, dotted);
    return method.size > 0 || error_set(err, "a method without a name");
}

bool demand_of_mcp_request(const struct mcp_server *server, struct text method, const struct json *params,
                           const struct policy *policy, const struct demand_context *context,
                           struct arena *arena, struct demand_vector *ret_demands, struct error *err)
{
    const struct method *found = find_method(method);
    struct demand_vector demands = {0};
    struct demand_build build = {.context = context, .arena = arena, .demands = &demands, .err = err};
    struct message message = {.build = &build, .server = server, .method = method, .params = params};
    if (found != NULL && found->class == MCP_PROTOCOL) {
        *ret_demands = demands;
        return true;
    }
    if (!server_name_is_valid(server->name)) {
        return error_set(err, "\"%.*s\" is no server's name", TEXT_ARG(server->name));
    }
    if (!method_name(server, method, arena, &message.name, err)) {
        return false;
    }
    read_method *read = found == NULL ? read_unknown : found->read;
    if (!read(&message)) {
        return false;
    }
    const struct json *arguments = json_get(params, TEXT("arguments"));
    if (read == read_tool_call && !map_demands(&demands, server, arguments == NULL ? &no_arguments : arguments,
                                               policy, context, arena, err)) {
        return false;
    }
    if (demands.count > LIMIT_DEMANDS) {
        return error_set(err, "%.*s: touches more than %d things at once", TEXT_ARG(method), LIMIT_DEMANDS);
    }
    *ret_demands = demands;
    return true;
}

/* ---- What could pass ---- */

/* What the layers' maps make of the tool when their arguments are whatever passes. Those without an argument
 * are built as they are. */
static bool add_map_shapes(struct demand_build *build, const struct mcp_server *server, struct text tool,
                           const struct policy *policy)
{
    struct demand bare = map_bare_tool(server_tool_name(server, tool, build->arena), tool, SERVER_TOOL_NUMBER);
    for (size_t i = 0; i < policy_layer_count(policy); i++) {
        const struct layer *layer = policy_layer(policy, i);
        for (size_t j = 0; j < layer->maps.count; j++) {
            const struct tool_map *map = &layer->maps.items[j];
            if (!map_names(map, server->name, tool)) {
                continue;
            }
            size_t first = build->demands->count;
            bool is_open = map->argument.size > 0;
            bool is_file = pattern_scope_kind(map->capability) == SCOPE_PATH &&
                           !text_starts_with(map->capability, TEXT("secrets."));
            if (!is_open && is_file) {
                build_unknown_file(build, map->capability);
            } else {
                build_add(build, map->capability,
                          (struct resource){.kind = is_open ? RESOURCE_KNOWN : RESOURCE_UNKNOWN});
            }
            map_add_names(build->demands, first, map->capability, &bare);
            for (size_t k = first; k < build->demands->count; k++) {
                struct demand *demand = &build->demands->items[k];
                demand->layer = demand->tool != 0 ? layer : NULL;
            }
        }
    }
    return true;
}

static bool shapes_could_pass(const struct mcp_server *server, struct text tool, bool with_options,
                              const struct policy *policy, const struct demand_context *context,
                              struct arena *arena)
{
    struct demand_vector demands = {0};
    struct demand_build build = {.context = context, .arena = arena, .demands = &demands};
    server_tool_shapes(&build, server, server_kind_tool(server->kind, tool), tool, with_options);
    (void)add_map_shapes(&build, server, tool, policy);
    return policy_could_allow(policy, demands.items, demands.count, arena);
}

bool demand_mcp_tool_could_be_allowed(const struct mcp_server *server, struct text tool,
                                      const struct policy *policy, const struct demand_context *context,
                                      struct arena *arena)
{
    if (!server_name_is_valid(server->name) || tool.size == 0) {
        return false;
    }
    return shapes_could_pass(server, tool, false, policy, context, arena) ||
           shapes_could_pass(server, tool, true, policy, context, arena);
}

/* What `method` demands of the one thing that is named, without what its arguments add. */
static bool could_be_named(const struct mcp_server *server, const char *method, struct text name,
                           const struct policy *policy, struct arena *arena)
{
    struct demand demand = {
        .names = {text_format(arena, "mcp.%.*s.%s", TEXT_ARG(server->name), method)},
        .name_count = 1,
        .resource = known(name),
    };
    return server_name_is_valid(server->name) &&
           policy_judge(policy, &demand, 1, arena).verdict != VERDICT_DENY;
}

bool demand_mcp_resource_could_be_allowed(const struct mcp_server *server, struct text uri, bool is_template,
                                          const struct policy *policy, const struct demand_context *context,
                                          struct arena *arena)
{
    static const struct resource any = {.kind = RESOURCE_KNOWN};
    struct demand_vector demands = {0};
    struct error err;
    struct demand_build build = {.context = context, .arena = arena, .demands = &demands, .err = &err};
    struct text name = text_format(arena, "mcp.%.*s.resources.read", TEXT_ARG(server->name));
    if (!server_name_is_valid(server->name)) {
        return false;
    }
    build_add(&build, name, is_template ? any : known(uri));
    if (!is_template) {
        return build_resource_uri(&build, server, uri) &&
               demand_judge_built(&demands, policy, arena).verdict != VERDICT_DENY;
    }
    if (text_equal_ignoring_case(text_slice(uri, 0, 5), TEXT("file:"))) {
        build_add(&build, TEXT("file.read"), any);
    } else if (text_equal_ignoring_case(text_slice(uri, 0, 4), TEXT("http"))) {
        build_add(&build, TEXT("network.fetch"), any);
    }
    return policy_could_allow(policy, demands.items, demands.count, arena);
}

bool demand_mcp_prompt_could_be_allowed(const struct mcp_server *server, struct text prompt,
                                        const struct policy *policy, const struct demand_context *context,
                                        struct arena *arena)
{
    struct demand_vector demands = {0};
    struct demand_build build = {.context = context, .arena = arena, .demands = &demands};
    server_effect_shapes(&build, server_kind_prompt(server->kind, prompt), false);
    return could_be_named(server, "prompts.get", prompt, policy, arena) &&
           (demands.count == 0 || policy_could_allow(policy, demands.items, demands.count, arena));
}
