/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share while they put a call's demands together. */
#ifndef AEX_DEMAND_BUILD_H
#define AEX_DEMAND_BUILD_H

#include "demand/demand.h"
#include "shell/shell.h"

struct boundary;
struct linked_files;

struct demand_build {
    const struct demand_context *context;
    struct arena *arena;
    struct demand_vector *demands;
    struct error *err;
    bool is_line;                    /* a command line, whose earlier parts may put a folder where a file is */
    bool is_opaque;                  /* one that is not understood: it may change what wildcards take */
    const struct boundary *boundary; /* NULL until asked for: see boundary.h */
    const struct text_vector *git_paths;
    const struct text_vector *link_targets;
    const struct linked_files *linked_files; /* likewise: see hard_links.c */
};

/* A demand with one name, appended. */
void build_add(struct demand_build *build, struct text name, struct resource resource);

/* False with an error where the call has an argument that some agents could take for the one called `name`. */
bool build_check_spelling(struct demand_build *build, const struct hook_call *call, const char *name);

/* file.c: what a capability is also called by rules: file.write covers every change of a file. */
size_t build_file_names(struct text capability, struct text names[2]);
/* file.c: one file. `names` are its capabilities (file.read, or file.write and what it is more exactly). Adds
 * what reading a secret or writing the boundary demands besides. */
bool build_file(struct demand_build *build, const struct text *names, size_t name_count, struct text path);
/* The same for a path nobody knows. */
void build_unknown_file(struct demand_build *build, struct text name);

/* Every file that an absolute glob names. */
struct file_set {
    const struct text *names; /* what is done to them, as in build_file */
    size_t name_count;
    struct text glob;
    bool excludes_hidden; /* its wildcards pass over names that start with a dot */
    /* As ripgrep passes over them: not those that match one of `shown`, or that an ignore file shows. */
    bool searches;
    struct text_vector shown;
    bool passes_links;  /* as in shell_demand */
    bool follows_links; /* it goes on behind links to folders */
    /* Of a set that is written: see struct demand. */
    const struct set_arrivals *arrivals;
};

/* tree.c: a set of files, with the secrets or parts of the boundary that are in it now. */
bool build_file_set(struct demand_build *build, const struct file_set *files);
// set.c: splits the glob `/a/src/**/x` into the folder `/a/src/` and the glob `**/x`, which is empty without a
// wildcard.
void build_split_glob(struct text pattern, struct text *ret_folder, struct text *ret_glob);
/* search.c: how many bytes at `offset` (below the size) are one white space to JavaScript, whose `trim` and
 * `\s` agents cut arguments with (ECMA-262, 12.2 and 12.3); 0: none is there. */
size_t build_space_at(struct text text, size_t offset);
/* search.c: a search through a folder, or one file; and a listing of names. */
bool build_tree(struct demand_build *build, struct text name, struct text path, struct text filter,
                struct text type);
/* `at_any_depth`: a pattern without a slash holds below the folder too, as ripgrep's globs do. */
bool build_listing(struct demand_build *build, struct text name, struct text folder, struct text pattern,
                   bool at_any_depth);

/* url.c: network.fetch with the URL's host and port; unknown when programs could disagree on the host. */
void build_url(struct demand_build *build, struct text name, struct text url);

/* patch.c */
bool build_patch(struct demand_build *build, struct text patch);

/* command.c */
bool build_command(struct demand_build *build, struct text name, struct text command);
/* Whether git, started in `folder`, finds the workspace's own repository or none. Another one's configuration
 * can run programs, and so can a folder that merely looks like a bare repository (git-config(1),
 * safe.bareRepository). */
bool build_finds_own_repository(struct demand_build *build, struct text folder);

/* git_added.c: what part number `part` of the line adds to git's index. Demands secrets.read for the secrets
 * among it. Returns why the part must count as opaque, empty when it need not: a repository is among it, whose
 * settings git would obey from then on, or nobody can say what is. */
struct text build_git_added(struct demand_build *build, const struct shell_analysis *analysis, size_t part);

/* mcp.c */
void build_mcp_tool(struct demand_build *build, const struct hook_call *call);
bool build_mcp_resource(struct demand_build *build, const struct tool_effect *effect,
                        const struct hook_call *call);

/* ---- Arguments of servers' tools ---- */

/* argument.c: the value of an argument that is judged; NULL: it is not there. Where another argument is called
 * the same but for case, nobody can say which one a server takes: then a value that is of no use to anyone. */
const struct json *build_argument(const struct json *arguments, struct text name);
/* argument.c: what a server would make of a path, in every reading: relative ones start at its working folder,
 * the workspace's root, or a folder it was given. `server` may be NULL. Fails on a NUL. */
struct mcp_server;
struct path_readings {
    struct text_vector paths; /* absolute, or in the home folder; empty: nobody can say */
};
bool build_read_path(struct demand_build *build, const struct mcp_server *server, struct text path,
                     struct path_readings *ret_readings);
/* A file, or a folder with all in it. `names` as in build_file. */
bool build_file_or_tree(struct demand_build *build, const struct text *names, size_t name_count,
                        struct text path);
/* A URL that a server or a browser opens: network.fetch, or whatever `name` says; file URLs read files. */
bool build_opened_url(struct demand_build *build, struct text name, struct text url);
/* The same for a resource's URI, of which most schemes are the server's own and demand nothing here. One
 * without a scheme is a path, as in build_read_path. */
bool build_resource_uri(struct demand_build *build, const struct mcp_server *server, struct text uri);
/* The same for a URI that may be a template (RFC 6570): of files, the names below what is fixed in it. */
bool build_resource_template(struct demand_build *build, const struct mcp_server *server, struct text uri);

/* ---- Paths ---- */

/* Both forms of a path as the agent wrote it. `is_unknown`: it leads through /proc or /dev/fd, where it means
 * something else to each process, or has dots behind a link, which programs read in two ways. */
struct both_forms {
    struct text lexical;
    struct text resolved;
    bool is_unknown;
};

bool build_resolve(struct demand_build *build, struct text path, struct both_forms *ret_forms);

/* runner_words.c: what the words of a runner of tests or builds name of secrets, of the boundary, and of files
 * that rules deny reading. */
bool build_runner_words(struct demand_build *build, struct text part);

#endif
