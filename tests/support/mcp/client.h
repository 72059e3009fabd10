/* SPDX-License-Identifier: Apache-2.0 */
/* An MCP client over a child's standard streams, for measurements and long runs: it ends the process when
 * something is not as it must be, because there is nothing to measure then. */
#ifndef AEX_TESTS_MCP_CLIENT_H
#define AEX_TESTS_MCP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "scan.h"

struct client {
    pid_t process;
    int to;
    int from;
    char *buffer; /* what was read; lines up to `at` are used up */
    size_t size;
    size_t room;
    size_t at;
    long next_id;
    bool is_modern; /* each request names its version (2026-07-28); else there is an initialize */
};

/* Prints "PROGRAM: WHAT" to standard error and ends with status 2. */
_Noreturn void client_die(const char *what);

double client_microseconds_now(void);

/* Starts `words` with its standard error in `error_file` (-1: thrown away). */
void client_start(struct client *client, char **words, int error_file);

/* Writes all of it, however long that takes. */
void client_send(struct client *client, const char *bytes, size_t size);

/* The next line without its end, valid until the next call. Waits up to a minute. */
struct span client_line(struct client *client);

/* A line that was read already, or false. */
bool client_has_line(const struct client *client);

/* Sends the handshake of its era and a tools/list; returns the answer to it. */
struct span client_handshake(struct client *client);

/* Writes a request for tools/call with the next id; returns its size. `arguments` is JSON. */
size_t client_format_call(struct client *client, char *to, size_t room, const char *tool,
                          const char *arguments);

/* Dies unless the line is the answer to `id`, with a result that is no error. */
void client_expect_answer(struct span line, long id);

/* Resident memory in KiB. */
long client_memory(const struct client *client);

/* Closes the child's standard input and waits for its end; after five seconds it is killed. Returns its wait
 * status. */
int client_stop(struct client *client);

#endif
