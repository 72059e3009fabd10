/* SPDX-License-Identifier: Apache-2.0 */
#include "state/key.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/file.h"
#include "os/private.h"
#include "os/random.h"

static bool read_key(const char *path, struct arena *arena, bool *ret_exists, struct text *ret_key,
                     struct error *err)
{
    struct error failure;
    struct stat status;
    AUTO_CLOSE fd = private_open(path, O_RDONLY, &failure);
    *ret_exists = fd >= 0;
    if (fd < 0) {
        return failure.os_code == ENOENT || error_pass(err, &failure);
    }
    if (!private_check(fd, path, &status, err) ||
        !file_read_inspected(fd, path, &status, STATE_KEY_SIZE, arena, ret_key, err)) {
        return false;
    }
    if ((status.st_mode & 077) != 0) {
        return error_set(err, "%s may be read by other users; `chmod 600 %s` ends that", path, path);
    }
    return ret_key->size == STATE_KEY_SIZE ||
           error_set(err, "%s is damaged: it has not %d bytes", path, STATE_KEY_SIZE);
}

/* Under a name of its own first: the key's name is never there without its bytes. */
static bool make_key(const char *path, struct arena *arena, struct error *err)
{
    char bytes[STATE_KEY_SIZE];
    const char *temporary = text_format(arena, "%s.%ld.tmp", path, (long)getpid()).data;
    if (!random_fill(bytes, sizeof bytes, err)) {
        return false;
    }
    unlink(temporary); /* left by a killed process that had our id */
    if (!file_create(AT_FDCWD, temporary, (struct text){bytes, sizeof bytes}, 0600, err)) {
        return false;
    }
    int code = link(temporary, path) == 0 ? 0 : errno;
    unlink(temporary);
    return code == 0 || code == EEXIST || error_set_os(err, code, "cannot make %s", path);
}

bool state_key_read(const char *state_folder, const char *name, bool makes, struct arena *arena,
                    bool *ret_exists, struct text *ret_key, struct error *err)
{
    const char *folder = text_format(arena, "%s/keys", state_folder).data;
    const char *path = text_format(arena, "%s/%s", folder, name).data;
    if (!read_key(path, arena, ret_exists, ret_key, err)) {
        return false;
    }
    if (*ret_exists || !makes) {
        return true;
    }
    return private_make_folder(folder, err) && make_key(path, arena, err) &&
           read_key(path, arena, ret_exists, ret_key, err) &&
           (*ret_exists || error_set(err, "%s was removed meanwhile", path));
}
