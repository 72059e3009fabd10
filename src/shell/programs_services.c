/* SPDX-License-Identifier: Apache-2.0 */
/* git, containers and services, agents, editors, aex itself. `options` of a model_looking row lists the
 * subcommands that only look: "PROGRAM.SUBCOMMAND" is what they demand. */
#include "shell/programs.h"

static const struct shell_program rows[] = {
    {"aex", 0, 0, "", NULL, model_aex},
    {"aider", 0, 0, "", "agent.spawn", model_agent},
    {"amp", 0, 0, "", "agent.spawn", model_agent},
    {"claude", 0, 0, "", "agent.spawn", model_agent},
    {"codex", 0, 0, "", "agent.spawn", model_agent},
    {"copilot", 0, 0, "", "agent.spawn", model_agent},
    {"cursor-agent", 0, 0, "", "agent.spawn", model_agent},
    {"docker", 0, 0, "ps images logs version info", NULL, model_looking},
    {"emacs", 0, 0, "", NULL, model_opaque},
    {"gemini", 0, 0, "", "agent.spawn", model_agent},
    {"gh", 0, 0, "", NULL, model_gh},
    {"git", 0, 0, "", NULL, model_git},
    {"goose", 0, 0, "", "agent.spawn", model_agent},
    {"journalctl", 0, 0, "", NULL, model_opaque},
    {"kill", 0, PROGRAM_BUILTIN, "", NULL, model_kill},
    {"killall", 0, 0, "", NULL, model_opaque},
    {"kubectl", 0, 0, "get describe logs version", NULL, model_looking},
    {"less", 0, 0, "", NULL, model_opaque},
    {"man", 0, 0, "", NULL, model_opaque},
    {"more", 0, 0, "", NULL, model_opaque},
    {"nano", 0, 0, "", NULL, model_opaque},
    {"opencode", 0, 0, "", "agent.spawn", model_agent},
    {"podman", 0, 0, "ps images logs version info", NULL, model_looking},
    {"systemctl", 0, 0, "status is-active is-enabled list-units", NULL, model_looking},
    {"vi", 0, 0, "", NULL, model_opaque},
    {"vim", 0, 0, "", NULL, model_opaque},
};

const struct program_table shell_services = {rows, sizeof rows / sizeof *rows};
