/* SPDX-License-Identifier: Apache-2.0 */
/* What tests/rules/faults.t breaks: replaces a file under a lock, as the program does with its own state.
 *
 *   fault-probe FILE TEXT     exits with 0 when FILE holds TEXT, else with 1 and a complaint */
#include <fcntl.h>
#include <stdio.h>

#include "os/file.h"

static bool replace(const char *path, const char *text, struct error *err)
{
    AUTO_CLOSE lock = file_open(AT_FDCWD, "lock", O_RDWR | O_CREAT, 0600, err);
    return lock >= 0 && file_lock(lock, "lock", err) && file_replace(AT_FDCWD, path, text_of(text), 0600, err);
}

int main(int count, char **words)
{
    struct error err;
    if (count != 3) {
        fprintf(stderr, "usage: fault-probe FILE TEXT\n");
        return 2;
    }
    if (!replace(words[1], words[2], &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    return 0;
}
