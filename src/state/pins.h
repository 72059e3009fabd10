/* SPDX-License-Identifier: Apache-2.0 */
/* Pins: which tools a server had when it was first seen, so that one which changes its descriptions afterwards,
 * or slips in a tool, shows it to a person before it shows it to an agent.
 *
 * What counts is kept in the state folder (pins/NAME.json, NAME made of the workspace's root), where an agent
 * does not write: per server the accepted tools, and those that wait for `aex pins accept`. `.aex/tools.lock`
 * is the same list of accepted tools for people to read and commit. What stands there counts only when a server
 * is seen here for the first time, and then only narrows: a tool that the file has otherwise, or does not have,
 * waits.
 *
 * A pin is the SHA-256 of a tool's entry in canonical form, without `_meta` and `icons`: name, title,
 * description, schemas, annotations, and whatever else a client may show to a model. */
#ifndef AEX_STATE_PINS_H
#define AEX_STATE_PINS_H

#include "base/error.h"
#include "base/vector.h"
#include "crypto/digest.h"
#include "json/json.h"

#define PINS_FILE ".aex/tools.lock"

enum pin_status {
    PIN_PINNED,  /* as it was accepted */
    PIN_NEW,     /* the server was accepted without it: withhold it */
    PIN_CHANGED, /* accepted with other words: withhold it */
    PIN_UNSEEN,  /* nothing is known of the server yet: the policy decides alone */
};

/* One accepted tool. */
struct pin {
    struct text tool;
    struct digest digest;
};

VECTOR_DECLARE(pin_vector, struct pin);

/* One server's pins in one process. Not to be copied; release it with pins_release. Holds as much memory as the
 * server has tools, however long it lives. */
struct pins {
    struct arena arena; /* all below; started afresh whenever the store changed */
    struct text root;   /* the workspace's; the caller's, like the next two */
    struct text state_folder;
    struct text server;
    bool is_complete;          /* its first list was seen to the end: what comes now is new */
    struct pin_vector tools;   /* accepted */
    struct pin_vector waiting; /* written down as not accepted in this form */
    struct pin_vector seen;    /* in which form this process last saw what was withheld at some time */
    struct stat_mark {         /* of the store's file, to see that `aex pins accept` ran */
        uint64_t inode;
        int64_t changed_at; /* nanoseconds */
        int64_t size;
    } mark;
};

/* Reads what is known of `server`, whose name the operator chose or the command gave, never the server itself.
 * The texts must outlive it. A store that cannot be read is an error: list nothing then. */
bool pins_init(struct pins *pins, struct text root, struct text state_folder, struct text server,
               struct error *err);
void pins_release(struct pins *pins);

/* Judges one page of a `tools/list` answer: `tools` is its array, `ret_statuses` has room for tools->count.
 * Each tool is judged by itself, at once. The first list of a server that was never seen is accepted page by
 * page (trust on first use) until `is_last`, and written down before this returns; what is withheld is written
 * down too, for `aex pins` to show. Fails when the store cannot be read or written, when a tool has no name or
 * a name occurs twice, and above LIMIT_PINNED_TOOLS: list nothing then. */
bool pins_check_page(struct pins *pins, const struct json *tools, bool is_last, enum pin_status *ret_statuses,
                     struct arena *scratch, struct error *err);

/* The status of a tool that is called. Never PIN_PINNED for one that was last seen in another form. Reads
 * the store again when it changed, so that an acceptance counts at once. */
bool pins_check_call(struct pins *pins, struct text tool, enum pin_status *ret_status, struct arena *scratch,
                     struct error *err);

/* Why a call or a list entry is withheld, in words for the agent: names `aex pins accept SERVER`. */
struct text pins_explain(const struct pins *pins, struct text tool, enum pin_status status,
                         struct arena *arena);

/* ---- The command behind a server ---- */

/* Before an upstream server is started: `words` is its command line, resolved against `path` (the PATH it will
 * be looked up in; empty: none) and `folder` (where it starts). Where the command was pinned (`aex pins accept
 * --command`), the words, the program's resolved path, and the content of the program and of every word that
 * names a file must be the same; otherwise false, with the way out as message. Where it was not, it is noted
 * for people to accept. `ret_program` is the resolved path to start. A change between this and the start is not
 * seen. */
bool pins_check_command(struct pins *pins, const char *const *words, size_t count, struct text path,
                        struct text folder, struct arena *arena, struct text *ret_program, struct error *err);

/* ---- For people: `aex pins` ---- */

enum pin_difference { PIN_SAME, PIN_ADDED, PIN_DIFFERENT };

/* One tool of one server. The entries are canonical JSON, or empty. */
struct pin_entry {
    struct text tool;
    enum pin_difference difference;
    struct text accepted;
    struct text waiting;
};

VECTOR_DECLARE(pin_entry_vector, struct pin_entry);

struct pin_server {
    struct text name;
    bool is_complete;
    struct pin_entry_vector tools; /* sorted by name */
    struct text accepted_command;  /* canonical JSON {words, program, files}; empty: not pinned */
    struct text seen_command;      /* {words, program, folder} as last started; empty: never */
    struct text sealed_command;    /* by pins_seal_command: what was last started, as accepted_command */
    struct text seal_failure;      /* or why that is not known */
    bool file_differs;             /* .aex/tools.lock says something else of it, or nothing */
};

VECTOR_DECLARE(pin_server_vector, struct pin_server);

/* All servers of a workspace, sorted by name. */
bool pins_list(struct text root, struct text state_folder, struct arena *arena,
               struct pin_server_vector *ret_servers, struct error *err);

/* Fills `server->sealed_command`, the command as last started with the digests that its files have now, so that
 * it can be shown; or `seal_failure`. Reads these files to their ends. */
void pins_seal_command(struct pin_server *server, struct arena *arena);

/* Such a command for others to read: what looks like a secret in its words and in the program's path is masked,
 * the files' digests never are. Canonical JSON; empty for an empty one. */
struct text pins_public_command(struct text sealed, struct arena *arena);

/* Accepts what waits of `server` exactly as `shown` (an item of pins_list) had it; fails when it changed since.
 * With `with_command` its sealed command, too: the digests that were shown, if the files still have them.
 * Writes the store, then .aex/tools.lock. */
bool pins_accept(struct text root, struct text state_folder, const struct pin_server *shown, bool with_command,
                 struct arena *arena, struct error *err);

/* Forgets a server: its next list is its first. */
bool pins_forget(struct text root, struct text state_folder, struct text server, struct arena *arena,
                 struct error *err);

#endif
