package import AIUSystem
internal import CSeccomp
internal import Glibc

/// Which system calls remain; all others fail with EPERM, and those that only an attacker makes end the process.
package struct SystemCallFilter: Sendable {
    private var allowed: [String]
    private var fatal: [String]
    /// Which sockets may be made.
    private enum Sockets {
        case none, unix, vsock
        /// TCP and UDP, over IPv4 and IPv6.
        case internet
    }

    private var sockets = Sockets.none
    /// A signal may be sent, but only to itself.
    private var endsItself = false
    /// Files may be opened, but only to be read.
    private var readsFiles = false
    /// Threads may be started, but no process.
    private var startsThreads = false
    /// All calls remain but those that end the process.
    private var forbidsOnly = false

    /// For a program that serves sockets and memory that others opened: no files, no processes, no network.
    package static let socketServer = SystemCallFilter(
        allowed: [
            "accept4", "brk", "clock_gettime", "clock_nanosleep", "close", "connect", "epoll_ctl", "epoll_wait",
            "epoll_pwait", "exit", "exit_group", "fcntl", "fstat", "ftruncate", "futex", "getpid", "getrandom",
            "getsockopt", "gettid", "gettimeofday", "lseek", "madvise", "membarrier", "mremap", "munmap", "nanosleep",
            "newfstatat", "ppoll", "pread64", "pwrite64", "read", "readv", "recvfrom", "recvmsg", "restart_syscall",
            "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_yield", "sendmsg", "sendto", "setsockopt",
            "shutdown", "sigaltstack", "tgkill", "write", "writev",
        ],
        fatal: attacks, sockets: .unix)

    /// For a program that serves connections that it is given and makes others to the internet: no files, no processes, no
    /// socket of the host's programs, and nothing that waits for connections.
    package static let internetClient = SystemCallFilter(
        allowed: [
            "accept4", "brk", "clock_gettime", "clock_nanosleep", "close", "connect", "epoll_ctl", "epoll_wait",
            "epoll_pwait", "exit", "exit_group", "fcntl", "fstat", "futex", "getpeername", "getpid", "getrandom",
            "getsockname", "getsockopt", "gettid", "gettimeofday", "madvise", "membarrier", "mlock", "mremap",
            "munlock",
            "munmap", "nanosleep", "newfstatat", "poll", "ppoll", "read", "readv", "recvfrom", "recvmsg",
            "restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_yield", "sendmsg", "sendto",
            "setsockopt", "shutdown", "sigaltstack", "time", "write", "writev",
        ],
        fatal: attacks, sockets: .internet, endsItself: true)

    /// For a guest's program that passes bytes between sockets that it was given and its host: the same, but the sockets
    /// that it makes lead to the host.
    package static let vsockRelay = SystemCallFilter(
        allowed: socketServer.allowed.filter { !["ftruncate", "lseek", "pread64", "pwrite64"].contains($0) },
        fatal: attacks, sockets: .vsock)

    /// For a program that computes on files and serves connections that it is given: no file is written, no process is
    /// started or signalled, no socket is made.
    package static let modelServer = SystemCallFilter(
        allowed: [
            "accept", "accept4", "access", "brk", "clock_getres", "clock_gettime", "clock_nanosleep", "close", "exit",
            "exit_group", "faccessat", "faccessat2", "fadvise64", "fcntl", "fstat", "fstatfs", "futex", "getcpu",
            "getcwd", "getdents64", "getegid", "geteuid", "getgid", "getpid", "getrandom", "getrlimit", "getsockopt",
            "gettid", "gettimeofday", "getuid", "lseek", "lstat", "madvise", "membarrier", "mincore", "mremap",
            "munmap", "nanosleep", "newfstatat", "poll", "ppoll", "pread64", "read", "readlink", "readlinkat", "readv",
            "recvfrom", "recvmsg", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
            "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_yield", "sendmsg", "sendto",
            "set_robust_list", "shutdown", "sigaltstack", "stat", "statx", "sysinfo", "uname", "write", "writev",
        ],
        fatal: attacks, readsFiles: true, startsThreads: true)

    /// For a program that computes on what comes over one socket, files among it: none is opened, nothing is written but
    /// the answers, and no socket, process or thread is made.
    package static let vocabularyServer = SystemCallFilter(
        allowed: [
            "brk", "clock_gettime", "close", "exit", "exit_group", "fcntl", "fstat", "futex", "getpid", "getrandom",
            "gettid", "lseek", "madvise", "mremap", "munmap", "newfstatat", "pread64", "read", "readv", "recvmsg",
            "restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sched_yield", "sigaltstack", "write",
            "writev",
        ],
        fatal: attacks)

    private static let attacks = [
        "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "bpf", "kexec_load",
    ]

    /// For a program that starts others and has privileges: what would make it the master of the host is not left.
    package static let networkAdministration = SystemCallFilter(
        allowed: [],
        fatal: attacks.filter { $0 != "execve" } + [
            "acct", "add_key", "chroot", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen",
            "init_module",
            "kexec_file_load", "keyctl", "mount", "mount_setattr", "move_mount", "name_to_handle_at",
            "open_by_handle_at",
            "open_tree", "perf_event_open", "pivot_root", "process_madvise", "quotactl", "reboot", "request_key",
            "setdomainname", "sethostname", "settimeofday", "clock_settime", "swapoff", "swapon", "syslog", "umount2",
            "unshare", "userfaultfd", "vhangup",
        ],
        forbidsOnly: true)

    /// There is no way back. It binds the calling thread and those that it starts.
    package func load() throws(SystemError) {
        guard let context = unsafe seccomp_init(forbidsOnly ? SCMP_ACT_ALLOW : Self.fail) else {
            throw SystemError("make a system call filter", code: Errno(ENOMEM))
        }
        defer { unsafe seccomp_release(context) }
        for name in allowed { try unsafe rule(context, SCMP_ACT_ALLOW, name) }
        for name in fatal { try unsafe rule(context, Self.kill, name) }
        if forbidsOnly { return try check(unsafe seccomp_load(context), "load the system call filter") }
        // Memory may be mapped and changed, but never made executable.
        let notExecutable = scmp_arg_cmp(arg: 2, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(PROT_EXEC), datum_b: 0)
        try unsafe rule(context, SCMP_ACT_ALLOW, "mmap", notExecutable)
        try unsafe rule(context, SCMP_ACT_ALLOW, "mprotect", notExecutable)
        try unsafe allowSockets(context)
        if readsFiles {
            let writing = O_ACCMODE | O_CREAT | O_TRUNC | Self.unnamedFile
            let onlyRead = scmp_arg_cmp(arg: 2, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(writing), datum_b: 0)
            try unsafe rule(context, SCMP_ACT_ALLOW, "openat", onlyRead)
        }
        if startsThreads { try unsafe allowThreads(context) }
        if startsThreads || endsItself {
            // Its own end, by a signal.
            try unsafe rule(
                context, SCMP_ACT_ALLOW, "tgkill",
                scmp_arg_cmp(arg: 0, op: SCMP_CMP_EQ, datum_a: UInt64(getpid()), datum_b: 0))
        }
        try check(unsafe seccomp_load(context), "load the system call filter")
    }

    private func allowSockets(_ context: scmp_filter_ctx) throws(SystemError) {
        func family(_ number: Int32) -> scmp_arg_cmp {
            scmp_arg_cmp(arg: 0, op: SCMP_CMP_EQ, datum_a: UInt64(number), datum_b: 0)
        }
        switch sockets {
        case .none: break
        case .unix: try unsafe rule(context, SCMP_ACT_ALLOW, "socket", family(AF_UNIX))
        case .vsock: try unsafe rule(context, SCMP_ACT_ALLOW, "socket", family(Self.vsockFamily))
        case .internet:
            for number in [AF_INET, AF_INET6] {
                for type in [SOCK_STREAM, SOCK_DGRAM] {
                    // Without the flags that stand in the same number.
                    let kind = scmp_arg_cmp(
                        arg: 1, op: SCMP_CMP_MASKED_EQ, datum_a: 0xF, datum_b: UInt64(type.rawValue))
                    try unsafe rule(context, SCMP_ACT_ALLOW, "socket", family(number), kind)
                }
            }
        }
    }

    private func allowThreads(_ context: scmp_filter_ctx) throws(SystemError) {
        // `CLONE_THREAD`, which the C library hides.
        let thread: UInt64 = 0x10000
        try unsafe rule(
            context, SCMP_ACT_ALLOW, "clone",
            scmp_arg_cmp(arg: 0, op: SCMP_CMP_MASKED_EQ, datum_a: thread, datum_b: thread))
        // What it shall do lies in memory, where no filter looks. The C library takes the other call then.
        try unsafe rule(context, Self.unknown, "clone3")
        // Limits may be read.
        try unsafe rule(
            context, SCMP_ACT_ALLOW, "prlimit64", scmp_arg_cmp(arg: 2, op: SCMP_CMP_EQ, datum_a: 0, datum_b: 0))
        try unsafe rule(
            context, SCMP_ACT_ALLOW, "prctl",
            scmp_arg_cmp(arg: 0, op: SCMP_CMP_EQ, datum_a: Self.nameThread, datum_b: 0))
    }

    private static let fail: UInt32 = 0x0005_0000 | UInt32(EPERM)
    private static let unknown: UInt32 = 0x0005_0000 | UInt32(ENOSYS)
    private static let kill: UInt32 = 0x8000_0000
    /// `AF_VSOCK`.
    private static let vsockFamily: Int32 = 40
    /// `PR_SET_NAME`.
    private static let nameThread: UInt64 = 15
    /// `O_TMPFILE`, without the bit that it shares with `O_DIRECTORY`.
    private static let unnamedFile: Int32 = 0o20000000

    private func rule(
        _ context: scmp_filter_ctx, _ action: UInt32, _ name: String, _ conditions: scmp_arg_cmp...
    ) throws(SystemError) {
        let number = unsafe seccomp_syscall_resolve_name(name)
        // Unknown to this architecture or library: nothing to allow.
        guard number != __NR_SCMP_ERROR else { return }
        let result = unsafe conditions.withUnsafeBufferPointer { conditions in
            unsafe seccomp_rule_add_array(context, action, number, UInt32(conditions.count), conditions.baseAddress)
        }
        try check(result, "filter \(name)")
    }

    private func check(_ result: Int32, _ call: String) throws(SystemError) {
        try SystemError.check(result, call)
    }
}
