/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/doctor.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/child.h"
#include "os/path.h"
#include "setup/hook_command.h"
#include "setup/probe.h"

void doctor_find(struct doctor *doctor, enum setup_agent agent, const char *name, enum finding_state state,
                 struct text what, struct text remedy)
{
    struct finding finding = {agent, name, state, what, state == FINDING_CLOSED ? TEXT("") : remedy};
    VECTOR_PUSH(doctor->arena, &doctor->findings, finding);
}

void doctor_place(struct doctor *doctor, const char *agent, struct text path, enum place_state state,
                  struct text reason)
{
    struct place place = {agent, path, state, reason};
    VECTOR_PUSH(doctor->arena, &doctor->places, place);
}

struct text doctor_install_command(const struct doctor *doctor, enum setup_agent agent, enum setup_scope scope)
{
    return text_format(doctor->arena, "%saex install %s --scope %s", scope == SETUP_MANAGED ? "sudo " : "",
                       setup_agent_name(agent), setup_scope_name(scope));
}

bool doctor_has_agent(const struct doctor *doctor, enum setup_agent agent)
{
    const char *name = setup_agent_name(agent);
    for (size_t i = 0; i < doctor->agents.count; i++) {
        if (doctor->agents.items[i].agent == agent) {
            return true;
        }
    }
    for (size_t i = 0; i < doctor->places.count; i++) {
        const struct place *place = &doctor->places.items[i];
        if (text_equal(text_of(place->agent), text_of(name)) && place->state != PLACE_ABSENT) {
            return true;
        }
    }
    return false;
}

/* ---- Programs ---- */

static bool is_program(struct text path, struct arena *arena)
{
    struct stat status;
    const char *name = text_to_c(arena, path);
    return stat(name, &status) == 0 && S_ISREG(status.st_mode) && access(name, X_OK) == 0;
}

static bool is_known(const struct doctor *doctor, struct text path)
{
    for (size_t i = 0; i < doctor->agents.count; i++) {
        if (text_equal(doctor->agents.items[i].path, path)) {
            return true;
        }
    }
    return false;
}

static struct text ask_version(const struct doctor *doctor, struct text path)
{
    struct arena *arena = doctor->arena;
    const char *const words[] = {"timeout", "-k", "1", "10", text_to_c(arena, path), "--version", NULL};
    struct text output;
    struct text line;
    /* A program in the workspace is the repository's: it is named, but not run. */
    if (path_is_within(path, doctor->options->root) ||
        !child_capture("/usr/bin/timeout", words, arena, &output, NULL) || output.size == 0) {
        return TEXT("");
    }
    return text_next(&output, '\n', &line) ? line : TEXT("");
}

static void look_for_program(struct doctor *doctor, struct text folder, enum setup_agent agent)
{
    struct text path = path_join(doctor->arena, folder, text_of(setup_agent_name(agent)));
    if (folder.size == 0 || folder.data[0] != '/' || !is_program(path, doctor->arena) ||
        is_known(doctor, path)) {
        return;
    }
    struct found_agent found = {agent, path, ask_version(doctor, path)};
    VECTOR_PUSH(doctor->arena, &doctor->agents, found);
}

static void find_programs(struct doctor *doctor, struct text path)
{
    static const char *const usual[] = {".local/bin", ".claude/local",     ".npm-global/bin", ".volta/bin",
                                        ".bun/bin",   "node_modules/.bin", ".asdf/shims",     ".linuxbrew/bin"};
    static const char *const system_wide[] = {"/usr/local/bin", "/usr/bin", "/opt/claude/bin",
                                              "/opt/codex/bin"};
    static const enum setup_agent agents[] = {SETUP_CLAUDE, SETUP_CODEX};
    for (size_t i = 0; i < sizeof agents / sizeof agents[0]; i++) {
        struct text rest = path;
        struct text folder;
        while (path.size > 0 && text_next(&rest, ':', &folder)) {
            look_for_program(doctor, folder, agents[i]);
        }
        for (size_t j = 0; j < sizeof usual / sizeof usual[0]; j++) {
            look_for_program(doctor, path_join(doctor->arena, doctor->options->home, text_of(usual[j])),
                             agents[i]);
        }
        for (size_t j = 0; j < sizeof system_wide / sizeof system_wide[0]; j++) {
            look_for_program(doctor, text_of(system_wide[j]), agents[i]);
        }
    }
}

