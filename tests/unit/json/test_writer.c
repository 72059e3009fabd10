/* SPDX-License-Identifier: Apache-2.0 */
#include "support/check.h"
#include "unit/json/generate.h"
#include "json/writer.h"

static void write_sample(struct json_writer *writer)
{
    json_begin_object(writer);
    json_member_string(writer, TEXT("a"), TEXT("x\"y"));
    json_member_integer(writer, TEXT("b"), INT64_MIN);
    json_key(writer, TEXT("c"));
    json_begin_array(writer);
    json_bool(writer, true);
    json_bool(writer, false);
    json_null(writer);
    json_begin_array(writer);
    json_end_array(writer);
    json_raw(writer, TEXT("1.50"));
    json_end_array(writer);
    json_key(writer, TEXT("d"));
    json_begin_object(writer);
    json_end_object(writer);
    json_end_object(writer);
}

static void both_layouts_are_exact(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct builder out;
    struct json_writer writer;
    builder_init(&out, &arena);
    json_writer_init(&writer, &out, false);
    write_sample(&writer);
    assert_text(builder_text(&out),
                "{\"a\":\"x\\\"y\",\"b\":-9223372036854775808,\"c\":[true,false,null,[],1.50],\"d\":{}}");
    builder_init(&out, &arena);
    json_writer_init(&writer, &out, true);
    write_sample(&writer);
    assert_text(builder_text(&out),
                "{\n  \"a\": \"x\\\"y\",\n  \"b\": -9223372036854775808,\n  \"c\": [\n    true,\n    false,\n"
                "    null,\n    [],\n    1.50\n  ],\n  \"d\": {}\n}");
}

static void strings_are_escaped_no_more_than_needed(void **state)
{
    (void)state;
    static const struct {
        struct text text;
        const char *written;
    } cases[] = {
        {TEXT_INIT("a/b"), "\"a/b\""},
        {TEXT_INIT("\x7F"), "\"\\u007f\""},
        {TEXT_INIT("\b\f"), "\"\\u0008\\u000c\""},
        {TEXT_INIT("\r\n\t"), "\"\\r\\n\\t\""},
        {TEXT_INIT("\0"), "\"\\u0000\""},
        {TEXT_INIT("\xF0\x9F\x98\x80"), "\"\xF0\x9F\x98\x80\""},
        {TEXT_INIT("\xED\xA0\xBD"), "\"\\ud83d\""},
        {TEXT_INIT("\xED\xBF\xBFz"), "\"\\udfffz\""},
        {TEXT_INIT("\xED\xA0"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {TEXT_INIT("a\xFFz"), "\"a\xEF\xBF\xBDz\""},
        {TEXT_INIT("\xC3"), "\"\xEF\xBF\xBD\""},
        {TEXT_INIT(""), "\"\""},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct builder out;
        struct json_writer writer;
        builder_init(&out, &arena);
        json_writer_init(&writer, &out, false);
        json_string(&writer, cases[i].text);
        assert_text(builder_text(&out), cases[i].written);
    }
    struct builder out;
    struct json_writer writer;
    builder_init(&out, &arena);
    json_writer_init(&writer, &out, false);
    json_string(&writer, (struct text){0});
    assert_text(builder_text(&out), "\"\"");
}

static bool same(const struct json *a, const struct json *b)
{
    if (a->type != b->type || a->count != b->count || !text_equal(a->text, b->text)) {
        return false;
    }
    for (size_t i = 0; i < a->count; i++) {
        if (a->type == JSON_ARRAY && !same(&a->items[i], &b->items[i])) {
            return false;
        }
        if (a->type == JSON_OBJECT && (!text_equal(a->members[i].name, b->members[i].name) ||
                                       !same(&a->members[i].value, &b->members[i].value))) {
            return false;
        }
    }
    return true;
}

static bool trees_survive(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct text source = plan_text(property, plan_draw(property, DEEPEST));
    struct json value;
    struct json again;
    struct builder out;
    struct json_writer writer;
    property_note(property, "%.*s", TEXT_ARG(source));
    if (!json_parse(source, arena, &value, NULL)) {
        return false;
    }
    builder_init(&out, arena);
    json_writer_init(&writer, &out, property_draw(property, 2) == 1);
    json_tree(&writer, &value);
    property_note(property, "%.*s", TEXT_ARG(builder_text(&out)));
    return json_parse(builder_text(&out), arena, &again, NULL) && same(&value, &again);
}

/* Any bytes come out as JSON that is valid UTF-8; without NUL it is JSON that we read too. */
static bool any_bytes_are_json(struct property *property, const void *context)
{
    (void)context;
    struct arena *arena = property_arena(property);
    struct text bytes = property_text(property, "\x01\"\\\x7F\x80\x9F\xA0\xBF\xC3\xE2\xED\xF0\xF4\xFFz", 12);
    struct builder out;
    struct json_writer writer;
    struct json value;
    builder_init(&out, arena);
    json_writer_init(&writer, &out, false);
    json_string(&writer, bytes);
    property_note(property, "%.*s", TEXT_ARG(builder_text(&out)));
    return utf8_find_invalid(builder_text(&out)) == TEXT_NOT_FOUND &&
           json_parse(builder_text(&out), arena, &value, NULL) &&
           (utf8_find_invalid(bytes) != TEXT_NOT_FOUND || text_equal(value.text, bytes));
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    assert_true(property_holds("trees survive", 3000, trees_survive, NULL));
    assert_true(property_holds("any bytes are JSON", 5000, any_bytes_are_json, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_layouts_are_exact),
        cmocka_unit_test(strings_are_escaped_no_more_than_needed),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
