/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/method.h"

#define FORM_REQUEST true
#define FORM_NOTIFICATION false

static const struct mcp_method methods[] = {
#define METHOD(name, from, form, class) {TEXT_INIT(name), MCP_FROM_##from, FORM_##form, MCP_CLASS_##class},
#include "mcp/method.def"
#undef METHOD
};

/* Its name is empty: whoever compares it with a method's of MCP finds it different from all. */
static const struct mcp_method foreign = {TEXT_INIT(""), MCP_FROM_CLIENT, FORM_REQUEST, MCP_CLASS_JUDGED};

const struct mcp_method *mcp_method_find(struct text name, enum mcp_from from, bool is_request)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        const struct mcp_method *method = &methods[i];
        if ((method->from & from) != 0 && method->is_request == is_request && method->name.size == name.size &&
            text_equal(method->name, name)) {
            return method;
        }
    }
    return NULL;
}

const struct mcp_method *mcp_method_foreign(struct text name)
{
    if (text_find_char(name, '/') == TEXT_NOT_FOUND || text_find_char(name, '.') != TEXT_NOT_FOUND) {
        return NULL; /* policies write "/" as ".", and tools' names have no "/": one name would be two things */
    }
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (text_equal_ignoring_case(methods[i].name, name)) {
            return NULL;
        }
    }
    return &foreign;
}
