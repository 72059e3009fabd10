/* SPDX-License-Identifier: Apache-2.0 */
/* JSON from an agent: what is read can be written, and reading that gives the same value. */
#include <assert.h>

#include "base/builder.h"
#include "json/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct text canonical(struct arena *arena, const struct json *value)
{
    struct builder out;
    builder_init(&out, arena);
    json_canonical(&out, arena, value);
    return builder_text(&out);
}

static void check_places(const struct json *value, struct text source)
{
    assert(value->start < value->end && value->end <= source.size);
    for (size_t i = 0; i < value->count; i++) {
        const struct json *part = value->type == JSON_ARRAY ? &value->items[i] : &value->members[i].value;
        assert(part->start >= value->start && part->end <= value->end);
        check_places(part, source);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA
    arena;
    arena_init(&arena, (size_t)256 * 1024 * 1024);
    struct text source = {(const char *)data, size};
    struct json value;
    struct json again;
    struct error err;
    if (!json_parse(source, &arena, &value, &err)) {
        assert(err.message[0] != '\0');
        return 0;
    }
    check_places(&value, source);
    struct builder written;
    struct json_writer writer;
    builder_init(&written, &arena);
    json_writer_init(&writer, &written, size % 2 == 0);
    json_tree(&writer, &value);
    bool readable = json_parse(builder_text(&written), &arena, &again, &err);
    assert(readable);
    assert(text_equal(canonical(&arena, &value), canonical(&arena, &again)));
    return 0;
}
