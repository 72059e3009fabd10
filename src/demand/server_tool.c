/* SPDX-License-Identifier: Apache-2.0 */
#include "demand/server_tool.h"

#include "base/limits.h"
#include "demand/arrivals.h"
#include "demand/map.h"
#include "demand/secrets.h"
#include "os/path.h"
#include "pattern/glob.h"

static const struct resource unknown = {.kind = RESOURCE_UNKNOWN};

/* One effect of one call. */
struct effect_build {
    struct demand_build *build;
    const struct mcp_server *server;
    const struct server_effect *effect;
    const struct json *arguments;
    struct text names[2];
    size_t name_count;
};

static void add(struct effect_build *effect, struct resource resource)
{
    struct demand demand = {.name_count = effect->name_count, .resource = resource};
    for (size_t i = 0; i < effect->name_count; i++) {
        demand.names[i] = effect->names[i];
    }
    VECTOR_PUSH(effect->build->arena, effect->build->demands, demand);
}

/* ---- Paths ---- */

/* What the answer shows of the file. */
static bool add_shown_secret(struct effect_build *effect, struct text path)
{
    struct demand_build *build = effect->build;
    struct both_forms forms = {0};
    if (!build_resolve(build, path, &forms)) {
        return false;
    }
    if (!forms.is_unknown &&
        (secrets_names(build->arena, forms.lexical) || secrets_names(build->arena, forms.resolved))) {
        build_add(
            build, TEXT("secrets.read"),
            (struct resource){.kind = RESOURCE_KNOWN, .value = forms.lexical, .resolved = forms.resolved});
    }
    return true;
}

/* What comes to lie at `place` is judged by what is at the origin now. */
static bool build_moved(struct effect_build *effect, struct text place)
{
    struct demand_build *build = effect->build;
    const struct json *value = build_argument(effect->arguments, text_of(effect->effect->origin));
    struct path_readings readings = {0};
    if (value != NULL && value->type == JSON_STRING &&
        !build_read_path(build, effect->server, value->text, &readings)) {
        return false;
    }
    struct set_arrivals *arrivals = ARENA_NEW(build->arena, struct set_arrivals);
    bool is_known = readings.paths.count > 0;
    for (size_t i = 0; is_known && i < readings.paths.count; i++) {
        is_known = arrivals_add(build, arrivals, readings.paths.items[i], false, false, place, false);
    }
    struct arriving_vector arriving;
    if (is_known && arrivals_list(arrivals, build->arena, &arriving) &&
        arriving.count <= readings.paths.count) {
        bool is_open = false;
        for (size_t i = 0; i < arriving.count; i++) {
            is_open = is_open || arriving.items[i].is_open;
        }
        if (!is_open) {
            return true; /* one file */
        }
    }
    if (glob_has_wildcard(place)) {
        build_unknown_file(build, effect->names[0]);
        return true;
    }
    struct both_forms forms;
    return build_resolve(build, place, &forms) &&
           build_file_set(build, &(struct file_set){.names = effect->names,
                                                    .name_count = effect->name_count,
                                                    .glob = path_join(build->arena, forms.lexical, TEXT("**")),
                                                    .arrivals = is_known ? arrivals : NULL});
}

static bool build_reading(struct effect_build *effect, struct text path)
{
    struct demand_build *build = effect->build;
    enum server_argument kind = effect->effect->kind;
    if (kind == SERVER_TREE) {
        return build_file_or_tree(build, effect->names, effect->name_count, path);
    }
    if (kind == SERVER_ENTRIES || kind == SERVER_NAMES_BELOW) {
        struct text glob = kind == SERVER_ENTRIES ? TEXT("*") : TEXT("**");
        if (glob_has_wildcard(path)) {
            build_unknown_file(build, effect->names[0]);
            return true;
        }
        return build_listing(build, effect->names[0], path, glob, false);
    }
    return build_file(build, effect->names, effect->name_count, path) &&
           (kind != SERVER_EDIT || add_shown_secret(effect, path)) &&
           (effect->effect->origin == NULL || build_moved(effect, path));
}

