/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes while they are collected: by byte offsets, lines and columns worked out once at the end. */
#ifndef AEX_LANG_MISTAKES_H
#define AEX_LANG_MISTAKES_H

#include "lang/lang.h"

struct mistake {
    enum diagnostic_code code;
    struct source_range range;
    size_t order; /* of discovery, for mistakes at one place */
    struct text message;
    struct text help;
};

VECTOR_DECLARE(mistake_vector, struct mistake);

/* The mistakes of one document. Zeroed except for `arena`, it is empty. */
struct mistakes {
    struct mistake_vector list;
    size_t error_count;
    size_t warning_count;
    struct arena *arena;
};

/* Adds one; `help` NULL means the table's. Beyond LIMIT_DIAGNOSTICS it is only counted. Quote pieces of the
 * source with MISTAKE_QUOTE: a word may be as long as the file. */
void mistakes_add(struct mistakes *mistakes, enum diagnostic_code code, struct source_range range,
                  const char *help, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* printf's "%.*s%s" for a piece of source, cut to a length a person reads. */
#define MISTAKE_QUOTE(text) (int)mistake_cut(text), (text).data, (text).size > mistake_cut(text) ? "..." : ""
size_t mistake_cut(struct text text);

/* Appends all, in source order, with lines, columns and source lines. */
void mistakes_resolve(struct mistakes *mistakes, const struct document *document,
                      struct diagnostics *diagnostics);

#endif
