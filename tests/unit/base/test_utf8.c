/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "support/check.h"
#include "support/property.h"

/* RFC 3629, section 4, its grammar read line by line: how many bytes the character at `bytes` takes, 0 for
 * none. */
static size_t reference_length(const unsigned char *bytes, size_t left)
{
    static const struct {
        unsigned char first[2];
        unsigned char second[2];
        size_t length;
    } rows[] = {
        {{0xC2, 0xDF}, {0x80, 0xBF}, 2}, {{0xE0, 0xE0}, {0xA0, 0xBF}, 3}, {{0xE1, 0xEC}, {0x80, 0xBF}, 3},
        {{0xED, 0xED}, {0x80, 0x9F}, 3}, {{0xEE, 0xEF}, {0x80, 0xBF}, 3}, {{0xF0, 0xF0}, {0x90, 0xBF}, 4},
        {{0xF1, 0xF3}, {0x80, 0xBF}, 4}, {{0xF4, 0xF4}, {0x80, 0x8F}, 4},
    };
    if (bytes[0] < 0x80) {
        return 1;
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (bytes[0] < rows[i].first[0] || bytes[0] > rows[i].first[1]) {
            continue;
        }
        bool is_valid =
            left >= rows[i].length && bytes[1] >= rows[i].second[0] && bytes[1] <= rows[i].second[1];
        for (size_t j = 2; is_valid && j < rows[i].length; j++) {
            is_valid = bytes[j] >= 0x80 && bytes[j] <= 0xBF;
        }
        return is_valid ? rows[i].length : 0;
    }
    return 0;
}

/* The bytes at the edges of every range of the grammar. */
static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
                                      0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
                                      0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFC, 0xFE, 0xFF};

static void check_sequence(const unsigned char *bytes, size_t size)
{
    uint32_t code_point = UINT32_MAX;
    size_t length = utf8_decode((struct text){(const char *)bytes, size}, 0, &code_point);
    size_t expected = reference_length(bytes, size);
    if (length != expected) {
        fail_msg("%02x %02x (of %zu) took %zu, expected %zu", bytes[0], bytes[1], size, length, expected);
    }
    assert_true(length != 0 || code_point == UINT32_MAX);
}

static void every_sequence_reads_as_the_rfc_says(void **state)
{
    (void)state;
    unsigned char bytes[4];
    for (uint32_t first = 0; first < 256; first++) {
        for (uint32_t second = 0; second < 256; second++) {
            bytes[0] = (unsigned char)first;
            bytes[1] = (unsigned char)second;
            for (size_t i = 0; i < COUNT_OF(edges); i++) {
                for (size_t j = 0; j < COUNT_OF(edges); j++) {
                    bytes[2] = edges[i];
                    bytes[3] = edges[j];
                    for (size_t size = 1; size <= 4; size++) {
                        check_sequence(bytes, size);
                    }
                }
            }
        }
    }
}

static void every_code_point_comes_back(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 1024 * 1024);
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        struct builder builder;
        builder_init(&builder, &arena);
        utf8_add(&builder, code_point);
        struct text text = builder_text(&builder);
        uint32_t back = UINT32_MAX;
        size_t length = utf8_decode(text, 0, &back);
        if (code_point >= 0xD800 && code_point <= 0xDFFF) {
            assert_int_equal(length, 0);
            assert_int_equal(text.size, 3); /* WTF-8 */
            assert_int_equal(utf8_find_invalid(text), 0);
        } else {
            assert_int_equal(length, text.size);
            assert_int_equal(back, code_point);
            assert_int_equal(utf8_find_invalid(text), TEXT_NOT_FOUND);
            assert_int_equal(utf8_count(text), 1);
        }
        arena_reset(&arena);
    }
}

static bool finds_the_first_invalid_byte(struct property *property, const void *context)
{
    (void)context;
    unsigned char bytes[64];
    size_t size = property_draw(property, sizeof bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = property_once_in(property, 4) ? edges[property_draw(property, COUNT_OF(edges))]
                                                 : (unsigned char)('a' + property_draw(property, 26));
    }
    size_t expected = 0;
    while (expected < size && reference_length(bytes + expected, size - expected) != 0) {
        expected += reference_length(bytes + expected, size - expected);
    }
    property_note(property, "%zu bytes, invalid at %zu", size, expected);
    return utf8_find_invalid((struct text){(const char *)bytes, size}) ==
           (expected == size ? TEXT_NOT_FOUND : expected);
}

static void the_first_invalid_byte_is_found(void **state)
{
    (void)state;
    assert_true(property_holds("first invalid byte", 20000, finds_the_first_invalid_byte, NULL));
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(TEXT("")), 0);
    assert_int_equal(utf8_count(TEXT("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z")), 5);
}

static void a_text_never_ends_inside_a_character(void **state)
{
    (void)state;
    struct text text = TEXT("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    static const size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (size_t size = 0; size <= text.size; size++) {
        assert_int_equal(utf8_whole(text_slice(text, 0, size)).size, whole[size]);
    }
    assert_int_equal(utf8_whole(TEXT("\x80\x80\x80\x80\x80")).size, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence_reads_as_the_rfc_says),
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(the_first_invalid_byte_is_found),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(a_text_never_ends_inside_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
