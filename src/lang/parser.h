/* SPDX-License-Identifier: Apache-2.0 */
/* The parser's own state, shared by its files: lines in, statements out. */
#ifndef AEX_LANG_PARSER_H
#define AEX_LANG_PARSER_H

#include "base/limits.h"
#include "lang/lang.h"
#include "lang/mistakes.h"
#include "lang/scan.h"

/* One line, without blanks at both ends. */
struct line {
    struct text text;
    size_t indent; /* blanks in front; a tab counts as one */
    size_t number;
    size_t next; /* offset of the next line */
};

/* An `if` or `for` whose body is being read. */
struct block {
    size_t owner; /* index in parser->pending; its body is what lies behind it */
    size_t own_indent;
    size_t body_indent; /* of its first line; SIZE_MAX before that */
};

struct parser {
    struct document *document;
    struct arena *arena;
    bool warns;       /* looks for warnings too */
    bool is_compact;  /* keeps words instead of statements: see document->boundary */
    unsigned version; /* the language's, of the last header; 0 above it */
    struct mistakes mistakes;
    struct line line;               /* the current one */
    struct comment_vector comments; /* waiting for the statement they belong to */
    /* Statements of the document and of the open bodies, one behind the other; a body moves out when it ends.
     */
    struct statement_vector pending;
    /* Where lists are put together before PARSER_KEEP gives them a place of their exact size: statements are
     * many, and vectors that grow leave much of the arena unused. */
    struct located_text_vector words;
    struct assignment_vector assignments;
    struct block blocks[LIMIT_NESTING];
    size_t depth;
    size_t headers;           /* lines that were meant as headers */
    size_t first_header_line; /* 0: none yet */
    size_t goals;             /* likewise */
    size_t returns;           /* likewise */
    bool has_open_brace;      /* a `return {` was found that nothing closes */
    bool is_nested_too_deep;  /* said once */
};

/* Reads the line at `offset` into parser->line; false behind the last one. */
bool parser_read_line(struct parser *parser, size_t offset, size_t number);

/* Moves the items from the vector `scratch` to the empty vector `kept`. */
#define PARSER_KEEP(parser, scratch, kept)                                                                     \
    do {                                                                                                       \
        (kept)->items = parser_copy((parser), (scratch)->items, (scratch)->count * sizeof *(scratch)->items);  \
        (kept)->count = (scratch)->count;                                                                      \
        (kept)->capacity = (scratch)->count;                                                                   \
        (scratch)->count = 0;                                                                                  \
    } while (0)
void *parser_copy(struct parser *parser, const void *items, size_t size);

struct source_range parser_range(const struct parser *parser, struct text piece);
struct located_text parser_locate(const struct parser *parser, struct text piece);

/* Reads the statement that starts in the current line, and the lines that belong to it. On return the current
 * line is the last of those. False when there is nothing to add to the tree; what is wrong was reported. */
bool parser_read_statement(struct parser *parser, struct text keyword, struct statement *ret_statement);

/* `make ... with:` and the instruction lines below. */
void parser_read_make(struct parser *parser, struct statement *statement, struct scan *scan);
/* `return`, up to its last closing brace. */
bool parser_read_return(struct parser *parser, struct statement *statement, struct text value);
/* `do`, its arguments and its bind. */
bool parser_read_do(struct parser *parser, struct statement *statement, struct scan *scan);

/* Says that the whole line is not what a statement of that kind should be. Returns false. */
bool parser_report_form(struct parser *parser, enum statement_kind kind, const char *what);

/* Version 1: see later.c. What returns false has reported why. */
bool parser_needs_version(struct parser *parser, struct text keyword);
bool parser_is_yet_to_come(const struct parser *parser, struct text word);
bool parser_report_yet_to_come(struct parser *parser, struct text word);
bool parser_check_patterns(struct parser *parser, const struct located_text_vector *words);
bool parser_check_limits(struct parser *parser, const struct assignment_vector *limits);
bool parser_read_map(struct parser *parser, struct statement *map, struct scan *scan);
bool parser_read_redact(struct parser *parser, struct statement *redact, struct scan *scan);

/* The statement kind of the first word of a line; false when it is none of them. */
bool statement_kind_of(struct text word, enum statement_kind *ret_kind);

/* Everything that needs the whole document: AEX0xx, AEX12x and the warnings. */
void contract_check(struct parser *parser);

#endif
