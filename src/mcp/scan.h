/* SPDX-License-Identifier: Apache-2.0 */
/* A strict look at a JSON-RPC message while its bytes arrive: no tree, no memory, no byte looked at twice.
 *
 * Accepts what json/json.h accepts, except that names used twice are found in the outermost object only, and
 * that NUL may stand escaped in a string. Notes where the members of the outermost object stand, and what a
 * result says of itself. */
#ifndef AEX_MCP_SCAN_H
#define AEX_MCP_SCAN_H

#include "base/limits.h"
#include "base/text.h"

enum mcp_member {
    MEMBER_JSONRPC,
    MEMBER_ID,
    MEMBER_METHOD,
    MEMBER_PARAMS,
    MEMBER_RESULT,
    MEMBER_ERROR,
    MEMBERS,
};

/* Where a member's value stands: offsets from the message's first byte. `end` is 0 until it is complete. */
struct mcp_span {
    bool is_there;
    char first; /* its first byte: '"', '{', a digit, ... */
    size_t start;
    size_t end;
};

/* What a result says of itself (2026-07-28, "resultType"). */
enum mcp_result_type {
    MCP_RESULT_UNTYPED,
    MCP_RESULT_NAMED, /* the member's value is being read */
    MCP_RESULT_COMPLETE,
    MCP_RESULT_OTHER,
};

enum { MCP_SCAN_NAME = 24 };

struct mcp_scan {
    uint8_t state;
    uint8_t member;    /* the outermost member being read, or MEMBERS */
    uint8_t inner;     /* the member of the result being read */
    uint8_t utf8_left; /* continuation bytes still to come, and what the next may be */
    uint8_t utf8_low;
    uint8_t utf8_high;
    uint8_t hex_left;
    uint16_t hex_value;
    uint8_t literal_at;
    const char *literal;
    bool is_name;  /* the string being read is a member's name */
    bool captures; /* and it is kept in `name` */
    size_t depth;
    uint64_t objects[LIMIT_NESTING / 64]; /* which levels are objects */
    size_t offset;                        /* bytes read so far */
    char name[MCP_SCAN_NAME];             /* the last captured string, unescaped, as far as it fits */
    size_t name_size;
    struct mcp_span members[MEMBERS];

    /* Inside "result". */
    enum mcp_result_type result_type;
    bool has_input_requests;
    bool has_task;    /* a task that goes on instead of the result */
    bool has_content; /* a member that only a finished call's result has: content, contents, messages, ... */

    const char *mistake; /* once it is broken */
};

void mcp_scan_init(struct mcp_scan *scan);

/* Reads the next bytes of the message, which may end anywhere. False, with a mistake, when they cannot continue
 * it; nothing may be fed then. */
bool mcp_scan_feed(struct mcp_scan *scan, struct text bytes);

/* Whether what was read is a whole message. */
bool mcp_scan_is_whole(const struct mcp_scan *scan);

/* Whether a member's name holds a letter outside ASCII that some readers (Go's) take for "s" or "k": the only
 * ones that fold into it (Unicode, CaseFolding.txt). */
bool mcp_has_folding_letter(struct text name);

/* The bytes of a complete member, from the message they were read from; empty when it is not there. */
struct text mcp_scan_member(const struct mcp_scan *scan, struct text message, enum mcp_member member);

#endif
