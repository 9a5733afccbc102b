#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

int aiu_unix_connect_now(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) return -ENAMETOOLONG;
    memcpy(address.sun_path, path, length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    int error = errno;
    close(fd);
    return -error;
}

long aiu_send_vector(int socket, const void *vector, size_t count) {
    struct msghdr message = {.msg_iov = (struct iovec *)vector, .msg_iovlen = count};
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT); while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

long aiu_receive_vector(int socket, const void *vector, size_t count) {
    struct msghdr message = {.msg_iov = (struct iovec *)vector, .msg_iovlen = count};
    ssize_t received;
    do received = recvmsg(socket, &message, MSG_DONTWAIT); while (received < 0 && errno == EINTR);
    return received < 0 ? -errno : received;
}

long aiu_receive_peek(int socket, void *buffer, size_t length) {
    ssize_t received;
    do received = recv(socket, buffer, length, MSG_PEEK | MSG_DONTWAIT); while (received < 0 && errno == EINTR);
    return received < 0 ? -errno : received;
}
