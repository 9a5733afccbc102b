#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static socklen_t internet_address(struct sockaddr_storage *storage, const uint8_t *bytes, size_t length, uint16_t port) {
    memset(storage, 0, sizeof *storage);
    if (length == 4) {
        struct sockaddr_in *address = (struct sockaddr_in *)storage;
        address->sin_family = AF_INET;
        address->sin_port = htons(port);
        memcpy(&address->sin_addr, bytes, 4);
        return sizeof *address;
    }
    struct sockaddr_in6 *address = (struct sockaddr_in6 *)storage;
    address->sin6_family = AF_INET6;
    address->sin6_port = htons(port);
    memcpy(&address->sin6_addr, bytes, 16);
    return sizeof *address;
}

static int fail_closing(int fd) {
    int error = errno;
    close(fd);
    return -error;
}

int aiu_internet_connect(int datagram, const uint8_t *bytes, size_t length, uint16_t port, const char *interface) {
    if (length != 4 && length != 16) return -EAFNOSUPPORT;
    struct sockaddr_storage address;
    socklen_t size = internet_address(&address, bytes, length, port);
    int type = (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int fd = socket(address.ss_family, type, 0);
    if (fd < 0) return -errno;
    if (interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)))
        return fail_closing(fd);
    int one = 1;
    // Small requests go at once. A socket that lacks the option is only slower.
    if (!datagram) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&address, size) && errno != EINPROGRESS) return fail_closing(fd);
    return fd;
}

int aiu_internet_listen(const uint8_t *bytes, size_t length, uint16_t *port, int datagram) {
    struct sockaddr_storage address;
    socklen_t size = internet_address(&address, bytes, length, *port);
    int fd = socket(address.ss_family, (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, size) || (!datagram && listen(fd, 512))) return fail_closing(fd);
    size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size)) return fail_closing(fd);
    *port = ntohs(address.ss_family == AF_INET ? ((struct sockaddr_in *)&address)->sin_port
                                               : ((struct sockaddr_in6 *)&address)->sin6_port);
    return fd;
}

int aiu_internet_is_own(int fd) {
    struct sockaddr_storage here, there;
    socklen_t here_size = sizeof here, there_size = sizeof there;
    if (getsockname(fd, (struct sockaddr *)&here, &here_size)) return -errno;
    if (getpeername(fd, (struct sockaddr *)&there, &there_size)) return -errno;
    if (here.ss_family != there.ss_family) return 0;
    if (here.ss_family == AF_INET)
        return ((struct sockaddr_in *)&here)->sin_addr.s_addr == ((struct sockaddr_in *)&there)->sin_addr.s_addr;
    return memcmp(&((struct sockaddr_in6 *)&here)->sin6_addr, &((struct sockaddr_in6 *)&there)->sin6_addr, 16) == 0;
}

int aiu_hide_memory(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ? -errno : 0;
}

void aiu_wipe(void *memory, size_t length) {
    explicit_bzero(memory, length);
}
