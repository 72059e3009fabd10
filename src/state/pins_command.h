/* SPDX-License-Identifier: Apache-2.0 */
/* The command of a server as it is pinned; only for src/state/. {"words": [...], "program": PATH, "folder":
 * PATH} as it was seen; sealed, with {"files": {PATH: DIGEST}} in place of the folder. */
#ifndef AEX_STATE_PINS_COMMAND_H
#define AEX_STATE_PINS_COMMAND_H

#include "base/error.h"
#include "base/text.h"

/* The sealed form of a command that was seen: with the digests that its files have now. Both canonical JSON. */
bool pins_command_seal(struct text seen, struct arena *arena, struct text *ret_sealed, struct error *err);

#endif
