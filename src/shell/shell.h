/* SPDX-License-Identifier: Apache-2.0 */
/* What a command line does: its parts, and what each of them demands. Pure: no file is looked at.
 *
 * The model is that of Bash. What is not certain is *opaque* and demands `shell.exec`: unknown programs and
 * options, text that is only known when it runs, where that matters, mistakes in the grammar. */
#ifndef AEX_SHELL_SHELL_H
#define AEX_SHELL_SHELL_H

#include "base/error.h"
#include "base/vector.h"
#include "shell/tree.h"

/* Where the command line runs. All absolute and normalised. */
struct shell_context {
    struct text cwd;
    struct text home; /* what "~" and $HOME stand for; empty: unknown */
    struct text root; /* the workspace */
};

enum shell_resource_kind {
    SHELL_RESOURCE_NONE,    /* nothing to narrow by */
    SHELL_RESOURCE_KNOWN,   /* `value` */
    SHELL_RESOURCE_SET,     /* everything the glob `value` stands for */
    SHELL_RESOURCE_UNKNOWN, /* something */
    SHELL_RESOURCE_CHANGED, /* the files that git would change: `change`, and the revision `value` */
};

/* Which files git changes. Whoever judges the demand has to ask the repository. */
enum shell_change {
    SHELL_CHANGE_SWITCH,       /* those that differ between HEAD and the revision */
    SHELL_CHANGE_CHECKOUT,     /* the same; when there is no such revision, the file or folder of that name */
    SHELL_CHANGE_RESET,        /* those in which the working tree differs from the revision */
    SHELL_CHANGE_INDEX,        /* those in which the working tree differs from the index; no revision */
    SHELL_CHANGE_MERGE,        /* those that HEAD or the revision changed since they parted */
    SHELL_CHANGE_STASH,        /* the same for an entry of the stash */
    SHELL_CHANGE_REBASE,       /* those of a merge, and of each commit that is not in the revision yet */
    SHELL_CHANGE_PICK,         /* those that the commit changed, wherever they are now */
    SHELL_CHANGE_REVERT,       /* the same, backwards */
    SHELL_CHANGE_ABORT_REBASE, /* those in which the working tree differs from where the rebase began; no
                                  revision */
    SHELL_CHANGE_ABORT_PICK,   /* the same of cherry-pick and revert */
    SHELL_CHANGE_CLEAN,     /* those below a path, instead of a revision, that git neither tracks nor ignores */
    SHELL_CHANGE_CLEAN_ALL, /* or does not track: they are deleted */
};

/* What a change puts into a set of files that is not there now. */
enum shell_arrival {
    SHELL_ARRIVES_ANYTHING, /* nobody can say */
    SHELL_ARRIVES_NOTHING, /* what is there is changed; and a glob that names nothing is a name (Bash, 3.5.8) */
    SHELL_ARRIVES_COPY,    /* what lies at the demand's `origins` */
};

/* A file or folder that comes to lie at another place, with all below it. */
struct shell_origin {
    struct text path; /* absolute, dots and all; a glob when `is_glob`: each file or folder it names */
    bool is_glob;
    bool excludes_hidden; /* as in shell_demand */
    struct text place;    /* absolute */
    bool keeps_name;      /* it comes to lie in `place`, else it becomes what is called so */
};

VECTOR_DECLARE(shell_origin_vector, struct shell_origin);

