/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors that are never waited for: lines in, bytes out. */
#ifndef AEX_PROXY_STREAM_H
#define AEX_PROXY_STREAM_H

#include "base/error.h"
#include "base/queue.h"

/* ---- Writing ---- */

/* How a descriptor is kept from blocking. What we were given is shared with others, whose view of it must not
 * change: O_NONBLOCK on it would outlive us. */
enum sink_way {
    SINK_NONBLOCKING, /* our own open file, with O_NONBLOCK; or a regular file, which never blocks */
    SINK_SOCKET,      /* MSG_DONTWAIT */
    SINK_SMALL_STEPS, /* at most PIPE_BUF bytes when poll(2) says that there is room */
};

struct sink {
    int fd; /* -1 once it is closed */
    enum sink_way way;
    bool is_broken; /* nobody reads there any more; what is sent is dropped */
    struct queue queue;
    bool is_amid;         /* a line is being passed on whose end has not come yet */
    struct queue waiting; /* whole lines that wait for that end */
};

/* For a descriptor we were given: opened anew without blocking where that is possible. `fd` itself stays open.
 */
void sink_open(struct sink *sink, int fd);
/* For our own end of a pipe, with O_NONBLOCK set. */
void sink_adopt(struct sink *sink, int fd);
void sink_close(struct sink *sink);

/* Writes what can be written now and keeps the rest, in order. For whole lines: they wait while another line is
 * under way. */
void sink_send(struct sink *sink, struct text text);
/* A piece of a line that is longer than what has come of it. `is_end`: its last one. */
void sink_send_piece(struct sink *sink, struct text piece, bool is_end);
/* Bytes that were given to it and are not written yet. */
size_t sink_load(const struct sink *sink);
/* Writes what waits, as far as it goes now. */
void sink_flush(struct sink *sink);

/* ---- Reading ---- */

struct source {
    int fd; /* -1 once it is closed */
    bool has_ended;
    struct queue queue;
    size_t searched; /* bytes of the queue known to hold no LF, or to have been returned */
    size_t returned; /* bytes of the queue that source_next_line has returned */
};

enum { SOURCE_READ_SIZE = 64 * 1024 };

/* Reads once, when poll(2) said there is something. The end, and an error, set has_ended. */
void source_read(struct source *source);
/* The next whole line, without its LF. It stays in the queue, and where it is, until source_done. */
bool source_next_line(struct source *source, struct text *ret_line);
/* What there is behind the lines returned: the beginning of one. */
struct text source_rest(const struct source *source);
/* Takes the lines returned off the queue, with `takes_rest` all of it. */
void source_done(struct source *source, bool takes_rest);
void source_close(struct source *source);

#endif