static bool build_path(struct effect_build *effect, const struct json *value)
{
    struct path_readings readings = {0};
    if (value != NULL && value->type == JSON_STRING &&
        !build_read_path(effect->build, effect->server, value->text, &readings)) {
        return false;
    }
    if (readings.paths.count == 0) {
        build_unknown_file(effect->build, effect->names[0]);
        return true;
    }
    for (size_t i = 0; i < readings.paths.count; i++) {
        if (!build_reading(effect, readings.paths.items[i])) {
            return false;
        }
    }
    return true;
}

static bool build_paths(struct effect_build *effect, const struct json *value)
{
    if (value == NULL || value->type != JSON_ARRAY || value->count == 0) {
        return build_path(effect, value);
    }
    for (size_t i = 0; i < value->count; i++) {
        if (effect->build->demands->count > LIMIT_DEMANDS) {
            return error_set(effect->build->err, "it touches more than %d things at once", LIMIT_DEMANDS);
        }
        if (!build_path(effect, &value->items[i])) {
            return false;
        }
    }
    return true;
}

/* ---- git ---- */

/* The settings of another repository can run programs, as in a shell. */
static bool build_repository(struct effect_build *effect, const struct json *value)
{
    struct path_readings readings = {0};
    struct demand_build *build = effect->build;
    if (value != NULL && value->type == JSON_STRING &&
        !build_read_path(build, effect->server, value->text, &readings)) {
        return false;
    }
    bool is_own = readings.paths.count > 0;
    for (size_t i = 0; i < readings.paths.count; i++) {
        struct text folder = path_normalise(build->arena, build->context->root, readings.paths.items[i]);
        struct text resolved;
        is_own = is_own && path_resolve(build->arena, folder, &resolved, NULL) &&
                 path_is_within(resolved, build->context->root) && build_finds_own_repository(build, resolved);
    }
    if (!is_own) {
        add(effect, unknown);
    }
    return true;
}

static bool build_revision(struct effect_build *effect, const struct json *value)
{
    if (value == NULL || (value->type == JSON_STRING && !text_starts_with(value->text, TEXT("-")))) {
        return true;
    }
    build_unknown_file(effect->build, effect->names[0]);
    return true;
}

/* ---- SQL ---- */

static bool starts_with_word(struct text sql, const char *const *words)
{
    sql = text_trim_space(sql);
    for (size_t i = 0; words[i] != NULL; i++) {
        struct text word = text_of(words[i]);
        char after = sql.size > word.size ? sql.data[word.size] : ' ';
        bool ends = after == ' ' || after == '\t' || after == '\n' || after == '\r' || after == '(';
        if (ends && text_equal_ignoring_case(text_slice(sql, 0, word.size), word)) {
            return true;
        }
    }
    return false;
}

static bool is_one_statement(struct text sql)
{
    sql = text_trim_space(sql);
    size_t semicolon = text_find_char(sql, ';');
    return semicolon == TEXT_NOT_FOUND || semicolon + 1 == sql.size;
}

/* What only reads demands that; SQLite's `ATTACH` and `VACUUM INTO` write any file. */
static void build_sql(struct effect_build *effect, const struct json *value)
{
    static const char *const reading[] = {"select", "with", "values", "explain", "show", "table", NULL};
    static const char *const changing[] = {"insert", "update", "delete", "replace", "with",
                                           "create", "alter",  "drop",   NULL};
    bool is_text = value != NULL && value->type == JSON_STRING;
    struct text sql = is_text ? value->text : (struct text){0};
    struct resource resource = {.kind = is_text ? RESOURCE_KNOWN : RESOURCE_UNKNOWN, .value = sql};
    struct demand_build *build = effect->build;
    add(effect, resource);
    if (effect->effect->kind == SERVER_SQL_CHANGE) {
        if (!starts_with_word(sql, changing) || !is_one_statement(sql)) {
            build_unknown_file(build, TEXT("file.write"));
        }
        return;
    }
    if (!starts_with_word(sql, reading) || !is_one_statement(sql)) {
        build_add(build, TEXT("db.write"), resource);
    }
}

/* ---- GitHub ---- */

