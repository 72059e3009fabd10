/* SPDX-License-Identifier: Apache-2.0 */
/* The failures of the outside world, carried up to whoever can explain them. */
#ifndef AEX_BASE_ERROR_H
#define AEX_BASE_ERROR_H

#include <stdbool.h>

enum { ERROR_MESSAGE_SIZE = 1024 };

/* One failure. `os_code` is the errno value behind it, or 0. The message is one line of UTF-8 without a
 * final full stop or newline, and says what could not be done to what. Longer messages are cut; invalid
 * bytes and what visible_is_treacherous says, which come from names that others chose, become U+FFFD. */
struct error {
    int os_code;
    char message[ERROR_MESSAGE_SIZE];
};

/* Fills `err` (which may be NULL when the caller does not care) and returns false, so that a function can
 * end with `return error_set(err, ...)`. */
bool error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for a failed system call: `os_code` is its errno, whose description is appended after ": ". */
bool error_set_os(struct error *err, int os_code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Hands a failure on as it is, to `err` (which may be NULL). Returns false. */
bool error_pass(struct error *err, const struct error *from);

/* Puts more context in front of what is already there ("cannot load the policy: ..."). Returns false. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
