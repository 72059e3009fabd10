/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdlib.h>

void *memory_resize(void *old, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        abort();
    }
    void *memory = realloc(old, total == 0 ? 1 : total);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

void memory_free(void *memory)
{
    free(memory);
}
