/* SPDX-License-Identifier: Apache-2.0 */
/* git's subcommands: git_table.c has the rows, git.c and git_changes.c what they mean. Private to this room. */
#ifndef AEX_SHELL_GIT_H
#define AEX_SHELL_GIT_H

#include "shell/programs.h"

enum git_kind {
    GIT_PLAIN,   /* nothing but what the options say */
    GIT_ADD,     /* reads what it stages */
    GIT_READS,   /* operands after "--" or paths: contents of tracked files, which git.* stands for */
    GIT_TREE,    /* changes files that the command line does not name: opaque */
    GIT_RESTORE, /* operands are paths that are written */
    GIT_REMOVE,  /* operands are paths that are deleted */
    GIT_MOVE,
    GIT_SWITCH, /* checkout, switch */
    GIT_MERGE,
    GIT_RESET,
    GIT_BRANCH,
    GIT_PUSH,
    GIT_FETCH,
    GIT_CONFIG,
    GIT_REMOTE,
    GIT_STASH,
    GIT_REBASE,
    GIT_PICK,   /* cherry-pick, revert */
    GIT_REFLOG, /* shows, unless a subcommand of its own says otherwise */
    GIT_APPLY,
    GIT_CLONE,
    GIT_CLEAN,
    GIT_INIT,
};

extern const struct subcommand git_subcommands[];
extern const size_t git_subcommand_count;

/* git.c */
void demand_git(struct program_run *run, struct text subcommand, enum shell_resource_kind kind,
                struct text value);
void demand_rewrite(struct program_run *run, enum shell_resource_kind kind, struct text value);

// git_pathspecs.c: an operand that git reads as a pathspec (gitglossary(7)) may stand for other files than it
// spells: `*`, `?` and `[` cross slashes and take leading dots, `\\` escapes, ":" starts magic.
/* Whether it is one that git, and not the shell alone, makes files of. */
bool git_is_pattern(const struct shell_field *operand);
/* Demands the files that a pattern stands for, opaque where that cannot be said; nothing for other operands. */
void git_pathspec(struct program_run *run, const char *capability, const struct shell_field *operand);
/* Operands from `from` on are paths; a folder stands for what is in it. */
void git_paths(struct program_run *run, const char *capability, size_t from);

/* git_reads.c: the demands of a subcommand that only reads. */
void git_reads(struct program_run *run, struct text subcommand);
/* Whether `git reflog` shows, its options parsed. */
bool git_reflog_shows(const struct program_run *run);

/* git_changes.c */
void git_switch(struct program_run *run, struct text subcommand);
void git_reset(struct program_run *run);
void git_restore(struct program_run *run, struct text subcommand);
void git_merge(struct program_run *run, struct text subcommand);
void git_stash(struct program_run *run);
void git_rebase(struct program_run *run);
void git_pick(struct program_run *run, struct text subcommand);
void git_clean(struct program_run *run);

#endif
