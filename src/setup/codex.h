/* SPDX-License-Identifier: Apache-2.0 */
/* What Codex's files need so that it is held by the gate. */
#ifndef AEX_SETUP_CODEX_H
#define AEX_SETUP_CODEX_H

#include "setup/hooks.h"
#include "setup/toml.h"

/* Adds the hooks to a hooks.json. Refuses a file that Codex would drop. */
bool codex_hooks_ensure(struct draft *draft, const struct setup_options *options, struct text_vector *notes,
                        struct error *err);

/* Adds to config.toml what makes Codex run the hooks of `hooks` (their trust), and closes what no hook sees.
 * Trusts the project when the scope is one. Refuses where a person decided otherwise: features.hooks = false,
 * or a project that is untrusted. */
bool codex_config_ensure(struct draft *draft, const struct draft *hooks, const struct setup_options *options,
                         struct text_vector *notes, struct error *err);

/* Adds hooks and switches to the managed requirements.toml, which no user's file overrides. */
bool codex_requirements_ensure(struct draft *draft, const struct setup_options *options, struct error *err);

/* Puts the stdio servers of a config.toml behind aex proxy, as claude_servers_wrap does. Those written as
 * inline tables are noted and left alone. */
bool codex_servers_wrap(struct draft *draft, const struct setup_options *options, bool names_root,
                        struct text_vector *notes, struct error *err);

/* The names of those that have a `command`. */
struct text_vector codex_server_names(const struct toml_document *document, struct arena *arena);

/* The [[hooks.EVENT]] of a config.toml, as hooks.json would have them: {"hooks":{...}}. */
struct json codex_configured_hooks(const struct toml_document *document, struct arena *arena);

/* The words of the `args` of a server, whose path's first two steps are given, up to the first that is no plain
 * string. */
void codex_server_arguments(const struct toml_document *document, const struct text *server,
                            struct arena *arena, struct text_vector *ret_arguments);

/* The key and the hash under which Codex trusts one handler of the hooks.json at `path`; false for an event it
 * does not have. */
bool codex_trust(const struct hook_handler *handler, struct text path, struct arena *arena,
                 struct text *ret_key, struct text *ret_hash);

#endif
