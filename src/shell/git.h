/* SPDX-License-Identifier: Apache-2.0 */
/* The table of git's subcommands: git_table.c has the rows, git.c what they mean. Private to this room. */
#ifndef AEX_SHELL_GIT_H
#define AEX_SHELL_GIT_H

#include "shell/programs.h"

enum git_kind {
    GIT_PLAIN,    /* nothing but what the options say */
    GIT_READS,    /* operands after "--" or paths: contents of tracked files, which git.* stands for */
    GIT_REWRITES, /* also history.rewrite */
    GIT_TREE,     /* changes files that the command line does not name: opaque */
    GIT_PATHS,    /* operands are paths that are written */
    GIT_REMOVE,   /* operands are paths that are deleted */
    GIT_MOVE,
    GIT_SWITCH, /* a new branch changes nothing; another one changes the tree */
    GIT_RESET,
    GIT_BRANCH,
    GIT_PUSH,
    GIT_FETCH,
    GIT_CONFIG,
    GIT_REMOTE,
    GIT_STASH,
    GIT_CLONE,
    GIT_INIT,
};

extern const struct subcommand git_subcommands[];
extern const size_t git_subcommand_count;

#endif
