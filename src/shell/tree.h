/* SPDX-License-Identifier: Apache-2.0 */
/* What a command line looks like once it is parsed: commands, words and redirections, each with its place. */
#ifndef AEX_SHELL_TREE_H
#define AEX_SHELL_TREE_H

#include "base/text.h"

/* Bytes [start, end) of the command line. Inside backquotes and `<<-` documents, whose text is changed before
 * it is parsed, every range is that of the whole construct. */
struct shell_range {
    size_t start;
    size_t end;
};

struct shell_node;
struct shell_word;

/* ---- Words ---- */

enum shell_piece_kind {
    PART_TEXT,       /* `text` exactly, quotes removed */
    PART_WILD,       /* one unquoted "*", "?", "[" or "]" */
    PART_BRACE,      /* one unquoted "{", "," or "}" that may be part of a brace expansion */
    PART_TILDE,      /* "~" with the user name in `text`, where it is expanded */
    PART_PARAMETER,  /* $name, ${...} */
    PART_COMMAND,    /* $(...), `...` */
    PART_PROCESS,    /* <(...), >(...) */
    PART_ARITHMETIC, /* $((...)), $[...] */
    PART_UNKNOWN,    /* text that depends on the locale, an extended glob */
};

/* The operator inside ${name...}. */
enum shell_operator {
    OPERATOR_NONE,
    OPERATOR_DEFAULT,     /* - := etc. without assigning: "-", ":-" */
    OPERATOR_ASSIGN,      /* "=", ":=" */
    OPERATOR_ERROR,       /* "?", ":?" */
    OPERATOR_ALTERNATIVE, /* "+", ":+" */
    OPERATOR_TRIM,        /* "#", "##", "%", "%%" */
    OPERATOR_REPLACE,     /* "/", "//", "/#", "/%" */
    OPERATOR_CASE,        /* "^", "^^", ",", ",,", "~", "~~" */
    OPERATOR_SUBSTRING,   /* ":" offset [":" length]: arithmetic */
    OPERATOR_TRANSFORM,   /* "@" letter, the letter being in `argument` */
};

struct shell_parameter {
    struct text name;
    bool is_length;               /* ${#name} */
    bool means_more_in_zsh;       /* $name[...], $~name: zsh evaluates, or globs, what Bash only prints */
    bool has_modifier_in_zsh;     /* $name:t */
    bool is_indirect;             /* ${!name}: also ${!prefix@} and ${!array[@]} */
    struct shell_word *subscript; /* ${name[subscript]}, or NULL */
    enum shell_operator operator;
    bool has_colon;              /* an empty value counts as unset */
    struct shell_word *argument; /* what follows the operator, or NULL */
};

struct shell_piece {
    enum shell_piece_kind kind;
    bool is_quoted; /* its value is neither split nor globbed */
    char direction; /* PART_PROCESS: "<" or ">" */
    struct text text;
    struct shell_range range;
    union {
        struct shell_parameter *parameter; /* PART_PARAMETER */
        struct shell_node *list;           /* PART_COMMAND, PART_PROCESS: may be NULL (empty) */
        struct shell_word *expression;     /* PART_ARITHMETIC */
    };
    struct shell_piece *next;
};

struct shell_assignment {
    struct text name;
    bool is_append;               /* += */
    bool is_array;                /* =( elements ) */
    struct shell_word *subscript; /* name[subscript]=, or NULL */
    struct shell_word *value;     /* NULL for "name=" and arrays */
    struct shell_word *elements;  /* of an array, linked by `next` */
};

struct shell_word {
    struct shell_range range;
    bool is_exact;   /* `exact` is its value in every state of the shell */
    bool is_plain;   /* written without quotes: may be a reserved word */
    bool has_quotes; /* never vanishes, even when empty */
    bool has_braces;
    struct text exact;
    struct shell_piece *parts; /* NULL for words that are one plain text */
    /* Set for assignments in front of a command and for the operands of `declare` and its like. `parts`
     * is then unused. */
    struct shell_assignment *assignment;
    struct shell_word *next;
};

/* ---- Commands ---- */

enum shell_redirect_kind {
    REDIRECT_READ,        /* < */
    REDIRECT_WRITE,       /* > >> >| &> &>> and >& with a file name */
    REDIRECT_READ_WRITE,  /* <> */
    REDIRECT_DUPLICATE,   /* <& >& */
    REDIRECT_DOCUMENT,    /* << <<- : `body` */
    REDIRECT_HERE_STRING, /* <<< */
};

struct shell_redirect {
    enum shell_redirect_kind kind;
    struct text spelling;      /* the operator: ">>" */
    struct shell_range range;  /* of the operator and its word */
    struct text descriptor;    /* "2", "{name}", or empty */
    struct shell_word *target; /* of a here-document: its delimiter as written */
    struct shell_word *body;   /* of a here-document */
    struct shell_redirect *next;
};

enum shell_node_kind {
    NODE_SIMPLE,
    NODE_AND_OR,     /* `first`..., joined by their `connector` */
    NODE_PIPELINE,   /* `first`...; one element when only negated or timed */
    NODE_SUBSHELL,   /* ( first... ) */
    NODE_GROUP,      /* { first...; } */
    NODE_IF,         /* condition, first..., otherwise */
    NODE_LOOP,       /* while and until: condition, first... */
    NODE_FOR,        /* for and select: name, words, first... */
    NODE_FOR_NUMBER, /* for (( )): expression, first... */
    NODE_CASE,       /* words = the subject, items */
    NODE_FUNCTION,   /* name, first = the body */
    NODE_TEST,       /* [[ ]]: words */
    NODE_ARITHMETIC, /* (( )): expression */
    NODE_COPROCESS,  /* first = the command */
};

enum shell_connector {
    CONNECTOR_NONE,
    CONNECTOR_AND,
    CONNECTOR_OR,
};

struct shell_case_item {
    struct shell_word *patterns;
    struct shell_node *first;
    struct shell_case_item *next;
};

struct shell_node {
    enum shell_node_kind kind;
    struct shell_range range;
    enum shell_connector connector; /* to the one before it, inside NODE_AND_OR */
    bool is_background;             /* followed by "&" */
    bool reads_errors;              /* behind "|&", in a pipeline */
    bool is_negated;                /* NODE_PIPELINE */
    bool is_timed;                  /* NODE_PIPELINE */
    bool is_until;                  /* NODE_LOOP */
    bool is_select;                 /* NODE_FOR */
    bool has_words;                 /* NODE_FOR: "in" was written */
    struct text name;
    struct shell_word *assignments; /* NODE_SIMPLE */
    struct shell_word *words;
    struct shell_word *expression;
    struct shell_node *condition;
    struct shell_node *first;
    struct shell_node *otherwise;
    struct shell_case_item *items;
    struct shell_redirect *redirects;
    struct shell_node *next; /* in a list, a pipeline, an and-or */
};

#endif
