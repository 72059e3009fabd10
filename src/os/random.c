/* SPDX-License-Identifier: Apache-2.0 */
#include "os/random.h"

#include <errno.h>
#include <sys/random.h>

bool random_fill(void *bytes, size_t size, struct error *err)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = getrandom((char *)bytes + done, size - done, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return error_set_os(err, got < 0 ? errno : EIO, "cannot get random bytes");
        }
        done += (size_t)got;
    }
    return true;
}
