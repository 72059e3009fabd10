/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/pages.h"

void *memory_allocate(size_t size)
{
    enum { LARGE_PAGE = 2 * 1024 * 1024 };
    void *memory = NULL;
    if (size < MEMORY_LARGE) {
        memory = malloc(size == 0 ? 1 : size);
    } else if (size <= SIZE_MAX - LARGE_PAGE) {
        memory = aligned_alloc(LARGE_PAGE, (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE);
    }
    if (memory == NULL) {
        abort();
    }
    if (size >= MEMORY_LARGE) {
        pages_make_large(memory, size);
    }
    return memory;
}

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

void memory_return_large(void)
{
    enum { LARGE = 128 * 1024 };
    /* Set, the C library does not raise it by itself after each large piece. */
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_TRIM_THRESHOLD, LARGE);
}
