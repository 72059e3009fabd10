/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC-SHA-256 (RFC 2104, FIPS 198-1), through nettle. */
#ifndef AEX_CRYPTO_HMAC_H
#define AEX_CRYPTO_HMAC_H

#include "crypto/digest.h"

/* The code of several texts as if they were one. Compare codes with digest_equal. */
struct digest hmac_sha256(struct text key, const struct text *texts, size_t count);

#endif
