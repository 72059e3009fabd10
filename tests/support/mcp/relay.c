/* SPDX-License-Identifier: Apache-2.0 */
/* The least that a proxy of one process can do: copy both ways, and look at nothing.
 *
 *   mcp-relay PROGRAM [WORD...]
 *
 * It waits for a full pipe and so stands still when neither side reads, which a proxy must not; it is there to
 * be measured against, with fewer calls in flight than a pipe holds. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "mcp-relay: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* False when either side is at its end. */
static bool copy(int from, int to, char *piece)
{
    ssize_t size = read(from, piece, PIECE);
    if (size < 0 && errno == EINTR) {
        return true;
    }
    for (ssize_t done = 0; done < size;) {
        ssize_t written = write(to, piece + done, (size_t)(size - done));
        if (written < 0 && errno != EINTR) {
            return false;
        }
        done += written > 0 ? written : 0;
    }
    return size > 0;
}

int main(int count, char **words)
{
    int input[2];
    int output[2];
    if (count < 2 || pipe(input) != 0 || pipe(output) != 0) {
        die("usage: mcp-relay PROGRAM [WORD...]");
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(input[0], STDIN_FILENO);
        dup2(output[1], STDOUT_FILENO);
        close(input[0]);
        close(input[1]);
        close(output[0]);
        close(output[1]);
        execvp(words[1], words + 1);
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    char *piece = malloc(PIECE);
    if (child < 0 || piece == NULL) {
        die("start");
    }
    struct pollfd files[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = output[0], .events = POLLIN}};
    for (;;) {
        if (poll(files, 2, -1) < 0) {
            continue;
        }
        if (files[1].revents != 0 && !copy(output[0], STDOUT_FILENO, piece)) {
            break;
        }
        if (files[0].revents != 0 && !copy(STDIN_FILENO, input[1], piece)) {
            close(input[1]);
            files[0].fd = -1;
        }
    }
    free(piece);
    waitpid(child, NULL, 0);
    return 0;
}
