#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/vm_sockets.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int unix_address(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address->sun_path) return -ENAMETOOLONG;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    return 0;
}

static int fail_closing(int fd) {
    int error = errno;
    close(fd);
    return -error;
}

int aiu_unix_listen(const char *path, unsigned mode, int backlog) {
    struct sockaddr_un address;
    int problem = unix_address(path, &address);
    if (problem) return problem;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    // The mode is set on the socket before bind, so the path never exists with a wider one.
    if (fchmod(fd, mode) || bind(fd, (struct sockaddr *)&address, sizeof address)) return fail_closing(fd);
    if (chmod(path, mode) || listen(fd, backlog)) return fail_closing(fd);
    return fd;
}

int aiu_unix_connect(const char *path) {
    struct sockaddr_un address;
    int problem = unix_address(path, &address);
    if (problem) return problem;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) return fail_closing(fd);
    return fd;
}

int aiu_unix_pair(int pair[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) ? -errno : 0;
}

int aiu_vsock_listen(uint32_t port, int backlog) {
    int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = port};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, backlog)) return fail_closing(fd);
    return fd;
}

int aiu_vsock_connect(uint32_t cid, uint32_t port, int timeout_ms) {
    int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    struct timeval limit = {.tv_sec = timeout_ms / 1000, .tv_usec = (timeout_ms % 1000) * 1000};
    setsockopt(fd, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &limit, sizeof limit);
    struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port};
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) return fail_closing(fd);
    return fd;
}

int aiu_vsock_accept(int listener, uint32_t *cid, uint32_t *port) {
    struct sockaddr_vm peer;
    socklen_t length = sizeof peer;
    int fd = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return -errno;
    *cid = peer.svm_cid;
    *port = peer.svm_port;
    return fd;
}

int aiu_accept(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int aiu_peer_credentials(int socket, int32_t *pid, uint32_t *uid, uint32_t *gid) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length)) return -errno;
    *pid = credentials.pid;
    *uid = credentials.uid;
    *gid = credentials.gid;
    return 0;
}

enum { MAX_FDS = 32 };

long aiu_receive_with_fds(int socket, void *buffer, size_t length, int *fds, size_t max_fds, size_t *fd_count) {
    union { char bytes[CMSG_SPACE(MAX_FDS * sizeof(int))]; struct cmsghdr alignment; } control;
    struct iovec part = {.iov_base = buffer, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t received;
    do received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC); while (received < 0 && errno == EINTR);
    *fd_count = 0;
    if (received < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
            if (*fd_count < max_fds) fds[(*fd_count)++] = fd; else close(fd);
        }
    }
    return received;
}

long aiu_send_with_fds(int socket, const void *buffer, size_t length, const int *fds, size_t fd_count) {
    union { char bytes[CMSG_SPACE(MAX_FDS * sizeof(int))]; struct cmsghdr alignment; } control;
    if (fd_count > MAX_FDS) return -E2BIG;
    struct iovec part = {.iov_base = (void *)buffer, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd_count) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
        memcpy(CMSG_DATA(header), fds, fd_count * sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL); while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}
