/* SPDX-License-Identifier: Apache-2.0 */
#include "base/builder.h"
#include "support/check.h"
#include "support/property.h"

static void pieces_come_out_in_order(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct builder builder;
    arena_init(&arena, 1024 * 1024);
    builder_init(&builder, &arena);
    assert_text(builder_text(&builder), "");
    builder_add(&builder, (struct text){0});
    builder_add(&builder, TEXT("ab"));
    builder_add_c(&builder, "cd");
    builder_add_c(&builder, NULL);
    builder_add_char(&builder, 'e');
    builder_add_repeated(&builder, '-', 3);
    builder_add_repeated(&builder, '-', 0);
    builder_format(&builder, "%d%%%s", 7, "x");
    assert_text(builder_text(&builder), "abcde---7%x");
    assert_int_equal(builder_text(&builder).data[builder.size], '\0');
}

static void bytes_of_any_kind_survive(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    struct builder builder;
    arena_init(&arena, 1024 * 1024);
    builder_init(&builder, &arena);
    builder_add_char(&builder, '\0');
    builder_add(&builder, TEXT("a\0b\xFF"));
    struct text built = builder_text(&builder);
    assert_int_equal(built.size, 5);
    assert_memory_equal(built.data, "\0a\0b\xFF", 5);
}

/* Whatever the pieces and wherever growing falls, nothing is lost, and the promised cost holds. */
static bool equals_concatenation(struct property *property, const void *context)
{
    (void)context;
    static char expected[1 << 20];
    size_t size = 0;
    struct arena arena;
    struct builder builder;
    arena_init(&arena, 64 * 1024 * 1024);
    builder_init(&builder, &arena);
    for (uint32_t i = property_draw(property, 60); i > 0; i--) {
        size_t count =
            property_once_in(property, 5) ? property_draw(property, 5000) : property_draw(property, 20);
        char c = (char)('a' + property_draw(property, 26));
        memset(expected + size, c, count);
        switch (property_draw(property, 3)) {
        case 0:
            builder_add(&builder, (struct text){expected + size, count});
            break;
        case 1:
            builder_add_repeated(&builder, c, count);
            break;
        default:
            builder_format(&builder, "%.*s", (int)count, expected + size);
            break;
        }
        size += count;
    }
    struct text built = builder_text(&builder);
    bool held = text_equal(built, (struct text){expected, size}) && built.data[size] == '\0' &&
                builder.capacity <= (size < 128 ? 256 : 2 * (size + 1));
    arena_release(&arena);
    return held;
}

static void building_is_concatenation(void **state)
{
    (void)state;
    assert_true(property_holds("building is concatenation", 1000, equals_concatenation, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_come_out_in_order),
        cmocka_unit_test(bytes_of_any_kind_survive),
        cmocka_unit_test(building_is_concatenation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
