/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of programs: how to read them, and how to add a line.
 *
 * A row names a program, says what its operands are, its options, and what a run demands. Options are one
 * string, entries separated by blanks, each a list of spellings and an effect:
 *
 *   -n,--lines=    takes a value that means nothing here          -q,--quiet    a flag
 *   -f,--file=<    takes a file that is read                      --color?      may have an attached value
 *   -o,--output=>  takes a file that is written                   --pre=!       opaque: runs something
 *   -[abc]         the flags -a, -b and -c                        -#            digits: head -20
 *   -r:R           a flag with a tag that the code below sees; R: the operands are whole trees,
 *                  F: the same, links
 *                  followed; e: the option takes the place of the first operand
 *
 * An option that is not listed makes the run opaque, so only what is known to be harmless belongs here. Rows
 * are sorted by name (a test checks it). A program whose meaning does not fit a row has a `model` function. */
#ifndef AEX_SHELL_PROGRAMS_H
#define AEX_SHELL_PROGRAMS_H

#include "shell/walk.h"

struct program_table {
    const struct shell_program *rows;
    size_t count;
};

extern const struct program_table shell_builtins;
extern const struct program_table shell_files;
extern const struct program_table shell_texts;
extern const struct program_table shell_networks;
extern const struct program_table shell_builds;
extern const struct program_table shell_services;

/* A subcommand of git, npm, docker and the like. */
struct subcommand {
    const char *name;
    const char *options;
    unsigned flags;
    /* 0 for the program's usual treatment; its meaning is the program's own. */
    int kind;
};

/* Of gh: "GROUP VERB" (gh.c). */
extern const struct subcommand gh_subcommands[];
extern const size_t gh_subcommand_count;

const struct subcommand *subcommand_find(const struct subcommand *rows, size_t count, struct text name);

/* The exact word at `index` behind the program's name; empty when it is missing or not known. */
struct text run_word(const struct program_run *run, size_t index);
/* Forgets the first `count` arguments: a subcommand's name. */
void run_drop_arguments(struct program_run *run, size_t count);
bool text_is_one_of(struct text text, const char *const *words, size_t count);
#define IS_ONE_OF(text, words) text_is_one_of((text), (words), sizeof(words) / sizeof *(words))

/* Whether it does something to the shell that runs it, so that a program of the same name would not. */
bool program_is_shells_own(const struct shell_program *program);
/* jq's language: whether a filter may read other files, or the environment. */
bool jq_may_read_more(struct text filter);

/* Models: what a row cannot say. */
void model_row(struct program_run *run, const struct shell_program *program);
void model_opaque(struct program_run *run, const struct shell_program *program);
void model_ignore(struct program_run *run, const struct shell_program *program);
void model_nohup(struct program_run *run, const struct shell_program *program);
void model_sudo(struct program_run *run, const struct shell_program *program);

void model_cd(struct program_run *run, const struct shell_program *program);
void model_popd(struct program_run *run, const struct shell_program *program);
void model_declare(struct program_run *run, const struct shell_program *program);
void model_eval(struct program_run *run, const struct shell_program *program);
void model_jump(struct program_run *run, const struct shell_program *program);
void model_read(struct program_run *run, const struct shell_program *program);
void model_set(struct program_run *run, const struct shell_program *program);
void model_shopt(struct program_run *run, const struct shell_program *program);
void model_test(struct program_run *run, const struct shell_program *program);
void model_trap(struct program_run *run, const struct shell_program *program);
void model_unset(struct program_run *run, const struct shell_program *program);
void model_printf(struct program_run *run, const struct shell_program *program);
void model_let(struct program_run *run, const struct shell_program *program);

void model_command(struct program_run *run, const struct shell_program *program);
void model_env(struct program_run *run, const struct shell_program *program);
void model_wrapper(struct program_run *run, const struct shell_program *program);
void model_timeout(struct program_run *run, const struct shell_program *program);
void model_shell(struct program_run *run, const struct shell_program *program);
void model_xargs(struct program_run *run, const struct shell_program *program);
void model_find(struct program_run *run, const struct shell_program *program);

