/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* <linux/mman.h> of Linux 5.14 */
#endif

static void advise(void *memory, size_t size, int advice)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)memory + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)memory + size) & ~(page - 1);
    if (start < end) {
        (void)madvise((void *)start, end - start, advice);
    }
}

void pages_make_present(void *memory, size_t size)
{
    advise(memory, size, MADV_POPULATE_WRITE);
}

void pages_make_large(void *memory, size_t size)
{
    advise(memory, size, MADV_HUGEPAGE);
}
