#include "CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int aiu_tcp_listen(const char *text, uint16_t port, int backlog) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr *address = (struct sockaddr *)&four;
    socklen_t length = sizeof four;
    if (inet_pton(AF_INET, text, &four.sin_addr) != 1) {
        if (inet_pton(AF_INET6, text, &six.sin6_addr) != 1) return -EINVAL;
        address = (struct sockaddr *)&six;
        length = sizeof six;
    }
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address, length) || listen(fd, backlog)) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int aiu_tcp_peer(int fd, char *text, size_t size) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getpeername(fd, (struct sockaddr *)&address, &length)) return -errno;
    if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return -EAFNOSUPPORT;
    return getnameinfo((struct sockaddr *)&address, length, text, size, NULL, 0, NI_NUMERICHOST) ? -EINVAL : 0;
}
