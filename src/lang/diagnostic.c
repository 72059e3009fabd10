/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/diagnostic.h"

#include <assert.h>

static const struct code_entry codes[] = {
#define CODE(number, severity, title, help) {"AEX" #number, SEVERITY_##severity, title, help},
#include "lang/codes.def"
#undef CODE
};

const struct code_entry *code_entry(enum diagnostic_code code)
{
    assert(code < DIAGNOSTIC_CODES);
    return &codes[code];
}

const char *severity_name(enum severity severity)
{
    return severity == SEVERITY_ERROR ? "error" : "warning";
}
