/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vector.h"
#include "support/check.h"

struct pair {
    char letter;
    uint64_t number;
};

VECTOR_DECLARE(pair_vector, struct pair);

static void values_stay_as_they_were_pushed(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    struct pair_vector pairs = {0};
    for (uint64_t i = 0; i < 10000; i++) {
        struct pair pair = {.letter = (char)('a' + i % 26), .number = i * i};
        VECTOR_PUSH(&arena, &pairs, pair);
        assert_true(pairs.count <= pairs.capacity);
    }
    assert_int_equal(pairs.count, 10000);
    for (uint64_t i = 0; i < 10000; i++) {
        assert_int_equal(pairs.items[i].letter, 'a' + i % 26);
        assert_int_equal(pairs.items[i].number, i * i);
    }
}

static void an_item_of_its_own_can_be_pushed(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    struct pair_vector pairs = {0};
    struct pair first = {.letter = 'x', .number = 7};
    VECTOR_PUSH(&arena, &pairs, first);
    for (int i = 0; i < 100; i++) {
        VECTOR_PUSH(&arena, &pairs, pairs.items[0]); /* growing moves the items in between */
    }
    for (size_t i = 0; i < pairs.count; i++) {
        assert_int_equal(pairs.items[i].letter, 'x');
        assert_int_equal(pairs.items[i].number, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_stay_as_they_were_pushed),
        cmocka_unit_test(an_item_of_its_own_can_be_pushed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
