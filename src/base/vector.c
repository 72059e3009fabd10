/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 };

void *vector_grow(struct arena *arena, const void *items, size_t count, size_t *capacity, size_t item_size)
{
    size_t larger = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    size_t size;
    if (__builtin_mul_overflow(larger, item_size, &size)) {
        abort();
    }
    void *moved = arena_alloc(arena, size);
    if (count != 0) {
        memcpy(moved, items, count * item_size);
    }
    *capacity = larger;
    return moved;
}
