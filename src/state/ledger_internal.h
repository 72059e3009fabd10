/* SPDX-License-Identifier: Apache-2.0 */
/* The records of a ledger's file; only for src/state/. */
#ifndef AEX_STATE_LEDGER_INTERNAL_H
#define AEX_STATE_LEDGER_INTERNAL_H

#include "state/ledger.h"

enum {
    LEDGER_KEY_SIZE = 24, /* of the charge key's digest: 192 bits leave no room for accidents or search */
    LEDGER_RECORD_SIZE = 32,
};

struct ledger_record {
    uint8_t key[LEDGER_KEY_SIZE];
    uint32_t repeats;
    uint32_t unused;
};

_Static_assert(sizeof(struct ledger_record) == LEDGER_RECORD_SIZE,
               "the record's size is part of the file format");

/* Reads `count` records from number `start` on, all of which are there. */
bool ledger_read_records(const struct ledger *ledger, uint64_t start, size_t count,
                         struct ledger_record *ret_records, struct error *err);
/* Notes one more repeat of a charge. */
bool ledger_write_repeats(struct ledger *ledger, uint64_t number, uint32_t repeats, struct error *err);
/* Adds records behind the last; on false none. `used` and `count` are updated. */
bool ledger_add_records(struct ledger *ledger, const struct ledger_record *records, size_t count,
                        struct error *err);

#endif
