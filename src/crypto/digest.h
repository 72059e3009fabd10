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

/* Of several texts as if they were one, without copying them together. */
struct digest digest_sha256_joined(const struct text *texts, size_t count);

/* Of several texts, each preceded by its length (64 bits, big endian), so that no two lists share a digest. */
struct digest digest_sha256_list(const struct text *texts, size_t count);

/* Lower-case hexadecimal in the arena, or into DIGEST_HEX_SIZE bytes without a closing NUL. */
struct text digest_hex(struct arena *arena, const struct digest *digest);
void digest_to_hex(const struct digest *digest, char *ret_hex);

/* Exactly DIGEST_HEX_SIZE lower-case digits; anything else is false. */
bool digest_from_hex(struct text hex, struct digest *ret_digest);

/* Takes the same time wherever the two differ. */
bool digest_equal(const struct digest *a, const struct digest *b);

#endif
