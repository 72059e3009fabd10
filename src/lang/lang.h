/* SPDX-License-Identifier: Apache-2.0 */
/* The .aex language, version 0: text in, a tree with source ranges and a list of mistakes out. aex(5) describes
 * it. */
#ifndef AEX_LANG_LANG_H
#define AEX_LANG_LANG_H

#include "base/text.h"
#include "base/vector.h"
#include "lang/diagnostic.h"

enum document_kind { DOCUMENT_TASK, DOCUMENT_POLICY };

enum statement_kind {
    STATEMENT_GOAL,
    STATEMENT_ALLOW,
    STATEMENT_USE,
    STATEMENT_DENY,
    STATEMENT_CONFIRM,
    STATEMENT_BUDGET,
    STATEMENT_NEED,
    STATEMENT_DO,
    STATEMENT_MAKE,
    STATEMENT_CHECK,
    STATEMENT_IF,
    STATEMENT_FOR,
    STATEMENT_RETURN,
};

/* A piece of the source. Offsets are bytes; lines count from 1. */
struct source_range {
    size_t start;
    size_t end;
    size_t line;
};

/* A word of the source with its place: a capability of a list, a name, a value as written. */
struct located_text {
    struct text text;
    struct source_range range;
};

VECTOR_DECLARE(located_text_vector, struct located_text);

/* `name=value`: an argument of `do`, a limit of `budget`, `name: type` of `need`. */
struct assignment {
    struct located_text name;
    struct located_text value;
    double number; /* budgets: the value as JavaScript's Number() reads it */
};

VECTOR_DECLARE(assignment_vector, struct assignment);

struct statement;
VECTOR_DECLARE(statement_vector, struct statement);

/* A whole-line comment, kept for the formatter. */
VECTOR_DECLARE(comment_vector, struct located_text);

/* One statement. Which members are used depends on its kind. */
struct statement {
    enum statement_kind kind;
    struct source_range range;
    struct comment_vector comments;       /* the comment lines directly above it */
    struct located_text_vector words;     /* allow use deny confirm: patterns; make: input names */
    struct assignment_vector assignments; /* budget, need, do */
    struct located_text name;             /* do: tool; make: bound name; for: variable */
    struct located_text type;             /* make */
    struct located_text bind;             /* do: "-> bind", empty when absent */
    struct located_text value; /* goal: text without quotes; check, if: condition; for: list; return: value */
    struct located_text_vector instructions; /* make; comments between them are kept as comments of their own */
    struct statement_vector body;            /* if, for */
};

struct document {
    struct text file; /* as the user named it */
    struct text source;
    enum document_kind kind;
    bool has_header;
    struct located_text name;
    struct located_text version; /* as written, without the "v" */
    struct comment_vector header_comments;
    struct comment_vector trailing_comments;
    struct statement_vector statements;
};

/* Parses and checks one document. Always gives a tree; `diagnostics` gets every mistake, in source order. A
 * document is usable only when diagnostics_error_count() is 0. `source` must outlive the document. */
struct document *lang_parse(struct text file, struct text source, struct arena *arena,
                            struct diagnostics *diagnostics);

#endif
