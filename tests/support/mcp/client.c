/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MILLISECONDS = 60000, STOP_MICROSECONDS = 5000000, READ_SIZE = 1 << 16 };

static const char modern_members[] = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                                     "\"io.modelcontextprotocol/clientCapabilities\":{}}";

_Noreturn void client_die(const char *what)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    exit(2);
}

double client_microseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

void client_start(struct client *client, char **words, int error_file)
{
    int input[2];
    int output[2];
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) {
        client_die("pipe");
    }
    pid_t process = fork();
    if (process == 0) {
        int error = error_file >= 0 ? error_file : open("/dev/null", O_WRONLY);
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        dup2(error, STDERR_FILENO);
        execvp(words[0], words);
        _exit(127);
    }
    if (process < 0) {
        client_die("fork");
    }
    close(input[0]);
    close(output[1]);
    client->process = process;
    client->to = input[1];
    client->from = output[0];
    client->size = client->at = 0;
    client->next_id = 1;
}

void client_send(struct client *client, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(client->to, bytes, size);
        if (written < 0 && errno != EINTR) {
            client_die("the program does not read any more");
        }
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
}

bool client_has_line(const struct client *client)
{
    return memchr(client->buffer + client->at, '\n', client->size - client->at) != NULL;
}

static void make_room(struct client *client)
{
    if (client->at > 0) {
        memmove(client->buffer, client->buffer + client->at, client->size - client->at);
        client->size -= client->at;
        client->at = 0;
    }
    if (client->room - client->size < READ_SIZE) {
        client->room = client->room * 2 + 2 * READ_SIZE;
        client->buffer = realloc(client->buffer, client->room);
        if (client->buffer == NULL) {
            client_die("no memory");
        }
    }
}

struct span client_line(struct client *client)
{
    size_t scanned = client->at;
    for (;;) {
        char *end =
            client->size > scanned ? memchr(client->buffer + scanned, '\n', client->size - scanned) : NULL;
        if (end != NULL) {
            struct span line = {client->buffer + client->at, (size_t)(end - client->buffer) - client->at};
            client->at += line.size + 1;
            return line;
        }
        make_room(client);
        scanned = client->size;
        struct pollfd file = {.fd = client->from, .events = POLLIN};
        if (poll(&file, 1, PATIENCE_MILLISECONDS) == 0) {
            client_die("no answer within a minute");
        }
        ssize_t size = read(client->from, client->buffer + client->size, client->room - client->size);
        if (size == 0) {
            client_die("the program ended its output");
        }
        client->size += size > 0 ? (size_t)size : 0;
    }
}

static struct span ask(struct client *client, const char *request)
{
    client_send(client, request, strlen(request));
    struct span line = client_line(client);
    struct span id;
    while (!span_member(line, "id", &id)) { /* a notification */
        line = client_line(client);
    }
    return line;
}

struct span client_handshake(struct client *client)
{
    char list[512];
    if (client->is_modern) {
        snprintf(list, sizeof list,
                 "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"tools/list\",\"params\":{%s}}\n", modern_members);
        return ask(client, list);
    }
    ask(client,
        "{\"jsonrpc\":\"2.0\",\"id\":\"start\",\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
        "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"load\",\"version\":\"1\"}}}\n");
    static const char initialized[] = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n";
    client_send(client, initialized, sizeof initialized - 1);
    return ask(client, "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"tools/list\"}\n");
}

size_t client_format_call(struct client *client, char *to, size_t room, const char *tool, const char *arguments)
{
    int size = snprintf(to, room,
                        "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\","
                        "\"arguments\":%s%s%s}}\n",
                        client->next_id++, tool, arguments, client->is_modern ? "," : "",
                        client->is_modern ? modern_members : "");
    if (size < 0 || (size_t)size >= room) {
        client_die("a call that is too long");
    }
    return (size_t)size;
}

void client_expect_answer(struct span line, long id)
{
    struct span found;
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%ld", id);
    if (!span_member(line, "id", &found) || !span_is(found, wanted) || !span_member(line, "result", &found) ||
        span_member(found, "isError", &found)) {
        fprintf(stderr, "%s: not the answer to %ld: %.*s\n", program_invocation_short_name, id,
                (int)(line.size < 400 ? line.size : 400), line.at);
        exit(2);
    }
}

long client_memory(const struct client *client)
{
    char line[256];
    snprintf(line, sizeof line, "/proc/%d/status", client->process);
    FILE *file = fopen(line, "re");
    if (file == NULL) {
        client_die("the program is gone");
    }
    long size = -1;
    while (size < 0 && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            size = strtol(line + 6, NULL, 10);
        }
    }
    fclose(file);
    return size;
}

int client_stop(struct client *client)
{
    int status = -1;
    double started = client_microseconds_now();
    close(client->to);
    while (waitpid(client->process, &status, WNOHANG) == 0) {
        if (client_microseconds_now() - started > STOP_MICROSECONDS) {
            kill(client->process, SIGKILL);
        }
        nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
    }
    close(client->from);
    free(client->buffer);
    client->buffer = NULL;
    client->size = client->room = client->at = 0;
    return status;
}
