/* SPDX-License-Identifier: Apache-2.0 */
/* What is particular to each agent: how its hook speaks, how it wants to be answered, what its tools touch. */
#ifndef AEX_AGENT_AGENT_H
#define AEX_AGENT_AGENT_H

#include "base/builder.h"
#include "base/error.h"
#include "json/json.h"

/* ---- Tools ---- */

/* How an argument says what a tool touches. */
enum argument_kind {
    ARGUMENT_NONE = 0, /* nothing to narrow by */
    ARGUMENT_PATH,     /* one file */
    ARGUMENT_TREE,     /* a file, or a folder with all that is in it; absent: the working folder */
    ARGUMENT_LISTING,  /* a glob of names, nothing is read; `within` names the argument it starts from */
    ARGUMENT_URL,
    ARGUMENT_TEXT,     /* the resource is the argument as it stands */
    ARGUMENT_COMMAND,  /* a shell command line */
    ARGUMENT_PATCH,    /* an apply_patch text: every file it names */
    ARGUMENT_RESOURCE, /* an MCP resource's URI; `within` names the argument that holds the server */
};

/* One thing a tool does: a capability and the argument that holds its resource. */
struct tool_effect {
    const char *capability;
    enum argument_kind kind;
    const char *argument;
    const char
        *within; /* see ARGUMENT_LISTING, ARGUMENT_RESOURCE; for ARGUMENT_TREE a glob that filters names */
    const char
        *type; /* for ARGUMENT_TREE: the argument that names ripgrep's type of the files; NULL: none does */
    bool is_optional; /* without the argument the tool does not have this effect */
};

enum { TOOL_EFFECTS = 2 };

/* One tool. Without effects it is a control tool: harmless, allowed unless denied. */
struct tool {
    const char *name;
    const char *capability; /* a control tool's own name in policies ("todo.write"); NULL: just agent.control */
    struct tool_effect effects[TOOL_EFFECTS];
};

/* ---- Hook calls ---- */

enum hook_event {
    HOOK_BEFORE_TOOL,   /* PreToolUse: the only one that is decided */
    HOOK_TOOL_FINISHED, /* PostToolUse */
    HOOK_TOOL_FAILED,   /* PostToolUseFailure */
    HOOK_SETTINGS,      /* ConfigChange: settings changed while the session runs */
    HOOK_OTHER,         /* an event of the agent's that needs no decision */
};

/* One hook input, taken apart. Absent texts are empty. */
struct hook_call {
    enum hook_event event;
    struct text event_name;
    struct text session;
    struct text tool;
    struct text tool_use_id;
    struct text working_folder; /* the agent's word for it: never trusted to say where the workspace is */
    struct text permission_mode;
    struct text mcp_server; /* the server's own name, where the agent gives it */
    struct text own_tool;   /* "aex.checkpoint": the tool is aex's own, behind its proxy (gate/own_server.h);
                               never the agent's word */
    const struct json *arguments; /* tool_input; an empty object when absent */
    const struct json *input;     /* all of it */
};

/* How a call ended, as far as the agent says. */
struct hook_outcome {
    bool has_duration;
    int64_t duration_ms;
    bool has_exit_code;
    int64_t exit_code;
    struct text error; /* a failure's text */
};

/* ---- Answers ---- */

enum answer_kind {
    ANSWER_NO_OBJECTION, /* the agent's own permission flow goes on */
    ANSWER_ALLOW,        /* the agent's own prompt is skipped */
    ANSWER_ASK,          /* a person is asked */
    ANSWER_DENY,
};

/* What to print and how to exit. */
struct answer {
    struct text output;  /* stdout */
    struct text message; /* stderr */
    int exit_status;     /* 0 or 2, nothing else */
};

/* ---- Agents ---- */

/* One agent. Backends are chosen by name; there is no default among them. */
struct agent {
    const char *name;
    const struct tool *tools; /* ends with a zeroed entry */
    bool can_ask;             /* it honours ANSWER_ASK; where not, a confirm is a denial with instructions */
    const char *const *other_events; /* events that need no decision; ends with NULL */
    /* Renders an answer; `reason` is one or more lines of UTF-8, never empty for ASK and DENY. */
    struct answer (*answer)(struct arena *arena, enum answer_kind kind, struct text reason);
    /* Reads how a call ended from a HOOK_TOOL_FINISHED or HOOK_TOOL_FAILED input. */
    struct hook_outcome (*outcome)(const struct hook_call *call);
};

extern const struct agent agent_claude;
extern const struct agent agent_codex;
/* The form of the AEX documents: no event name, `{"permissionDecision": "allow"}`; Claude Code's tool names. */
extern const struct agent agent_plain;

/* Reads the exit code (0 to 255) that `text` opens with, behind `opening` and alone on its line; leaves the
 * outcome as it is when there is none. */
void hook_outcome_read_code(struct text text, struct text opening, struct hook_outcome *outcome);

/* The agent called `name`, or NULL. */
const struct agent *agent_find(struct text name);

/* Which agent wrote this input: Codex sends `turn_id` or `model`, or at least names its transcript; one
 * without event name is plain; else Claude. */
const struct agent *agent_recognise(const struct json *input);

/* The tool called `name`; NULL when the agent's table does not know it. */
const struct tool *agent_find_tool(const struct agent *agent, struct text name);

/* Takes a hook input apart for `agent`. Fails, naming the member, when one is missing that matters, has the
 * wrong type, or occurs in another spelling of upper and lower case too; and on events the agent is not known
 * to send. */
bool hook_call_read(const struct json *input, const struct agent *agent, struct hook_call *ret_call,
                    struct error *err);

#endif
