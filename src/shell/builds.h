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
/* Of a subcommand that only looks, what follows the first `from` words. Options are a closed list: others name
 * registries to ask, interpreters to run and files to write. */
void parse_looking_options(struct program_run *run, size_t from, const char *options);

#endif
