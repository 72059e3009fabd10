/* SPDX-License-Identifier: Apache-2.0 */
/* Assertions on the project's own values, and what every cmocka program includes. */
#ifndef AEX_TESTS_SUPPORT_CHECK_H
#define AEX_TESTS_SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Fails unless the text has exactly these bytes. */
#define assert_text(actual, expected)                                                                          \
    do {                                                                                                       \
        struct text actual_text_ = (actual);                                                                   \
        struct text expected_text_ = text_of(expected);                                                        \
        if (!text_equal(actual_text_, expected_text_)) {                                                       \
            fail_msg("got \"%.*s\", expected \"%.*s\"", TEXT_ARG(actual_text_), TEXT_ARG(expected_text_));     \
        }                                                                                                      \
    } while (0)

/* An assertion in a table: says which row failed. */
#define assert_case(condition, name)                                                                           \
    do {                                                                                                       \
        if (!(condition)) {                                                                                    \
            fail_msg("%s: %s", (name), #condition);                                                            \
        }                                                                                                      \
    } while (0)

#endif
