/* SPDX-License-Identifier: Apache-2.0 */
#include "support/check.h"
#include "unit/json/generate.h"
#include "json/writer.h"

static struct text canonical(struct arena *arena, struct text source)
{
    struct json value;
    struct error err;
    struct builder out;
    if (!json_parse(source, arena, &value, &err)) {
        fail_msg("%.*s: %s", TEXT_ARG(source), err.message);
    }
    builder_init(&out, arena);
    json_canonical(&out, arena, &value);
    return builder_text(&out);
}

static void the_form_is_as_documented(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *form;
    } cases[] = {
        {" { \"b\" : 1 , \"a\" : [ ] } ", "{\"a\":[],\"b\":1}"},
        {"{}", "{}"},
        {"[1, 1.0, 1e0, -0]", "[1,1.0,1e0,-0]"},
        {"\"\\u0061\\/\\u00e9\"", "\"a/\xC3\xA9\""},
        {"\"\\n\\u000a\\u0008\\u001f\"", "\"\\n\\n\\u0008\\u001f\""},
        {"\"\\uD83D\\uDE00\"", "\"\xF0\x9F\x98\x80\""},
        {"\"\\uD83D\"", "\"\\ud83d\""},
        {"\"\\\"\\\\\\n\\r\\t\"", "\"\\\"\\\\\\n\\r\\t\""},
        {"[\"\\b\\f\", \"a\x7F\", \"\\n\x7F\"]", "[\"\\u0008\\u000c\",\"a\\u007f\",\"\\n\\u007f\"]"},
        {"[\"\\/\", \"\\n/\", \"\xC3\xA9\\n\"]", "[\"/\",\"\\n/\",\"\xC3\xA9\\n\"]"},
        {"{\"\\u0061b\":1,\"aa\":2,\"a\":3,\"\":4}", "{\"\":4,\"a\":3,\"aa\":2,\"ab\":1}"},
        {"{\"\xC3\xA9\":1,\"z\":2}", "{\"z\":2,\"\xC3\xA9\":1}"},
        {"{\"x\":{\"b\":[{\"d\":1,\"c\":2}],\"a\":null}}", "{\"x\":{\"a\":null,\"b\":[{\"c\":2,\"d\":1}]}}"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_text(canonical(&arena, text_of(cases[i].source)), cases[i].form);
    }
}

/* White space, member order and escapes do not matter. */
static bool spelling_does_not_matter(struct property *property, const void *context)
{
    (void)context;
    const struct plan *plan = plan_draw(property, DEEPEST);
    struct text one = plan_text(property, plan);
    struct text other = plan_text(property, plan);
    property_note(property, "%.*s\n%.*s", TEXT_ARG(one), TEXT_ARG(other));
    struct text form = canonical(property_arena(property), one);
    return text_equal(form, canonical(property_arena(property), other)) &&
           text_equal(form, canonical(property_arena(property), form));
}

/* A plan's value, written by other means than the code under test: equal exactly when the values are. */
static void describe(struct builder *out, const struct plan *plan)
{
    builder_format(out, "%d(", plan->type);
    if (plan->type == JSON_NUMBER) {
        builder_add_c(out, plan->number);
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->type == JSON_STRING) {
            builder_format(out, "%x,", plan->characters[i]);
            continue;
        }
        if (plan->type == JSON_OBJECT) {
            builder_format(out, "%x %x:", plan->names[i][0], plan->names[i][1]);
        }
        describe(out, plan->children[i]);
    }
    builder_add_char(out, ')');
}

/* A high and a low surrogate next to each other are one character however they were drawn. */
static bool has_pair(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->type != JSON_STRING) {
            if (has_pair(plan->children[i])) {
                return true;
            }
        } else if (i > 0 && plan->characters[i - 1] >= 0xD800 && plan->characters[i - 1] < 0xDC00 &&
                   plan->characters[i] >= 0xDC00 && plan->characters[i] <= 0xDFFF) {
            return true;
        }
    }
    return false;
}

static bool values_do_matter(struct property *property, const void *context)
{
    (void)context;
    const struct plan *one = plan_draw(property, 2);
    const struct plan *other = plan_draw(property, 2);
    struct builder first;
    struct builder second;
    builder_init(&first, property_arena(property));
    builder_init(&second, property_arena(property));
    describe(&first, one);
    describe(&second, other);
    if (has_pair(one) || has_pair(other)) {
        return property_discard(property);
    }
    struct text one_form = canonical(property_arena(property), plan_text(property, one));
    struct text other_form = canonical(property_arena(property), plan_text(property, other));
    property_note(property, "%.*s\n%.*s", TEXT_ARG(one_form), TEXT_ARG(other_form));
    return text_equal(builder_text(&first), builder_text(&second)) == text_equal(one_form, other_form);
}

static void spellings_share_a_form_and_values_do_not(void **state)
{
    (void)state;
    assert_true(property_holds("spelling does not matter", 3000, spelling_does_not_matter, NULL));
    assert_true(property_holds("values do matter", 5000, values_do_matter, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_is_as_documented),
        cmocka_unit_test(spellings_share_a_form_and_values_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
