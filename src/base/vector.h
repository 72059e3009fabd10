/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays that grow in an arena. A vector of T is any struct with the members `T *items`, `size_t count` and
 * `size_t capacity`; zeroed, it is empty. Growing moves the items: keep indices, not pointers. */
#ifndef AEX_BASE_VECTOR_H
#define AEX_BASE_VECTOR_H

#include <stddef.h>

#include "base/arena.h"

/* Declares `struct NAME`, a vector of `type`. */
#define VECTOR_DECLARE(name, type)                                                                             \
    struct name {                                                                                              \
        type *items;                                                                                           \
        size_t count;                                                                                          \
        size_t capacity;                                                                                       \
    }

/* Appends one value. */
#define VECTOR_PUSH(arena, vector, value)                                                                      \
    do {                                                                                                       \
        if ((vector)->count == (vector)->capacity) {                                                           \
            (vector)->items = vector_grow((arena), (vector)->items, (vector)->count, &(vector)->capacity,      \
                                          sizeof *(vector)->items);                                            \
        }                                                                                                      \
        (vector)->items[(vector)->count++] = (value);                                                          \
    } while (0)

/* Room for `room` items in an empty vector: pushing those moves nothing. */
#define VECTOR_RESERVE(arena, vector, room)                                                                    \
    do {                                                                                                       \
        (vector)->items = arena_alloc((arena), (room) * sizeof *(vector)->items);                              \
        (vector)->capacity = (room);                                                                           \
    } while (0)

/* Moves `count` items of `item_size` bytes to a place at least twice as large; used by VECTOR_PUSH. */
void *vector_grow(struct arena *arena, const void *items, size_t count, size_t *capacity, size_t item_size);

#endif