/* A part of a request's path that is itself whatever reads it. */
static bool is_plain_part(struct text part, bool may_have_slashes)
{
    for (size_t i = 0; i < part.size; i++) {
        char c = part.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                        c == '-' || c == '_' || c == '.' || (may_have_slashes && c == '/');
        if (!is_plain) {
            return false;
        }
    }
    return part.size > 0 && !text_contains(part, TEXT("..")) && !text_equal(part, TEXT("."));
}

/* GitHub does not tell upper from lower case in them, and rules must not be passed by that. */
static struct text lower(struct arena *arena, struct text name)
{
    char *bytes = arena_alloc(arena, name.size + 1);
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bytes[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    bytes[name.size] = '\0';
    return (struct text){bytes, name.size};
}

/* False where nobody can say what it stands for in a request's path. */
static bool read_part(const struct effect_build *effect, const char *argument, bool may_have_slashes,
                      struct text *ret_part)
{
    const struct json *value = build_argument(effect->arguments, text_of(argument));
    if (value == NULL || value->type != JSON_STRING || !is_plain_part(value->text, may_have_slashes)) {
        return false;
    }
    *ret_part = value->text;
    return true;
}

static void build_github(struct effect_build *effect)
{
    struct text owner;
    struct text name;
    struct text branch = {0};
    const char *argument = effect->effect->argument;
    struct arena *arena = effect->build->arena;
    bool is_known = read_part(effect, "owner", false, &owner) && read_part(effect, "repo", false, &name) &&
                    (argument == NULL || read_part(effect, argument, true, &branch));
    if (!is_known) {
        add(effect, unknown);
        return;
    }
    struct text repository = lower(arena, text_format(arena, "%.*s/%.*s", TEXT_ARG(owner), TEXT_ARG(name)));
    struct text value =
        branch.size == 0 ? repository : text_format(arena, "%.*s/%.*s", TEXT_ARG(repository), TEXT_ARG(branch));
    add(effect, (struct resource){.kind = RESOURCE_KNOWN, .value = value});
}

/* ---- Effects ---- */

static struct effect_build begin(struct demand_build *build, const struct mcp_server *server,
                                 const struct server_effect *effect, const struct json *arguments)
{
    struct effect_build begun = {build, server, effect, arguments, {text_of(effect->capability)}, 1};
    if (effect->also != NULL) {
        begun.names[begun.name_count++] = text_of(effect->also);
    }
    return begun;
}

static bool build_effect(struct effect_build *effect)
{
    const char *argument = effect->effect->argument;
    const struct json *value = argument == NULL ? NULL : build_argument(effect->arguments, text_of(argument));
    value = value != NULL && value->type == JSON_NULL ? NULL : value;
    bool is_text = value != NULL && value->type == JSON_STRING;
    if (effect->effect->is_optional && value == NULL) {
        return true;
    }
    switch (effect->effect->kind) {
    case SERVER_NONE:
    case SERVER_HARMLESS:
        add(effect, (struct resource){.kind = RESOURCE_NONE});
        return true;
    case SERVER_PATH:
    case SERVER_EDIT:
    case SERVER_TREE:
    case SERVER_ENTRIES:
    case SERVER_NAMES_BELOW:
        return build_paths(effect, value);
    case SERVER_URL:
        if (is_text) {
            return build_opened_url(effect->build, effect->names[0], value->text);
        }
        add(effect, unknown);
        return true;
    case SERVER_TEXT:
        add(effect, is_text ? (struct resource){.kind = RESOURCE_KNOWN, .value = value->text} : unknown);
        return true;
    case SERVER_REPOSITORY:
        return build_repository(effect, value);
    case SERVER_REVISION:
        return build_revision(effect, value);
    case SERVER_SQL_SELECT:
    case SERVER_SQL_CHANGE:
    case SERVER_SQL_ANY:
        build_sql(effect, value);
        return true;
    case SERVER_GITHUB:
    case SERVER_GITHUB_REF:
        build_github(effect);
        return true;
    case SERVER_ENVIRONMENT:
        break;
    }
    add(effect, unknown);
    return true;
}

bool server_effects(struct demand_build *build, const struct mcp_server *server,
                    const struct server_tool *entry, const struct json *arguments)
{
    for (size_t i = 0; entry != NULL && i < SERVER_EFFECTS && entry->effects[i].capability != NULL; i++) {
        struct effect_build effect = begin(build, server, &entry->effects[i], arguments);
        if (!build_effect(&effect)) {
            return false;
        }
    }
    return true;
}

/* Every repository is the workspace's and no revision an option, where that is what passes. */
void server_effect_shapes(struct demand_build *build, const struct server_tool *entry, bool with_options)
{
    for (size_t i = 0; entry != NULL && i < SERVER_EFFECTS && entry->effects[i].capability != NULL; i++) {
        struct effect_build effect = begin(build, NULL, &entry->effects[i], NULL);
        enum server_argument kind = effect.effect->kind;
        bool is_fixed = kind == SERVER_NONE || kind == SERVER_HARMLESS;
        bool is_unknown =
            kind == SERVER_ENVIRONMENT || (kind == SERVER_TEXT && effect.effect->argument == NULL);
        if (kind == SERVER_REPOSITORY || kind == SERVER_REVISION ||
            (effect.effect->is_optional && !with_options)) {
            continue;
        }
        add(&effect, (struct resource){.kind = is_fixed     ? RESOURCE_NONE
                                               : is_unknown ? RESOURCE_UNKNOWN
                                                            : RESOURCE_KNOWN});
    }
}

/* ---- Tools ---- */

struct text server_tool_name(const struct mcp_server *server, struct text tool, struct arena *arena)
{
    static const struct text families[] = {
        TEXT_INIT("completion."), TEXT_INIT("elicitation."),   TEXT_INIT("initialize"),
        TEXT_INIT("logging."),    TEXT_INIT("notifications."), TEXT_INIT("ping"),
        TEXT_INIT("prompts."),    TEXT_INIT("resources."),     TEXT_INIT("roots."),
        TEXT_INIT("sampling."),   TEXT_INIT("server."),        TEXT_INIT("subscriptions."),
        TEXT_INIT("tasks."),      TEXT_INIT("tools."),
    };
    bool is_taken = false;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        is_taken = is_taken || text_starts_with(tool, families[i]);
    }
    return text_format(arena, "mcp.%.*s.%s%.*s", TEXT_ARG(server->name), is_taken ? "tools." : "",
                       TEXT_ARG(tool));
}

