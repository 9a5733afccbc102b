#pragma once

// The Linux calls that Swift's Glibc module does not import. Every function returns -errno on failure.
// Feature macros stay in the .c files: in a header they would break other modules.

// Only headers that the Glibc module lacks: a header named in both would belong to whichever is imported first.
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

// Sockets
enum { AIU_CID_ANY = -1, AIU_CID_HOST = 2 };
int aiu_unix_listen(const char *path, unsigned mode, int backlog);
int aiu_unix_connect(const char *path);
int aiu_unix_pair(int pair[2]);
int aiu_vsock_listen(uint32_t port, int backlog);
int aiu_vsock_connect(uint32_t cid, uint32_t port, int timeout_ms);
int aiu_vsock_accept(int listener, uint32_t *cid, uint32_t *port);
int aiu_accept(int listener);
// On a numeric address of either family.
int aiu_tcp_listen(const char *address, uint16_t port, int backlog);
// The numeric address at the other end.
int aiu_tcp_peer(int fd, char *text, size_t size);
int aiu_peer_credentials(int socket, int32_t *pid, uint32_t *uid, uint32_t *gid);
// Receives one message with at most max_fds descriptors (close-on-exec); returns its length, 0 at the end.
long aiu_receive_with_fds(int socket, void *buffer, size_t length, int *fds, size_t max_fds, size_t *fd_count);
long aiu_send_with_fds(int socket, const void *buffer, size_t length, const int *fds, size_t fd_count);

// Processes
struct aiu_limit { int32_t resource; uint64_t soft, hard; };
struct aiu_spawn {
    const char *path;              // absolute; no search
    char *const *argv;
    char *const *envp;
    const char *cwd;               // NULL: inherit
    const int *fds;                // fds[i] becomes descriptor i of the child; -1: /dev/null. All others are closed.
    size_t fd_count;               // at least 3
    uint32_t uid, gid;
    int change_user;               // set uid and gid, drop supplementary groups
    int new_session;
    int controlling_terminal;      // descriptor 0 becomes the controlling terminal
    int no_new_privileges;
    int no_vsock;                  // the child and its children cannot make vsock sockets
    int death_signal;              // sent when the parent dies; 0: none
    const struct aiu_limit *limits;
    size_t limit_count;
    int cgroup_procs;              // an open cgroup.procs to join, or -1
    int network;                   // an open network namespace to enter, or -1
};
// What a failed spawn was doing, so that the message can name it.
enum aiu_spawn_stage {
    AIU_STAGE_CLONE, AIU_STAGE_SESSION, AIU_STAGE_DESCRIPTORS, AIU_STAGE_CGROUP, AIU_STAGE_LIMITS, AIU_STAGE_USER,
    AIU_STAGE_DIRECTORY, AIU_STAGE_EXEC, AIU_STAGE_NETWORK,
};
int aiu_spawn(const struct aiu_spawn *request, int *pidfd, enum aiu_spawn_stage *stage);
int aiu_pidfd_open(int pid);
int aiu_pidfd_signal(int pidfd, int signal);
// Catches the signals in whatever thread they meet; returns where their numbers can be read, a byte each. Once a process.
int aiu_catch_signals(const int *signals, size_t count);
// Reaps the process of a pidfd: 0 still running, 1 exited (*status = code), 2 killed (*status = signal).
int aiu_pidfd_wait(int pidfd, int block, int *status);
// Reaps any child: its pid, 0 when none is ready, -ECHILD when there is none. *killed tells how to read *status.
int aiu_wait_any(int *status, int *killed);
// From now on this process is the parent of its children's orphans, and must reap them.
int aiu_adopt_orphans(void);
// Threads share this many heaps instead of having one each. To be called before the first thread starts.
void aiu_share_heaps(int count);

// Files
// Opens a path below a folder; ".." above it, links and magic links are refused by the kernel.
int aiu_open_beneath(int folder, const char *path, uint64_t flags, uint64_t mode);
int aiu_memfd(const char *name);
int aiu_clone_file(int destination, int source);
int aiu_lock_exclusive(int fd);
int64_t aiu_seek_data(int fd, int64_t offset);
int64_t aiu_seek_hole(int fd, int64_t offset);
long aiu_copy_range(int source, int64_t source_offset, int destination, int64_t destination_offset, size_t length);
int aiu_pivot_root(const char *new_root, const char *put_old);
int aiu_set_hostname(const char *name, size_t length);
int aiu_resize_ext4(int mount_point, uint64_t blocks);

