/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows: output assembled piece by piece in an arena. */
#ifndef AEX_BASE_BUILDER_H
#define AEX_BASE_BUILDER_H

#include "base/text.h"

/* Growing leaves the old copies in the arena, so a builder costs up to four times its final size. */
struct builder {
    struct arena *arena;
    char *data;
    size_t size;
    size_t capacity;
};

void builder_init(struct builder *builder, struct arena *arena);
/* The same with room for `size` bytes at once, for texts whose size is about known. */
void builder_init_sized(struct builder *builder, struct arena *arena, size_t size);
/* Makes room for `more` bytes and the closing NUL. */
void builder_make_room(struct builder *builder, size_t more);

static inline void builder_reserve(struct builder *builder, size_t more)
{
    if (builder->capacity - builder->size <= more) {
        builder_make_room(builder, more);
    }
}

/* Inline like all that writers call for every piece. */
static inline void builder_add(struct builder *builder, struct text text)
{
    builder_reserve(builder, text.size);
    if (text.size != 0) {
        memcpy(builder->data + builder->size, text.data, text.size);
        builder->size += text.size;
    }
}

static inline void builder_add_c(struct builder *builder, const char *string)
{
    builder_add(builder, text_of(string));
}

static inline void builder_add_char(struct builder *builder, char c)
{
    builder_reserve(builder, 1);
    builder->data[builder->size++] = c;
}

void builder_add_repeated(struct builder *builder, char c, size_t count);
void builder_format(struct builder *builder, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What was built so far, NUL-terminated behind its end; valid until the next addition. */
struct text builder_text(struct builder *builder);

#endif
