/* SPDX-License-Identifier: Apache-2.0 */
#include "state/pins_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/inside.h"
#include "os/private.h"
#include "state/folder.h"

enum {
    NAME_DIGITS = 32,
    LONGEST_TOOL_NAME = 1024, /* MCP has 128; some servers do not care */
};

static const struct text store_schema = TEXT_INIT("aex/pins@v1");
static const struct text file_schema = TEXT_INIT("aex/tools-lock@v1");

/* ---- Entries ---- */

/* What comes with an entry but is not its words: hosts' notes, and pictures, which may be addresses that
 * change. */
static bool is_pinned_member(struct text name)
{
    return !text_equal(name, TEXT("_meta")) && !text_equal(name, TEXT("icons"));
}

bool pinned_tool_of(const struct json *entry, struct arena *arena, struct pinned_tool *ret_tool,
                    struct error *err)
{
    struct pinned_tool tool = {0};
    if (!json_get_text(entry, TEXT("name"), &tool.name) || tool.name.size == 0 ||
        tool.name.size > LONGEST_TOOL_NAME) {
        return error_set(err, "the server lists a tool without a name, or with one longer than %d bytes",
                         LONGEST_TOOL_NAME);
    }
    struct json_member *members = ARENA_ARRAY(arena, struct json_member, entry->count);
    struct json rest = *entry;
    rest.count = 0;
    for (size_t i = 0; i < entry->count; i++) {
        if (is_pinned_member(entry->members[i].name)) {
            members[rest.count++] = entry->members[i];
        }
    }
    rest.members = members;
    tool.name = text_copy(arena, tool.name);
    tool.entry = json_canonical_text(arena, &rest);
    tool.digest = digest_sha256(tool.entry);
    *ret_tool = tool;
    return true;
}

struct pinned_tool *pinned_tool_find(const struct pinned_tool_vector *tools, struct text name)
{
    for (size_t i = 0; i < tools->count; i++) {
        if (text_equal(tools->items[i].name, name)) {
            return &tools->items[i];
        }
    }
    return NULL;
}

void pinned_tool_put(struct pinned_tool_vector *tools, const struct pinned_tool *tool, struct arena *arena)
{
    struct pinned_tool *known = pinned_tool_find(tools, tool->name);
    if (known != NULL) {
        *known = *tool;
    } else {
        VECTOR_PUSH(arena, tools, *tool);
    }
}

void pinned_tool_remove(struct pinned_tool_vector *tools, struct text name)
{
    struct pinned_tool *known = pinned_tool_find(tools, name);
    if (known != NULL) {
        *known = tools->items[--tools->count];
    }
}

/* ---- Reading ---- */

static bool read_tools(const struct json *value, bool has_digests, struct arena *arena,
                       struct pinned_tool_vector *tools)
{
    if (value == NULL) {
        return true;
    }
    for (size_t i = 0; value->type == JSON_OBJECT && i < value->count; i++) {
        const struct json *item = &value->members[i].value;
        const struct json *entry = has_digests ? json_get(item, TEXT("tool")) : item;
        struct pinned_tool tool = {0};
        if (entry == NULL || !pinned_tool_of(entry, arena, &tool, NULL) ||
            !text_equal(tool.name, value->members[i].name)) {
            return false;
        }
        VECTOR_PUSH(arena, tools, tool);
    }
    return value->type == JSON_OBJECT;
}

static struct text read_command(const struct json *server, struct text name, struct arena *arena)
{
    const struct json *command = json_get(server, name);
    return command == NULL ? TEXT("") : json_canonical_text(arena, command);
}

static bool read_servers(struct text source, struct text schema, struct arena *arena,
                         struct pinned_server_vector *ret_servers)
{
    struct json value;
    struct text written;
    struct pinned_server_vector servers = {0};
    bool is_file = text_equal(schema, file_schema);
    if (!json_parse(source, arena, &value, NULL) || !json_get_text(&value, TEXT("schema"), &written) ||
        !text_equal(written, schema)) {
        return false;
    }
    const struct json *list = json_get(&value, TEXT("servers"));
    if (list == NULL || list->type != JSON_OBJECT) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct json *item = &list->members[i].value;
        struct pinned_server server = {
            .name = list->members[i].name,
            .is_complete = json_is_true(item, TEXT("complete")),
            .command = read_command(item, TEXT("command"), arena),
            .seen_command = read_command(item, TEXT("seenCommand"), arena),
        };
        if (item->type != JSON_OBJECT ||
            !read_tools(json_get(item, TEXT("tools")), is_file, arena, &server.tools) ||
            !read_tools(json_get(item, TEXT("waiting")), false, arena, &server.waiting)) {
            return false;
        }
        VECTOR_PUSH(arena, &servers, server);
    }
    *ret_servers = servers;
    return true;
}

