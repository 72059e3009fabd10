/* SPDX-License-Identifier: Apache-2.0 */
/* The pins of one workspace as a file; only for src/state/.
 *
 * The store is {"schema", "root", "servers": {NAME: {"complete", "pages", "since", "tools": {NAME: ENTRY},
 * "waiting": {NAME: ENTRY}, "command": COMMAND, "seenCommand": COMMAND}}}; .aex/tools.lock is {"schema",
 * "servers": {NAME:
 * {"tools": {NAME: {"digest", "tool": ENTRY}}, "command": COMMAND}}}. */
#ifndef AEX_STATE_PINS_STORE_H
#define AEX_STATE_PINS_STORE_H

#include "state/pins.h"
#include "json/writer.h"

/* One tool's entry, canonical and without what is not pinned. */
struct pinned_tool {
    struct text name;
    struct text entry;
    struct digest digest;
};

VECTOR_DECLARE(pinned_tool_vector, struct pinned_tool);

struct pinned_server {
    struct text name;
    struct first_list first;
    struct pinned_tool_vector tools;
    struct pinned_tool_vector waiting;
    struct text command;      /* canonical JSON, or empty */
    struct text seen_command; /* likewise */
};

VECTOR_DECLARE(pinned_server_vector, struct pinned_server);

struct pins_store {
    int lock; /* -1: opened for reading */
    struct text root;
    struct text state_folder;
    const char *path;
    struct pinned_server_vector servers;
};

/* Where the store of `root` is. */
const char *pins_store_path(struct text root, struct text state_folder, struct arena *arena);

/* Reads the store; with `locks` waits for its lock first, so that nobody else changes it until
 * pins_store_close. A missing one is empty. */
bool pins_store_open(struct pins_store *store, struct text root, struct text state_folder, bool locks,
                     struct arena *arena, struct error *err);
void pins_store_close(struct pins_store *store);

/* Writes the locked store. */
bool pins_store_write(const struct pins_store *store, struct arena *arena, struct error *err);

/* The server called `name`, or NULL; added, without anything, with `adds`. */
struct pinned_server *pins_store_find(struct pins_store *store, struct text name, bool adds,
                                      struct arena *arena);

/* Makes a pin of an entry of a tools/list result. Fails when it is no object with a name. */
bool pinned_tool_of(const struct json *entry, struct arena *arena, struct pinned_tool *ret_tool,
                    struct error *err);

struct pinned_tool *pinned_tool_find(const struct pinned_tool_vector *tools, struct text name);
struct pinned_server *pinned_server_find(const struct pinned_server_vector *servers, struct text name);
void pinned_tool_put(struct pinned_tool_vector *tools, const struct pinned_tool *tool, struct arena *arena);
void pinned_tool_remove(struct pinned_tool_vector *tools, struct text name);

/* .aex/tools.lock: what it says of each server. A missing file says nothing; one that is no such list is an
 * error.
 */
bool pins_file_read(struct text root, struct arena *arena, struct pinned_server_vector *ret_servers,
                    struct error *err);

/* Writes what is accepted of `server` into it, or takes the server out with `server` NULL, and leaves what it
 * says of others. */
bool pins_file_update(struct text root, struct text name, const struct pinned_server *server,
                      struct arena *arena, struct error *err);

#endif