/* Gives all that is not a protection a tool's names; a tool that nothing is known about has just them. */
static void finish(struct demand_build *build, const struct mcp_server *server, const struct server_tool *entry,
                   struct text tool, size_t first)
{
    struct demand bare = map_bare_tool(server_tool_name(server, tool, build->arena), tool, SERVER_TOOL_NUMBER);
    bool is_harmless = entry != NULL && entry->effects[0].kind == SERVER_HARMLESS;
    for (size_t i = first; i < build->demands->count; i++) {
        struct text name = build->demands->items[i].names[0];
        if (!policy_guards(name)) {
            map_add_names(build->demands, i, name, &bare);
        }
    }
    bool has_own = false;
    for (size_t i = first; i < build->demands->count; i++) {
        struct demand *demand = &build->demands->items[i];
        has_own = has_own || demand->tool != 0;
        demand->allowed_unless_denied = demand->allowed_unless_denied || (is_harmless && demand->tool != 0);
    }
    if (!has_own) {
        VECTOR_PUSH(build->arena, build->demands, bare);
    }
}

bool server_tool_demands(struct demand_build *build, const struct mcp_server *server,
                         const struct server_tool *entry, struct text tool, const struct json *arguments)
{
    size_t first = build->demands->count;
    if (!server_effects(build, server, entry, arguments)) {
        return error_prefix(build->err, "%.*s", TEXT_ARG(tool));
    }
    finish(build, server, entry, tool, first);
    return true;
}

void server_tool_shapes(struct demand_build *build, const struct mcp_server *server,
                        const struct server_tool *entry, struct text tool, bool with_options)
{
    size_t first = build->demands->count;
    server_effect_shapes(build, entry, with_options);
    finish(build, server, entry, tool, first);
}
