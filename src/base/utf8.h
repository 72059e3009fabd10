/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 defines it: shortest form only, no surrogates, nothing above U+10FFFF. */
#ifndef AEX_BASE_UTF8_H
#define AEX_BASE_UTF8_H

#include "base/builder.h"

/* The offset of the first byte that is not part of valid UTF-8, or TEXT_NOT_FOUND. */
size_t utf8_find_invalid(struct text text);

/* Decodes the code point at `offset` (< text.size) and returns how many bytes it takes; 0 when invalid. */
size_t utf8_decode(struct text text, size_t offset, uint32_t *ret_code_point);

/* Appends a code point. Surrogates are encoded as three bytes too (the generalised form WTF-8 calls "lone
 * surrogates"), because agents send them in JSON and they must survive; see json/json.h. */
void utf8_add(struct builder *builder, uint32_t code_point);

/* How many code points a valid text has: columns, for a person. */
size_t utf8_count(struct text text);

/* The text without the beginning of a character that was cut off at its end. */
struct text utf8_whole(struct text text);

#endif
