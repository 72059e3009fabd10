/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/past.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "audit/store.h"
#include "os/file.h"
#include "os/private.h"

/* A seal is `,"seq":N,"prev":"HEX","hash":"HEX"}` with its newline. */
enum { LONGEST_SEAL = 256 };

bool audit_has_link(int log, const char *path, const struct audit_link *link, bool *ret_has, struct error *err)
{
    char end[LONGEST_SEAL];
    size_t size = link->offset < sizeof end ? (size_t)link->offset : sizeof end;
    size_t got;
    *ret_has = link->seq == 0;
    if (link->seq == 0 || link->offset > INT64_MAX) {
        return true;
    }
    if (!file_read_at(log, path, end, size, (off_t)(link->offset - size), &got, err)) {
        return false;
    }
    if (got < size) {
        return true; /* the log is shorter */
    }
    char hex[DIGEST_HEX_SIZE];
    char seal[LONGEST_SEAL];
    digest_to_hex(&link->hash, hex);
    struct text text = {end, size};
    int length = snprintf(seal, sizeof seal, "\",\"hash\":\"%.*s\"}\n", DIGEST_HEX_SIZE, hex);
    if (length < 0 || !text_ends_with(text, (struct text){seal, (size_t)length})) {
        return true;
    }
    length = snprintf(seal, sizeof seal, ",\"seq\":%llu,\"prev\":\"", (unsigned long long)link->seq);
    *ret_has = length > 0 && text_contains(text, (struct text){seal, (size_t)length});
    return true;
}

bool audit_read_end(const char *path, struct arena *arena, struct audit_link *ret_link, struct error *err)
{
    const char *head_path = text_format(arena, "%s.head", path).data;
    struct error failure = {0};
    size_t slot;
    AUTO_CLOSE head = private_open(head_path, O_RDONLY, &failure);
    if (head < 0 && failure.os_code == ENOENT) {
        *ret_link = (struct audit_link){0};
        return true;
    }
    if (head < 0) {
        return error_pass(err, &failure);
    }
    return audit_read_head(head, head_path, ret_link, &slot, err);
}
