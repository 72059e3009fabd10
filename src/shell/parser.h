/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the parser share: its state, and who calls whom. Private to this room. */
#ifndef AEX_SHELL_PARSER_H
#define AEX_SHELL_PARSER_H

#include "shell/parse.h"

enum { END = -1 };

/* A here-document whose body comes after the end of the line. */
struct pending_document {
    struct shell_redirect *redirect;
    struct text delimiter;
    bool is_quoted;
    bool strips_tabs;
    struct pending_document *next;
};

struct parser {
    struct arena *arena;
    struct error *err;
    struct text source; /* cut to where this parser must stop */
    size_t at;
    size_t depth;
    size_t *attempts_left; /* for "((": shared with parsers of inner texts */
    bool failed;
    size_t failed_at;
    bool *is_bash_only;
    bool has_fixed_range; /* the text was changed: ranges in it mean nothing */
    struct shell_range fixed_range;
    struct pending_document *documents;
};

/* ---- scan.c: characters ---- */

bool parser_fail(struct parser *parser, size_t at, const char *message);
/* The character at the front (or END), past line continuations. */
int parser_peek(struct parser *parser);
/* The one after it, past line continuations. */
int parser_peek_second(struct parser *parser);
void parser_advance(struct parser *parser);
/* Consumes `wanted` when it is at the front. */
bool parser_take(struct parser *parser, int wanted);
void parser_skip_blanks(struct parser *parser);
void parser_skip_comment(struct parser *parser);
bool is_metacharacter(int c); /* ends a word: blank, newline, ; & | < > ( ), END */
bool is_name_start(int c);
bool is_name_character(int c);
bool is_shell_digit(int c);
struct shell_range shell_parser_range(const struct parser *parser, size_t start, size_t end);
/* Whether a text may be read in another way, which costs one of a limited number of attempts. */
bool parser_may_retry(struct parser *parser);
bool parser_enter(struct parser *parser); /* one level deeper; false at the limit */
void parser_leave(struct parser *parser);
/* A parser for another text that stands for the whole of `range`. */
struct parser parser_inner(struct parser *parser, struct text source, struct shell_range range);
/* Takes over the inner one's failure, at `at`. */
bool parser_adopt(struct parser *parser, const struct parser *inner, size_t at);

/* ---- word.c ---- */

enum word_mode {
    WORD_NORMAL,
    WORD_ASSIGNABLE, /* NAME=value and NAME=(...) are assignments */
    WORD_ELEMENT,    /* inside =( ): [subscript]=value too */
    WORD_PATTERN,    /* a pattern of `case`, a word in [[ ]] */
    WORD_REGEX,      /* right of =~ */
};

/* NULL when it failed. The front must be at the start of a word. */
struct shell_word *parse_word(struct parser *parser, enum word_mode mode);

/* ---- assignment.c ---- */

/* NAME=, NAME+=, NAME[...]= at the front; NULL, with nothing consumed, when it is none (or when the parser
 * failed). */
struct shell_assignment *parse_assignment_head(struct parser *parser, enum word_mode mode);
/* What follows the "=". */
bool parse_assignment_value(struct parser *parser, struct shell_assignment *assignment);

/* Where quoted text ends. */
enum quoted_end {
    QUOTED_DOUBLE,     /* at the closing quote, which is consumed */
    QUOTED_SOURCE,     /* at the end of the source: here-documents */
    QUOTED_ARITHMETIC, /* at "))", which is consumed */
    QUOTED_BRACKET,    /* at the matching "]", which is consumed */
};

struct part_list {
    struct shell_piece *first;
    struct shell_piece **end;
    size_t count;
    bool is_exact;
};

void part_list_init(struct part_list *list);
struct shell_piece *part_add(struct parser *parser, struct part_list *list, enum shell_piece_kind kind,
                             size_t start, bool is_quoted);
void part_add_text(struct parser *parser, struct part_list *list, struct text text, size_t start,
                   bool is_quoted);
void parser_word_finish(struct parser *parser, struct shell_word *word, struct part_list *list);

bool parse_quoted(struct parser *parser, struct part_list *list, enum quoted_end end);
struct shell_word *parse_quoted_word(struct parser *parser, enum quoted_end end);

/* ---- quote.c ---- */

bool parse_single_quotes(struct parser *parser, struct part_list *list);
bool parse_ansi_quotes(struct parser *parser, struct part_list *list);
bool parse_backquotes(struct parser *parser, struct part_list *list, bool in_double_quotes);

/* ---- expansion.c ---- */

/* At a "$". Adds a part; a lone "$" is text. */
bool parse_dollar(struct parser *parser, struct part_list *list, bool is_quoted);
bool parse_process(struct parser *parser, struct part_list *list);

/* ---- list.c ---- */

/* Commands up to something that cannot start one; the caller looks at what that is. */
bool parse_list(struct parser *parser, struct shell_node **ret_first);
/* The whole source. */
bool parse_source(struct parser *parser, struct shell_node **ret_first);
bool parse_newlines(struct parser *parser);
struct shell_node *parse_command(struct parser *parser);
struct shell_node *parser_node(struct parser *parser, enum shell_node_kind kind, size_t start);
bool parse_redirects(struct parser *parser, struct shell_node *node);

/* ---- redirect.c ---- */

/* Whether a redirection starts here; `ret_operator` is where its operator stands. */
bool parser_at_redirect(struct parser *parser, size_t *ret_operator);
struct shell_redirect *parse_redirect(struct parser *parser, size_t operator);
/* Reads the bodies of the documents announced in the line that ends here. */
bool parse_documents(struct parser *parser);

/* ---- compound.c ---- */

enum reserved {
    RESERVED_NONE,
    RESERVED_NOT,
    RESERVED_OPEN_BRACE,
    RESERVED_CLOSE_BRACE,
    RESERVED_TEST,
    RESERVED_IF,
    RESERVED_THEN,
    RESERVED_ELSE,
    RESERVED_ELIF,
    RESERVED_FI,
    RESERVED_FOR,
    RESERVED_SELECT,
    RESERVED_WHILE,
    RESERVED_UNTIL,
    RESERVED_DO,
    RESERVED_DONE,
    RESERVED_CASE,
    RESERVED_ESAC,
    RESERVED_IN,
    RESERVED_FUNCTION,
    RESERVED_TIME,
    RESERVED_COPROCESS,
};

/* The reserved word at the front, and its size. */
enum reserved parser_reserved(struct parser *parser, size_t *ret_size);
enum reserved reserved_of(struct text word);
bool parser_take_reserved(struct parser *parser, enum reserved wanted, const char *message);
/* At a compound command's first word or parenthesis. */
struct shell_node *parse_compound(struct parser *parser, enum reserved reserved);
struct shell_node *parse_parenthesis(struct parser *parser);
struct shell_node *parse_function_body(struct parser *parser, struct text name, size_t start);

/* ---- test.c ---- */

struct shell_node *parse_test(struct parser *parser, size_t start);

#endif
