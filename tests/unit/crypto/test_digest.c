/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/digest.h"

static void assert_hex(struct digest digest, const char *hex)
{
    AUTO_ARENA arena;
    arena_init(&arena, 4096 * 16);
    assert_string_equal(digest_hex(&arena, &digest).data, hex);
}

/* FIPS 180-4's examples. */
static void test_known_values(void **state)
{
    (void)state;
    assert_hex(digest_sha256(TEXT("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hex(digest_sha256(TEXT("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const struct text joined[] = {TEXT("a"), TEXT(""), TEXT("bc")};
    assert_hex(digest_sha256_joined(joined, 3),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* sha256(00 00 00 00 00 00 00 01 'a' 00 00 00 00 00 00 00 02 'bc'), computed with sha256sum. */
static void test_lists_are_told_apart(void **state)
{
    (void)state;
    const struct text one[] = {TEXT("a"), TEXT("bc")};
    const struct text other[] = {TEXT("ab"), TEXT("c")};
    struct digest first = digest_sha256_list(one, 2);
    struct digest second = digest_sha256_list(other, 2);
    assert_hex(first, "3fafa1cf2f19a7c1129beb20cf0983f73a489a221fc0dd2f16d1be292d089205");
    assert_false(digest_equal(&first, &second));
}

static void test_hex_is_read_strictly(void **state)
{
    (void)state;
    AUTO_ARENA arena;
    arena_init(&arena, 4096 * 16);
    struct digest digest = digest_sha256(TEXT("abc"));
    struct digest back;
    struct text hex = digest_hex(&arena, &digest);
    assert_true(digest_from_hex(hex, &back));
    assert_true(digest_equal(&digest, &back));
    assert_false(digest_from_hex(text_slice(hex, 0, 63), &back));
    assert_false(digest_from_hex(text_format(&arena, "%s0", hex.data), &back));
    assert_false(
        digest_from_hex(TEXT("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), &back));
    assert_false(
        digest_from_hex(TEXT("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_lists_are_told_apart),
        cmocka_unit_test(test_hex_is_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
