/* SPDX-License-Identifier: Apache-2.0 */
/* What globs count in: one code point, or one byte that is not part of valid UTF-8. */
#ifndef AEX_PATTERN_UNIT_H
#define AEX_PATTERN_UNIT_H

#include "base/utf8.h"

enum { UNIT_INVALID = 0x110000 }; /* added to a byte, it is no code point */

/* The unit at `offset` (< text.size), and how many bytes it takes: never 0. */
static inline size_t unit_at(struct text text, size_t offset, uint32_t *ret_unit)
{
    unsigned char lead = (unsigned char)text.data[offset];
    if (lead < 0x80) {
        *ret_unit = lead;
        return 1;
    }
    size_t length = utf8_decode(text, offset, ret_unit);
    if (length == 0) {
        *ret_unit = UNIT_INVALID + lead;
        return 1;
    }
    return length;
}

static inline uint32_t unit_lower(uint32_t unit)
{
    return unit >= 'A' && unit <= 'Z' ? unit - 'A' + 'a' : unit;
}

#endif
