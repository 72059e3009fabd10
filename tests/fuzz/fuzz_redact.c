/* SPDX-License-Identifier: Apache-2.0 */
/* Masks any bytes, as text and as JSON: no crash, the limits hold, and JSON stays JSON. */
#include <assert.h>
#include <stdint.h>

#include "redact/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void redact_as_json(struct arena *arena, struct text text)
{
    struct json value;
    struct builder out;
    struct json_writer writer;
    const struct redact_limits limits = {.longest_string = 16, .longest_value = 256};
    if (!json_parse(text, arena, &value, NULL)) {
        return;
    }
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    redact_json(&writer, &value, &limits);
    assert(json_parse(builder_text(&out), arena, &value, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, 512 * 1024 * 1024);
    struct text text = {(const char *)data, size};
    redact_text(&arena, text);
    for (size_t longest = 0; longest < 64; longest += 7) {
        assert(redact_and_cut(&arena, text, longest).size <= longest + 64);
    }
    redact_as_json(&arena, text);
    return 0;
}
