/* SPDX-License-Identifier: Apache-2.0 */
/* The one place a user where aex keeps what must outlive a process: budgets and the audit trail. */
#ifndef AEX_STATE_FOLDER_H
#define AEX_STATE_FOLDER_H

#include "base/error.h"
#include "base/text.h"

/* The state folder: `option` (the value of --state-dir, made absolute against the working folder) or, when that
 * is NULL, ~/.local/state/aex with the home folder of the password database. The environment has no say, since
 * agents strip and set variables. Nothing is made. */
bool state_folder_find(const char *option, struct arena *arena, struct text *ret_folder, struct error *err);

/* The audit log's path in it. Call state_folder_prepare before writing there. */
struct text state_folder_audit(struct arena *arena, struct text folder);

/* Makes the folder (mode 0700) with an empty list of sessions, in one step, when there is none. Whatever writes
 * into a state folder calls this first, so that an audit log without sessions/ beside it can only mean that
 * sessions/ was deleted: then *ret_is_lost is set and nothing is made. A folder that is made is
 * refused when other users may write it; what is read from one is checked by itself (os/private.h). One system
 * call when all is in place. */
bool state_folder_prepare(const char *folder, bool *ret_is_lost, struct error *err);

#endif
