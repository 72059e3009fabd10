/* SPDX-License-Identifier: Apache-2.0 */
/* Records of checkpoints that were taken up: where one session's trail goes on in another's. */
#ifndef AEX_AUDIT_RESUMED_H
#define AEX_AUDIT_RESUMED_H

#include "audit/chain.h"
#include "json/json.h"

struct audit_resumed {
    struct text name;
    bool is_foreign;        /* made by AEX or elsewhere: nothing below is known */
    struct text session;    /* that the checkpoint was made in */
    struct audit_link link; /* the trail's last record then */
    bool was_found;         /* the log had that record when the checkpoint was taken up */
};

/* Reads a "checkpoint.resumed" record; false for any other, and for one that is not as aex writes it. The texts
 * are the record's. */
bool audit_resumed_read(const struct json *record, struct audit_resumed *ret_resumed);

#endif
