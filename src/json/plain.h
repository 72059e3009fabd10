/* SPDX-License-Identifier: Apache-2.0 */
/* The characters of a string that stand for themselves; only for src/json/. */
#ifndef AEX_JSON_PLAIN_H
#define AEX_JSON_PLAIN_H

#include <endian.h>
#include <string.h>

#include "base/text.h"

/* Printable ASCII other than the quote and the backslash. */
static inline bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* Where the run of such characters that starts at `offset` ends. Looks at eight at a time: a byte's high bit is
 * set in a sum below when that byte is what the sum looks for. Borrows and carries can set it wrongly only in
 * bytes behind one where it is set rightly. */
static inline size_t plain_end(struct text text, size_t offset)
{
    const uint64_t ones = 0x0101010101010101U;
    const uint64_t high_bits = 0x8080808080808080U;
    for (; text.size - offset >= sizeof(uint64_t); offset += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, text.data + offset, sizeof eight);
        eight = le64toh(eight);
        uint64_t quote = eight ^ (ones * '"');
        uint64_t backslash = eight ^ (ones * '\\');
        uint64_t low = (eight - ones * 0x20) & ~eight;
        uint64_t high = (eight + ones) | eight;
        uint64_t found =
            (low | high | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash)) & high_bits;
        if (found != 0) {
            return offset + (size_t)__builtin_ctzll(found) / 8;
        }
    }
    while (offset < text.size && is_plain((unsigned char)text.data[offset])) {
        offset++;
    }
    return offset;
}

#endif
