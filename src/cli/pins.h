/* SPDX-License-Identifier: Apache-2.0 */
/* Pins as people read them. */
#ifndef AEX_CLI_PINS_H
#define AEX_CLI_PINS_H

#include "state/pins.h"
#include "json/writer.h"

/* How many of a server's tools have this difference. */
size_t pins_count(const struct pin_server *server, enum pin_difference difference);

/* Whether some of the server's tools wait for a person. */
bool pins_tools_wait(const struct pin_server *server);

enum command_status {
    COMMAND_UNKNOWN, /* never started through the proxy */
    COMMAND_NOT_PINNED,
    COMMAND_PINNED,  /* what would be started is what was accepted */
    COMMAND_CHANGED, /* it is not, or cannot be read: the proxy starts nothing */
};

/* Of a server whose command is sealed, or not pinned. */
enum command_status pins_command_status(const struct pin_server *server);

/* A line for the server, and one for each tool that waits. */
void pins_print_server(const struct pin_server *server, struct arena *arena);

/* What changed: each tool that waits as a diff, and the sealed command where it is not the accepted one. */
void pins_print_diff(const struct pin_server *server, bool with_command, struct arena *arena);

/* What there is to see of a server. */
struct pins_view {
    bool has_entries; /* what was accepted and what waits of its tools; no others */
    bool has_command; /* the command as it was accepted and as it waits, masked */
};

/* {"server","complete","fileDiffers","command":STATUS,"tools":[{"name","status","digest"}]}. */
void pins_write_server(struct json_writer *writer, const struct pin_server *server, struct pins_view view,
                       struct arena *arena);

#endif
