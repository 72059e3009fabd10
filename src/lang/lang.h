/* SPDX-License-Identifier: Apache-2.0 */
/* The .aex language, version 0 and what is done of version 1: text in, a tree with source ranges and a list of
 * mistakes out. aex(5) describes it. */
#ifndef AEX_LANG_LANG_H
#define AEX_LANG_LANG_H

#include "base/text.h"
#include "base/vector.h"
#include "lang/diagnostic.h"
#include "json/writer.h"

enum document_kind { DOCUMENT_TASK, DOCUMENT_POLICY };

enum statement_kind {
    STATEMENT_GOAL,
    STATEMENT_ALLOW,
    STATEMENT_USE,
    STATEMENT_DENY,
    STATEMENT_CONFIRM,
    STATEMENT_BUDGET,
    STATEMENT_MAP,
    STATEMENT_REDACT,
    STATEMENT_NEED,
    STATEMENT_DO,
    STATEMENT_MAKE,
    STATEMENT_CHECK,
    STATEMENT_IF,
    STATEMENT_FOR,
    STATEMENT_RETURN,
};

/* A piece of the source. Offsets are bytes; lines count from 1. Small, since every word has one. */
struct source_range {
    uint32_t start;
    uint32_t end;
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
    struct located_text value; /* as written, quotes included; value.text.data is NULL without "=" */
    double number;             /* budgets: the value as JavaScript's Number() reads it */
};

VECTOR_DECLARE(assignment_vector, struct assignment);

struct statement;
VECTOR_DECLARE(statement_vector, struct statement);

/* A whole-line comment from its "#" on, kept for the formatter. */
VECTOR_DECLARE(comment_vector, struct located_text);

/* One statement. Which members are used depends on its kind; the others are zeroed. */
struct statement {
    enum statement_kind kind;
    struct source_range range;
    struct comment_vector comments;       /* the comment lines directly above it */
    struct located_text_vector words;     /* allow use deny confirm: patterns; make: input names */
    struct assignment_vector assignments; /* budget, need, do */
    struct located_text name;             /* do, map: tool; make: bound name; for: variable */
    struct located_text type;             /* make; map: the capability */
    struct located_text bind;             /* do: "-> bind", map: NAME of args.NAME; empty when absent */
    struct located_text value; /* goal: text without quotes; check, if: condition; for: list; return: value, its
                                  lines ended as in the source; confirm: all that is behind "before"; map: the
                                  server, empty when absent; redact: "secrets" */
    struct located_text_vector instructions; /* make */
    struct comment_vector inner_comments;    /* make: those between instructions */
    struct statement_vector body;            /* if, for */
};

/* One capability of an `allow`, `use`, `deny` or `confirm` line. */
struct boundary_word {
    enum statement_kind kind;
    struct located_text word;
};

VECTOR_DECLARE(boundary_word_vector, struct boundary_word);

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
    /* lang_parse_to_decide: what the lines of a policy say that make up its boundary. They are no statements
     * then, which would take ten times the memory. */
    struct boundary_word_vector boundary;
};

/* Parses and checks one document. Always gives a tree; `diagnostics` gets every mistake, in source order. A
 * document is usable only when that added nothing to diagnostics->error_count. `source` must outlive the
 * document and the diagnostics; above LIMIT_DOCUMENT bytes it is one mistake and nothing else. Takes time
 * linear in the source's size, whatever it holds. */
struct document *lang_parse(struct text file, struct text source, struct arena *arena,
                            struct diagnostics *diagnostics);

/* The canonical text of a document without errors: the same meaning, every comment, idempotent. */
struct text lang_format(const struct document *document, struct arena *arena);

/* Whether `formatted`, from lang_format, is what the source says already; line ends and a byte order mark
 * aside.
 */
bool lang_is_formatted(const struct document *document, struct text formatted);

/* The intermediate representation of a document without errors, as AEX 0.0.4 writes it. */
void lang_write_ir(const struct document *document, struct json_writer *json, struct arena *arena);

/* The tree itself, with source ranges; of any document. */
void lang_write_tree(const struct document *document, struct json_writer *json);

/* "goal", "allow", ... */
struct text statement_keyword(enum statement_kind kind);

/* A value without the quotes around it, single or double, when it has them. */
struct text lang_unquote(struct text value);

/* The same without comments, and without looking for what is allowed but hardly meant: for those who decide by
 * the document and have a tenth of a millisecond. Every error is still found. */
struct document *lang_parse_to_decide(struct text file, struct text source, struct arena *arena,
                                      struct diagnostics *diagnostics);

#endif
