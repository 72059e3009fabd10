/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of MCP that are known, and what becomes of each. */
#ifndef AEX_MCP_METHOD_H
#define AEX_MCP_METHOD_H

#include "base/text.h"

enum mcp_from { MCP_FROM_CLIENT = 1, MCP_FROM_SERVER = 2, MCP_FROM_BOTH = 3 };

enum mcp_class {
    MCP_CLASS_CONTROL,
    MCP_CLASS_LIST,
    MCP_CLASS_JUDGED,
    MCP_CLASS_CANCEL,
};

struct mcp_method {
    struct text name;
    enum mcp_from from;
    bool is_request; /* else a notification */
    enum mcp_class class;
};

/* The method called `name` as that side may send it in that form, or NULL. */
const struct mcp_method *mcp_method_find(struct text name, enum mcp_from from, bool is_request);

/* A client's request of a name with "/" that MCP does not have, in no form, from no side and in no case: a
 * server's own. Judged; its own name is empty. NULL: MCP has the name. */
const struct mcp_method *mcp_method_foreign(struct text name);

#endif
