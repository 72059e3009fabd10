/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    FIRST_BLOCK_SIZE = 8 * 1024,
    LARGEST_BLOCK_SIZE = 1024 * 1024, /* blocks double up to here */
};

struct arena_block {
    struct arena_block *older;
    size_t size; /* of `bytes` */
    _Alignas(ARENA_ALIGNMENT) unsigned char bytes[];
};

/* All of the block is free. */
static void use(struct arena *arena, struct arena_block *block)
{
    arena->newest = block;
    arena->free = block->bytes;
    arena->free_size = block->size;
}

void arena_init(struct arena *arena, size_t limit)
{
    *arena = (struct arena){.limit = limit};
}

static void free_blocks(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *older = block->older;
        memory_free(block);
        block = older;
    }
}

void arena_release(struct arena *arena)
{
    free_blocks(arena->newest);
    arena_init(arena, arena->limit);
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = arena->newest;
    if (kept == NULL || kept->size > LARGEST_BLOCK_SIZE) {
        arena_release(arena);
        return;
    }
    free_blocks(kept->older);
    kept->older = NULL;
    arena->allocated = kept->size;
    use(arena, kept);
}

/* A block whose first `needed` bytes are asked for; a multiple of the alignment. */
static void add_block(struct arena *arena, size_t needed)
{
    size_t size = arena->newest == NULL ? FIRST_BLOCK_SIZE : arena->newest->size * 2;
    if (size > LARGEST_BLOCK_SIZE) {
        size = LARGEST_BLOCK_SIZE;
    }
    size_t left = arena->limit - arena->allocated;
    if (size > left) {
        size = left / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    }
    if (size < needed) {
        size = needed;
    }
    if (size > left || size > SIZE_MAX - sizeof(struct arena_block)) {
        abort();
    }
    struct arena_block *block = memory_allocate(sizeof *block + size);
    *block = (struct arena_block){.older = arena->newest, .size = size};
    arena->allocated += size;
    use(arena, block);
}

/* Never 0, so that it has a place. */
static size_t round_up(size_t size)
{
    if (size > SIZE_MAX - ARENA_ALIGNMENT) {
        abort();
    }
    return (size + (size == 0) + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
}

void *arena_reserve(struct arena *arena, size_t size)
{
    size_t rounded = round_up(size);
    if (arena->free_size < rounded) {
        add_block(arena, rounded);
    }
    return arena->free;
}

void *arena_alloc_more(struct arena *arena, size_t size)
{
    size_t rounded = round_up(size);
    add_block(arena, rounded);
    arena->free += rounded;
    arena->free_size -= rounded;
    return arena->free - rounded;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        abort();
    }
    void *memory = arena_alloc(arena, total);
    memset(memory, 0, total);
    return memory;
}