const char *pins_store_path(struct text root, struct text state_folder, struct arena *arena)
{
    struct digest digest = digest_sha256(root);
    char name[DIGEST_HEX_SIZE];
    digest_to_hex(&digest, name);
    return text_format(arena, "%.*s/pins/%.*s.json", TEXT_ARG(state_folder), NAME_DIGITS, name).data;
}

static bool take_lock(struct pins_store *store, struct arena *arena, struct error *err)
{
    struct stat status;
    const char *folder = text_format(arena, "%.*s/pins", TEXT_ARG(store->state_folder)).data;
    const char *path = text_format(arena, "%s.lock", store->path).data;
    bool is_lost;
    if (!state_folder_prepare(text_to_c(arena, store->state_folder), &is_lost, err) ||
        !private_make_folder(folder, err)) {
        return false;
    }
    store->lock = private_open(path, O_RDWR | O_CREAT, err);
    return store->lock >= 0 && file_lock(store->lock, path, err) &&
           private_check(store->lock, path, &status, err);
}

bool pins_store_open(struct pins_store *store, struct text root, struct text state_folder, bool locks,
                     struct arena *arena, struct error *err)
{
    struct text source = TEXT("");
    bool exists;
    *store = (struct pins_store){.lock = -1, .root = root, .state_folder = state_folder};
    store->path = pins_store_path(root, state_folder, arena);
    if ((locks && !take_lock(store, arena, err)) ||
        !private_read(store->path, LIMIT_PINS, arena, &exists, &source, err)) {
        pins_store_close(store);
        return false;
    }
    if (exists && !read_servers(source, store_schema, arena, &store->servers)) {
        pins_store_close(store);
        return error_set(err,
                         "%s, the list of accepted tools, is damaged; a person can remove it and accept anew",
                         store->path);
    }
    return true;
}

void pins_store_close(struct pins_store *store)
{
    file_close(&store->lock);
}

struct pinned_server *pinned_server_find(const struct pinned_server_vector *servers, struct text name)
{
    for (size_t i = 0; i < servers->count; i++) {
        if (text_equal(servers->items[i].name, name)) {
            return &servers->items[i];
        }
    }
    return NULL;
}

struct pinned_server *pins_store_find(struct pins_store *store, struct text name, bool adds,
                                      struct arena *arena)
{
    struct pinned_server *found = pinned_server_find(&store->servers, name);
    if (found != NULL || !adds) {
        return found;
    }
    struct pinned_server server = {.name = name, .command = TEXT(""), .seen_command = TEXT("")};
    VECTOR_PUSH(arena, &store->servers, server);
    return &store->servers.items[store->servers.count - 1];
}

/* ---- Writing ---- */

static int compare_tools(const void *a, const void *b)
{
    return text_compare(((const struct pinned_tool *)a)->name, ((const struct pinned_tool *)b)->name);
}

static int compare_servers(const void *a, const void *b)
{
    return text_compare(((const struct pinned_server *)a)->name, ((const struct pinned_server *)b)->name);
}

/* Indented, for the sake of diffs. The text is ours, so it is JSON. */
static void write_json(struct json_writer *writer, struct text json, struct arena *arena)
{
    struct json value = {0};
    if (json_parse(json, arena, &value, NULL)) {
        json_tree(writer, &value);
    } else {
        json_null(writer);
    }
}

static void write_tools(struct json_writer *writer, const struct pinned_tool_vector *tools, bool has_digests,
                        struct arena *arena)
{
    struct pinned_tool *sorted = ARENA_ARRAY(arena, struct pinned_tool, tools->count + 1);
    for (size_t i = 0; i < tools->count; i++) {
        sorted[i] = tools->items[i];
    }
    qsort(sorted, tools->count, sizeof sorted[0], compare_tools);
    json_begin_object(writer);
    for (size_t i = 0; i < tools->count; i++) {
        json_key(writer, sorted[i].name);
        if (has_digests) {
            json_begin_object(writer);
            json_member_string(writer, TEXT("digest"), digest_hex(arena, &sorted[i].digest));
            json_key(writer, TEXT("tool"));
        }
        write_json(writer, sorted[i].entry, arena);
        if (has_digests) {
            json_end_object(writer);
        }
    }
    json_end_object(writer);
}

