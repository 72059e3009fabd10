/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes found in a document: code, place, message and one line of help each. */
#ifndef AEX_LANG_DIAGNOSTIC_H
#define AEX_LANG_DIAGNOSTIC_H

#include "base/builder.h"
#include "base/vector.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct diagnostic {
    const char *code; /* "AEX100" */
    enum severity severity;
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

/* All mistakes of one run, possibly of many files. */
struct diagnostics {
    struct diagnostic_vector list;
    size_t error_count;
    size_t warning_count;
    struct arena *arena;
};

#endif
