#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int closing(int fd, int result) {
    close(fd);
    return result;
}

int aiu_vsock_dial(uint32_t cid, uint32_t port) {
    int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    struct sockaddr_vm address = {.svm_family = AF_VSOCK, .svm_cid = cid, .svm_port = port};
    if (connect(fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) return closing(fd, -errno);
    return fd;
}

int aiu_socket_error(int socket) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length)) return -errno;
    return -error;
}

int aiu_vsock_local_cid(uint32_t *cid) {
    int fd = open("/dev/vsock", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    return closing(fd, ioctl(fd, IOCTL_VM_SOCKETS_GET_LOCAL_CID, cid) ? -errno : 0);
}

int aiu_loopback_up(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    return closing(fd, ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0);
}

int aiu_loopback_listen(uint16_t port, int datagrams) {
    int fd = socket(AF_INET, (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    int one = 1;
    // Connections of a listener before this one may still be ending.
    if (!datagrams) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || (!datagrams && listen(fd, 128)))
        return closing(fd, -errno);
    return fd;
}

int aiu_resize_terminal(int terminal, uint16_t rows, uint16_t columns) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    return ioctl(terminal, TIOCSWINSZ, &size) ? -errno : 0;
}

int aiu_open_terminal(uint16_t rows, uint16_t columns, const uint32_t *owner, int ends[2]) {
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (master < 0) return -errno;
    char name[64];
    int slave = -1;
    if (grantpt(master) || unlockpt(master) || ptsname_r(master, name, sizeof name)
        || (slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
        return closing(master, -errno);
    int problem = aiu_resize_terminal(slave, rows, columns);
    if (!problem && owner && fchown(slave, *owner, (gid_t)-1)) problem = -errno;
    if (problem) return closing(slave, closing(master, problem));
    ends[0] = master;
    ends[1] = slave;
    return 0;
}

int aiu_add_entropy(const uint8_t *bytes, size_t length) {
    // struct rand_pool_info: the number of bits, the number of bytes, the bytes.
    struct { int bits, bytes; uint8_t body[256]; } pool = {.bits = (int)length * 8, .bytes = (int)length};
    if (length > sizeof pool.body) return -EINVAL;
    memcpy(pool.body, bytes, length);
    int fd = open("/dev/random", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    return closing(fd, ioctl(fd, RNDADDENTROPY, &pool) ? -errno : 0);
}

int aiu_set_clock(int64_t milliseconds) {
    struct timespec now = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000};
    return clock_settime(CLOCK_REALTIME, &now) ? -errno : 0;
}

int aiu_signal_fd(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL)) return -errno;
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int aiu_next_signal(int fd) {
    struct signalfd_siginfo information;
    ssize_t count = read(fd, &information, sizeof information);
    if (count == sizeof information) return (int)information.ssi_signo;
    return count < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
}

static unsigned long mount_flags(unsigned flags) {
    static const unsigned long native[] = {MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_NOATIME, MS_RDONLY, MS_REMOUNT, MS_MOVE};
    unsigned long result = 0;
    for (unsigned i = 0; i < sizeof native / sizeof *native; i++)
        if (flags >> i & 1) result |= native[i];
    return result;
}

int aiu_mount(const char *source, const char *target, const char *type, unsigned flags, const char *options) {
    return mount(source, target, type, mount_flags(flags), options) ? -errno : 0;
}

int aiu_unmount_detached(const char *target) {
    return umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW) ? -errno : 0;
}

int aiu_catch_ctrl_alt_del(void) {
    return reboot(RB_DISABLE_CAD) ? -errno : 0;
}

int aiu_end_machine(int restart) {
    return reboot(restart ? RB_AUTOBOOT : RB_POWER_OFF) ? -errno : 0;
}

int aiu_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC) ? -errno : 0;
}

struct flush { int file, done; };

static void *flush_file_system(void *argument) {
    struct flush flush = *(struct flush *)argument;
    free(argument);
    // A counter cannot be 0 when it is read: 1 says done, 2 says failed.
    uint64_t outcome = syncfs(flush.file) ? 2 : 1;
    while (write(flush.done, &outcome, sizeof outcome) < 0 && errno == EINTR) {}
    close(flush.file);
    close(flush.done);
    return NULL;
}

int aiu_flush_begin(const char *path) {
    struct flush *flush = malloc(sizeof *flush);
    if (!flush) return -ENOMEM;
    int done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    flush->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    flush->done = done < 0 ? -1 : fcntl(done, F_DUPFD_CLOEXEC, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    pthread_t thread;
    int code = flush->done < 0 || flush->file < 0 ? errno
                                                  : pthread_create(&thread, &attributes, flush_file_system, flush);
    pthread_attr_destroy(&attributes);
    if (!code) return done;
    if (flush->file >= 0) close(flush->file);
    if (flush->done >= 0) close(flush->done);
    if (done >= 0) close(done);
    free(flush);
    return -code;
}

int aiu_flush_outcome(int done) {
    uint64_t outcome;
    ssize_t count = read(done, &outcome, sizeof outcome);
    if (count == sizeof outcome) return outcome == 1 ? 1 : -EIO;
    return count < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
}
