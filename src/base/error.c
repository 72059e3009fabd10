/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "base/visible.h"

/* Names in messages are other people's: whatever could forge a line or steer a terminal, or is half a character
 * since the message was cut there, becomes U+FFFD. */
static void clean(struct error *err)
{
    static const struct text replacement = TEXT_INIT("\xEF\xBF\xBD");
    char cleaned[ERROR_MESSAGE_SIZE];
    size_t size = 0;
    struct text rest = text_of(err->message);
    while (rest.size > 0) {
        uint32_t code_point = 0;
        size_t length = utf8_decode(rest, 0, &code_point);
        bool is_hidden = length == 0 || visible_is_treacherous(code_point);
        struct text shown = is_hidden ? replacement : text_slice(rest, 0, length);
        if (size + shown.size >= sizeof cleaned) {
            break;
        }
        memcpy(cleaned + size, shown.data, shown.size);
        size += shown.size;
        rest = text_after(rest, length == 0 ? 1 : length);
    }
    memcpy(err->message, cleaned, size);
    err->message[size] = '\0';
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

bool error_pass(struct error *err, const struct error *from)
{
    if (err != NULL) {
        *err = *from;
    }
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
