/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's folder: written as a whole, and never through a link. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/inside.h"
#include "state/checkpoint_internal.h"
#include "state/folder.h"
#include "state/key.h"

#define KEY_NAME "checkpoint"
#define CHECKPOINT_JSON "checkpoint.json"
#define AUDIT_JSONL "audit.jsonl"

/* Removes a folder of ours, or whatever took its name. Files that are not ours keep it where it is. */
static void remove_folder(int parent, const char *name)
{
    AUTO_CLOSE folder = file_open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, NULL);
    if (folder >= 0) {
        unlinkat(folder, CHECKPOINT_JSON, 0);
        unlinkat(folder, AUDIT_JSONL, 0);
    }
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0 && errno == ENOTDIR) {
        unlinkat(parent, name, 0);
    }
}

static bool fill_folder(int parent, const char *name, struct text json, struct text records, struct error *err)
{
    AUTO_CLOSE folder = file_open(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, err);
    return folder >= 0 && file_create(folder, AUDIT_JSONL, records, 0644, err) &&
           file_create(folder, CHECKPOINT_JSON, json, 0644, err);
}

/* Where a file system cannot exchange two names: one step more, in which the name is gone for a moment. */
static int replace_in_two_steps(int parent, const char *temporary, const char *name)
{
    char old[NAME_MAX + 1];
    int length = snprintf(old, sizeof old, ".%s.%ld.old", name, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof old) {
        return ENAMETOOLONG;
    }
    if (renameat(parent, name, parent, old) != 0 && errno != ENOENT) {
        return errno;
    }
    int code = renameat(parent, temporary, parent, name) == 0 ? 0 : errno;
    if (code != 0) {
        (void)!renameat(parent, old, parent, name);
        return code;
    }
    remove_folder(parent, old);
    return 0;
}

/* Gives the filled folder its name. What had it before is under the temporary one afterwards. */
static bool put_in_place(int parent, const char *temporary, const char *name, struct error *err)
{
    struct stat status;
    int code = renameat2(parent, temporary, parent, name, RENAME_NOREPLACE) == 0 ? 0 : errno;
    if (code == EEXIST) {
        if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode)) {
            return error_set(err, CHECKPOINT_FOLDER "/%s is a symbolic link or a file, not a folder", name);
        }
        code = renameat2(parent, temporary, parent, name, RENAME_EXCHANGE) == 0 ? 0 : errno;
    }
    if (code == EINVAL || code == ENOSYS) {
        if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode)) {
            return error_set(err, CHECKPOINT_FOLDER "/%s is a symbolic link or a file, not a folder", name);
        }
        code = replace_in_two_steps(parent, temporary, name);
    }
    return code == 0 || error_set_os(err, code, "cannot write " CHECKPOINT_FOLDER "/%s", name);
}

bool checkpoint_write(const char *root, const char *state_folder, const struct checkpoint *checkpoint,
                      struct arena *arena, struct error *err)
{
    struct text key = TEXT("");
    bool has_key;
    bool is_lost;
    if (!checkpoint_name_is_valid(checkpoint->name)) {
        return error_set(err, "a checkpoint's name has only letters, digits, \"_\" and \"-\", not \"%.*s\"",
                         TEXT_ARG(checkpoint->name));
    }
    if (!state_folder_prepare(state_folder, &is_lost, err) ||
        !state_key_read(state_folder, KEY_NAME, true, arena, &has_key, &key, err)) {
        return false;
    }
    const char *name = text_to_c(arena, checkpoint->name);
    const char *temporary = text_format(arena, ".%s.%ld.tmp", name, (long)getpid()).data;
    struct text json = checkpoint_format(checkpoint, key, arena);
    AUTO_CLOSE folder = inside_open_folder(root, TEXT(CHECKPOINT_FOLDER), true, err);
    if (folder < 0) {
        return false;
    }
    remove_folder(folder, temporary); /* left by a killed process that had our id */
    if (mkdirat(folder, temporary, 0777) != 0) {
        return error_set_os(err, errno, "cannot make a folder in " CHECKPOINT_FOLDER);
    }
    bool written = fill_folder(folder, temporary, json, checkpoint->records, err) &&
                   put_in_place(folder, temporary, name, err);
    remove_folder(folder, temporary); /* the new one after a failure, else the one before */
    return written;
}

bool checkpoint_read(const char *root, const char *state_folder, struct text name, struct arena *arena,
                     struct checkpoint *ret_checkpoint, struct error *err)
{
    struct text key = TEXT("");
    struct text json;
    struct text records = TEXT("");
    struct error failure = {0};
    struct checkpoint checkpoint;
    bool has_key;
    if (!checkpoint_name_is_valid(name)) {
        return error_set(err, "\"%.*s\" is no name of a checkpoint", TEXT_ARG(name));
    }
    if (!state_key_read(state_folder, KEY_NAME, false, arena, &has_key, &key, err)) {
        return false;
    }
    struct text path = text_format(arena, CHECKPOINT_FOLDER "/%.*s", TEXT_ARG(name));
    const char *shown = text_format(arena, "%s/" CHECKPOINT_JSON, path.data).data;
    AUTO_CLOSE folder = inside_open_folder(root, path, false, err);
    if (folder < 0 || !inside_read(folder, CHECKPOINT_JSON, shown, LIMIT_CHECKPOINT, arena, &json, err)) {
        return false;
    }
    if (!inside_read(folder, AUDIT_JSONL, AUDIT_JSONL, LIMIT_CHECKPOINT, arena, &records, &failure) &&
        failure.os_code != ENOENT) {
        return error_set(err, "%.*s: %s", TEXT_ARG(path), failure.message);
    }
    if (!checkpoint_parse(json, records, has_key ? key : TEXT(""), shown, arena, &checkpoint, err)) {
        return false;
    }
    if (!text_equal(checkpoint.name, name)) {
        return error_set(err, "%s holds another checkpoint, \"%.*s\"", shown, TEXT_ARG(checkpoint.name));
    }
    *ret_checkpoint = checkpoint;
    return true;
}
