/* SPDX-License-Identifier: Apache-2.0 */
/* Pins as people look at them, accept and forget them. */
#include <stdlib.h>

#include "state/pins_command.h"
#include "state/pins_store.h"

static int compare_entries(const void *a, const void *b)
{
    return text_compare(((const struct pin_entry *)a)->tool, ((const struct pin_entry *)b)->tool);
}

static int compare_servers(const void *a, const void *b)
{
    return text_compare(((const struct pin_server *)a)->name, ((const struct pin_server *)b)->name);
}

static bool differs(const struct pinned_server *server, const struct pinned_server_vector *file,
                    struct arena *arena)
{
    const struct pinned_server *other = pinned_server_find(file, server->name);
    if (other == NULL || other->tools.count != server->tools.count ||
        !text_equal(other->command, pins_public_command(server->command, arena))) {
        return true;
    }
    for (size_t j = 0; j < server->tools.count; j++) {
        const struct pinned_tool *tool = &server->tools.items[j];
        const struct pinned_tool *written = pinned_tool_find(&other->tools, tool->name);
        if (written == NULL || !digest_equal(&written->digest, &tool->digest)) {
            return true;
        }
    }
    return false;
}

static struct pin_server show(const struct pinned_server *server, const struct pinned_server_vector *file,
                              struct arena *arena)
{
    struct pin_server shown = {
        .name = server->name,
        .is_complete = server->is_complete,
        .accepted_command = server->command,
        .seen_command = server->seen_command,
        .file_differs = differs(server, file, arena),
    };
    for (size_t i = 0; i < server->tools.count; i++) {
        const struct pinned_tool *tool = &server->tools.items[i];
        const struct pinned_tool *waiting = pinned_tool_find(&server->waiting, tool->name);
        struct pin_entry entry = {
            .tool = tool->name,
            .difference = waiting == NULL ? PIN_SAME : PIN_DIFFERENT,
            .accepted = tool->entry,
            .waiting = waiting == NULL ? TEXT("") : waiting->entry,
        };
        VECTOR_PUSH(arena, &shown.tools, entry);
    }
    for (size_t i = 0; i < server->waiting.count; i++) {
        const struct pinned_tool *tool = &server->waiting.items[i];
        if (pinned_tool_find(&server->tools, tool->name) == NULL) {
            struct pin_entry entry = {
                .tool = tool->name, .difference = PIN_ADDED, .accepted = TEXT(""), .waiting = tool->entry};
            VECTOR_PUSH(arena, &shown.tools, entry);
        }
    }
    if (shown.tools.count > 1) {
        qsort(shown.tools.items, shown.tools.count, sizeof shown.tools.items[0], compare_entries);
    }
    return shown;
}

bool pins_list(struct text root, struct text state_folder, struct arena *arena,
               struct pin_server_vector *ret_servers, struct error *err)
{
    struct pins_store store;
    struct pinned_server_vector file = {0};
    struct pin_server_vector servers = {0};
    if (!pins_store_open(&store, root, state_folder, false, arena, err)) {
        return false;
    }
    /* A file that cannot be read says something else. */
    (void)pins_file_read(root, arena, &file, NULL);
    for (size_t i = 0; i < store.servers.count; i++) {
        VECTOR_PUSH(arena, &servers, show(&store.servers.items[i], &file, arena));
    }
    if (servers.count > 1) {
        qsort(servers.items, servers.count, sizeof servers.items[0], compare_servers);
    }
    *ret_servers = servers;
    return true;
}

void pins_seal_command(struct pin_server *server, struct arena *arena)
{
    struct error err = {0};
    server->sealed_command = TEXT("");
    server->seal_failure = TEXT("");
    if (server->seen_command.size == 0) {
        server->seal_failure =
            text_format(arena, "the command of server %.*s was never seen: start it once through `aex proxy`",
                        TEXT_ARG(server->name));
    } else if (!pins_command_seal(server->seen_command, arena, &server->sealed_command, &err)) {
        server->seal_failure = text_copy(arena, text_of(err.message));
    }
}

/* Whether the server still stands as it was shown. */
static bool is_as_shown(const struct pinned_server *server, const struct pin_server *shown)
{
    size_t waiting = 0;
    for (size_t i = 0; i < shown->tools.count; i++) {
        const struct pin_entry *entry = &shown->tools.items[i];
        const struct pinned_tool *accepted = pinned_tool_find(&server->tools, entry->tool);
        const struct pinned_tool *waits = pinned_tool_find(&server->waiting, entry->tool);
        waiting += waits != NULL ? 1 : 0;
        if (!text_equal(accepted == NULL ? TEXT("") : accepted->entry, entry->accepted) ||
            !text_equal(waits == NULL ? TEXT("") : waits->entry, entry->waiting)) {
            return false;
        }
    }
    return waiting == server->waiting.count && text_equal(server->seen_command, shown->seen_command);
}

static bool accept(struct pins_store *store, const struct pin_server *shown, bool with_command,
                   struct arena *arena, struct error *err)
{
    struct pinned_server *server = pins_store_find(store, shown->name, false, arena);
    struct text sealed = TEXT("");
    if (with_command && shown->sealed_command.size == 0) {
        return shown->seal_failure.size > 0
                   ? error_set(err, "%.*s", TEXT_ARG(shown->seal_failure))
                   : error_set(err, "the command of server %.*s was not shown", TEXT_ARG(shown->name));
    }
    bool is_same = server != NULL && is_as_shown(server, shown);
    if (is_same && with_command) {
        is_same = pins_command_seal(server->seen_command, arena, &sealed, NULL) &&
                  text_equal(sealed, shown->sealed_command);
    }
    if (!is_same) {
        return error_set(err, "server %.*s changed while it was looked at; nothing was accepted",
                         TEXT_ARG(shown->name));
    }
    for (size_t i = 0; i < server->waiting.count; i++) {
        pinned_tool_put(&server->tools, &server->waiting.items[i], arena);
    }
    server->waiting.count = 0;
    server->is_complete = server->is_complete || server->tools.count > 0; /* a person saw what there is */
    if (with_command) {
        server->command = shown->sealed_command;
    }
    return pins_store_write(store, arena, err) &&
           pins_file_update(store->root, shown->name, server, arena, err);
}

bool pins_accept(struct text root, struct text state_folder, const struct pin_server *shown, bool with_command,
                 struct arena *arena, struct error *err)
{
    struct pins_store store;
    if (!pins_store_open(&store, root, state_folder, true, arena, err)) {
        return false;
    }
    bool accepted = accept(&store, shown, with_command, arena, err);
    pins_store_close(&store);
    return accepted;
}

bool pins_forget(struct text root, struct text state_folder, struct text server, struct arena *arena,
                 struct error *err)
{
    struct pins_store store;
    if (!pins_store_open(&store, root, state_folder, true, arena, err)) {
        return false;
    }
    struct pinned_server *known = pins_store_find(&store, server, false, arena);
    bool forgotten = false;
    if (known == NULL) {
        error_set(err, "nothing is known of a server %.*s here", TEXT_ARG(server));
    } else {
        *known = store.servers.items[--store.servers.count];
        /* The file first: what is left of it would narrow the next first list. */
        forgotten = pins_file_update(root, server, NULL, arena, err) && pins_store_write(&store, arena, err);
    }
    pins_store_close(&store);
    return forgotten;
}
