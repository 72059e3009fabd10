/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), through nettle. */
#ifndef AEX_CRYPTO_DIGEST_H
#define AEX_CRYPTO_DIGEST_H

#include "base/text.h"

enum { DIGEST_SIZE = 32, DIGEST_HEX_SIZE = 64 };

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

struct digest digest_sha256(struct text text);

/* Of several texts, each preceded by its length (64 bits, big endian), so that no two lists share a digest. */
struct digest digest_sha256_list(const struct text *texts, size_t count);

/* Lower-case hexadecimal in the arena. */
struct text digest_hex(struct arena *arena, const struct digest *digest);

#endif
