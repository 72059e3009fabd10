/* SPDX-License-Identifier: Apache-2.0 */
/* The names in one folder, and which of them may be links: one look instead of one at every name of interest.
 */
#ifndef AEX_OS_LISTING_H
#define AEX_OS_LISTING_H

#include "base/error.h"
#include "base/text.h"
#include "base/vector.h"

struct listed_name {
    struct text name;
    bool may_be_link;   /* symbolic; or the file system does not say */
    bool may_be_folder; /* likewise; links may lead to one */
};

VECTOR_DECLARE(listing, struct listed_name);

/* Everything in `folder` but "." and "..", in the order the system gives it; the names are in the arena. Fails
 * when it cannot be read, and on more than LIMIT_LISTING names. */
bool listing_read(struct text folder, struct arena *arena, struct listing *ret_listing, struct error *err);

#endif
