/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *err, const char *format, ...)
{
    if (err == NULL) {
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    err->os_code = 0;
    return false;
}

bool error_set_os(struct error *err, int os_code, const char *format, ...)
{
    if (err == NULL) {
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof err->message) {
        /* strerrordesc_np: no locale, so a static binary needs no locale files. */
        const char *description = strerrordesc_np(os_code);
        snprintf(err->message + length, sizeof err->message - (size_t)length, ": %s",
                 description != NULL ? description : "unknown error");
    }
    err->os_code = os_code;
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    if (err == NULL) {
        return false;
    }
    char old[ERROR_MESSAGE_SIZE];
    memcpy(old, err->message, sizeof old);
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof err->message) {
        snprintf(err->message + length, sizeof err->message - (size_t)length, ": %s", old);
    }
    return false;
}
