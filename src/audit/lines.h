/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a log line by line in constant memory, whatever its size. */
#ifndef AEX_AUDIT_LINES_H
#define AEX_AUDIT_LINES_H

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"

/* Memory for what one line is read into: its tree is many times its text. */
enum { AUDIT_LINE_MEMORY = 1024 * LIMIT_AUDIT_LINE };

/* A position in an open log. Reads nothing behind `end`. */
struct audit_lines {
    int fd;
    const char *path; /* for messages */
    uint64_t offset;  /* where the next line starts */
    uint64_t end;
    char *buffer;
    size_t filled;
    size_t taken;
};

enum audit_line {
    AUDIT_LINE_WHOLE,    /* ended by a newline */
    AUDIT_LINE_TORN,     /* the bytes behind the last newline */
    AUDIT_LINE_TOO_LONG, /* above LIMIT_AUDIT_LINE; the line returned is empty */
    AUDIT_LINE_NONE,     /* at the end */
    AUDIT_LINE_FAILED,   /* `err` is set */
};

/* Reads [start, end) of `fd`; the buffer is taken from the arena. */
void audit_lines_init(struct audit_lines *lines, int fd, const char *path, uint64_t start, uint64_t end,
                      struct arena *arena);

/* The next line without its newline, valid until the next call. */
enum audit_line audit_lines_next(struct audit_lines *lines, struct text *ret_line, struct error *err);

#endif
