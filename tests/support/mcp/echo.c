/* SPDX-License-Identifier: Apache-2.0 */
/* An MCP server on standard input and output, of both eras, fast enough never to be what is measured.
 *
 *   mcp-echo [--tools N] [--page N] [--description BYTES] [--record FILE] [--sip BYTES]
 *
 * Lists N tools (3), at most N to a page (all), each described in so many bytes (40). Whatever a tool is
 * called, it answers with the exact bytes of its arguments in `structuredContent.arguments`; but
 *
 *   blob {"size": N}      answers with a text of N bytes
 *   notify {"count": N}   sends N notifications of progress first
 *   complain {"size": N}  writes N bytes to standard error first
 *   crash                 ends with status 3, without an answer
 *
 * A request that names its protocol version itself (2026-07-28) is answered as that revision wants. Everything
 * that is read is appended to FILE before it is looked at: what is not in there never got here. Standard input
 * that ends, ends it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan.h"

struct server {
    long tools;
    long page;
    size_t description;
    int record;
    size_t sip;
    char *input;
    size_t input_size;
    size_t input_room;
    char *output;
    size_t output_size;
    size_t output_room;
};

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "mcp-echo: %s: %s\n", what, strerror(errno));
    exit(2);
}

static void write_all(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0 && errno != EINTR) {
            exit(0); /* the client is gone */
        }
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
}

static char *reserve(struct server *server, size_t size)
{
    if (server->output_room - server->output_size < size) {
        server->output_room = (server->output_room + size) * 2;
        server->output = realloc(server->output, server->output_room);
        if (server->output == NULL) {
            die("memory");
        }
    }
    return server->output + server->output_size;
}

static void put_bytes(struct server *server, const char *bytes, size_t size)
{
    memcpy(reserve(server, size), bytes, size);
    server->output_size += size;
}

static void put(struct server *server, const char *text)
{
    put_bytes(server, text, strlen(text));
}

static void put_number(struct server *server, long number)
{
    char digits[32];
    put_bytes(server, digits, (size_t)snprintf(digits, sizeof digits, "%ld", number));
}

static void flush(struct server *server)
{
    write_all(STDOUT_FILENO, server->output, server->output_size);
    server->output_size = 0;
    if (server->output_room > 1 << 22) {
        free(server->output);
        server->output = NULL;
        server->output_room = 0;
    }
}

/* Text of so many bytes that looks like a file: lines of 63 bytes, whose ends are escapes of two bytes. */
static void put_filler(struct server *server, size_t size)
{
    static const char line[] = "int value = table[index] + offset; // the quick brown fox 0123\\n";
    size_t piece = sizeof line - 1;
    char *to = reserve(server, size);
    size_t done = 0;
    for (; done + piece <= size; done += piece) {
        memcpy(to + done, line, piece);
    }
    memset(to + done, '.', size - done);
    server->output_size += size;
}

/* Opens an answer up to the inside of its result. */
static void put_head(struct server *server, struct span id, bool is_modern)
{
    put(server, "{\"jsonrpc\":\"2.0\",\"id\":");
    put_bytes(server, id.at, id.size);
    put(server, is_modern ? ",\"result\":{\"resultType\":\"complete\"," : ",\"result\":{");
}

static void put_tool(struct server *server, long number)
{
    static const char *const named[] = {"echo", "blob", "notify", "complain", "crash"};
    put(server, "{\"name\":\"");
    if (number < (long)(sizeof named / sizeof named[0])) {
        put(server, named[number]);
    } else {
        put(server, "tool_");
        put_number(server, number);
    }
    put(server, "\",\"description\":\"");
    put_filler(server, server->description);
    put(server, "\",\"inputSchema\":{\"type\":\"object\"}}");
}

/* Pages are named by the number of their first tool. */
static void list_tools(struct server *server, struct span id, struct span line, bool is_modern)
{
    struct span cursor;
    long first = 0;
    if (span_path(line, "params.cursor", &cursor) && cursor.size > 2) {
        first = span_number((struct span){cursor.at + 1, cursor.size - 2}, 0);
    }
    long behind =
        server->page > 0 && first + server->page < server->tools ? first + server->page : server->tools;
    put_head(server, id, is_modern);
    put(server, "\"tools\":[");
    for (long i = first; i < behind; i++) {
        put(server, i > first ? "," : "");
        put_tool(server, i);
    }
    put(server, "]");
    if (behind < server->tools) {
        put(server, ",\"nextCursor\":\"");
        put_number(server, behind);
        put(server, "\"");
    }
    put(server, is_modern ? ",\"ttlMs\":60000,\"cacheScope\":\"public\"}}\n" : "}}\n");
}

static void complain(long size)
{
    char line[64];
    memset(line, 'e', sizeof line);
    line[sizeof line - 1] = '\n';
    for (long done = 0; done < size; done += (long)sizeof line) {
        write_all(STDERR_FILENO, line, sizeof line);
    }
}

