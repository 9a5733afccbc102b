internal import AIUSystem
internal import CSeccomp
internal import Glibc

/// Which system calls remain; all others fail with EPERM, and those that only an attacker makes end the process.
package struct SystemCallFilter: Sendable {
    private var allowed: [String]
    private var fatal: [String]
    private var onlyUnixSockets: Bool

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
        fatal: ["execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "bpf", "kexec_load"],
        onlyUnixSockets: true)

    func load() throws(SystemError) {
        guard let context = unsafe seccomp_init(Self.fail) else {
            throw SystemError("make a system call filter", code: Errno(ENOMEM))
        }
        defer { unsafe seccomp_release(context) }
        for name in allowed { try unsafe rule(context, SCMP_ACT_ALLOW, name) }
        for name in fatal { try unsafe rule(context, Self.kill, name) }
        // Memory may be mapped and changed, but never made executable.
        let notExecutable = scmp_arg_cmp(arg: 2, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(PROT_EXEC), datum_b: 0)
        try unsafe rule(context, SCMP_ACT_ALLOW, "mmap", notExecutable)
        try unsafe rule(context, SCMP_ACT_ALLOW, "mprotect", notExecutable)
        if onlyUnixSockets {
            try unsafe rule(
                context, SCMP_ACT_ALLOW, "socket",
                scmp_arg_cmp(arg: 0, op: SCMP_CMP_EQ, datum_a: UInt64(AF_UNIX), datum_b: 0))
        }
        try check(unsafe seccomp_load(context), "load the system call filter")
    }

    private static let fail: UInt32 = 0x0005_0000 | UInt32(EPERM)
    private static let kill: UInt32 = 0x8000_0000

    private func rule(
        _ context: scmp_filter_ctx, _ action: UInt32, _ name: String, _ condition: scmp_arg_cmp? = nil
    ) throws(SystemError) {
        let number = unsafe seccomp_syscall_resolve_name(name)
        // Unknown to this architecture or library: nothing to allow.
        guard number != __NR_SCMP_ERROR else { return }
        let conditions = condition.map { [$0] } ?? []
        let result = unsafe conditions.withUnsafeBufferPointer { conditions in
            unsafe seccomp_rule_add_array(context, action, number, UInt32(conditions.count), conditions.baseAddress)
        }
        try check(result, "filter \(name)")
    }

    private func check(_ result: Int32, _ call: String) throws(SystemError) {
        try SystemError.check(result, call)
    }
}