// Landlock (6.1 knows ABI 2)
int aiu_landlock_abi(void);
// What is not known to the kernel's version must be 0.
int aiu_landlock_create(uint64_t handled_access, uint64_t handled_network, uint64_t scopes);
int aiu_landlock_allow(int ruleset, int path_fd, uint64_t allowed_access);
int aiu_landlock_restrict(int ruleset);

// Virtual machines' sockets. A vector is an array of struct iovec, which belongs to the Glibc module.
// Connects or fails at once: a full backlog is -EAGAIN, so that a peer that does not accept cannot hold up the caller.
int aiu_unix_connect_now(const char *path);
// Neither call waits nor raises SIGPIPE.
long aiu_send_vector(int socket, const void *vector, size_t count);
long aiu_receive_vector(int socket, const void *vector, size_t count);
// Looks at waiting bytes without taking them.
long aiu_receive_peek(int socket, void *buffer, size_t length);

// Internet sockets; an address is 4 or 16 bytes. None of the calls waits.
// With an interface, nothing of the socket leaves by another one.
int aiu_internet_connect(int datagram, const uint8_t *address, size_t length, uint16_t port, const char *interface);
// Port 0 takes a free one and says which.
int aiu_internet_listen(const uint8_t *address, size_t length, uint16_t *port, int datagram);
// 1 when both ends have the same address, so that the other end is this machine.
int aiu_internet_is_own(int fd);

// Network cards. Addresses are 4 bytes; -EBUSY while a machine has the tap.
int aiu_tap_make(const char *name, uint32_t owner);
// One that is not there is fine.
int aiu_tap_remove(const char *name);
int aiu_tap_connect(const char *name, const uint8_t own[4], const uint8_t other[4]);
int aiu_link_down(const char *name);
// In a guest: its one card. -ENODEV when it has none.
int aiu_card_connect(const uint8_t own[4], const uint8_t gateway[4]);
int aiu_card_down(void);

// No core dump, and no other process of the user reads this one's memory.
int aiu_hide_memory(void);
// Zeroes memory, and is never left out by the compiler.
void aiu_wipe(void *memory, size_t length);

// The processor's time stamp counter and the time, read together. Returns how many nanoseconds apart they may be.
long aiu_counter_sample(uint64_t *ticks, uint64_t *nanoseconds);

// Confinement
int aiu_no_new_privileges(void);
int aiu_unshare_network(void);
// Whether a descriptor is a network namespace.
int aiu_is_network_namespace(int fd);
int aiu_change_root(const char *path);
int aiu_change_user(uint32_t uid, uint32_t gid);
// The kernel kills this process when the thread that started it ends. Another user begins without.
int aiu_die_with_parent(void);
int aiu_set_limit(int resource, uint64_t value);

// What the first process of a virtual machine needs
enum {
    AIU_MOUNT_NOSUID = 1, AIU_MOUNT_NODEV = 2, AIU_MOUNT_NOEXEC = 4, AIU_MOUNT_NOATIME = 8, AIU_MOUNT_READ_ONLY = 16,
    AIU_MOUNT_REMOUNT = 32, AIU_MOUNT_MOVE = 64,
};
int aiu_mount(const char *source, const char *target, const char *type, unsigned flags, const char *options);
int aiu_unmount_detached(const char *target);
// A non-blocking socket whose connection is under way; aiu_socket_error tells how it went once it is writable.
int aiu_vsock_dial(uint32_t cid, uint32_t port);
int aiu_socket_error(int socket);
int aiu_vsock_local_cid(uint32_t *cid);
int aiu_loopback_up(void);
// A socket of 127.0.0.1 that does not block: a stream's that listens, or a datagram's. Port 0 lets the kernel choose.
int aiu_loopback_listen(uint16_t port, int datagrams);
// Both ends are closed on exec; ends[0] is read from.
int aiu_pipe(int ends[2]);
// ends[0] drives the terminal and does not block, ends[1] is the terminal itself, given to *owner unless NULL.
int aiu_open_terminal(uint16_t rows, uint16_t columns, const uint32_t *owner, int ends[2]);
int aiu_resize_terminal(int terminal, uint16_t rows, uint16_t columns);
int aiu_add_entropy(const uint8_t *bytes, size_t length);
int aiu_set_clock(int64_t milliseconds);
// Blocks the signals and returns a descriptor to read them from instead.
int aiu_signal_fd(const int *signals, size_t count);
// The next signal's number, 0 when none waits.
int aiu_next_signal(int fd);
// Writes what the file system of a path holds in memory to its disk, in a thread of its own. Returns a descriptor that
// becomes readable when that is done.
int aiu_flush_begin(const char *path);
// 1 when it is done, 0 when it is not yet.
int aiu_flush_outcome(int done);
int aiu_catch_ctrl_alt_del(void);
int aiu_end_machine(int restart);
