/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "support/check.h"
#include "support/property.h"

/* Whether `body` ends its process through abort(). */
static bool aborts(void (*body)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* cmocka and the sanitizers catch the signal; the default action is what is looked at. */
        signal(SIGABRT, SIG_DFL);
        body();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void take_too_much_at_once(void)
{
    struct arena arena;
    arena_init(&arena, 1000);
    arena_alloc(&arena, 1001);
}

static void take_too_much_in_pieces(void)
{
    struct arena arena;
    arena_init(&arena, 100000);
    for (int i = 0; i < 1001; i++) {
        arena_alloc(&arena, 100);
    }
}

/* A size the compiler does not see through: it would refuse to compile what is tried here. */
static size_t opaque(size_t size)
{
    volatile size_t hidden = size;
    return hidden;
}

static void take_the_address_space(void)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    arena_alloc(&arena, opaque(SIZE_MAX));
}

static void take_nearly_the_address_space(void)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    arena_alloc(&arena, opaque(SIZE_MAX - 32));
}

static void take_an_overflowing_product(void)
{
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    arena_calloc(&arena, opaque(SIZE_MAX / 2), 3);
}

static void take_exactly_the_limit(void)
{
    struct arena arena;
    arena_init(&arena, 1024);
    arena_alloc(&arena, 1024);
    arena_release(&arena);
}

static void take_in_turns(void)
{
    struct arena arena;
    arena_init(&arena, 10000);
    for (int i = 0; i < 1000; i++) {
        arena_alloc(&arena, 9000);
        arena_release(&arena);
    }
}

static void the_limit_ends_the_process(void **state)
{
    (void)state;
    assert_true(aborts(take_too_much_at_once));
    assert_true(aborts(take_too_much_in_pieces));
    assert_true(aborts(take_the_address_space));
    assert_true(aborts(take_nearly_the_address_space));
    assert_true(aborts(take_an_overflowing_product));
    assert_false(aborts(take_exactly_the_limit));
    assert_false(aborts(take_in_turns));
}

static void memory_is_aligned_and_apart(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    unsigned char *pieces[500];
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        size_t size = i * 37 % 9001;
        pieces[i] = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
        memset(pieces[i], (int)(i % 251), size);
    }
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        for (size_t j = 0; j < i * 37 % 9001; j++) {
            assert_int_equal(pieces[i][j], i % 251);
        }
    }
}

static void calloc_zeroes_what_was_used_before(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    memset(arena_alloc(&arena, 4000), 0xFF, 4000);
    arena_reset(&arena);
    const unsigned char *memory = arena_calloc(&arena, 40, 100);
    for (size_t i = 0; i < 4000; i++) {
        assert_int_equal(memory[i], 0);
    }
}

static void reset_keeps_one_block_and_counts_it(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 64 * 1024 * 1024);
    arena_reset(&arena); /* an empty one too */
    assert_int_equal(arena.allocated, 0);
    for (int i = 0; i < 100; i++) {
        arena_alloc(&arena, 10000);
    }
    size_t grown = arena.allocated;
    arena_reset(&arena);
    assert_true(arena.allocated > 0 && arena.allocated < grown);
    for (int round = 0; round < 1000; round++) {
        size_t before = arena.allocated;
        for (int i = 0; i < 20; i++) {
            arena_alloc(&arena, 100);
        }
        assert_int_equal(arena.allocated, before);
        arena_reset(&arena);
    }
    arena_release(&arena);
    assert_int_equal(arena.allocated, 0);
    assert_int_equal(arena.limit, 64 * 1024 * 1024);
}

/* A place of its own costs no block: empty objects and lists are made by the thousand. */
static void nothing_costs_little(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    unsigned char *before = NULL;
    for (int i = 0; i < 10000; i++) {
        unsigned char *place = arena_calloc(&arena, 0, sizeof(long));
        assert_non_null(place);
        assert_ptr_not_equal(place, before);
        before = place;
    }
    assert_in_range(arena.allocated, 1, 512 * 1024);
    arena_release(&arena);
}

/* Never more than the limit, whatever is asked for. */
static bool stays_within_limit(struct property *property, const void *context)
{
    (void)context;
    struct arena arena;
    size_t limit = 20000 + property_draw(property, 100000);
    arena_init(&arena, limit);
    size_t asked = 0;
    bool held = true;
    for (uint32_t i = property_draw(property, 40); i > 0; i--) {
        size_t size = property_draw(property, 3000);
        asked += size + 16;
        if (asked > limit / 4) {
            break; /* blocks have ends that stay unused */
        }
        memset(arena_alloc(&arena, size), 1, size);
        held = held && arena.allocated <= limit;
    }
    arena_release(&arena);
    return held;
}

static void the_limit_holds(void **state)
{
    (void)state;
    assert_true(property_holds("allocated <= limit", 500, stays_within_limit, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limit_ends_the_process),
        cmocka_unit_test(memory_is_aligned_and_apart),
        cmocka_unit_test(calloc_zeroes_what_was_used_before),
        cmocka_unit_test(reset_keeps_one_block_and_counts_it),
        cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(nothing_costs_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
