/* SPDX-License-Identifier: Apache-2.0 */
/* The four tools that aex itself offers to an agent besides the server's own: saving a session's state, taking
 * it up again, listing task contracts, reviewing one. Both enforcement points that speak MCP (the proxy, the
 * server) answer them from here; they never reach an upstream server. */
#ifndef AEX_META_META_H
#define AEX_META_META_H

#include "load/workspace.h"
#include "os/clock.h"
#include "state/ledger.h"
#include "json/writer.h"

enum meta_tool { META_CHECKPOINT, META_RESUME, META_LIST_TASKS, META_REVIEW_TASK, META_TOOLS };

/* How the tools are called in a list. Dots are legal in MCP, but some clients drop a whole server over one
 * (Claude Desktop), so plain is the default. */
enum meta_spelling {
    META_PLAIN,  /* aex_checkpoint */
    META_DOTTED, /* aex.checkpoint */
};

/* Which tool `name` is, in either spelling; false for any other name. A server's own tool of such a name is
 * never reachable: look here first. */
bool meta_find(struct text name, enum meta_tool *ret_tool);

/* "aex.checkpoint", as policies and the audit trail call it. */
struct text meta_name(enum meta_tool tool);

/* Adds the entries of a `tools/list` result (MCP, server/tools: name, title, description, inputSchema,
 * annotations) to the array that `writer` is in. The annotations say that none is destructive, without which
 * `codex exec` refuses a tool. Those that `policy` denies whatever they are called with are left out. */
void meta_write_entries(struct json_writer *writer, enum meta_spelling spelling, const struct policy *policy,
                        struct arena *arena);

/* What a call of the tool demands: one demand that needs no allow and costs nothing, and that a rule may deny
 * or make a question of by its name in either spelling. Judge it with policy_judge, as any other. It does not
 * go by mcp.SERVER.NAME: rules about a server's tools are not about aex's. */
struct demand meta_demand(enum meta_tool tool);

/* What a call is answered from. All folders are absolute. */
struct meta_context {
    const struct workspace *workspace; /* loaded; what is in force now */
    struct text state_folder;
    struct text home;
    struct text audit; /* the chained log; what is still to be written to it must have been */
    struct text session;
    clock_instant now;
    bool takes_foreign_checkpoints; /* --foreign-checkpoints */
    bool is_modern;                 /* the client speaks 2026-07-28: results say that they are complete */
    bool dry_run;                   /* change nothing */
    struct ledger *ledger; /* the session's, open and locked (ledger_open); a resumed checkpoint raises it */
};

/* An answer. */
struct meta_answer {
    struct text
        result;    /* the JSON of JSON-RPC's `result`: CallToolResult, text content and structuredContent */
    bool is_error; /* it has isError: true, and says why */
    /* What the trail must hold before the result goes out: the event's name ("checkpoint.resumed", else
     * "meta.handled") and its own members, `"checkpoint":{...},...` without braces, never empty, to follow the
     * members that all events share. When that cannot be written, answer with an error instead. */
    const char *event;
    struct text members;
};

/* Carries out a call that was judged and let through. `arguments` is the call's object, or NULL when it has
 * none. Never fails: what goes wrong is an answer with is_error. Everything is in `arena`. */
struct meta_answer meta_call(enum meta_tool tool, const struct json *arguments,
                             const struct meta_context *context, struct arena *arena);

#endif
