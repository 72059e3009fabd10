/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at what holds the agents on this machine, and at each known way around it. */
#ifndef AEX_SETUP_DOCTOR_H
#define AEX_SETUP_DOCTOR_H

#include "base/error.h"
#include "os/clock.h"
#include "setup/options.h"

enum finding_state {
    FINDING_CLOSED,
    FINDING_OPEN,
    FINDING_UNKNOWN, /* it could not be looked at */
};

/* One way around the gate, or one thing it stands on. */
struct finding {
    enum setup_agent agent;
    const char *name; /* stable, for scripts: "hook", "settings-change" */
    enum finding_state state;
    struct text what;   /* one line */
    struct text remedy; /* a command that does it, or what a person has to do; empty when closed */
};

VECTOR_DECLARE(finding_vector, struct finding);

enum place_state {
    PLACE_ABSENT,
    PLACE_READ,    /* the agent reads it */
    PLACE_DROPPED, /* the agent drops the whole file */
    PLACE_FAILED,  /* it could not be looked at */
};

/* One file that an agent reads its configuration from. */
struct place {
    const char *agent; /* "claude", "cursor" */
    struct text path;
    enum place_state state;
    struct text reason; /* for PLACE_DROPPED and PLACE_FAILED */
};

VECTOR_DECLARE(place_vector, struct place);

struct found_agent {
    enum setup_agent agent;
    struct text path;
    struct text version; /* empty: it did not say */
};

VECTOR_DECLARE(found_agent_vector, struct found_agent);

/* One server in an agent's configuration that is started by a command. */
struct found_server {
    enum setup_agent agent;
    enum setup_scope scope; /* at which install puts it behind the proxy */
    struct text name;
    struct text path; /* of the file it stands in */
    struct text command;
    struct text_vector arguments;
    struct text refusal; /* why install leaves it alone; empty: it does not */
    struct text by_hand; /* what a person has to do before it no longer does */
};

VECTOR_DECLARE(found_server_vector, struct found_server);

struct doctor {
    const struct setup_options *options; /* agent and scope do not matter */
    struct arena *arena;
    struct found_agent_vector agents;
    struct place_vector places;
    struct finding_vector findings;
    struct found_server_vector proxied; /* those that stand behind this aex's proxy, for doctor_try_server */
};

/* Looks at everything. `path` is $PATH. Runs `AGENT --version` of agents outside the workspace, and the hook
 * commands that install wrote with a recorded call; nothing else is run. */
void doctor_examine(struct doctor *doctor, struct text path);

/* How long trying all servers takes at most, but for the last one. */
enum { DOCTOR_SERVERS_SECONDS = 60 };

/* Runs the proxy of one of `proxied` as it is configured, before a stand-in for the server, and adds whether it
 * holds a call back. Not after `deadline` (clock_steady): then that is what is found. */
void doctor_try_server(struct doctor *doctor, const struct found_server *server, clock_instant deadline);

/* The parts, each for one agent. */
void doctor_examine_claude(struct doctor *doctor);
void doctor_examine_codex(struct doctor *doctor);
void doctor_examine_servers(struct doctor *doctor, enum setup_agent agent);

/* Adds a finding; the texts live as long as the arena. */
void doctor_find(struct doctor *doctor, enum setup_agent agent, const char *name, enum finding_state state,
                 struct text what, struct text remedy);
/* Adds a place. */
void doctor_place(struct doctor *doctor, const char *agent, struct text path, enum place_state state,
                  struct text reason);

/* Judges one hook command that an agent would run before a tool: is it in the form of today, is the program
 * there and nobody else's to change, and what does it answer. */
void doctor_examine_command(struct doctor *doctor, enum setup_agent agent, enum setup_scope scope,
                            struct text command);

/* What is wrong with the folders that a command hands to aex: --root must be this workspace, and --state-dir no
 * folder that the workspace could bring along, since what is trusted is written down there. Empty: nothing.
 * Either may be empty: not given. */
struct text doctor_folders_problem(const struct doctor *doctor, struct text root, struct text state_folder);

/* Whether the command is in today's form, for this agent and this workspace, and runs this very program: what
 * alone may be run. */
bool doctor_vouches_for(const struct doctor *doctor, enum setup_agent agent, struct text command);

/* Whether this command, run with the word that settings changed, stops the change. False too when the command
 * is not in today's form: then it is not run. */
bool doctor_stops_change(struct doctor *doctor, struct text command);

/* Whether the agent is here: its program was found, or it has configuration. */
bool doctor_has_agent(const struct doctor *doctor, enum setup_agent agent);

/* "aex install claude --scope user", with sudo for the managed one. */
struct text doctor_install_command(const struct doctor *doctor, enum setup_agent agent, enum setup_scope scope);

#endif
