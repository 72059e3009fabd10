/* SPDX-License-Identifier: Apache-2.0 */
/* A quick look whether a text could hold a secret: nearly all of what comes by can be passed over at memory's
 * speed. */
#ifndef AEX_REDACT_HINTS_H
#define AEX_REDACT_HINTS_H

#include "base/text.h"

enum { HINT_WORDS = 1024 };

/* Which four bytes in a row, as a hash of 16 bits, may begin something. */
struct hints {
    uint64_t bits[HINT_WORDS];
};

static inline uint32_t hint_hash(uint32_t four)
{
    return (four * UINT32_C(2654435761)) >> 16;
}

static inline void hint_set(struct hints *hints, uint32_t hash)
{
    hints->bits[hash >> 6] |= UINT64_C(1) << (hash & 63);
}

static inline bool hint_is_set(const struct hints *hints, uint32_t hash)
{
    return (hints->bits[hash >> 6] >> (hash & 63) & 1) != 0;
}

/* For what secret_scan finds. */
void hints_init(struct hints *hints);

/* Whether something may begin at `at`; never wrongly false. */
bool hints_may_begin(const struct hints *hints, struct text text, size_t at);

/* False: secret_scan finds nothing in the text. True: it may. */
bool hints_found(const struct hints *hints, struct text text);

#endif
