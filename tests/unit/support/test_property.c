/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/property.h"

/* What property_holds printed, and what it returned. */
static bool run_quietly(const char *name, size_t cases, property_law *law, const void *context, char *printed,
                        size_t size)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    int saved = dup(STDERR_FILENO);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    bool holds = property_holds(name, cases, law, context);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    printed[fread(printed, 1, size - 1, file)] = '\0';
    fclose(file);
    return holds;
}

static bool is_below(struct property *property, const void *context)
{
    const uint32_t *limit = context;
    uint32_t value = property_draw(property, 1000);
    property_note(property, "value=%u", value);
    return value < *limit;
}

static void a_law_that_holds_is_tried_on_every_case(void **state)
{
    (void)state;
    uint32_t limit = 1000;
    assert_true(property_holds("below 1000", 500, is_below, &limit));
}

static void a_number_shrinks_to_the_boundary(void **state)
{
    (void)state;
    char printed[4096];
    uint32_t limit = 137;
    assert_false(run_quietly("below 137", 500, is_below, &limit, printed, sizeof printed));
    assert_non_null(strstr(printed, "value=137\n"));
    assert_non_null(strstr(printed, "AEX_SEED="));
}

static bool has_no_b_after_a(struct property *property, const void *context)
{
    (void)context;
    size_t words = property_draw(property, 8);
    bool holds = true;
    for (size_t i = 0; i < words; i++) {
        struct text word = property_text(property, "xyzab", 12);
        property_note(property, "word=%s", word.data);
        holds = holds && !text_contains(word, TEXT("ab"));
    }
    return holds;
}

static void a_list_of_texts_shrinks_to_the_one_that_matters(void **state)
{
    (void)state;
    char printed[4096];
    assert_false(run_quietly("no ab", 5000, has_no_b_after_a, NULL, printed, sizeof printed));
    assert_non_null(strstr(printed, "word=ab\n"));
    assert_null(strstr(strstr(printed, "word=") + 1, "word="));
}

static bool is_never_a_case(struct property *property, const void *context)
{
    (void)context;
    property_draw(property, 2);
    return property_discard(property);
}

static void a_law_without_cases_fails(void **state)
{
    (void)state;
    char printed[4096];
    assert_false(run_quietly("nothing", 100, is_never_a_case, NULL, printed, sizeof printed));
    assert_non_null(strstr(printed, "proves little"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_law_that_holds_is_tried_on_every_case),
        cmocka_unit_test(a_number_shrinks_to_the_boundary),
        cmocka_unit_test(a_list_of_texts_shrinks_to_the_one_that_matters),
        cmocka_unit_test(a_law_without_cases_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
