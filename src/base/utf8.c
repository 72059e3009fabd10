/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <string.h>

/* The smallest code point that needs each length; anything below is an overlong form. */
static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};

static size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

size_t utf8_decode(struct text text, size_t offset, uint32_t *ret_code_point)
{
    const unsigned char *bytes = (const unsigned char *)text.data + offset;
    size_t length = sequence_length(bytes[0]);
    if (length == 0 || length > text.size - offset) {
        return 0;
    }
    if (length == 1) {
        *ret_code_point = bytes[0];
        return 1;
    }
    uint32_t code_point = bytes[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0U) != 0x80) {
            return 0;
        }
        code_point = code_point << 6 | (bytes[i] & 0x3FU);
    }
    if (code_point < smallest[length] || code_point > 0x10FFFF ||
        (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        return 0;
    }
    *ret_code_point = code_point;
    return length;
}

size_t utf8_find_invalid(struct text text)
{
    size_t offset = 0;
    while (offset < text.size) {
        /* Eight ASCII bytes at a time: source text and JSON are mostly ASCII. */
        uint64_t eight;
        while (text.size - offset >= sizeof eight) {
            memcpy(&eight, text.data + offset, sizeof eight);
            if ((eight & 0x8080808080808080U) != 0) {
                break;
            }
            offset += sizeof eight;
        }
        if (offset == text.size) {
            break;
        }
        uint32_t code_point;
        size_t length = utf8_decode(text, offset, &code_point);
        if (length == 0) {
            return offset;
        }
        offset += length;
    }
    return TEXT_NOT_FOUND;
}

void utf8_add(struct builder *builder, uint32_t code_point)
{
    if (code_point < 0x80) {
        builder_add_char(builder, (char)code_point);
        return;
    }
    size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    char bytes[4];
    uint32_t rest = code_point;
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80U | (rest & 0x3FU));
        rest >>= 6;
    }
    bytes[0] = (char)((0xF00U >> length) | rest);
    builder_add(builder, (struct text){bytes, length});
}

size_t utf8_count(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += ((unsigned char)text.data[i] & 0xC0U) != 0x80;
    }
    return count;
}

struct text utf8_whole(struct text text)
{
    size_t start = text.size;
    while (start > 0 && text.size - start < 4) {
        start--;
        unsigned char byte = (unsigned char)text.data[start];
        if ((byte & 0xC0U) != 0x80) {
            return sequence_length(byte) > text.size - start ? text_slice(text, 0, start) : text;
        }
    }
    return text;
}
