/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/error.h"
#include "base/utf8.h"
#include "support/check.h"

static void messages_say_what_failed(void **state)
{
    (void)state;
    struct error err = {.os_code = 99};
    assert_false(error_set(&err, "%s is %d", "it", 3));
    assert_string_equal(err.message, "it is 3");
    assert_int_equal(err.os_code, 0);
    assert_false(error_set_os(&err, ENOENT, "cannot open %s", "x"));
    assert_string_equal(err.message, "cannot open x: No such file or directory");
    assert_int_equal(err.os_code, ENOENT);
    assert_false(error_prefix(&err, "cannot load %s", "y"));
    assert_string_equal(err.message, "cannot load y: cannot open x: No such file or directory");
    assert_int_equal(err.os_code, ENOENT);
    assert_false(error_set_os(&err, 123456, "x"));
    assert_string_equal(err.message, "x: unknown error");
    struct error other = {0};
    assert_false(error_pass(&other, &err));
    assert_string_equal(other.message, "x: unknown error");
    assert_int_equal(other.os_code, 123456);
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_false(error_set(NULL, "x"));
    assert_false(error_set_os(NULL, EIO, "x"));
    assert_false(error_prefix(NULL, "x"));
    assert_false(error_pass(NULL, &(struct error){0}));
}

static bool is_one_line_of_utf8(const char *message)
{
    for (const char *at = message; *at != '\0'; at++) {
        bool is_c1 = at[0] == '\xC2' && (unsigned char)at[1] < 0xA0;
        bool is_override = strncmp(at, "\xE2\x80\xAE", 3) == 0;
        bool is_tag = strncmp(at, "\xF3\xA0\x81", 3) == 0;
        if ((unsigned char)*at < 0x20 || *at == 0x7F || is_c1 || is_override || is_tag) {
            return false;
        }
    }
    return utf8_find_invalid(text_of(message)) == TEXT_NOT_FOUND;
}

/* Names in messages come from the agent: they must not forge lines or steer a terminal. */
static void what_others_wrote_stays_on_one_line(void **state)
{
    (void)state;
    static const char *const names[] = {
        "a\nb",
        "a\r\nb",
        "\033[2J",
        "\x7F",
        "tab\tbed",
        "\xFF\xFE",
        "half \xC3",
        "\xED\xA0\x80",
        "csi \xC2\x9B!",
        "\xE2\x80\xAE turned",
        "tag\xF3\xA0\x81\xB2",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct error err;
        error_set(&err, "tool %s!", names[i]);
        assert_case(is_one_line_of_utf8(err.message), names[i]);
        assert_case(text_ends_with(text_of(err.message), TEXT("!")), names[i]);
        error_set_os(&err, ENOENT, "tool %s", names[i]);
        assert_case(is_one_line_of_utf8(err.message), names[i]);
        error_set(&err, "x");
        error_prefix(&err, "tool %s", names[i]);
        assert_case(is_one_line_of_utf8(err.message), names[i]);
    }
}

static void long_messages_are_cut_between_characters(void **state)
{
    (void)state;
    char name[ERROR_MESSAGE_SIZE * 2];
    for (size_t shift = 0; shift < 4; shift++) {
        size_t size = shift;
        memset(name, 'x', shift);
        while (size + 4 < sizeof name) {
            memcpy(name + size, "\xF0\x9F\x98\x80", 4);
            size += 4;
        }
        name[size] = '\0';
        struct error err;
        error_set(&err, "%s", name);
        assert_true(is_one_line_of_utf8(err.message));
        assert_true(strlen(err.message) > ERROR_MESSAGE_SIZE - 8);
        error_set_os(&err, ENOENT, "%s", name);
        assert_true(is_one_line_of_utf8(err.message));
        error_set(&err, "y");
        error_prefix(&err, "%s", name);
        assert_true(is_one_line_of_utf8(err.message));
        error_set(&err, "%s", name);
        error_prefix(&err, "y");
        assert_true(is_one_line_of_utf8(err.message));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_say_what_failed),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(what_others_wrote_stays_on_one_line),
        cmocka_unit_test(long_messages_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
