/* SPDX-License-Identifier: Apache-2.0 */
/* What a message to or from an MCP server demands: which server it is, what its tools do by the built-in tables
 * and by the `map` lines of policies, and what the protocol's other methods touch.
 *
 * Methods and their parameters are those of MCP 2024-11-05 to 2026-07-28. */
#ifndef AEX_DEMAND_SERVER_H
#define AEX_DEMAND_SERVER_H

#include "demand/demand.h"

/* ---- Which server ---- */

/* A well-known server: what each of its tools does to which argument. Constant; see server_kinds.def. */
struct server_kind;

/* One server as the operator set it up. Nothing here comes from what the server says of itself. */
struct mcp_server {
    struct text name;               /* as policies spell it: mcp.NAME.TOOL; see server_name_is_valid */
    const struct server_kind *kind; /* NULL: nothing is known about its tools */
    /* Folders it was given on its command line, absolute and normalised: where it may start relative paths
     * instead of its working folder, which is the demand context's. */
    const struct text *folders;
    size_t folder_count;
    bool has_unknown_folders; /* its kind was said, and a shell starts it: relative paths may start anywhere */
};

/* The kind called `name` ("filesystem"), for --server-kind; NULL: there is none. */
const struct server_kind *server_kind_find(struct text name);
/* The names of all kinds, "filesystem, git, ...", for usage errors. */
struct text server_kind_list(struct arena *arena);

/* For a refused tool of a server of no known kind, when a known kind has a tool of that name: a sentence, with
 * a blank in front, on how a person can say that it is that server. Else empty. */
struct text server_kind_hint(const struct mcp_server *server, struct text tool, struct arena *arena);

/* Letters, digits, "_" and "-": a dot would let one server's names pass for another's. */
bool server_name_is_valid(struct text name);

/* The server that a command starts. `name` and `kind` are the operator's own words; empty and NULL: by the
 * command.
 *
 * Kind: by the package the command names: npx, bunx, pnpm dlx, yarn dlx, uvx, uv tool run, pipx run, python -m,
 * node and a path in node_modules (or a program in its .bin), docker and podman run, and the packages' own
 * programs. NULL when the package is not known, when it does not come from its usual registry (a URL, a file,
 * an alias), and when an option is not known, since it might name another. In a container paths mean something
 * else, so a kind whose tools take paths is not known there.
 *
 * Name: the kind's, else the package's, program's or script's without "mcp" and "server" around it; "server"
 * when nothing is left. Always a valid one.
 *
 * Folders: its operands that are folders now, relative ones from `working_folder`; all words where it is not
 * known which of them are operands. What a shell is given as a text may name any. */
struct mcp_server server_of_command(const char *const *argv, size_t count, struct text name,
                                    const struct server_kind *kind, struct text working_folder,
                                    struct arena *arena);

/* ---- What a message demands ---- */

enum mcp_method_class {
    /* The protocol's own housekeeping; demands nothing and is passed on: initialize, ping, server/discover,
     * and the notifications that carry no content of their own. */
    MCP_PROTOCOL,
    /* Lists names: tools/list, resources/list, resources/templates/list, prompts/list. Allowed unless denied;
     * what is listed is judged when it is used, so to ask about the list itself (VERDICT_ASK) is to allow it.
     */
    MCP_LIST,
    MCP_DEMANDS, /* everything else, methods nobody knows included */
};

enum mcp_method_class mcp_method_class(struct text method);

/* What a request or notification demands, of either direction: calls of tools, reading of resources, prompts,
 * completion, tasks, subscriptions, and what a server asks of its client (sampling, elicitation, roots).
 *
 * `params` is the message's, or NULL. A method nobody knows demands mcp.SERVER.METHOD with "." for "/", which
 * only an allow that spells it out grants. A tool's demands carry its qualified name (mcp.SERVER.TOOL) and its
 * raw one besides what it is mapped to; `policy` adds what its layers' `map` lines say, each for its own layer
 * only (policy/policy.h). NULL: no maps. Reading what is secret and changing the boundary are demands of their
 * own, whichever map found them.
 *
 * A method of class MCP_PROTOCOL demands nothing: `ret_demands` is empty then, and must not be judged (no
 * demands are a denial). Fails on parameters that no server could mean (a tool's name that is no string,
 * arguments that are no object, a NUL or an empty path) and above LIMIT_DEMANDS: the caller must deny. */
bool demand_of_mcp_request(const struct mcp_server *server, struct text method, const struct json *params,
                           const struct policy *policy, const struct demand_context *context,
                           struct arena *arena, struct demand_vector *ret_demands, struct error *err);

/* Whether some arguments could be allowed, or asked about: false only when a call of the tool is denied
 * whatever they are, so that the tool may be hidden. */
bool demand_mcp_tool_could_be_allowed(const struct mcp_server *server, struct text tool,
                                      const struct policy *policy, const struct demand_context *context,
                                      struct arena *arena);

/* The same for a resource or a template of resources (`is_template`: its braces stand for anything), and for a
 * prompt. */
bool demand_mcp_resource_could_be_allowed(const struct mcp_server *server, struct text uri, bool is_template,
                                          const struct policy *policy, const struct demand_context *context,
                                          struct arena *arena);
bool demand_mcp_prompt_could_be_allowed(const struct mcp_server *server, struct text prompt,
                                        const struct policy *policy, const struct demand_context *context,
                                        struct arena *arena);

#endif
