/* SPDX-License-Identifier: Apache-2.0 */
#include "state/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/path.h"
#include "os/private.h"
#include "os/user.h"
#include "state/index.h"

bool state_folder_find(const char *option, struct arena *arena, struct text *ret_folder, struct error *err)
{
    if (option != NULL) {
        struct text current = TEXT("/");
        if (option[0] == '\0') {
            return error_set(err, "the state folder's name is empty");
        }
        if (option[0] != '/' && !path_current(arena, &current, err)) {
            return false;
        }
        *ret_folder = path_normalise(arena, current, text_of(option));
        return true;
    }
    struct text home;
    if (!user_home(arena, &home, err)) {
        return false;
    }
    *ret_folder = path_normalise(arena, home, TEXT(".local/state/aex"));
    return true;
}

struct text state_folder_audit(struct arena *arena, struct text folder)
{
    return path_join(arena, folder, TEXT("audit.jsonl"));
}

static bool exists(const char *path)
{
    return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

/* False when the result does not fit. */
static bool join(char *into, const char *folder, const char *name, struct error *err)
{
    int length = snprintf(into, LIMIT_PATH, "%s/%s", folder, name);
    if (length < 0 || length >= LIMIT_PATH) {
        return error_set_os(err, ENAMETOOLONG, "cannot use the state folder %s", folder);
    }
    return true;
}

/* The folder `sessions` appears under its name with its list inside, so that one without a list was tampered
 * with. */
static bool make_sessions(const char *folder, const char *sessions, struct error *err)
{
    char temporary[LIMIT_PATH];
    char index[LIMIT_PATH];
    if (!join(temporary, folder, "sessions.XXXXXX", err)) {
        return false;
    }
    if (mkdtemp(temporary) == NULL) {
        return error_set_os(err, errno, "cannot make a folder in %s", folder);
    }
    bool made = join(index, temporary, "index", err) && session_index_create(index, err);
    if (made && rename(temporary, sessions) == 0) {
        return true;
    }
    int failure = errno;
    unlink(index);
    rmdir(temporary);
    if (!made) {
        return false;
    }
    /* Another process was first. */
    if (failure == EEXIST || failure == ENOTEMPTY) {
        return true;
    }
    return error_set_os(err, failure, "cannot make %s", sessions);
}

bool state_folder_prepare(const char *folder, bool *ret_is_lost, struct error *err)
{
    char sessions[LIMIT_PATH];
    char audit[LIMIT_PATH];
    if (!join(sessions, folder, "sessions", err) || !join(audit, folder, "audit.jsonl", err)) {
        return false;
    }
    *ret_is_lost = false;
    if (exists(sessions)) {
        return true;
    }
    /* In this order: sessions/ is made before the log, so a log that is there now had sessions/ before it. */
    bool has_audit = exists(audit);
    if (exists(sessions)) {
        return true;
    }
    if (has_audit) {
        *ret_is_lost = true;
        return true;
    }
    return private_make_folder(folder, err) && make_sessions(folder, sessions, err);
}
