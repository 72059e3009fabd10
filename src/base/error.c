/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Names in messages are other people's: whatever could forge a line or steer a terminal, or is half a character
 * since the message was cut there, becomes "?". */
static void clean(struct error *err)
{
    struct text message = text_of(err->message);
    size_t offset = 0;
    while (offset < message.size) {
        uint32_t code_point = 0;
        size_t length = utf8_decode(message, offset, &code_point);
        bool is_control = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
        if (length == 0 || is_control) {
            length = length == 0 ? 1 : length;
            memset(err->message + offset, '?', length);
        }
        offset += length;
    }
}

bool error_set(struct error *err, const char *format, ...)
{
    if (err == NULL) {
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    clean(err);
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
    clean(err);
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
    clean(err);
    return false;
}
