/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include <nettle/memops.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is one SHA-256 value");

static void update(struct sha256_ctx *context, struct text text)
{
    if (text.size != 0) {
        sha256_update(context, text.size, (const uint8_t *)text.data);
    }
}

struct digest digest_sha256(struct text text)
{
    return digest_sha256_joined(&text, 1);
}

struct digest digest_sha256_joined(const struct text *texts, size_t count)
{
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < count; i++) {
        update(&context, texts[i]);
    }
    struct digest digest;
    sha256_digest(&context, DIGEST_SIZE, digest.bytes);
    return digest;
}

struct digest digest_sha256_list(const struct text *texts, size_t count)
{
    struct sha256_ctx context;
    sha256_init(&context);
    for (size_t i = 0; i < count; i++) {
        uint8_t length[8];
        for (size_t byte = 0; byte < sizeof length; byte++) {
            length[byte] = (uint8_t)((uint64_t)texts[i].size >> (56 - 8 * byte));
        }
        sha256_update(&context, sizeof length, length);
        update(&context, texts[i]);
    }
    struct digest digest;
    sha256_digest(&context, DIGEST_SIZE, digest.bytes);
    return digest;
}

void digest_stream_init(struct digest_stream *stream)
{
    sha256_init(&stream->context);
}

void digest_stream_add(struct digest_stream *stream, struct text piece)
{
    update(&stream->context, piece);
}

struct digest digest_stream_finish(struct digest_stream *stream)
{
    struct digest digest;
    sha256_digest(&stream->context, DIGEST_SIZE, digest.bytes);
    return digest;
}

/* Arithmetic and not a table: compilers do many at a time. */
static char hex_digit(uint8_t value)
{
    return (char)(value + (value > 9 ? 'a' - 10 : '0'));
}

void digest_to_hex(const struct digest *digest, char *ret_hex)
{
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        ret_hex[2 * i] = hex_digit(digest->bytes[i] >> 4);
        ret_hex[2 * i + 1] = hex_digit(digest->bytes[i] & 0xF);
    }
}

struct text digest_hex(struct arena *arena, const struct digest *digest)
{
    char *hex = arena_alloc(arena, DIGEST_HEX_SIZE + 1);
    digest_to_hex(digest, hex);
    hex[DIGEST_HEX_SIZE] = '\0';
    return (struct text){hex, DIGEST_HEX_SIZE};
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_from_hex(struct text hex, struct digest *ret_digest)
{
    if (hex.size != DIGEST_HEX_SIZE) {
        return false;
    }
    struct digest digest;
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        int high = hex_value(hex.data[2 * i]);
        int low = hex_value(hex.data[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        digest.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_digest = digest;
    return true;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
    return memeql_sec(a->bytes, b->bytes, DIGEST_SIZE) != 0;
}
