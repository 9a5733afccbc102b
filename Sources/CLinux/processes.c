#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_BYTES = 64 * 1024, MAX_CHILD_FDS = 64 };

// ThreadSanitizer takes every clone for a fork and breaks when the child shares its bookkeeping.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHARED_MEMORY 0
#endif
#endif
#ifndef SHARED_MEMORY
#define SHARED_MEMORY CLONE_VM
#endif
enum { STACK_SHARING = SHARED_MEMORY ? MAP_PRIVATE : MAP_SHARED };

// A stack that is not in use: one is kept, because making and removing it takes as long as the rest of the parent's part.
static void *_Atomic spare_stack;

static void *take_stack(void) {
    void *stack = atomic_exchange(&spare_stack, NULL);
    return stack ? stack : mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, STACK_SHARING | MAP_ANONYMOUS, -1, 0);
}

static void give_stack(void *stack) {
    void *other = atomic_exchange(&spare_stack, stack);
    if (other) munmap(other, STACK_BYTES);
}

// Shared between parent and child; CLONE_VFORK suspends the caller until the child has executed or exited.
struct launch {
    const struct aiu_spawn *request;
    sigset_t signals;
    enum aiu_spawn_stage stage;
    int error;
};

static int fail(struct launch *launch, enum aiu_spawn_stage stage) {
    launch->stage = stage;
    launch->error = errno;
    _exit(127);
}

static void place_descriptors(struct launch *launch) {
    const struct aiu_spawn *request = launch->request;
    int count = (int)request->fd_count;
    int moved[MAX_CHILD_FDS];
    int spare = -1;
    // First out of the way of all targets, then into place: the caller's numbers may overlap the targets in any order.
    for (int i = 0; i < count; i++) {
        int source = request->fds[i];
        if (source < 0) {
            if (spare < 0) spare = open("/dev/null", O_RDWR | O_CLOEXEC);
            source = spare;
        }
        moved[i] = source < 0 ? -1 : fcntl(source, F_DUPFD_CLOEXEC, MAX_CHILD_FDS);
        if (moved[i] < 0) fail(launch, AIU_STAGE_DESCRIPTORS);
    }
    for (int i = 0; i < count; i++)
        if (dup2(moved[i], i) < 0) fail(launch, AIU_STAGE_DESCRIPTORS);
    if (syscall(SYS_close_range, (unsigned)count, ~0u, 0)) fail(launch, AIU_STAGE_DESCRIPTORS);
}

// Refuses vsock sockets, by every number that the call has on this processor.
static int forbid_vsock(void) {
    enum { X32_BIT = 0x40000000 };
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, X32_BIT | SYS_socket, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_VSOCK, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static int child(void *argument) {
    struct launch *launch = argument;
    const struct aiu_spawn *request = launch->request;
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction action;
        if (sigaction(signal, NULL, &action) == 0 && action.sa_handler != SIG_DFL) {
            memset(&action, 0, sizeof action);
            action.sa_handler = SIG_DFL;
            sigaction(signal, &action, NULL);
        }
    }
    if (request->death_signal) prctl(PR_SET_PDEATHSIG, request->death_signal);
    if (request->new_session && setsid() < 0) fail(launch, AIU_STAGE_SESSION);
    // Before its descriptor is closed, and while there is the privilege for it.
    if (request->network >= 0 && setns(request->network, CLONE_NEWNET)) fail(launch, AIU_STAGE_NETWORK);
    if (request->cgroup_procs >= 0 && write(request->cgroup_procs, "0", 1) < 0) fail(launch, AIU_STAGE_CGROUP);
    place_descriptors(launch);
    if (request->controlling_terminal && ioctl(0, TIOCSCTTY, 0)) fail(launch, AIU_STAGE_SESSION);
    for (size_t i = 0; i < request->limit_count; i++) {
        struct rlimit limit = {.rlim_cur = request->limits[i].soft, .rlim_max = request->limits[i].hard};
        if (setrlimit(request->limits[i].resource, &limit)) fail(launch, AIU_STAGE_LIMITS);
    }
    // While there is still the privilege that a filter needs.
    if (request->no_vsock && forbid_vsock()) fail(launch, AIU_STAGE_USER);
    // Raw calls: the C library's versions would try to change the parent's threads too.
    if (request->change_user
        && (syscall(SYS_setgroups, 0, NULL) || syscall(SYS_setresgid, request->gid, request->gid, request->gid)
            || syscall(SYS_setresuid, request->uid, request->uid, request->uid)))
        fail(launch, AIU_STAGE_USER);
    if (request->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail(launch, AIU_STAGE_USER);
    if (request->cwd && chdir(request->cwd)) fail(launch, AIU_STAGE_DIRECTORY);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(request->path, request->argv, request->envp);
    fail(launch, AIU_STAGE_EXEC);
    return 127;
}

int aiu_spawn(const struct aiu_spawn *request, int *pidfd, enum aiu_spawn_stage *stage) {
    *stage = AIU_STAGE_CLONE;
    if (request->fd_count < 3 || request->fd_count > MAX_CHILD_FDS) return -EINVAL;
    // The child's stack, with what it reports at the lower end.
    void *stack = take_stack();
    if (stack == MAP_FAILED) return -errno;
    struct launch *launch = stack;
    *launch = (struct launch){.request = request};
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &launch->signals);
    int descriptor = -1;
    int pid = clone(child, (char *)stack + STACK_BYTES, SHARED_MEMORY | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, launch,
                    &descriptor);
    int error = pid < 0 ? errno : launch->error;
    pthread_sigmask(SIG_SETMASK, &launch->signals, NULL);
    if (pid >= 0 && error) {
        waitpid(pid, NULL, 0);
        close(descriptor);
        *stage = launch->stage;
    }
    give_stack(stack);
    if (error) return -error;
    *pidfd = descriptor;
    return pid;
}

int aiu_pidfd_open(int pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

int aiu_pidfd_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) ? -errno : 0;
}

static int outcome(const siginfo_t *info, int *status) {
    *status = info->si_status;
    return info->si_code == CLD_EXITED ? 1 : 2;
}

int aiu_pidfd_wait(int pidfd, int block, int *status) {
    siginfo_t info = {0};
    int result;
    do result = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | (block ? 0 : WNOHANG)); while (result && errno == EINTR);
    if (result) return -errno;
    return info.si_pid == 0 ? 0 : outcome(&info, status);
}

int aiu_wait_any(int *status, int *killed) {
    siginfo_t info = {0};
    int result;
    do result = waitid(P_ALL, 0, &info, WEXITED | WNOHANG); while (result && errno == EINTR);
    if (result) return -errno;
    if (info.si_pid == 0) return 0;
    *killed = outcome(&info, status) == 2;
    return info.si_pid;
}

int aiu_adopt_orphans(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static int signal_pipe = -1;

static void pass_on(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    // A full pipe already says enough.
    (void)!write(signal_pipe, &byte, 1);
    errno = saved;
}

int aiu_catch_signals(const int *signals, size_t count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return -errno;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    signal_pipe = ends[1];
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    for (size_t i = 0; i < count; i++)
        if (sigaction(signals[i], &action, NULL)) return -errno;
    return ends[0];
}

void aiu_share_heaps(int count) { mallopt(M_ARENA_MAX, count); }
