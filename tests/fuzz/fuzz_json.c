/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: read or refused as an independent checker says; what was read is written and reads back the same,
 * and has one canonical form. */
#include <string.h>

#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "support/json_checker.h"
#include "json/writer.h"

enum { LARGEST = 4096 };

static struct text written(struct arena *arena, const struct json *value, bool indented)
{
    struct builder out;
    struct json_writer writer;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, indented);
    json_tree(&writer, value);
    return builder_text(&out);
}

static void check_round_trips(struct arena *arena, const struct json *value)
{
    struct json again;
    struct text form = json_canonical_text(arena, value);
    struct text compact = written(arena, value, false);
    expect(json_parse(compact, arena, &again, NULL));
    expect(text_equal(written(arena, &again, false), compact));
    expect(text_equal(json_canonical_text(arena, &again), form));
    expect(json_parse(written(arena, value, true), arena, &again, NULL));
    expect(text_equal(json_canonical_text(arena, &again), form));
    expect(json_parse(form, arena, &again, NULL));
    expect(text_equal(json_canonical_text(arena, &again), form));
}

/* Every value lies inside the one it belongs to. */
static void check_places(const struct json *value, size_t start, size_t end)
{
    expect(value->start >= start && value->start < value->end && value->end <= end);
    for (size_t i = 0; i < value->count; i++) {
        const struct json *part = value->type == JSON_ARRAY ? &value->items[i] : &value->members[i].value;
        check_places(part, value->start, value->end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > LARGEST) {
        return 0;
    }
    AUTO_ARENA arena;
    arena_init(&arena, 256 * 1024 * 1024);
    struct json value;
    struct json_checked seen;
    struct error err;
    bool accepted = json_parse((struct text){(const char *)data, size}, &arena, &value, &err);
    bool is_json = json_checker(data, size, &seen);
    if (accepted) {
        expect(is_json && !seen.has_nul && seen.deepest <= LIMIT_NESTING);
        check_places(&value, 0, size);
        check_round_trips(&arena, &value);
    } else if (is_json) {
        /* What we refuse of JSON, and nothing else. */
        bool is_twice = seen.has_names && strstr(err.message, "used twice") != NULL;
        expect(is_twice || seen.has_nul || seen.deepest > LIMIT_NESTING);
    }
    return 0;
}
