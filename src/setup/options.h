/* SPDX-License-Identifier: Apache-2.0 */
/* What install, uninstall and doctor are told: which agent, how wide, and where everything is. */
#ifndef AEX_SETUP_OPTIONS_H
#define AEX_SETUP_OPTIONS_H

#include "base/text.h"

enum setup_agent { SETUP_CLAUDE, SETUP_CODEX };
enum setup_scope { SETUP_PROJECT, SETUP_USER, SETUP_MANAGED };

/* Folders are absolute. */
struct setup_options {
    enum setup_agent agent;
    enum setup_scope scope;
    bool wraps_servers;        /* put the configured MCP servers behind aex proxy */
    struct text root;          /* the workspace, links resolved */
    struct text home;          /* as the agents see it */
    struct text claude_folder; /* $CLAUDE_CONFIG_DIR, or ~/.claude */
    struct text claude_file;   /* .claude.json, in that folder or in the home */
    struct text codex_folder;  /* $CODEX_HOME, or ~/.codex */
    struct text system_root;   /* in front of /etc for what is written there; empty: the real one */
    struct text state_folder;
    bool names_state_folder; /* --state-dir was given, so the hook must be told too */
    struct text program;     /* this one, links resolved */
};

const char *setup_agent_name(enum setup_agent agent);
const char *setup_scope_name(enum setup_scope scope);

/* The files that the agent reads at a scope. */
struct text setup_claude_settings(const struct setup_options *options, enum setup_scope scope,
                                  struct arena *arena);
struct text setup_claude_local_settings(const struct setup_options *options, struct arena *arena);
struct text setup_claude_servers(const struct setup_options *options, enum setup_scope scope,
                                 struct arena *arena);
struct text setup_codex_hooks(const struct setup_options *options, enum setup_scope scope, struct arena *arena);
struct text setup_codex_config(const struct setup_options *options, enum setup_scope scope,
                               struct arena *arena); /* requirements.toml when managed */

/* The command for the hook, as it is installed with these options. */
struct text setup_hook_command(const struct setup_options *options, struct arena *arena);

#endif
