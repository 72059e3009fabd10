/* SPDX-License-Identifier: Apache-2.0 */
/* Memory as arenas get it, and for the few things that live as long as the process and shrink again: queues and
 * tables. Everything else lives in an arena. */
#ifndef AEX_BASE_MEMORY_H
#define AEX_BASE_MEMORY_H

#include <stddef.h>

/* Pieces from this size on lie in large pages, where the kernel has any: a fault for each small one takes
 * longer than most of what is done with the memory. */
enum { MEMORY_LARGE = 4 * 1024 * 1024 };

/* `size` bytes, uninitialised. Never NULL: out of memory ends the process. */
void *memory_allocate(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));

/* `old` (or NULL) made `count` items of `size` bytes large, its content kept as far as it fits. Never NULL. */
void *memory_resize(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
void memory_free(void *memory);

/* Has large pieces given back to the system as soon as they are freed, for processes that live long. */
void memory_return_large(void);

#endif
