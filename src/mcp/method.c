/* SPDX-License-Identifier: Apache-2.0 */
#include "mcp/method.h"

#define FORM_REQUEST true
#define FORM_NOTIFICATION false

static const struct mcp_method methods[] = {
#define METHOD(name, from, form, class) {TEXT_INIT(name), MCP_FROM_##from, FORM_##form, MCP_CLASS_##class},
#include "mcp/method.def"
#undef METHOD
};

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
