/* SPDX-License-Identifier: Apache-2.0 */
#include "base/builder.h"
#include "base/limits.h"
#include "support/check.h"
#include "support/json_checker.h"
#include "support/property.h"
#include "json/json.h"

struct example {
    bool is_accepted;
    bool is_chosen;
    struct text source;
};

static const struct example examples[] = {
#define ACCEPT(source) {true, false, TEXT_INIT(source)},
#define REFUSE(source) {false, false, TEXT_INIT(source)},
#define CHOOSE_ACCEPT(source) {true, true, TEXT_INIT(source)},
#define CHOOSE_REFUSE(source) {false, true, TEXT_INIT(source)},
#include "unit/json/accept.def"
#undef ACCEPT
#undef REFUSE
#undef CHOOSE_ACCEPT
#undef CHOOSE_REFUSE
};

static void every_example_is_read_or_refused(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 16 * 1024 * 1024);
    size_t refused = 0;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        struct text source = examples[i].source;
        char *exact = test_malloc(source.size + (source.size == 0));
        struct json value;
        struct error err = {.message = ""};
        memcpy(exact, source.data, source.size);
        bool accepted = json_parse((struct text){exact, source.size}, &arena, &value, &err);
        test_free(exact);
        if (accepted != examples[i].is_accepted) {
            fail_msg("%.*s was %s: %s", TEXT_ARG(source), accepted ? "accepted" : "refused", err.message);
        }
        assert_case(accepted || text_starts_with(text_of(err.message), TEXT("JSON line ")), err.message);
        refused += !accepted;
    }
    print_message("%zu accepted, %zu refused\n", COUNT_OF(examples) - refused, refused);
    assert_true(COUNT_OF(examples) > 300);
}

/* The checker that fuzzing compares with says the same, where the standard leaves no choice. */
static void the_checker_agrees(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(examples); i++) {
        struct json_checked seen;
        struct text source = examples[i].source;
        bool accepted = json_checker((const unsigned char *)source.data, source.size, &seen);
        if (!examples[i].is_chosen && accepted != examples[i].is_accepted) {
            fail_msg("the checker %s %.*s", accepted ? "accepts" : "refuses", TEXT_ARG(source));
        }
    }
}

/* Two readers of one grammar agree on texts that are nearly JSON. */
static bool readers_agree(struct property *property, const void *context)
{
    (void)context;
    static const char *const pieces[] = {
        "[", "]", "{",    "}",    ",", ":",           "\"a\"",       "\"b\"", "1",  "-",        "0",
        ".", "e", "null", "true", " ", "\"\\u0041\"", "\"\\ud800\"", "\"",    "\\", "\xC3\xA9", "\xED\xA0\x80"};
    struct builder out;
    builder_init(&out, property_arena(property));
    for (uint32_t i = property_draw(property, 9); i > 0; i--) {
        builder_add_c(&out, pieces[property_draw(property, COUNT_OF(pieces))]);
    }
    struct text source = builder_text(&out);
    struct json value;
    struct json_checked seen;
    struct error err = {.message = ""};
    bool accepted = json_parse(source, property_arena(property), &value, &err);
    property_note(property, "%.*s: %s", TEXT_ARG(source), err.message);
    return accepted == json_checker((const unsigned char *)source.data, source.size, &seen) ||
           strstr(err.message, "used twice") != NULL;
}

static void nearly_json_is_read_alike(void **state)
{
    (void)state;
    assert_true(property_holds("two readers agree", 50000, readers_agree, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_is_read_or_refused),
        cmocka_unit_test(the_checker_agrees),
        cmocka_unit_test(nearly_json_is_read_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
