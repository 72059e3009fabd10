/* SPDX-License-Identifier: Apache-2.0 */
/* Who runs this process, by the password database and never by the environment (which an agent can set). */
#ifndef AEX_OS_USER_H
#define AEX_OS_USER_H

#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

/* The home folder of the process's user, from /etc/passwd, else from `getent passwd` (LDAP and the like; a
 * static binary cannot load the C library's own look-up modules). */
bool user_home(struct arena *arena, struct text *ret_home, struct error *err);

/* The home folder of `user` in the text of a password file (passwd(5)): the first line with that id and an
 * absolute folder. */
bool user_find_home(struct text passwd, uid_t user, struct text *ret_home);

#endif
