/* SPDX-License-Identifier: Apache-2.0 */
#include "base/visible.h"

#include "base/utf8.h"

bool visible_is_treacherous(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0xAD ||
           code_point == 0x61C || (code_point >= 0x200B && code_point <= 0x200F) ||
           (code_point >= 0x2028 && code_point <= 0x202E) || (code_point >= 0x2060 && code_point <= 0x206F) ||
           code_point == 0xFEFF || (code_point >= 0xE0000 && code_point <= 0xE007F);
}

void builder_add_visible(struct builder *builder, struct text text)
{
    size_t offset = 0;
    while (offset < text.size) {
        uint32_t code_point;
        size_t length = utf8_decode(text, offset, &code_point);
        if (length == 0) {
            builder_format(builder, "\\x%02x", (unsigned char)text.data[offset]);
            length = 1;
        } else if (code_point == '\n') {
            builder_add_c(builder, "\\n");
        } else if (visible_is_treacherous(code_point)) {
            builder_format(builder, code_point < 0x100 ? "\\x%02x" : "\\u%04x", code_point);
        } else {
            builder_add(builder, text_slice(text, offset, offset + length));
        }
        offset += length;
    }
}
