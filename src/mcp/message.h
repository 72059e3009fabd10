/* SPDX-License-Identifier: Apache-2.0 */
/* One whole JSON-RPC message as MCP allows it, taken apart. Strict: what this accepts, every reader reads
 * alike. */
#ifndef AEX_MCP_MESSAGE_H
#define AEX_MCP_MESSAGE_H

#include "json/json.h"

/* JSON-RPC 2.0, section 5.1, and what MCP adds. */
enum mcp_error_code {
    MCP_PARSE_ERROR = -32700,
    MCP_INVALID_REQUEST = -32600,
    MCP_METHOD_NOT_FOUND = -32601,
    MCP_INVALID_PARAMS = -32602,
    MCP_INTERNAL_ERROR = -32603,
    MCP_SERVER_GONE = -32000, /* what the SDKs call a closed connection */
    MCP_REFUSED = -32001,     /* of the range left to servers: refused by policy */
};

/* A request's id: a string, or an integer of at most 64 bits, never null (MCP, "Requests"). */
struct mcp_id {
    struct text source; /* as spelled, quotes included; empty: there is none */
    struct text value;  /* the string unescaped, the number's digits */
    bool is_string;
};

enum mcp_kind {
    MCP_KIND_REQUEST,
    MCP_KIND_NOTIFICATION,
    MCP_KIND_RESULT,
    MCP_KIND_ERROR,
};

struct mcp_message {
    enum mcp_kind kind;
    struct text source;        /* all of it, without the line's end */
    struct mcp_id id;          /* an error may come without: its `source` is then "null" */
    struct text method;        /* of requests and notifications */
    const struct json *params; /* an object; NULL when there are none */
    const struct json *body;   /* the whole message */
};

/* Why a message is no message. */
struct mcp_mistake {
    struct mcp_id answered; /* the request whose answer it was to be, as far as that can be told; else zeroed */
    enum mcp_error_code code;
    struct text id; /* for the answer, as spelled; "null" where none is known */
    struct text explanation;
};

/* Reads one line without its LF. The views in `ret_message` point into the line and the arena. On false,
 * `ret_mistake` says what to answer. */
bool mcp_message_read(struct text line, struct arena *arena, struct mcp_message *ret_message,
                      struct mcp_mistake *ret_mistake);

/* Reads a request that a message holds (one of `inputRequests`), as strictly as one that comes by itself. Its
 * parameters may be missing: then `ret_params` becomes NULL. */
bool mcp_inner_read(const struct json *request, struct arena *arena, struct text *ret_method,
                    const struct json **ret_params);

/* Reads an id as it is spelled in a message that was found to be JSON. False when it is none. */
bool mcp_id_read(struct text source, struct arena *arena, struct mcp_id *ret_id);
bool mcp_id_equal(const struct mcp_id *a, const struct mcp_id *b);

/* Whether the member (a cursor) names a page of a list: neither missing nor null. */
bool mcp_names_page(const struct json *object, struct text member);

/* Answers, each one line with its LF. */
struct text mcp_error_answer(struct text id, enum mcp_error_code code, struct text explanation,
                             struct arena *arena);
struct text mcp_result_answer(struct text id, struct text result, struct arena *arena);
/* A tool's result that is an error the model gets to read (MCP, "Tools", "Error Handling"). `is_modern`: with
 * the resultType that 2026-07-28 asks for. */
struct text mcp_tool_error(struct text id, struct text explanation, bool is_modern, struct arena *arena);

/* A CallToolResult alone (MCP, "Tools"): `structured` is JSON, or empty; the text says the same, for clients
 * that know no structured content. */
struct text mcp_tool_result(struct text text, struct text structured, bool is_error, bool is_modern,
                            struct arena *arena);

#endif
