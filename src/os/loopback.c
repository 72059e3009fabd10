/* SPDX-License-Identifier: Apache-2.0 */
#include "os/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/builder.h"
#include "os/file.h"
#include "os/random.h"

enum { SECRET_BYTES = 16, WAITING_CONNECTIONS = 8 };

static bool make_secret(struct arena *arena, struct text *ret_secret, struct error *err)
{
    unsigned char bytes[SECRET_BYTES];
    struct builder out;
    if (!random_fill(bytes, sizeof bytes, err)) {
        return false;
    }
    builder_init(&out, arena);
    for (size_t i = 0; i < sizeof bytes; i++) {
        builder_format(&out, "%02x", bytes[i]);
    }
    *ret_secret = builder_text(&out);
    return true;
}

/* bind(2) and getsockname(2) take every kind of address through one pointer type. */
union address {
    struct sockaddr any;
    struct sockaddr_in internet;
};

bool loopback_listen(struct arena *arena, struct loopback *ret_loopback, struct error *err)
{
    union address address = {.internet = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address.internet;
    struct loopback loopback;
    if (!make_secret(arena, &loopback.secret, err)) {
        return false;
    }
    loopback.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (loopback.fd < 0 || bind(loopback.fd, &address.any, size) != 0 ||
        listen(loopback.fd, WAITING_CONNECTIONS) != 0 || getsockname(loopback.fd, &address.any, &size) != 0) {
        error_set_os(err, errno, "cannot listen on the loopback address");
        file_close(&loopback.fd);
        return false;
    }
    loopback.port = ntohs(address.internet.sin_port);
    *ret_loopback = loopback;
    return true;
}

int loopback_accept(const struct loopback *loopback)
{
    return accept4(loopback->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

void loopback_send(int connection, struct text text)
{
    (void)!send(connection, text.data, text.size, MSG_NOSIGNAL | MSG_DONTWAIT);
}
