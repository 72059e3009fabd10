/* SPDX-License-Identifier: Apache-2.0 */
/* What programs that run the workspace's own code have in common. Private to this room. */
#ifndef AEX_SHELL_BUILDS_H
#define AEX_SHELL_BUILDS_H

#include "shell/programs.h"

/* `--version`, `help` and the like, and nothing else. */
bool run_asks_version(const struct program_run *run);

/* Demands `capability` of a script or target, and takes later paths for uncertain: code ran. */
void demand_build(struct program_run *run, const char *capability, struct text name);
/* The same, and opaque when the words from `from` on load other code or write elsewhere, or when it runs
 * outside of the workspace. */
void demand_own_code(struct program_run *run, const char *capability, struct text name, size_t from);
void check_build_folder(struct program_run *run);
/* Opaque when one of the words from `from` on loads other code, writes elsewhere, or may do so
 * (runner_options.c). */
void check_runner_options(struct program_run *run, size_t from);
/* Whether the field surely names something inside the workspace. */
bool is_build_folder_inside(const struct program_run *run, const struct shell_field *field);
/* The words from `from` on name packages to install. */
void demand_packages(struct program_run *run, size_t from);
/* The run of the tool that the word at `at` names, with the words behind it. */
struct program_run run_of_tool(const struct program_run *run, size_t at);
enum node_origin {
    NODE_FETCHED, /* when it is not there */
    NODE_PACKAGE, /* fetched with a package that was demanded already */
    NODE_LOCAL,   /* one of the workspace's */
    NODE_ON_PATH, /* that, or a program of the system with the name */
};

/* The program of an npm package that the word at `at` names (node_tools.c). */
void demand_node_tool(struct program_run *run, size_t at, enum node_origin origin);
/* The same behind npx's own options. */
void demand_node_package(struct program_run *run, size_t from);
/* Whether it is one of those whose options, or whose tests, are known. */
bool is_known_node_tool(struct text name);
/* A plain name, with a version or not: no URL, no folder, no repository. */
bool is_package_name(struct text name);
/* Whether a package of that name may be run: no program that is known here for something else, none that runs
 * what its words say. */
bool is_tool_name(struct text name);
/* Of a tool about which nothing is known: opaque when the words from `from` on could be a command it is to run.
 */
void check_tool_words(struct program_run *run, size_t from);
/* The tool of Python that the word at `at` names, installed with the workspace or the system; false when it is
 * none that is known here (python.c). */
bool demand_python_tool(struct program_run *run, size_t at);
/* What ran is the workspace's own: that is a build at least, unless the demands from `first` on say more. */
void demand_at_least_build(struct program_run *run, size_t first, struct text name);
/* Of a subcommand that only looks, what follows the first `from` words. Options are a closed list: others name
 * registries to ask, interpreters to run and files to write. */
void parse_looking_options(struct program_run *run, size_t from, const char *options);

#endif
