/* SPDX-License-Identifier: Apache-2.0 */
/* Sends far more calls at once than any pipe holds, and stops reading now and then until nothing moves any
 * more.
 *
 *   mcp-flood CALLS PROGRAM [WORD...]
 *
 * The program is mcp-echo or something in front of it. Each call carries its number, and now and then a few
 * kilobytes; all answers must come, in order, with the bytes that were sent. A stall lasts until writing has
 * been impossible for a moment: every pipe and queue on the way is full then. Prints, on one line,
 *
 *   answered N, stalls N, refused N, memory FIRST LAST MOST
 *
 * in KiB resident: the most in the first tenth of the calls, after the last, and the most of all. Refused are
 * calls that were answered in order with an error whose message says "in flight": a limit may be met, but
 * nothing may be lost. Ends with status 2 when an answer is lost, late by a minute, altered or out of order. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

enum {
    STALLS = 40, /* some of them before memory is looked at first: a full queue may keep what it took */
    STILL_MILLISECONDS = 50,
    PATIENCE_MILLISECONDS = 60000,
    LARGE_EVERY = 97,
    LARGE_SIZE = 5000,
    CALL_ROOM = 8192,
    SAMPLES = 200,
};

struct flood {
    struct client client;
    long calls;
    long answered;
    long refused;
    long stalls;
    bool is_stalled;
    char call[CALL_ROOM]; /* being written */
    size_t call_size;
    size_t call_written;
    char padding[LARGE_SIZE + 1];
    long first_memory;
    long most_memory;
};

/* The arguments of call `number`, which its answer repeats. */
static int format_arguments(const struct flood *flood, char *to, size_t room, long number)
{
    return snprintf(to, room, "{\"n\":%ld,\"exact\":9007199254740993, \"text\":\"%s\"}", number,
                    number % LARGE_EVERY == 0 ? flood->padding : "");
}

/* Writes what the pipe takes. False when it takes nothing. */
static bool write_some(struct flood *flood)
{
    bool has_written = false;
    for (;;) {
        if (flood->call_written == flood->call_size) {
            if (flood->client.next_id > flood->calls) {
                return has_written;
            }
            char arguments[CALL_ROOM - 256];
            format_arguments(flood, arguments, sizeof arguments, flood->client.next_id);
            flood->call_size =
                client_format_call(&flood->client, flood->call, sizeof flood->call, "echo", arguments);
            flood->call_written = 0;
        }
        ssize_t size =
            write(flood->client.to, flood->call + flood->call_written, flood->call_size - flood->call_written);
        if (size < 0 && errno != EINTR && errno != EAGAIN) {
            client_die("the program does not read any more");
        }
        if (size < 0 && errno == EAGAIN) {
            return has_written;
        }
        flood->call_written += size > 0 ? (size_t)size : 0;
        has_written = true;
    }
}

static void check_answer(struct flood *flood, struct span line)
{
    long id = flood->answered + 1;
    char wanted[CALL_ROOM];
    struct span found;
    if (span_path(line, "error.message", &found) && memmem(found.at, found.size, "in flight", 9) != NULL) {
        snprintf(wanted, sizeof wanted, "%ld", id);
        if (!span_member(line, "id", &found) || !span_is(found, wanted)) {
            client_die("a refusal out of order");
        }
        flood->refused++;
        return;
    }
    client_expect_answer(line, id);
    format_arguments(flood, wanted, sizeof wanted, id);
    if (!span_path(line, "result.structuredContent.arguments", &found) || !span_is(found, wanted)) {
        client_die("an answer with other arguments than were sent");
    }
}

static void sample_memory(struct flood *flood)
{
    long memory = client_memory(&flood->client);
    if (flood->answered <= flood->calls / 10 && memory > flood->first_memory) {
        flood->first_memory = memory;
    }
    flood->most_memory = memory > flood->most_memory ? memory : flood->most_memory;
}

static void read_answers(struct flood *flood)
{
    do {
        check_answer(flood, client_line(&flood->client));
        flood->answered++;
        if (flood->answered % (flood->calls / SAMPLES + 1) == 0) {
            sample_memory(flood);
        }
        if (flood->answered % (flood->calls / STALLS + 1) == 0 && flood->client.next_id <= flood->calls) {
            flood->is_stalled = true;
        }
    } while (client_has_line(&flood->client) && flood->answered < flood->calls);
}

/* One turn: writes and reads what is possible; while stalled only writes, until nothing moves. */
static void turn(struct flood *flood)
{
    bool is_writing = flood->client.next_id <= flood->calls || flood->call_written < flood->call_size;
    struct pollfd files[2] = {{.fd = is_writing ? flood->client.to : -1, .events = POLLOUT},
                              {.fd = flood->is_stalled ? -1 : flood->client.from, .events = POLLIN}};
    int ready = poll(files, 2, flood->is_stalled ? STILL_MILLISECONDS : PATIENCE_MILLISECONDS);
    if (flood->is_stalled && (ready == 0 || !is_writing)) {
        flood->is_stalled = false;
        flood->stalls++;
        return;
    }
    if (ready == 0) {
        client_die("neither side moved for a minute");
    }
    if (files[0].revents != 0) {
        write_some(flood);
    }
    if (files[1].revents != 0) {
        read_answers(flood);
    }
}

int main(int count, char **words)
{
    struct flood flood = {.calls = count > 2 ? strtol(words[1], NULL, 10) : 0};
    if (flood.calls <= 0) {
        client_die("usage: mcp-flood CALLS PROGRAM [WORD...]");
    }
    signal(SIGPIPE, SIG_IGN);
    memset(flood.padding, 'p', LARGE_SIZE);
    client_start(&flood.client, words + 2, STDERR_FILENO);
    client_expect_answer(client_handshake(&flood.client), 0);
    fcntl(flood.client.to, F_SETFL, O_NONBLOCK);
    flood.is_stalled = true;
    while (flood.answered < flood.calls) {
        turn(&flood);
    }
    long last = client_memory(&flood.client);
    int status = client_stop(&flood.client);
    printf("answered %ld, stalls %ld, refused %ld, memory %ld %ld %ld\n", flood.answered, flood.stalls,
           flood.refused, flood.first_memory, last, flood.most_memory);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        client_die("the program ended with an error");
    }
    return 0;
}
