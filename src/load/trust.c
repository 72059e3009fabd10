/* SPDX-License-Identifier: Apache-2.0 */
#include "load/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/builder.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/private.h"

enum {
    NAME_SIZE = 32, /* hexadecimal digits */
    HEADER_SIZE = DIGEST_HEX_SIZE + 1,
};

/* Where the accepted bytes of one policy are kept. */
static struct text store_path(const char *state_folder, struct text root, struct text policy,
                              struct arena *arena)
{
    const struct text parts[] = {root, policy};
    struct digest digest = digest_sha256_list(parts, sizeof parts / sizeof parts[0]);
    struct text name = text_slice(digest_hex(arena, &digest), 0, NAME_SIZE);
    return text_format(arena, "%s/trust/%.*s.aex", state_folder, TEXT_ARG(name));
}

bool trust_read(const char *state_folder, struct text root, struct text policy, struct arena *arena,
                struct trust *ret_trust, struct error *err)
{
    struct text path = store_path(state_folder, root, policy, arena);
    struct trust trust = {0};
    struct text content;
    if (!private_read(path.data, LIMIT_DOCUMENT + HEADER_SIZE, arena, &trust.is_accepted, &content, err)) {
        return false;
    }
    if (!trust.is_accepted) {
        *ret_trust = trust;
        return true;
    }
    if (content.size < HEADER_SIZE || content.data[DIGEST_HEX_SIZE] != '\n' ||
        !digest_from_hex(text_slice(content, 0, DIGEST_HEX_SIZE), &trust.digest)) {
        *ret_trust = (struct trust){.is_damaged = true};
        return true;
    }
    trust.accepted = text_after(content, HEADER_SIZE);
    *ret_trust = trust;
    return true;
}

bool trust_accept(const char *state_folder, struct text root, struct text policy, struct text bytes,
                  struct arena *arena, struct error *err)
{
    struct text folder = text_format(arena, "%s/trust", state_folder);
    struct text path = store_path(state_folder, root, policy, arena);
    struct digest digest = digest_sha256(bytes);
    struct builder content;
    builder_init(&content, arena);
    builder_add(&content, digest_hex(arena, &digest));
    builder_add_char(&content, '\n');
    builder_add(&content, bytes);
    return private_make_folder(folder.data, err) &&
           file_replace(AT_FDCWD, path.data, builder_text(&content), 0600, err);
}

bool trust_revoke(const char *state_folder, struct text root, struct text policy, struct arena *arena,
                  struct error *err)
{
    struct text path = store_path(state_folder, root, policy, arena);
    if (unlink(path.data) != 0 && errno != ENOENT) {
        return error_set_os(err, errno, "cannot remove %s", path.data);
    }
    return true;
}