static void write_command(struct json_writer *writer, struct text name, struct text command,
                          struct arena *arena)
{
    if (command.size > 0) {
        json_key(writer, name);
        write_json(writer, command, arena);
    }
}

static struct text write_servers(const struct pinned_server_vector *servers, struct text schema,
                                 struct text root, struct arena *arena)
{
    struct builder out;
    struct json_writer writer;
    bool is_file = text_equal(schema, file_schema);
    struct pinned_server *sorted = ARENA_ARRAY(arena, struct pinned_server, servers->count + 1);
    for (size_t i = 0; i < servers->count; i++) {
        sorted[i] = servers->items[i];
    }
    qsort(sorted, servers->count, sizeof sorted[0], compare_servers);
    builder_init(&out, arena);
    json_writer_init(&writer, &out, true);
    json_begin_object(&writer);
    json_member_string(&writer, TEXT("schema"), schema);
    if (!is_file) {
        json_member_string(&writer, TEXT("root"), root);
    }
    json_key(&writer, TEXT("servers"));
    json_begin_object(&writer);
    for (size_t i = 0; i < servers->count; i++) {
        const struct pinned_server *server = &sorted[i];
        json_key(&writer, server->name);
        json_begin_object(&writer);
        write_command(&writer, TEXT("command"),
                      is_file ? pins_public_command(server->command, arena) : server->command, arena);
        if (!is_file) {
            write_command(&writer, TEXT("seenCommand"), server->seen_command, arena);
            json_key(&writer, TEXT("complete"));
            json_bool(&writer, server->is_complete);
            json_key(&writer, TEXT("waiting"));
            write_tools(&writer, &server->waiting, false, arena);
        }
        json_key(&writer, TEXT("tools"));
        write_tools(&writer, &server->tools, is_file, arena);
        json_end_object(&writer);
    }
    json_end_object(&writer);
    json_end_object(&writer);
    builder_add_char(&out, '\n');
    return builder_text(&out);
}

bool pins_store_write(const struct pins_store *store, struct arena *arena, struct error *err)
{
    struct text text = write_servers(&store->servers, store_schema, store->root, arena);
    if (text.size > LIMIT_PINS) {
        return error_set(
            err,
            "the tools of this workspace's servers do not fit into %d bytes; `aex pins forget` makes "
            "room",
            LIMIT_PINS);
    }
    return file_replace(AT_FDCWD, store->path, text, 0600, err);
}

/* ---- .aex/tools.lock ---- */

bool pins_file_read(struct text root, struct arena *arena, struct pinned_server_vector *ret_servers,
                    struct error *err)
{
    struct text source;
    struct error failure = {0};
    *ret_servers = (struct pinned_server_vector){0};
    if (!inside_read_path(text_to_c(arena, root), TEXT(PINS_FILE), LIMIT_PINS, arena, &source, &failure)) {
        return failure.os_code == ENOENT || error_pass(err, &failure);
    }
    return read_servers(source, file_schema, arena, ret_servers) ||
           error_set(err, PINS_FILE " in %.*s is damaged: a person has to mend it, or remove it",
                     TEXT_ARG(root));
}

bool pins_file_update(struct text root, struct text name, const struct pinned_server *server,
                      struct arena *arena, struct error *err)
{
    struct pinned_server_vector servers;
    size_t kept = 0;
    if (!pins_file_read(root, arena, &servers, err)) {
        return false;
    }
    for (size_t i = 0; i < servers.count; i++) {
        if (!text_equal(servers.items[i].name, name)) {
            servers.items[kept++] = servers.items[i];
        }
    }
    if (kept == servers.count && server == NULL) {
        return true;
    }
    servers.count = kept;
    if (server != NULL) {
        VECTOR_PUSH(arena, &servers, *server);
    }
    AUTO_CLOSE folder = inside_open_folder(text_to_c(arena, root), TEXT(".aex"), true, err);
    return folder >= 0 &&
           file_replace(folder, "tools.lock", write_servers(&servers, file_schema, root, arena), 0644, err);
}
