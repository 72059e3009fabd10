/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/base64.h"

#include <nettle/base64.h>

bool base64_decode(struct text text, struct arena *arena, struct text *ret_bytes)
{
    struct base64_decode_ctx context;
    size_t size = BASE64_DECODE_LENGTH(text.size);
    uint8_t *bytes = arena_alloc(arena, size + 1);
    base64_decode_init(&context);
    if (text.size % 4 != 0 || !base64_decode_update(&context, &size, bytes, text.size, text.data) ||
        !base64_decode_final(&context)) {
        return false;
    }
    *ret_bytes = (struct text){(const char *)bytes, size};
    return true;
}

struct text base64_encode(struct text bytes, struct arena *arena)
{
    size_t size = BASE64_ENCODE_RAW_LENGTH(bytes.size);
    char *text = arena_alloc(arena, size + 1);
    base64_encode_raw(text, bytes.size, (const uint8_t *)bytes.data);
    text[size] = '\0';
    return (struct text){text, size};
}
