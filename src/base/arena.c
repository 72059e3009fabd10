/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    ALIGNMENT = 16,
    FIRST_BLOCK_SIZE = 8 * 1024,
    LARGEST_BLOCK_SIZE = 1024 * 1024, /* blocks double up to here */
};

struct arena_block {
    struct arena_block *older;
    size_t size; /* of `bytes` */
    size_t used;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

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
    kept->used = 0;
    arena->allocated = kept->size;
}

static struct arena_block *add_block(struct arena *arena, size_t needed)
{
    size_t size = arena->newest == NULL ? FIRST_BLOCK_SIZE : arena->newest->size * 2;
    if (size > LARGEST_BLOCK_SIZE) {
        size = LARGEST_BLOCK_SIZE;
    }
    size_t left = arena->limit - arena->allocated;
    if (size > left) {
        size = left;
    }
    if (size < needed) {
        size = needed;
    }
    if (size > left || size > SIZE_MAX - sizeof(struct arena_block)) {
        abort();
    }
    struct arena_block *block = memory_allocate(sizeof *block + size);
    *block = (struct arena_block){.older = arena->newest, .size = size};
    arena->newest = block;
    arena->allocated += size;
    return block;
}

void *arena_reserve(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->newest;
    if (block == NULL || block->size - block->used < size) {
        block = add_block(arena, size);
    }
    return block->bytes + block->used;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT) {
        abort();
    }
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    struct arena_block *block = arena->newest;
    if (block == NULL || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
    }
    void *memory = block->bytes + block->used;
    block->used += rounded;
    return memory;
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
