/* SPDX-License-Identifier: Apache-2.0 */
#include "base/builder.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256 };

void builder_init(struct builder *builder, struct arena *arena)
{
    *builder = (struct builder){.arena = arena};
}

void builder_make_room(struct builder *builder, size_t more)
{
    if (more > SIZE_MAX / 4 - builder->size) {
        abort();
    }
    size_t needed = builder->size + more + 1;
    size_t capacity = builder->capacity == 0 ? FIRST_CAPACITY : builder->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    char *data = arena_alloc(builder->arena, capacity);
    if (builder->size != 0) {
        memcpy(data, builder->data, builder->size);
    }
    builder->data = data;
    builder->capacity = capacity;
}

void builder_init_sized(struct builder *builder, struct arena *arena, size_t size)
{
    *builder = (struct builder){.arena = arena, .data = arena_alloc(arena, size + 1), .capacity = size + 1};
}

void builder_add_repeated(struct builder *builder, char c, size_t count)
{
    builder_reserve(builder, count);
    memset(builder->data + builder->size, c, count);
    builder->size += count;
}

void builder_format(struct builder *builder, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        abort(); /* only a wrong format string gets here */
    }
    builder_reserve(builder, (size_t)length);
    vsnprintf(builder->data + builder->size, (size_t)length + 1, format, again);
    va_end(again);
    builder->size += (size_t)length;
}

struct text builder_text(struct builder *builder)
{
    builder_reserve(builder, 0);
    builder->data[builder->size] = '\0';
    return (struct text){builder->data, builder->size};
}