/* ---- Agents that have no gate ---- */

static void look_at_others(struct doctor *doctor)
{
    static const struct {
        const char *agent;
        const char *path; /* below the home */
    } others[] = {
        {"claude-desktop", ".config/Claude/claude_desktop_config.json"},
        {"cursor", ".cursor/mcp.json"},
        {"windsurf", ".codeium/windsurf/mcp_config.json"},
        {"vscode", ".vscode/mcp.json"},
        {"copilot", ".copilot/mcp-config.json"},
        {"gemini", ".gemini/settings.json"},
        {"opencode", ".config/opencode/opencode.json"},
        {"devin", ".config/devin/config.json"},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct text path = path_join(doctor->arena, doctor->options->home, text_of(others[i].path));
        if (access(path.data, F_OK) == 0) {
            doctor_place(doctor, others[i].agent, path, PLACE_READ, TEXT(""));
        }
    }
}

/* ---- The hook's command ---- */

/* Whether somebody else than root and this user can put other bytes there: in the file itself, or by exchanging
 * it or a folder above it. In a sticky folder each can exchange only their own; in one that nobody else may
 * enter, what is below is out of reach. */
static bool others_can_change(struct text path, struct arena *arena)
{
    bool can_change = false;
    bool is_top = false;
    for (struct text at = path; !is_top; at = path_parent(at)) {
        struct stat status;
        if (stat(text_to_c(arena, at), &status) != 0) {
            return true;
        }
        bool is_others = status.st_uid != 0 && status.st_uid != geteuid();
        bool is_sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
        bool is_closed = S_ISDIR(status.st_mode) && (status.st_mode & (S_IXGRP | S_IXOTH)) == 0;
        can_change = is_others || (can_change && !is_closed) ||
                     (!is_sticky && !is_closed && (status.st_mode & (S_IWGRP | S_IWOTH)) != 0);
        is_top = text_equal(at, TEXT("/"));
    }
    return can_change;
}

/* Who besides this user can change the program, or why it would not start; empty when all is well. */
static struct text program_problem(const struct doctor *doctor, struct text program)
{
    struct arena *arena = doctor->arena;
    struct text resolved;
    struct stat status;
    struct error err;
    if (!path_resolve(arena, program, &resolved, &err)) {
        return text_format(arena, "%s", err.message);
    }
    if (stat(resolved.data, &status) != 0) {
        return text_format(arena, "the program %.*s is missing", TEXT_ARG(program));
    }
    if (!is_program(resolved, arena)) {
        return text_format(arena, "the program %.*s cannot be run", TEXT_ARG(program));
    }
    if (path_is_within(resolved, doctor->options->root)) {
        return text_format(arena, "the program %.*s lies in the workspace, where the agent writes",
                           TEXT_ARG(program));
    }
    /* Also what keeps doctor from running whatever a repository's settings name. */
    if (!text_equal(resolved, doctor->options->program)) {
        return text_format(arena, "the hook runs %.*s, which is not this aex (%.*s)", TEXT_ARG(program),
                           TEXT_ARG(doctor->options->program));
    }
    if (others_can_change(resolved, arena)) {
        return text_format(arena, "the program %.*s can be changed by other users", TEXT_ARG(program));
    }
    return TEXT("");
}

/* Both as the gate reads them: links count, the working folder is whatever the agent has. */
struct text doctor_folders_problem(const struct doctor *doctor, struct text root, struct text state_folder)
{
    struct arena *arena = doctor->arena;
    const struct setup_options *options = doctor->options;
    struct text resolved;
    if (root.size > 0 && !text_equal(root, options->root)) {
        return text_format(arena, "is for the workspace %.*s, not for this one", TEXT_ARG(root));
    }
    if (state_folder.size == 0 || text_equal(state_folder, options->state_folder)) {
        return TEXT("");
    }
    if (state_folder.data[0] != '/') {
        return text_format(arena, "keeps its state in %.*s, wherever the agent starts it",
                           TEXT_ARG(state_folder));
    }
    if (!path_resolve(arena, path_normalise(arena, TEXT("/"), state_folder), &resolved, NULL) ||
        path_is_within(resolved, options->root)) {
        return text_format(arena, "keeps its state in %.*s, which is in the workspace, where the agent writes",
                           TEXT_ARG(state_folder));
    }
    return TEXT("");
}

