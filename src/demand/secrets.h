/* SPDX-License-Identifier: Apache-2.0 */
/* The closed list of files whose content is secret. aex(5) publishes it; reading one demands secrets.read. */
#ifndef AEX_DEMAND_SECRETS_H
#define AEX_DEMAND_SECRETS_H

#include "base/text.h"

/* Whether a path (absolute, normalised) is on the list. Compared without case and in NFC. */
bool secrets_names(struct arena *arena, struct text path);

/* Whether a glob (absolute) is aimed at the list: all it can name is secret, or its last segment starts with
 * plain characters and can name a secret. A bare `*` or `*.json` is not aimed at anything. */
bool secrets_aimed_at(struct arena *arena, struct text glob);

#endif
