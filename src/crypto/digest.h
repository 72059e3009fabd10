/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), through nettle. */
#ifndef AEX_CRYPTO_DIGEST_H
#define AEX_CRYPTO_DIGEST_H

#include <nettle/sha2.h>

#include "base/text.h"

enum { DIGEST_SIZE = 32, DIGEST_HEX_SIZE = 64 };

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

struct digest digest_sha256(struct text text);

/* Of several texts as if they were one, without copying them together. */
struct digest digest_sha256_joined(const struct text *texts, size_t count);

/* Of several texts, each preceded by its length (64 bits, big endian), so that no two lists share a digest. */
struct digest digest_sha256_list(const struct text *texts, size_t count);

/* Of a text that comes piece by piece. */
struct digest_stream {
    struct sha256_ctx context;
};

void digest_stream_init(struct digest_stream *stream);
void digest_stream_add(struct digest_stream *stream, struct text piece);
struct digest digest_stream_finish(struct digest_stream *stream);

/* Lower-case hexadecimal in the arena, or into DIGEST_HEX_SIZE bytes without a closing NUL. */
struct text digest_hex(struct arena *arena, const struct digest *digest);
void digest_to_hex(const struct digest *digest, char *ret_hex);

/* Exactly DIGEST_HEX_SIZE lower-case digits; anything else is false. */
bool digest_from_hex(struct text hex, struct digest *ret_digest);

/* Takes the same time wherever the two differ. */
bool digest_equal(const struct digest *a, const struct digest *b);

#endif
