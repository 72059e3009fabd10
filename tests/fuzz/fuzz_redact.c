/* SPDX-License-Identifier: Apache-2.0 */
/* Masks any bytes, as text, as JSON and as a server's answer: no crash, the limits hold, JSON stays JSON of the
 * same shape, and masking twice changes nothing more, nor is there a secret left in embedded data. */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "redact/base64.h"
#include "redact/hints.h"
#include "redact/message.h"
#include "redact/redact.h"
#include "redact/scan.h"

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

/* What is taken over as it stands is what would have been written. */
static void check_source(struct arena *arena, struct text text)
{
    struct json value;
    struct hints hints;
    struct text written[2];
    const struct redact_limits limits = {.longest_string = 64, .longest_value = 256};
    if (!json_parse(text, arena, &value, NULL)) {
        return;
    }
    hints_init(&hints);
    for (int i = 0; i < 2; i++) {
        struct builder out;
        struct builder canonical;
        struct json_writer writer;
        struct json again;
        builder_init(&out, arena);
        builder_init(&canonical, arena);
        json_writer_init(&writer, &out, false);
        if (i == 0) {
            redact_json(&writer, &value, &limits);
        } else {
            redact_json_source(&writer, &value, text, &hints, &limits);
        }
        bool is_json = json_parse(builder_text(&out), arena, &again, NULL);
        assert(is_json && text_find_char(builder_text(&out), '\n') == TEXT_NOT_FOUND);
        json_canonical(&canonical, arena, &again);
        written[i] = builder_text(&canonical);
    }
    assert(text_equal(written[0], written[1]));
}

/* Members and items stay what and where they are. Names may have changed, but not how many there are. */
static void assert_same_shape(const struct json *a, const struct json *b)
{
    bool is_container = a->type == JSON_ARRAY || a->type == JSON_OBJECT;
    assert(is_container ? a->type == b->type && a->count == b->count
                        : b->type != JSON_ARRAY && b->type != JSON_OBJECT);
    for (size_t i = 0; i < a->count && is_container; i++) {
        bool is_array = a->type == JSON_ARRAY;
        assert_same_shape(is_array ? &a->items[i] : &a->members[i].value,
                          is_array ? &b->items[i] : &b->members[i].value);
    }
}

/* A message without its secrets: JSON without names twice, of the same shape, in which nothing more is masked.
 */
static struct text redact_message_and_check(struct arena *arena, struct text source, const struct json *message,
                                            struct text answered, const struct hints *hints)
{
    static const struct text env = TEXT_INIT("DB_PASSWORD=hunter22\nAPI_KEY='0a1b2c3d4e'\n");
    const struct secret_values *values = secret_values_of(&env, 1, arena);
    struct json again;
    struct text masked;
    struct text twice;
    bool found = redact_message(source, message, answered, values, hints, arena, &masked);
    assert(found || masked.data == source.data);
    bool is_message = json_parse(masked, arena, &again, NULL);
    assert(is_message);
    assert_same_shape(message, &again);
    redact_message(masked, &again, answered, values, hints, arena, &twice);
    assert(text_equal(twice, masked));
    return masked;
}

/* The bytes as what a server answers: as they are when they are JSON, else as a text. As the whole message,
 * too: no member of one is passed over. */
static void redact_as_message(struct arena *arena, struct text text)
{
    static const struct text methods[] = {TEXT_INIT(""), TEXT_INIT("tools/list"), TEXT_INIT("tools/call")};
    struct json value;
    struct builder out;
    struct json_writer writer;
    struct hints hints;
    hints_init(&hints);
    bool is_json = json_parse(text, arena, &value, NULL);
    if (is_json && value.type == JSON_OBJECT) {
        redact_message_and_check(arena, text, &value, TEXT(""), &hints);
    }
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_begin_object(&writer);
    json_key(&writer, TEXT("result"));
    if (is_json && value.count > 0) {
        json_raw(&writer, text);
    } else {
        json_string(&writer, text);
    }
    json_end_object(&writer);
    struct text source = builder_text(&out);
    if (!json_parse(source, arena, &value, NULL)) {
        return; /* one level deeper than allowed, or bytes that JSON does not have */
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        redact_message_and_check(arena, source, &value, methods[i], &hints);
    }
}

/* The bytes as data in base64, in all forms of it: what is a text has no secret that is found in one. */
static void redact_as_data(struct arena *arena, struct text text)
{
    struct hints hints;
    hints_init(&hints);
    for (unsigned form = 0; form < 8; form++) {
        struct base64_form written = {.is_url_safe = (form & 1) != 0, .is_unpadded = (form & 2) != 0};
        struct text data = base64_encode(text, &written, arena);
        struct builder out;
        struct json message;
        struct text left;
        builder_init(&out, arena);
        builder_add_c(&out, "{\"result\":{\"blob\":\"");
        for (size_t i = 0; i < data.size; i++) {
            builder_add_char(&out, data.data[i]);
            if ((form & 4) != 0 && i % 5 == 4) {
                builder_add_c(&out, "\\n");
            }
        }
        builder_add_c(&out, "\"}}");
        bool is_message = json_parse(builder_text(&out), arena, &message, NULL);
        assert(is_message);
        struct text masked = redact_message_and_check(arena, builder_text(&out), &message, TEXT(""), &hints);
        is_message = json_parse(masked, arena, &message, NULL);
        assert(is_message && json_get_text(json_get(&message, TEXT("result")), TEXT("blob"), &left));
        struct text bytes = base64_decode(left, arena, &written);
        assert(masked.data != builder_text(&out).data || text_equal(bytes, text));
        if (utf8_find_invalid(bytes) == TEXT_NOT_FOUND) {
            struct secret_span_vector spans = {0};
            struct scanner scanner = {.text = bytes, .spans = &spans, .arena = arena};
            secret_scan(&scanner, SIZE_MAX);
            assert(spans.count == 0);
        }
    }
}

/* The quick look misses nothing. */
static void check_hints(struct arena *arena, struct text text)
{
    struct hints hints;
    struct secret_span_vector spans = {0};
    struct scanner scanner = {.text = text, .spans = &spans, .arena = arena};
    hints_init(&hints);
    if (!hints_found(&hints, text)) {
        secret_scan(&scanner, SIZE_MAX);
        assert(spans.count == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, 512 * 1024 * 1024);
    struct text text = {(const char *)data, size};
    redact_text(&arena, text);
    check_hints(&arena, text);
    redact_as_message(&arena, text);
    redact_as_data(&arena, text);
    for (size_t longest = 0; longest < 64; longest += 7) {
        assert(redact_and_cut(&arena, text, longest).size <= longest + 64);
    }
    redact_as_json(&arena, text);
    check_source(&arena, text);
    return 0;
}
