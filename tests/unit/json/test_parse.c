/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "base/limits.h"
#include "support/check.h"
#include "unit/json/generate.h"
#include "json/json.h"

static struct json parsed(struct arena *arena, struct text source)
{
    struct json value;
    struct error err;
    if (!json_parse(source, arena, &value, &err)) {
        fail_msg("%.*s: %s", TEXT_ARG(text_slice(source, 0, 80)), err.message);
    }
    return value;
}

static void members_are_found_and_typed(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct json value = parsed(&arena, TEXT("{\"a\":\"x\",\"\\u0062\":1,\"c\":{\"a\":true},\"\":null}"));
    assert_int_equal(value.type, JSON_OBJECT);
    assert_int_equal(value.count, 4);
    struct text text = TEXT("untouched");
    assert_true(json_get_text(&value, TEXT("a"), &text));
    assert_text(text, "x");
    assert_int_equal(json_get(&value, TEXT("b"))->type, JSON_NUMBER);
    assert_int_equal(json_get(json_get(&value, TEXT("c")), TEXT("a"))->type, JSON_TRUE);
    assert_int_equal(json_get(&value, TEXT(""))->type, JSON_NULL);
    assert_null(json_get(&value, TEXT("A")));
    assert_true(json_has_variant(&value, TEXT("A")));
    assert_false(json_has_variant(&value, TEXT("a")));
    assert_false(json_has_variant(NULL, TEXT("a")));
    assert_false(json_has_variant(json_get(&value, TEXT("a")), TEXT("X")));
    assert_null(json_get(NULL, TEXT("a")));
    assert_null(json_get(json_get(&value, TEXT("a")), TEXT("a")));
    assert_false(json_get_text(&value, TEXT("b"), &text));
    assert_false(json_get_text(&value, TEXT("d"), &text));
    assert_text(text, "x");
}

static void numbers_keep_their_spelling(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0",
                                          "-0",
                                          "1.0",
                                          "1",
                                          "1e0",
                                          "1E+0",
                                          "100",
                                          "1e2",
                                          "9007199254740993",
                                          "123456789012345678901234567890.0000000001",
                                          "1e400",
                                          "-1E-400"};
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        assert_text(parsed(&arena, text_of(numbers[i])).text, numbers[i]);
    }
}

static void lone_surrogates_are_kept_apart_from_pairs(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *bytes;
    } cases[] = {
        {"\"\\ud800\"", "\xED\xA0\x80"},
        {"\"\\udfff\"", "\xED\xBF\xBF"},
        {"\"\\ud83d\\ude00\"", "\xF0\x9F\x98\x80"},
        {"\"\\ude00\\ud83d\"", "\xED\xB8\x80\xED\xA0\xBD"},
        {"\"\\ud83d\\ud83d\\ude00\"", "\xED\xA0\xBD\xF0\x9F\x98\x80"},
        {"\"\\ud83dx\\ude00\"", "\xED\xA0\xBDx\xED\xB8\x80"},
        {"\"\\ud83d\\n\\ude00\"", "\xED\xA0\xBD\n\xED\xB8\x80"},
        {"\"\\ud83d\\u0041\"", "\xED\xA0\xBD"
                               "A"},
        {"\"\\uDBFF\\uDFFF\"", "\xF4\x8F\xBF\xBF"},
        {"\"\\ud800\\udc00\"", "\xF0\x90\x80\x80"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_text(parsed(&arena, text_of(cases[i].source)).text, cases[i].bytes);
    }
}

/* Every value's offsets enclose exactly its own source. */
static bool offsets_enclose(struct arena *arena, struct text source, const struct json *value)
{
    struct json again;
    struct text own = text_slice(source, value->start, value->end);
    if (value->end <= value->start || value->end > source.size || !json_parse(own, arena, &again, NULL) ||
        again.type != value->type || again.count != value->count || !text_equal(again.text, value->text) ||
        again.start != 0 || again.end != own.size) {
        return false;
    }
    for (size_t i = 0; i < value->count; i++) {
        const struct json *child = value->type == JSON_ARRAY ? &value->items[i] : &value->members[i].value;
        if (child->start <= value->start || child->end >= value->end ||
            !offsets_enclose(arena, source, child)) {
            return false;
        }
    }
    return true;
}

static bool offsets_hold(struct property *property, const void *context)
{
    (void)context;
    struct text source = plan_text(property, plan_draw(property, DEEPEST));
    struct json value;
    property_note(property, "%.*s", TEXT_ARG(source));
    return json_parse(source, property_arena(property), &value, NULL) &&
           offsets_enclose(property_arena(property), source, &value);
}

static void offsets_are_exact(void **state)
{
    (void)state;
    assert_true(property_holds("offsets", 2000, offsets_hold, NULL));
}

