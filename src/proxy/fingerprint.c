/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy/fingerprint.h"

#include <errno.h>
#include <sys/stat.h>

/* How long after a change a file may change again without its times showing it: the kernel's tick, with room.
 */
#define CLOCK_GRAIN INT64_C(50000000)

void fingerprint_add_bytes(struct fingerprint *print, struct text bytes)
{
    const uint64_t parts[] = {print->hash, text_hash(bytes)};
    print->hash = text_hash((struct text){(const char *)parts, sizeof parts});
}

void fingerprint_add_file(struct fingerprint *print, const char *path)
{
    struct stat status;
    int64_t parts[6] = {0};
    if (stat(path, &status) == 0) {
        int64_t changed = (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec;
        parts[0] = (int64_t)status.st_ino;
        parts[1] = (int64_t)status.st_dev;
        parts[2] = (int64_t)status.st_size;
        parts[3] = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
        parts[4] = changed;
        print->newest = changed > print->newest ? changed : print->newest;
    } else {
        parts[5] = errno;
    }
    fingerprint_add_bytes(print, (struct text){(const char *)parts, sizeof parts});
}

bool fingerprint_is_too_fresh(const struct fingerprint *print, clock_instant read_at)
{
    return print->newest > read_at - CLOCK_GRAIN;
}
