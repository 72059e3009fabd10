/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes found in a document: code, place, message and one line of help each. */
#ifndef AEX_LANG_DIAGNOSTIC_H
#define AEX_LANG_DIAGNOSTIC_H

#include "base/builder.h"
#include "base/vector.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

/* The table of codes: codes.def. AEX_100 is AEX100. */
enum diagnostic_code {
#define CODE(number, severity, title, help) AEX_##number,
#include "lang/codes.def"
#undef CODE
    DIAGNOSTIC_CODES,
};

struct code_entry {
    const char *code; /* "AEX100" */
    enum severity severity;
    const char *title; /* "syntax error" */
    const char *help;
};

const struct code_entry *code_entry(enum diagnostic_code code);

struct diagnostic {
    enum diagnostic_code code; /* code_entry has its name and severity */
    struct text file;
    size_t line;   /* from 1 */
    size_t column; /* from 1, in code points */
    size_t end_line;
    size_t end_column; /* one past the last character */
    struct text message;
    struct text help;
    struct text source_line; /* without its end */
};

VECTOR_DECLARE(diagnostic_vector, struct diagnostic);

/* All mistakes of one run, possibly of many files. Zeroed except for `arena`, it is empty. */
struct diagnostics {
    struct diagnostic_vector list; /* at most LIMIT_DIAGNOSTICS a document; the counts go on */
    size_t error_count;
    size_t warning_count;
    struct arena *arena;
};

const char *severity_name(enum severity severity); /* "error", "warning" */

#endif
