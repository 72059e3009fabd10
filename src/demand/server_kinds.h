/* SPDX-License-Identifier: Apache-2.0 */
/* The well-known servers: what their tools do, and the packages they come in. */
#ifndef AEX_DEMAND_SERVER_KINDS_H
#define AEX_DEMAND_SERVER_KINDS_H

#include "base/text.h"

/* How an argument of a server's tool says what it touches. */
enum server_argument {
    SERVER_NONE = 0,    /* nothing to narrow by */
    SERVER_HARMLESS,    /* the same, and allowed unless denied */
    SERVER_PATH,        /* one file, or a list of them */
    SERVER_EDIT,        /* one file that is written, with parts of it in the answer */
    SERVER_TREE,        /* a file, or a folder with all in it */
    SERVER_ENTRIES,     /* the names in a folder */
    SERVER_NAMES_BELOW, /* the names in a folder, at any depth */
    SERVER_URL,
    SERVER_TEXT,        /* the resource is the argument as it stands */
    SERVER_REPOSITORY,  /* a repository's folder; one that is not the workspace's is opaque, as in a shell */
    SERVER_REVISION,    /* a name for git; one that starts with "-" is an option, which may name files */
    SERVER_SQL_SELECT,  /* one SQL statement that the server itself made sure only reads */
    SERVER_SQL_CHANGE,  /* one statement of SQLite; others than the usual ones may write files */
    SERVER_SQL_ANY,     /* statements of PostgreSQL, supposed to read */
    SERVER_GITHUB,      /* OWNER/REPOSITORY, from `owner` and `repo` */
    SERVER_GITHUB_REF,  /* OWNER/REPOSITORY/BRANCH, the branch from the argument */
    SERVER_ENVIRONMENT, /* the server's environment variables, among which there may be keys */
};

struct server_effect {
    const char *capability;
    const char *also; /* a further name: file.delete is file.write too */
    enum server_argument kind;
    const char *argument;
    bool is_optional; /* without the argument the tool does not have this effect */
    const char
        *origin; /* the argument that says what comes to lie there, with all that is in it; NULL: none does */
};

enum { SERVER_EFFECTS = 4, SERVER_PACKAGES = 4 };

/* One tool or prompt. Without effects it is as if it were not listed: only its own names say anything. */
struct server_tool {
    const char *kind;
    const char *name;
    struct server_effect effects[SERVER_EFFECTS];
};

struct server_kind {
    const char *name;
    const char *npm[SERVER_PACKAGES];
    const char *python[SERVER_PACKAGES];
    const char *images[SERVER_PACKAGES];
    const char *programs[SERVER_PACKAGES]; /* what its packages install */
    bool takes_paths;                      /* of the machine it runs on: in a container, not ours */
};

/* Ends with a zeroed entry. */
extern const struct server_kind server_kinds[];

/* The entry of a tool (a prompt) of that kind; NULL: it is not listed. */
const struct server_tool *server_kind_tool(const struct server_kind *kind, struct text name);
const struct server_tool *server_kind_prompt(const struct server_kind *kind, struct text name);

/* All tools, for tests; ends with a zeroed entry. */
extern const struct server_tool server_tools[];

#endif
