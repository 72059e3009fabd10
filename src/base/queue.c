/* SPDX-License-Identifier: Apache-2.0 */
#include "base/queue.h"

#include <stdlib.h>

#include "base/memory.h"

enum {
    FIRST_CAPACITY = 4096,
    KEPT_CAPACITY = 256 * 1024, /* an empty queue above this gives its memory back */
};

void queue_release(struct queue *queue)
{
    memory_free(queue->data);
    *queue = (struct queue){0};
}

/* Large ones in steps of four, since their bytes are copied. */
static void resize(struct queue *queue, size_t needed)
{
    size_t capacity = queue->capacity == 0 ? FIRST_CAPACITY : queue->capacity;
    while (capacity < needed) {
        capacity *= capacity < MEMORY_LARGE ? 2 : 4;
    }
    if (capacity < MEMORY_LARGE) {
        queue->data = memory_resize(queue->data, capacity, 1);
    } else {
        char *data = memory_allocate(capacity);
        if (queue->size > 0) {
            memcpy(data, queue->data, queue->size);
        }
        memory_free(queue->data);
        queue->data = data;
    }
    queue->capacity = capacity;
}

char *queue_reserve(struct queue *queue, size_t size)
{
    if (queue->start + queue->size + size <= queue->capacity) {
        return queue->data + queue->start + queue->size;
    }
    size_t needed;
    if (__builtin_add_overflow(queue->size, size, &needed) || needed > SIZE_MAX / 16) {
        abort();
    }
    /* Moved only when at least half is free then, so that bytes are moved a constant number of times. */
    if (queue->start > 0) {
        memmove(queue->data, queue->data + queue->start, queue->size);
        queue->start = 0;
        needed *= 2;
    }
    if (queue->capacity < needed) {
        resize(queue, needed);
    }
    return queue->data + queue->size;
}

size_t queue_room(const struct queue *queue)
{
    return queue->capacity - queue->start - queue->size;
}

void queue_grow(struct queue *queue, size_t size)
{
    queue->size += size;
}

void queue_add(struct queue *queue, struct text text)
{
    if (text.size > 0) {
        memcpy(queue_reserve(queue, text.size), text.data, text.size);
        queue->size += text.size;
    }
}

void queue_take(struct queue *queue, size_t size)
{
    queue->start += size;
    queue->size -= size;
    if (queue->size > 0) {
        return;
    }
    queue->start = 0;
    if (queue->capacity > KEPT_CAPACITY) {
        queue_release(queue);
    }
}
