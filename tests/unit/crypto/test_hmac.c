/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crypto/hmac.h"

/* RFC 4231, cases 1, 2, 3 and 6 (a key longer than a block). */
static void test_vectors(void **state)
{
    (void)state;
    char key_0b[20];
    char key_aa[131];
    char data_dd[50];
    memset(key_0b, 0x0b, sizeof key_0b);
    memset(key_aa, 0xaa, sizeof key_aa);
    memset(data_dd, 0xdd, sizeof data_dd);
    const struct {
        struct text key;
        struct text data;
        const char *code;
    } cases[] = {
        {{key_0b, sizeof key_0b},
         TEXT("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {TEXT("Jefe"), TEXT("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{key_aa, 20},
         {data_dd, sizeof data_dd},
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {{key_aa, sizeof key_aa},
         TEXT("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, 65536);
        const struct text parts[] = {text_slice(cases[i].data, 0, 3), TEXT(""), text_after(cases[i].data, 3)};
        struct digest whole = hmac_sha256(cases[i].key, &cases[i].data, 1);
        struct digest pieces = hmac_sha256(cases[i].key, parts, 3);
        assert_string_equal(digest_hex(&arena, &whole).data, cases[i].code);
        assert_string_equal(digest_hex(&arena, &pieces).data, cases[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
