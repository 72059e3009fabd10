/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"

void sink_adopt(struct sink *sink, int fd)
{
    *sink = (struct sink){.fd = fd, .way = SINK_NONBLOCKING};
}

void sink_open(struct sink *sink, int fd)
{
    struct stat status;
    char path[32];
    sink_adopt(sink, fd);
    if (fstat(fd, &status) != 0) {
        sink->is_broken = true;
        return;
    }
    if (S_ISREG(status.st_mode)) {
        return;
    }
    if (S_ISSOCK(status.st_mode)) {
        sink->way = SINK_SOCKET;
        return;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int own = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (own >= 0) {
        sink->fd = own;
    } else {
        sink->way = SINK_SMALL_STEPS;
    }
}

void sink_close(struct sink *sink)
{
    file_close(&sink->fd);
    queue_release(&sink->queue);
    queue_release(&sink->waiting);
}

/* As many bytes as go now; 0 when none do. */
static size_t write_some(struct sink *sink, struct text text)
{
    for (;;) {
        ssize_t wrote;
        if (sink->way == SINK_SOCKET) {
            wrote = send(sink->fd, text.data, text.size, MSG_DONTWAIT | MSG_NOSIGNAL);
        } else {
            wrote = write(sink->fd, text.data, text.size);
        }
        if (wrote >= 0) {
            return (size_t)wrote;
        }
        if (errno == EINTR) {
            continue;
        }
        sink->is_broken = errno != EAGAIN && errno != EWOULDBLOCK;
        return 0;
    }
}

void sink_flush(struct sink *sink)
{
    while (!sink->is_broken && sink->queue.size > 0) {
        struct text waiting = queue_text(&sink->queue);
        if (sink->way == SINK_SMALL_STEPS) {
            waiting = text_slice(waiting, 0, PIPE_BUF);
        }
        size_t wrote = write_some(sink, waiting);
        queue_take(&sink->queue, wrote);
        if (wrote < waiting.size || sink->way == SINK_SMALL_STEPS) {
            break; /* full; or poll(2) has to be asked again */
        }
    }
    if (sink->is_broken) {
        queue_release(&sink->queue);
        queue_release(&sink->waiting);
    }
}

static void send_now(struct sink *sink, struct text text)
{
    if (sink->is_broken || sink->fd < 0) {
        return;
    }
    if (sink->queue.size == 0 && sink->way != SINK_SMALL_STEPS) {
        text = text_after(text, write_some(sink, text));
    }
    if (!sink->is_broken) {
        queue_add(&sink->queue, text);
    }
}

void sink_send(struct sink *sink, struct text text)
{
    if (sink->is_amid && !sink->is_broken) {
        queue_add(&sink->waiting, text);
    } else {
        send_now(sink, text);
    }
}

void sink_send_piece(struct sink *sink, struct text piece, bool is_end)
{
    send_now(sink, piece);
    sink->is_amid = !is_end;
    if (is_end) {
        send_now(sink, queue_text(&sink->waiting));
        queue_take(&sink->waiting, sink->waiting.size);
    }
}

size_t sink_load(const struct sink *sink)
{
    return sink->queue.size + sink->waiting.size;
}

void source_close(struct source *source)
{
    file_close(&source->fd);
    queue_release(&source->queue);
    source->has_ended = true;
}

void source_read(struct source *source)
{
    char *room = queue_reserve(&source->queue, SOURCE_READ_SIZE);
    ssize_t got;
    do {
        got = read(source->fd, room, queue_room(&source->queue));
    } while (got < 0 && errno == EINTR);
    if (got > 0) {
        queue_grow(&source->queue, (size_t)got);
    } else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
        source->has_ended = true;
    }
}

bool source_next_line(struct source *source, struct text *ret_line)
{
    struct text waiting = queue_text(&source->queue);
    size_t found = text_find_char(text_after(waiting, source->searched), '\n');
    if (found == TEXT_NOT_FOUND) {
        source->searched = waiting.size;
        return false;
    }
    *ret_line = text_slice(waiting, source->returned, source->searched + found);
    source->searched += found + 1;
    source->returned = source->searched;
    return true;
}

struct text source_rest(const struct source *source)
{
    return text_after(queue_text(&source->queue), source->returned);
}

void source_done(struct source *source, bool takes_rest)
{
    size_t taken = takes_rest ? source->queue.size : source->returned;
    queue_take(&source->queue, taken);
    source->searched = source->searched > taken ? source->searched - taken : 0;
    source->returned = 0;
}
