/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of this user's, in the state folder: what says that a file was written by aex here. */
#ifndef AEX_STATE_KEY_H
#define AEX_STATE_KEY_H

#include "base/error.h"
#include "base/text.h"

enum { STATE_KEY_SIZE = 32 };

/* Reads the key `name` from keys/NAME in `state_folder`, which is random and of mode 0600. With `makes` a
 * missing one is made, of which two processes at once see the same. Without, a missing key is no error:
 * *ret_exists is false. A key that others may read, or of another size, is an error. */
bool state_key_read(const char *state_folder, const char *name, bool makes, struct arena *arena,
                    bool *ret_exists, struct text *ret_key, struct error *err);

#endif
