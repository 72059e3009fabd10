/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that lives as long as one document, request or message, and has a limit. */
#ifndef AEX_BASE_ARENA_H
#define AEX_BASE_ARENA_H

#include <stddef.h>

enum { ARENA_ALIGNMENT = 16 };

struct arena_block;

/* Not to be copied. Everything allocated from it is valid until arena_release or arena_reset. */
struct arena {
    struct arena_block *newest;
    unsigned char *free; /* what the newest block has left, aligned for any type */
    size_t free_size;
    size_t allocated; /* bytes taken from the system */
    size_t limit;     /* most bytes it may take */
};

/* Starts an empty arena that may take at most `limit` bytes; takes nothing yet. */
void arena_init(struct arena *arena, size_t limit);

/* Gives everything back. The arena may be used again afterwards. */
void arena_release(struct arena *arena);

/* Forgets everything but keeps one block of no unusual size, for loops that handle one message after another.
 */
void arena_reset(struct arena *arena);

/* Makes room for the next `size` bytes at once and returns where they will be. */
void *arena_reserve(struct arena *arena, size_t size);

/* Adds a block with room for `size` bytes and takes them; only for arena_alloc. */
void *arena_alloc_more(struct arena *arena, size_t size)
    __attribute__((malloc, alloc_size(2), returns_nonnull));

/* `size` uninitialised bytes, aligned for any type. Never NULL: when memory or the limit runs out the process
 * ends through abort(), the one place where out of memory is handled. An enforcement point turns that
 * signal into a denial. */
__attribute__((malloc, alloc_size(2), returns_nonnull)) static inline void *arena_alloc(struct arena *arena,
                                                                                        size_t size)
{
    size_t rounded = (size + (size == 0) + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    if (rounded < size || rounded > arena->free_size) {
        return arena_alloc_more(arena, size);
    }
    void *memory = arena->free;
    arena->free += rounded;
    arena->free_size -= rounded;
    return memory;
}

/* The same, zeroed, for `count` objects of `size` bytes; an overflowing product ends the process too. */
void *arena_calloc(struct arena *arena, size_t count, size_t size)
    __attribute__((malloc, alloc_size(2, 3), returns_nonnull));

#define ARENA_NEW(arena, type) ((type *)arena_calloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_calloc((arena), (count), sizeof(type)))

/* Releases the arena when the variable goes out of scope. */
#define AUTO_ARENA __attribute__((cleanup(arena_release))) struct arena

#endif
