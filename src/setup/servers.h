/* SPDX-License-Identifier: Apache-2.0 */
/* MCP servers behind `aex proxy`: the words that put them there, and how to recognise them. */
#ifndef AEX_SETUP_SERVERS_H
#define AEX_SETUP_SERVERS_H

#include "base/vector.h"
#include "setup/options.h"

/* proxy --name NAME [--root ROOT] [--state-dir FOLDER] -- : what stands before the server's own command. NAME
 * is the server's in the agent's configuration, so that policies see one name behind hook and proxy.
 * `names_root`: the configuration belongs to this workspace alone. */
struct text_vector server_proxy_words(const struct setup_options *options, struct text name, bool names_root,
                                      struct arena *arena);

/* Whether a command with these arguments runs `aex proxy`, this one or another. */
bool server_is_behind_proxy(struct text command, const struct text_vector *arguments);

/* How many of the arguments are the proxy's own, the "--" included; 0 when there are others than those of
 * server_proxy_words and --server-kind, which might loosen it. */
size_t server_count_proxy_words(const struct text_vector *arguments);

#endif
