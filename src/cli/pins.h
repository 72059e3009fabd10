/* SPDX-License-Identifier: Apache-2.0 */
/* Pins as people read them. */
#ifndef AEX_CLI_PINS_H
#define AEX_CLI_PINS_H

#include "state/pins.h"
#include "json/writer.h"

/* How many of a server's tools have this difference. */
size_t pins_count(const struct pin_server *server, enum pin_difference difference);

/* Whether something of the server waits for a person. */
bool pins_wait(const struct pin_server *server);

/* A line for the server, and one for each tool that waits. */
void pins_print_server(const struct pin_server *server, struct arena *arena);

/* What changed: each tool that waits as a diff, and the command where it is not the accepted one. */
void pins_print_diff(const struct pin_server *server, bool with_command, struct arena *arena);

/* {"server","complete","fileDiffers","tools":[{"name","status","digest"}],"command":{"status",...}}; with
 * entries, also what was accepted and what waits. */
void pins_write_server(struct json_writer *writer, const struct pin_server *server, bool with_entries,
                       struct arena *arena);

#endif