static void mistakes_are_placed(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *message;
    } cases[] = {
        {"", "JSON line 1, column 1: the text ends too early"},
        {"{\n \"a\": 01}", "JSON line 2, column 7: a number may not start with 0"},
        {"[1,\n2,\n]", "JSON line 3, column 1: expected a value"},
        {"{} x", "JSON line 1, column 4: more text after the value"},
        {"\"\xC3\xA9\x01\"", "JSON line 1, column 4: control characters must be escaped in a string"},
        {"{\"a\":1,\n\"\\u0061\":2}", "JSON line 2, column 10: a member name is used twice in one object"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct json value = {.count = 77};
        struct error err;
        assert_case(!json_parse(text_of(cases[i].source), &arena, &value, &err), cases[i].source);
        assert_string_equal(err.message, cases[i].message);
        assert_int_equal(value.count, 77);
    }
}

/* Cut anywhere, a text of one container is no JSON, and reading stays inside its bytes. */
static void truncated_texts_are_refused(void **state)
{
    (void)state;
    static const struct text whole =
        TEXT_INIT("{\"a\\u00e9\\ud83d\\ude00\":[true,false,null,-1.5e+3,\"\xF0\x9F\x98\x80\"]}");
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t size = 0; size < whole.size; size++) {
        char *exact = test_malloc(size == 0 ? 1 : size); /* a sanitizer sees one byte too many */
        struct json value;
        memcpy(exact, whole.data, size);
        assert_false(json_parse((struct text){exact, size}, &arena, &value, NULL));
        test_free(exact);
    }
    parsed(&arena, whole);
}

static struct text nested(struct arena *arena, const char *open, const char *middle, const char *close,
                          size_t depth)
{
    struct builder out;
    builder_init(&out, arena);
    for (size_t i = 0; i < depth; i++) {
        builder_add_c(&out, open);
    }
    builder_add_c(&out, middle);
    for (size_t i = 0; i < depth; i++) {
        builder_add_c(&out, close);
    }
    return builder_text(&out);
}

static void nesting_has_its_limit(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    struct json value;
    struct error err;
    parsed(&arena, nested(&arena, "[", "", "]", LIMIT_NESTING));
    parsed(&arena, nested(&arena, "{\"a\":", "1", "}", LIMIT_NESTING));
    assert_false(json_parse(nested(&arena, "[", "", "]", LIMIT_NESTING + 1), &arena, &value, &err));
    assert_non_null(strstr(err.message, "nested too deeply"));
    assert_false(
        json_parse(nested(&arena, "{\"a\":[", "1", "]}", LIMIT_NESTING / 2 + 1), &arena, &value, &err));
    assert_false(json_parse(nested(&arena, "[", "", "", 1000000), &arena, &value, &err));
    /* What is closed again does not count. */
    parsed(&arena, nested(&arena, "[[[]],", "1", "]", LIMIT_NESTING - 2));
}

/* Work is counted in memory, which a quadratic reader would need too, and in the time that is printed, never
 * asserted. */
static void large_texts_are_read_in_one_go(void **state)
{
    (void)state;
    enum { MEMBERS = 100000 };
    AUTO_ARENA arena;
    arena_init(&arena, 256 * 1024 * 1024);
    struct builder out;
    builder_init(&out, &arena);
    builder_add_char(&out, '{');
    for (int i = 0; i < MEMBERS; i++) {
        builder_format(&out, "%s\"\\u0061member%d\":\"%s\"", i == 0 ? "" : ",", MEMBERS - i, "\\\\\\n\\u00e9");
    }
    builder_add_char(&out, '}');
    clock_t before = clock();
    struct json value = parsed(&arena, builder_text(&out));
    print_message("%d members: %.0f ms\n", MEMBERS, 1000.0 * (double)(clock() - before) / CLOCKS_PER_SEC);
    assert_int_equal(value.count, MEMBERS);
    assert_text(value.members[MEMBERS - 1].name, "amember1");
    builder_init(&out, &arena);
    builder_add_char(&out, '"');
    builder_add_repeated(&out, 'x', 10 * 1024 * 1024);
    builder_add_c(&out, "\\n\"");
    assert_int_equal(parsed(&arena, builder_text(&out)).text.size, 10 * 1024 * 1024 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_and_typed),
        cmocka_unit_test(numbers_keep_their_spelling),
        cmocka_unit_test(lone_surrogates_are_kept_apart_from_pairs),
        cmocka_unit_test(offsets_are_exact),
        cmocka_unit_test(mistakes_are_placed),
        cmocka_unit_test(truncated_texts_are_refused),
        cmocka_unit_test(nesting_has_its_limit),
        cmocka_unit_test(large_texts_are_read_in_one_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
