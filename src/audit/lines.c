/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/lines.h"

#include <string.h>

#include "base/limits.h"
#include "os/file.h"

/* Room for the longest line and its newline. */
enum { BUFFER_SIZE = LIMIT_AUDIT_LINE + 1 };

void audit_lines_init(struct audit_lines *lines, int fd, const char *path, uint64_t start, uint64_t end,
                      struct arena *arena)
{
    *lines = (struct audit_lines){.fd = fd, .path = path, .offset = start, .end = end};
    lines->buffer = arena_alloc(arena, BUFFER_SIZE);
}

/* Moves what is left to the front and reads more behind it. False on failure; at the end nothing is added. */
static bool fill(struct audit_lines *lines, struct error *err)
{
    memmove(lines->buffer, lines->buffer + lines->taken, lines->filled - lines->taken);
    lines->filled -= lines->taken;
    lines->taken = 0;
    uint64_t position = lines->offset + lines->filled;
    size_t room = BUFFER_SIZE - lines->filled;
    if (lines->end - position < room) {
        room = (size_t)(lines->end - position);
    }
    size_t got;
    if (!file_read_at(lines->fd, lines->path, lines->buffer + lines->filled, room, (off_t)position, &got,
                      err)) {
        return false;
    }
    lines->filled += got;
    if (got < room) {
        /* Cut while we read it: what is gone cannot be judged as if it were there. */
        lines->end = position + got;
    }
    return true;
}

/* Steps over `size` bytes of the file, of which the buffer holds some. */
static void take(struct audit_lines *lines, size_t size)
{
    lines->taken += size;
    lines->offset += size;
}

/* Skips the rest of a line that does not fit the buffer. */
static enum audit_line skip_long(struct audit_lines *lines, struct error *err)
{
    for (;;) {
        take(lines, lines->filled - lines->taken);
        if (!fill(lines, err)) {
            return AUDIT_LINE_FAILED;
        }
        if (lines->filled == 0) {
            return AUDIT_LINE_TOO_LONG;
        }
        const char *newline = memchr(lines->buffer, '\n', lines->filled);
        if (newline != NULL) {
            take(lines, (size_t)(newline - lines->buffer) + 1);
            return AUDIT_LINE_TOO_LONG;
        }
    }
}

enum audit_line audit_lines_next(struct audit_lines *lines, struct text *ret_line, struct error *err)
{
    const char *start = lines->buffer + lines->taken;
    const char *newline = memchr(start, '\n', lines->filled - lines->taken);
    if (newline == NULL) {
        if (!fill(lines, err)) {
            return AUDIT_LINE_FAILED;
        }
        start = lines->buffer;
        newline = memchr(start, '\n', lines->filled);
    }
    size_t held = lines->filled - lines->taken;
    if (newline != NULL) {
        *ret_line = (struct text){start, (size_t)(newline - start)};
        take(lines, ret_line->size + 1);
        return AUDIT_LINE_WHOLE;
    }
    *ret_line = (struct text){start, held};
    if (held == BUFFER_SIZE) {
        *ret_line = text_slice(*ret_line, 0, 0);
        return skip_long(lines, err);
    }
    take(lines, held);
    return held == 0 ? AUDIT_LINE_NONE : AUDIT_LINE_TORN;
}