static void call_tool(struct server *server, struct span id, struct span line, bool is_modern)
{
    struct span name = {"\"\"", 2};
    struct span arguments = {"null", 4};
    struct span amount = {"0", 1};
    span_path(line, "params.name", &name);
    span_path(line, "params.arguments", &arguments);
    if (span_is(name, "\"crash\"")) {
        flush(server);
        exit(3);
    }
    if (span_is(name, "\"notify\"") && span_member(arguments, "count", &amount)) {
        for (long i = 0; i < span_number(amount, 0); i++) {
            put(server, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                        "{\"progressToken\":\"t\",\"progress\":");
            put_number(server, i);
            put(server, "}}\n");
        }
    }
    if (span_is(name, "\"complain\"") && span_member(arguments, "size", &amount)) {
        complain(span_number(amount, 0));
    }
    put_head(server, id, is_modern);
    put(server, "\"content\":[{\"type\":\"text\",\"text\":\"");
    if (span_is(name, "\"blob\"") && span_member(arguments, "size", &amount)) {
        put_filler(server, (size_t)span_number(amount, 0));
        put(server, "\"}]}}\n");
        return;
    }
    put(server, "ok\"}],\"structuredContent\":{\"arguments\":");
    put_bytes(server, arguments.at, arguments.size);
    put(server, "}}}\n");
}

static void initialize(struct server *server, struct span id, struct span line)
{
    struct span version = {"\"2025-11-25\"", 12};
    span_path(line, "params.protocolVersion", &version);
    put_head(server, id, false);
    put(server, "\"protocolVersion\":");
    put_bytes(server, version.at, version.size);
    put(server, ",\"capabilities\":{\"tools\":{\"listChanged\":true}},"
                "\"serverInfo\":{\"name\":\"echo\",\"version\":\"1\"}}}\n");
}

static void discover(struct server *server, struct span id)
{
    put_head(server, id, true);
    put(server,
        "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
        "\"serverInfo\":{\"name\":\"echo\",\"version\":\"1\"},\"ttlMs\":60000,\"cacheScope\":\"public\"}}\n");
}

static void answer(struct server *server, struct span line)
{
    static const char version_key[] = "\"io.modelcontextprotocol/protocolVersion\"";
    struct span id;
    struct span method;
    if (!span_member(line, "id", &id) || !span_member(line, "method", &method)) {
        return; /* a notification, or an answer */
    }
    bool is_modern = memmem(line.at, line.size, version_key, sizeof version_key - 1) != NULL;
    if (span_is(method, "\"tools/call\"")) {
        call_tool(server, id, line, is_modern);
    } else if (span_is(method, "\"tools/list\"")) {
        list_tools(server, id, line, is_modern);
    } else if (span_is(method, "\"initialize\"")) {
        initialize(server, id, line);
    } else if (span_is(method, "\"server/discover\"")) {
        discover(server, id);
    } else if (span_is(method, "\"ping\"")) {
        put_head(server, id, false);
        put(server, "}}\n");
    } else {
        put(server, "{\"jsonrpc\":\"2.0\",\"id\":");
        put_bytes(server, id.at, id.size);
        put(server, ",\"error\":{\"code\":-32601,\"message\":\"no such method\"}}\n");
    }
}

/* Answers every whole line that is there with one write: what one read brought goes out at once. */
static void answer_lines(struct server *server, size_t scanned)
{
    size_t start = 0;
    for (;;) {
        char *end = memchr(server->input + scanned, '\n', server->input_size - scanned);
        if (end == NULL) {
            break;
        }
        answer(server, (struct span){server->input + start, (size_t)(end - server->input) - start});
        start = scanned = (size_t)(end - server->input) + 1;
    }
    flush(server);
    memmove(server->input, server->input + start, server->input_size - start);
    server->input_size -= start;
}

static void serve(struct server *server)
{
    for (;;) {
        if (server->input_room - server->input_size < 1 << 16) {
            server->input_room = server->input_room * 2 + (1 << 17);
            server->input = realloc(server->input, server->input_room);
            if (server->input == NULL) {
                die("memory");
            }
        }
        size_t room = server->input_room - server->input_size;
        if (server->sip > 0 && room > server->sip) {
            room = server->sip;
        }
        ssize_t size = read(STDIN_FILENO, server->input + server->input_size, room);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return;
        }
        size_t scanned = server->input_size;
        server->input_size += (size_t)size;
        if (server->record >= 0) {
            write_all(server->record, server->input + scanned, (size_t)size);
        }
        answer_lines(server, scanned);
    }
}

int main(int count, char **words)
{
    struct server server = {.tools = 3, .description = 40, .record = -1};
    for (int i = 1; i < count; i += 2) {
        if (i + 1 == count) {
            errno = EINVAL;
            die(words[i]);
        }
        if (strcmp(words[i], "--tools") == 0) {
            server.tools = atol(words[i + 1]);
        } else if (strcmp(words[i], "--page") == 0) {
            server.page = atol(words[i + 1]);
        } else if (strcmp(words[i], "--description") == 0) {
            server.description = (size_t)atol(words[i + 1]);
        } else if (strcmp(words[i], "--sip") == 0) {
            server.sip = (size_t)atol(words[i + 1]);
        } else if (strcmp(words[i], "--record") == 0) {
            server.record = open(words[i + 1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
            if (server.record < 0) {
                die(words[i + 1]);
            }
        } else {
            errno = EINVAL;
            die(words[i]);
        }
    }
    serve(&server);
    free(server.input);
    free(server.output);
    return 0;
}