/* What is wrong with a command in today's form; empty when nothing is. */
static struct text command_problem(const struct doctor *doctor, enum setup_agent agent,
                                   const struct hook_command *parts)
{
    if (!text_equal(parts->agent, text_of(setup_agent_name(agent)))) {
        return TEXT("the hook's command is for another agent");
    }
    struct text problem = program_problem(doctor, parts->program);
    if (problem.size > 0) {
        return problem;
    }
    problem = doctor_folders_problem(doctor, parts->root, parts->state_folder);
    return problem.size == 0 ? problem
                             : text_format(doctor->arena, "the hook's command %.*s", TEXT_ARG(problem));
}

static void examine_answers(struct doctor *doctor, enum setup_agent agent, struct text command,
                            struct text remedy)
{
    struct arena *arena = doctor->arena;
    struct setup_options options = *doctor->options;
    struct probe_answer answer;
    struct error err;
    options.agent = agent;
    struct text call = probe_refused_call(agent, options.root, arena);
    if (!probe_run(&options, command, call, arena, &answer, &err)) {
        doctor_find(doctor, agent, "hook-answers", FINDING_UNKNOWN,
                    text_format(arena, "the hook could not be tried: %s", err.message), remedy);
        return;
    }
    if (!probe_is_refusal(agent, &answer, arena)) {
        doctor_find(doctor, agent, "hook-answers", FINDING_OPEN,
                    text_format(arena,
                                "the hook did not refuse a call that changes the hook itself (status %d)",
                                answer.status),
                    remedy);
        return;
    }
    call = probe_harmless_call(agent, options.root, arena);
    if (!probe_run(&options, command, call, arena, &answer, &err) || !probe_is_consent(agent, &answer)) {
        struct text rest = answer.message;
        struct text line = TEXT("");
        (void)(rest.size > 0 && text_next(&rest, '\n', &line));
        doctor_find(doctor, agent, "hook-answers", FINDING_CLOSED,
                    text_format(arena, "the hook refuses every call here: %.*s", TEXT_ARG(line)), TEXT(""));
        return;
    }
    doctor_find(
        doctor, agent, "hook-answers", FINDING_CLOSED,
        TEXT("run as the agent runs it, the hook refuses a forbidden call and lets a harmless one pass"),
        TEXT(""));
}

void doctor_examine_command(struct doctor *doctor, enum setup_agent agent, enum setup_scope scope,
                            struct text command)
{
    struct hook_command parts;
    struct text remedy = doctor_install_command(doctor, agent, scope);
    if (!hook_command_read(doctor->arena, command, &parts)) {
        doctor_find(
            doctor, agent, "hook-command", FINDING_OPEN,
            text_format(doctor->arena,
                        "the hook's command is not in today's form, and may let calls run when the gate "
                        "does not: %.*s",
                        TEXT_ARG(command)),
            remedy);
        return;
    }
    struct text problem = command_problem(doctor, agent, &parts);
    if (problem.size > 0) {
        doctor_find(doctor, agent, "hook-command", FINDING_OPEN, problem, remedy);
        return;
    }
    doctor_find(doctor, agent, "hook-command", FINDING_CLOSED,
                TEXT("the hook's command refuses with a reason whenever the gate does not answer"), TEXT(""));
    examine_answers(doctor, agent, command, remedy);
}

bool doctor_vouches_for(const struct doctor *doctor, enum setup_agent agent, struct text command)
{
    struct hook_command parts;
    return hook_command_read(doctor->arena, command, &parts) &&
           command_problem(doctor, agent, &parts).size == 0;
}

bool doctor_stops_change(struct doctor *doctor, struct text command)
{
    struct probe_answer answer;
    struct setup_options options = *doctor->options;
    options.agent = SETUP_CLAUDE;
    struct text event = probe_settings_change(options.root, doctor->arena);
    return doctor_vouches_for(doctor, SETUP_CLAUDE, command) &&
           probe_run(&options, command, event, doctor->arena, &answer, NULL) && answer.status == 2;
}

void doctor_examine(struct doctor *doctor, struct text path)
{
    find_programs(doctor, path);
    doctor_examine_claude(doctor);
    doctor_examine_servers(doctor, SETUP_CLAUDE);
    doctor_examine_codex(doctor);
    doctor_examine_servers(doctor, SETUP_CODEX);
    look_at_others(doctor);
}
