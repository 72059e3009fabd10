/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes on their way from one descriptor to another: added at the end, taken from the front. */
#ifndef AEX_BASE_QUEUE_H
#define AEX_BASE_QUEUE_H

#include "base/text.h"

/* Zeroed, it is empty. Memory that a burst took is given back once the queue is empty. */
struct queue {
    char *data;
    size_t start; /* of what waits */
    size_t size;  /* of what waits */
    size_t capacity;
};

void queue_release(struct queue *queue);

/* Room for at least `size` bytes behind the end, to be filled and then counted in by queue_grow. */
char *queue_reserve(struct queue *queue, size_t size);
/* How many bytes the last queue_reserve gave room for: at least what was asked. */
size_t queue_room(const struct queue *queue);
void queue_grow(struct queue *queue, size_t size);

void queue_add(struct queue *queue, struct text text);
/* Takes bytes off the front. */
void queue_take(struct queue *queue, size_t size);

/* What waits; valid until the next change. */
static inline struct text queue_text(const struct queue *queue)
{
    return (struct text){queue->data == NULL ? "" : queue->data + queue->start, queue->size};
}

#endif
