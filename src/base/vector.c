/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vector.h"

#include <string.h>

enum { FIRST_CAPACITY = 8 };

void *vector_grow(struct arena *arena, const void *items, size_t count, size_t *capacity, size_t item_size)
{
    size_t larger = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    void *moved = arena_calloc(arena, larger, item_size);
    if (count != 0) {
        memcpy(moved, items, count * item_size);
    }
    *capacity = larger;
    return moved;
}
