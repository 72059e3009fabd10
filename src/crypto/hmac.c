/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hmac.h"

#include <nettle/hmac.h>

struct digest hmac_sha256(struct text key, const struct text *texts, size_t count)
{
    struct hmac_sha256_ctx context;
    struct digest code;
    hmac_sha256_set_key(&context, key.size, (const uint8_t *)key.data);
    for (size_t i = 0; i < count; i++) {
        if (texts[i].size != 0) {
            hmac_sha256_update(&context, texts[i].size, (const uint8_t *)texts[i].data);
        }
    }
    hmac_sha256_digest(&context, DIGEST_SIZE, code.bytes);
    explicit_bzero(&context, sizeof context);
    return code;
}
