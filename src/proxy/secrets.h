/* SPDX-License-Identifier: Apache-2.0 */
/* What is secret in the workspace's own files and is to be known in what a server says: the values of its .env
 * files, read again when these change. */
#ifndef AEX_PROXY_SECRETS_H
#define AEX_PROXY_SECRETS_H

#include "base/error.h"
#include "os/clock.h"
#include "redact/message.h"

struct secrets {
    struct arena arena;                 /* of the values */
    const struct secret_values *values; /* NULL: none were read yet. Until the next refresh */
    struct text_vector places;          /* whose times tell of changes: see dotenv_read */
    uint64_t fingerprint;               /* of these; 0: they are to be read again */
    clock_instant looked_at;            /* when they were looked at last; on the steady clock */
    struct error failure;               /* the one of the last reading; its message is empty: there was none */
};

void secrets_init(struct secrets *secrets);
void secrets_release(struct secrets *secrets);

/* Makes the next refresh read the files in any case: the root may be another. */
void secrets_forget(struct secrets *secrets);

/* Reads the .env files of `root` unless they are as they were; call before a message is looked through. A
 * change counts for what comes a millisecond later. False: some could not be read, and that was not said
 * before; `err` says why. The values of the others are known all the same. */
bool secrets_refresh(struct secrets *secrets, struct text root, struct error *err);

#endif
