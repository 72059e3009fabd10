/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a Bash command line into a tree, with the grammar of Bash 5.2 and its manual.
 *
 * Anything that is not certain is a mistake: NUL, unterminated quotes, substitutions and here-documents,
 * nesting above LIMIT_NESTING, text above LIMIT_SHELL_COMMAND. Extended globs are always on (a shell that has
 * them off refuses such a line). Bytes above 127 are letters, so a no-break space separates nothing. */
#ifndef AEX_SHELL_PARSE_H
#define AEX_SHELL_PARSE_H

#include "base/error.h"
#include "shell/tree.h"

struct shell_tree {
    struct shell_node *first; /* the list of commands; NULL when there is none */
    /* It uses something that a plain POSIX shell reads in another way: [[, ((, $'..', <(..), braces, ... */
    bool is_bash_only;
};

/* Parses `source`, whose bytes must outlive the tree. On failure `ret_offset` says where. */
bool shell_parse(struct text source, struct arena *arena, struct shell_tree *ret_tree, size_t *ret_offset,
                 struct error *err);

#endif
