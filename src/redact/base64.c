/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/base64.h"

#include <nettle/base64.h>

/* What a character stands for; 64 and more: nothing. */
static unsigned value_of(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return (unsigned)(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return (unsigned)(c - 'a') + 26;
    }
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0') + 52;
    }
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : 64;
}

struct text base64_decode(struct text text, struct arena *arena, struct base64_form *ret_form)
{
    char *bytes = arena_alloc(arena, text.size / 4 * 3 + 4);
    size_t size = 0;
    uint32_t bits = 0;
    unsigned count = 0; /* of bits that are left over */
    bool is_padded = false;
    *ret_form = (struct base64_form){.is_pure = true};
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        unsigned value = value_of(c);
        if (value < 64) {
            ret_form->is_url_safe = ret_form->is_url_safe || c == '-' || c == '_';
            ret_form->is_pure = ret_form->is_pure && !is_padded;
            bits = bits << 6 | value;
            count += 6;
            if (count >= 8) {
                count -= 8;
                bytes[size++] = (char)(bits >> count & 0xFF);
            }
        } else if (c == '=') {
            /* The end; where more follows, some decoders begin anew. */
            is_padded = true;
            count = 0;
        } else if (c != '\n' && c != '\r' && c != ' ' && c != '\t') {
            ret_form->is_pure = false;
        }
    }
    ret_form->is_unpadded = !is_padded && size % 3 != 0;
    return (struct text){bytes, size};
}

struct text base64_encode(struct text bytes, const struct base64_form *form, struct arena *arena)
{
    size_t size = BASE64_ENCODE_RAW_LENGTH(bytes.size);
    char *text = arena_alloc(arena, size + 1);
    base64_encode_raw(text, bytes.size, (const uint8_t *)bytes.data);
    for (size_t i = 0; form->is_url_safe && i < size; i++) {
        text[i] = (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    }
    while (form->is_unpadded && size > 0 && text[size - 1] == '=') {
        size--;
    }
    text[size] = '\0';
    return (struct text){text, size};
}