void model_cp(struct program_run *run, const struct shell_program *program);
void model_mv(struct program_run *run, const struct shell_program *program);
void model_ln(struct program_run *run, const struct shell_program *program);
void model_dd(struct program_run *run, const struct shell_program *program);
void model_grep(struct program_run *run, const struct shell_program *program);
void model_diff(struct program_run *run, const struct shell_program *program);
void model_rg(struct program_run *run, const struct shell_program *program);
void model_sed(struct program_run *run, const struct shell_program *program);
void model_awk(struct program_run *run, const struct shell_program *program);
void model_shuf(struct program_run *run, const struct shell_program *program);
void model_uniq(struct program_run *run, const struct shell_program *program);
void model_jq(struct program_run *run, const struct shell_program *program);
void model_tar(struct program_run *run, const struct shell_program *program);
void model_chmod(struct program_run *run, const struct shell_program *program);
void model_date(struct program_run *run, const struct shell_program *program);
void model_kill(struct program_run *run, const struct shell_program *program);
void model_wait(struct program_run *run, const struct shell_program *program);
void model_printenv(struct program_run *run, const struct shell_program *program);
void model_ps(struct program_run *run, const struct shell_program *program);
void model_strings(struct program_run *run, const struct shell_program *program);
void model_zcat(struct program_run *run, const struct shell_program *program);
void model_xxd(struct program_run *run, const struct shell_program *program);
void model_archive(struct program_run *run, const struct shell_program *program);
void model_rmdir(struct program_run *run, const struct shell_program *program);

void model_curl(struct program_run *run, const struct shell_program *program);
void model_wget(struct program_run *run, const struct shell_program *program);
void model_ssh(struct program_run *run, const struct shell_program *program);
void model_host(struct program_run *run, const struct shell_program *program);
void model_host_port(struct program_run *run, const struct shell_program *program);
void model_copy_remote(struct program_run *run, const struct shell_program *program);

void model_git(struct program_run *run, const struct shell_program *program);
void model_node_package(struct program_run *run, const struct shell_program *program);
void model_python(struct program_run *run, const struct shell_program *program);
void model_poetry(struct program_run *run, const struct shell_program *program);
void model_uvx(struct program_run *run, const struct shell_program *program);
void model_pip(struct program_run *run, const struct shell_program *program);
void model_cargo(struct program_run *run, const struct shell_program *program);
void model_gofmt(struct program_run *run, const struct shell_program *program);
void model_go(struct program_run *run, const struct shell_program *program);
void model_compiler(struct program_run *run, const struct shell_program *program);
void model_clang_format(struct program_run *run, const struct shell_program *program);
void model_node(struct program_run *run, const struct shell_program *program);
void model_gh(struct program_run *run, const struct shell_program *program);
void model_cmake(struct program_run *run, const struct shell_program *program);
void model_build_tool(struct program_run *run, const struct shell_program *program);
void model_make(struct program_run *run, const struct shell_program *program);
void model_version_or_opaque(struct program_run *run, const struct shell_program *program);
void model_tests(struct program_run *run, const struct shell_program *program);
/* A program in the workspace that is one of its tools: what node_modules/.bin and .venv/bin hold, gradlew,
 * mvnw. False when the run is of something else (workspace_programs.c). */
bool run_workspace_program(struct program_run *run);
void model_install(struct program_run *run, const struct shell_program *program);
void model_agent(struct program_run *run, const struct shell_program *program);
void model_aex(struct program_run *run, const struct shell_program *program);
void model_looking(struct program_run *run, const struct shell_program *program);

/* git.c: git looks for its repository in `folder`, from where the run is; see shell_part. */
void git_set_repository(struct program_run *run, struct text folder);
/* git_remotes.c */
void git_remote_demands(struct program_run *run, const char *subcommand, bool is_push);

/* Assignments to names like these change what later commands do. */
bool assignment_is_dangerous(struct text name, const struct shell_value *value);
/* Whether a build may take orders from it: make makes every variable of its environment one of its own. Names
 * that only say how output looks, with a word as value, are none. */
bool assignment_is_setting(struct text name, const struct shell_value *value);
/* Digits, yes, no, true, false: no command and no option, whatever the name is. */
bool value_is_switch(struct text value);
void assignment_apply(struct walker *walker, struct shell_state *state, struct text name,
                      struct shell_value value, struct shell_range range);

#endif