// One thing a part wants to do. Capabilities and their values:
//
//   file.read, file.write, file.delete   an absolute path, or a glob of the pattern room (`/ws/src/**`)
//   network.fetch                        HOST or HOST:PORT, lower case
//   git.SUBCOMMAND                       REMOTE, or REMOTE/REF for push, pull and fetch. A REMOTE that the
//                                        configuration does not name is a folder, whose hooks a push would run:
//                                        whoever judges has to look
//   history.rewrite                      as the git demand beside it
//   package.install                      the package's name
//   tests.run, build.run                 nothing, or the name of the script or target
//   docker.COMMAND, gh.COMMAND, ...      for other programs with subcommands that only look
//   agent.spawn, aex.configure           nothing
//   shell.pure                           nothing: the part does nothing that needs a permission
//   shell.exec                           nothing: the part is opaque, and `reason` says why
struct shell_demand {
    struct text capability;
    enum shell_resource_kind kind;
    struct text value;
    /* For a known path written with "..": the path as the kernel walks it, dots included. Links have to be
     * followed in this one. Empty when it is the same as `value`. */
    struct text walked;
    struct shell_range range; /* of the words that say so */
    struct text reason;       /* of an opaque part: one line */
    size_t part;              /* index of the part that demands it */
    enum shell_change change; /* of SHELL_RESOURCE_CHANGED */
    bool is_opaque;
    bool allowed_unless_denied; /* shell.pure */
    enum shell_arrival arrival; /* of a set for file.write */
    struct shell_origin_vector origins;
    bool follows_links;   /* a tree that goes on behind links to folders */
    bool passes_links;    /* a tree that is gone through by the program, which passes over the links in it */
    bool only_of_folder;  /* what lies in `value`'s parent, of a program that looks whether it is a folder */
    bool excludes_hidden; /* a set whose wildcards do not match names that start with a dot */
    bool searches;        /* besides, as ripgrep does: hidden names that an ignore file lists after "!", */
    struct text_vector shown; /* or that match one of these globs, are members all the same */
};

/* Folders a command may run in, when what came before may have failed; with more, none is known. */
enum { SHELL_FOLDERS = 4 };

/* One simple command, redirection of a compound command, or text that could not be read. */
struct shell_part {
    struct shell_range range;
    struct text program; /* its name without folders; empty when unknown or none */
    /* The folders from which git may look for its repository; none for other programs. Whoever judges the part
     * must make sure that the repository found from each is the workspace's own: configuration and hooks of
     * another one run programs, so the part is opaque then. */
    struct text repositories[SHELL_FOLDERS];
    size_t repository_count;
    /* git runs here and may change branches, the index or files. What another part would change cannot be found
     * out any more before the line runs. */
    bool changes_repository;
    // What git may add to its index here, besides what is there already: pathspecs, absolute; a folder stands
    // for all in it, `*` and `?` cross slashes. Whoever judges the part must ask git which files those are: a
    // secret among them could be shown from then on, and in a repository among them git runs what its settings
    // name.
    struct text_vector added;
    /* Folders where a wildcard of the part takes every name. One that starts with "-" or ":" would be an
     * option, or mean other files to git. Whoever judges the part must make sure that there is none; see
     * shell_keeps_names. */
    struct text wildcard_folders[SHELL_FOLDERS];
    size_t wildcard_folder_count;
    // Folders below which no name may have blanks, quotes or backslashes: xargs would take it apart. Whoever
    // judges the part must make sure of that; see shell_is_plain_name and shell_keeps_plain_names.
    struct text_vector plain_trees;
    /* The part takes the workspace's root for what `git rev-parse --show-toplevel` prints. Whoever judges the
     * part must make sure that git says so, and that no other part changes its mind. */
    bool asks_for_root;
};

VECTOR_DECLARE(shell_demand_vector, struct shell_demand);
VECTOR_DECLARE(shell_part_vector, struct shell_part);

struct shell_analysis {
    struct shell_part_vector parts; /* in the order in which the shell comes to them; each has a demand */
    struct shell_demand_vector demands;
    bool is_opaque; /* some part is */
};

/* Analyses one command line. A mistake in its grammar makes it one opaque part. Fails on what no shell can
 * be given (a NUL byte, more than LIMIT_SHELL_COMMAND bytes) and on a context that is not absolute. Everything
 * returned lives in `arena` or in the bytes of `command`. */
bool shell_analyse(struct text command, const struct shell_context *context, struct arena *arena,
                   struct shell_analysis *ret_analysis, struct error *err);

/* False when another part of the line may put such a name where `part` has its wildcards. */
bool shell_keeps_names(const struct shell_analysis *analysis, size_t part);

/* Whether xargs takes the name for one word (xargs(1)), in whatever locale. */
bool shell_is_plain_name(struct text name);

/* False when another part of the line may make a name that is not plain. */
bool shell_keeps_plain_names(const struct shell_analysis *analysis, size_t part);

#endif
