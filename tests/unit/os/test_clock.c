/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clock.h"
#include "support/check.h"
#include "support/property.h"

#define SECOND INT64_C(1000000000)

static void known_instants(void **state)
{
    (void)state;
    static const struct {
        clock_instant instant;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.000Z"},
        {999999999, "1970-01-01T00:00:00.999Z"},
        {951782400 * SECOND, "2000-02-29T00:00:00.000Z"},
        {1795230245 * SECOND + 678900000, "2026-11-21T03:04:05.678Z"},
        {4107542400 * SECOND, "2100-03-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {-SECOND - 500000000, "1969-12-31T23:59:58.500Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145Z"},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_text(clock_format(&arena, cases[i].instant), cases[i].text);
    }
}

static void only_whole_instants_are_read(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "Z",
        "2026-11-21",
        "2026-11-21T03:04:05",
        "2026-11-21T03:04:05.678",
        "2026-11-21 03:04:05Z",
        "2026-11-21T03:04Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T23:60:00Z",
        "2026-11-21T23:59:60Z",
        "2026-11-21T03:04:05xyzZ",
        "2026-11-21T03:04:05.Z",
        "2026-11-21T03:04:05.6 8Z",
        "2026-11-21T03:04:05.-78Z",
        "2026-11-21T03:04:05+00:00Z",
        "-026-11-21T03:04:05Z",
        " 026-11-21T03:04:05Z",
        "2026-1-21T03:04:05Z",
        "2026-11-21T3:04:05Z",
        "2026-11-21T03:04:05Z ",
        "9999-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2262-04-12T00:00:00Z",
        "1677-09-20T00:00:00Z",
        "2026-11-21t03:04:05z",
        "2026-11-21T03:04:05ZZ",
        "2026-11-21T03:04:05.1234567890Z",
        "+2026-11-21T03:04:05Z",
        "20261121T030405Z",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        clock_instant instant = 42;
        assert_case(!clock_parse(text_of(wrong[i]), &instant), wrong[i]);
        assert_int_equal(instant, 42);
    }
}

static void fractions_are_fractions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        clock_instant nanoseconds;
    } cases[] = {
        {"1970-01-01T00:00:01Z", SECOND},      {"1970-01-01T00:00:00.5Z", 500000000},
        {"1970-01-01T00:00:00.05Z", 50000000}, {"1970-01-01T00:00:00.500Z", 500000000},
        {"1970-01-01T00:00:00.000000001Z", 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        clock_instant instant = 42;
        assert_case(clock_parse(text_of(cases[i].text), &instant), cases[i].text);
        assert_true(instant == cases[i].nanoseconds);
    }
}

static bool milliseconds_come_back(struct property *property, const void *context)
{
    (void)context;
    /* The years 1970 to 2261, to the millisecond. */
    clock_instant instant = ((clock_instant)property_draw(property, UINT32_MAX) * 2145 +
                             (clock_instant)property_draw(property, 2145)) *
                            1000000;
    clock_instant back;
    struct text text = clock_format(property_arena(property), instant);
    property_note(property, "%lld %.*s", (long long)instant, TEXT_ARG(text));
    return text.size == 24 && clock_parse(text, &back) && back == instant;
}

static void what_is_formatted_is_read(void **state)
{
    (void)state;
    assert_true(property_holds("milliseconds come back", 5000, milliseconds_come_back, NULL));
    clock_instant now = clock_now();
    assert_true(now > 1700000000 * SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_instants),
        cmocka_unit_test(only_whole_instants_are_read),
        cmocka_unit_test(fractions_are_fractions),
        cmocka_unit_test(what_is_formatted_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
