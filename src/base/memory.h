/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for the few things that live as long as the process and shrink again: queues and tables. Everything
 * else lives in an arena. */
#ifndef AEX_BASE_MEMORY_H
#define AEX_BASE_MEMORY_H

#include <stddef.h>

/* `old` (or NULL) made `count` items of `size` bytes large, its content kept as far as it fits. Never NULL: out
 * of memory ends the process, as in an arena. */
void *memory_resize(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
void memory_free(void *memory);

/* Has large pieces given back to the system as soon as they are freed, for processes that live long. */
void memory_return_large(void);

#endif
