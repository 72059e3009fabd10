/* SPDX-License-Identifier: Apache-2.0 */
#include "os/user.h"

#include <fcntl.h>
#include <unistd.h>

#include "os/child.h"
#include "os/file.h"

enum { LARGEST_PASSWD = 16 * 1024 * 1024 };

/* The fields: name:password:uid:gid:gecos:home:shell */
bool user_find_home(struct text passwd, uid_t user, struct text *ret_home)
{
    struct text line;
    while (text_next(&passwd, '\n', &line)) {
        struct text fields[6];
        size_t count = 0;
        while (count < 6 && text_next(&line, ':', &fields[count])) {
            count++;
        }
        uint64_t id;
        if (count == 6 && text_to_u64(fields[2], &id) && id == user && text_starts_with(fields[5], TEXT("/"))) {
            *ret_home = fields[5];
            return true;
        }
    }
    return false;
}

static bool ask_getent(struct arena *arena, uid_t user, struct text *ret_passwd, struct error *err)
{
    struct text id = text_format(arena, "%lu", (unsigned long)user);
    const char *const words[] = {"getent", "passwd", id.data, NULL};
    return child_capture("/usr/bin/getent", words, arena, ret_passwd, err);
}

bool user_home(struct arena *arena, struct text *ret_home, struct error *err)
{
    uid_t user = getuid();
    struct text passwd;
    if (file_read_path(AT_FDCWD, "/etc/passwd", LARGEST_PASSWD, arena, &passwd, err) &&
        user_find_home(passwd, user, ret_home)) {
        return true;
    }
    if (ask_getent(arena, user, &passwd, err) && user_find_home(passwd, user, ret_home)) {
        return true;
    }
    return error_set(err, "user %lu is not in the password database; name a folder with --state-dir",
                     (unsigned long)user);
}
