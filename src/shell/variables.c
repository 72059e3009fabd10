/* SPDX-License-Identifier: Apache-2.0 */
/* Variables that Bash (manual, 5.2) and zsh (zshparam, zshmodules) treat apart. */
#include "shell/programs.h"

bool variable_is_shells_own(struct text name)
{
    static const char *const names[] = {"_",        "REPLY",        "OPTARG",       "COPROC",     "MAPFILE",
                                        "FUNCNAME", "GROUPS",       "BASHPID",      "EUID",       "PPID",
                                        "SRANDOM",  "HISTCMD",      "DIRSTACK",     "PIPESTATUS", "COLUMNS",
                                        "LINES",    "EPOCHSECONDS", "EPOCHREALTIME"};
    return IS_ONE_OF(name, names);
}

bool variable_evaluates(struct text name)
{
    static const char *const names[] = {
        "BASHPID",    "COLUMNS",  "EGID",   "EPOCHSECONDS",    "ERRNO",
        "EUID",       "FUNCNEST", "GID",    "HISTCMD",         "HISTSIZE",
        "KEYTIMEOUT", "LINENO",   "LINES",  "LISTMAX",         "MAILCHECK",
        "OPTIND",     "PPID",     "RANDOM", "SAVEHIST",        "SECONDS",
        "SHLVL",      "SRANDOM",  "UID",    "TRY_BLOCK_ERROR", "TRY_BLOCK_INTERRUPT"};
    return IS_ONE_OF(name, names);
}

bool variable_steers_zsh(struct text name)
{
    static const char *const names[] = {"FPATH",
                                        "HISTCHARS",
                                        "MODULE_PATH",
                                        "NULLCMD",
                                        "PROMPT",
                                        "PROMPT2",
                                        "PROMPT3",
                                        "PROMPT4",
                                        "PSVAR",
                                        "READNULLCMD",
                                        "RPROMPT",
                                        "STTY",
                                        "TMPPREFIX",
                                        "cdpath",
                                        "chpwd_functions",
                                        "fignore",
                                        "fpath",
                                        "galiases",
                                        "histchars",
                                        "mailpath",
                                        "manpath",
                                        "module_path",
                                        "nameddirs",
                                        "path",
                                        "periodic_functions",
                                        "precmd_functions",
                                        "preexec_functions",
                                        "psvar",
                                        "saliases",
                                        "userdirs",
                                        "zshaddhistory_functions",
                                        "zshexit_functions"};
    return IS_ONE_OF(name, names) || text_starts_with(name, TEXT("dis_"));
}

bool function_runs_itself(struct text name)
{
    static const char *const names[] = {"chpwd",
                                        "command_not_found_handle",
                                        "command_not_found_handler",
                                        "periodic",
                                        "precmd",
                                        "preexec",
                                        "zsh_directory_name",
                                        "zshaddhistory",
                                        "zshexit"};
    return IS_ONE_OF(name, names) || text_starts_with(name, TEXT("TRAP"));
}

bool variable_may_hold_text(struct text name)
{
    static const char *const numbers[] = {"BASH_ARGC", "BASH_LINENO", "BASH_SUBSHELL", "BASH_VERSINFO"};
    static const char *const texts[] = {"_",         "REPLY",   "OPTARG",    "COPROC",       "MAPFILE",
                                        "FUNCNAME",  "PWD",     "DIRSTACK",  "OLDPWD",       "argv",
                                        "BASH",      "PS4",     "SHELLOPTS", "dirstack",     "funcstack",
                                        "functions", "aliases", "history",   "historywords", "jobtexts"};
    bool has_prefix = text_starts_with(name, TEXT("BASH_")) || text_starts_with(name, TEXT("ZSH_"));
    return IS_ONE_OF(name, texts) || (has_prefix && !IS_ONE_OF(name, numbers));
}

void walker_note_array(struct walker *walker, struct text name, struct shell_range range)
{
    /* zsh's tables of what commands are (zsh/parameter). As plain variables they are no more than a mistake. */
    static const char *const tables[] = {"aliases", "commands", "functions", "options", "parameters"};
    if (IS_ONE_OF(name, tables)) {
        demand_opaque(walker, range, "a list that changes what commands do in zsh", name);
    }
    if (!walker_has_array(walker, name)) {
        VECTOR_PUSH(walker->arena, &walker->arrays, name);
    }
}

bool walker_has_array(const struct walker *walker, struct text name)
{
    for (size_t i = 0; i < walker->arrays.count; i++) {
        if (text_equal(walker->arrays.items[i], name)) {
            return true;
        }
    }
    return false;
}
