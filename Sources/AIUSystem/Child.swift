internal import CLinux
internal import Glibc

/// A child process, held by its pidfd: a signal can never hit a stranger that got the same number.
package struct Child: ~Copyable, Sendable {
    /// How a process ended.
    package enum Outcome: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    package let pid: Int32
    package let pidfd: FileDescriptor

    /// A process that somebody else has started for us. Only its starter can wait for it.
    package init(pid: Int32, pidfd: consuming FileDescriptor) {
        self.pid = pid
        self.pidfd = pidfd
    }

    package static func spawn(_ request: SpawnRequest) throws(SpawnError) -> Child {
        var pidfd: Int32 = -1
        var stage = AIU_STAGE_CLONE
        let pid = unsafe withCStrings([request.path] + request.arguments) { arguments in
            unsafe withCStrings(request.environment) { environment in
                unsafe start(request, arguments, environment, &pidfd, &stage)
            }
        }
        guard pid > 0 else {
            throw SpawnError(
                program: request.path, stage: .init(stage), directory: request.workingDirectory, code: Errno(-pid))
        }
        return Child(pid: pid, pidfd: FileDescriptor(owning: pidfd))
    }

    package func signal(_ number: Int32) throws(SystemError) {
        try SystemError.check(aiu_pidfd_signal(pidfd.raw, number), "signal process", "\(pid)")
    }

    /// Reaps without waiting: nil while it runs.
    package func poll() throws(SystemError) -> Outcome? { try reap(block: false) }

    /// Waits for the end.
    package func wait() throws(SystemError) -> Outcome {
        while true {
            if let outcome = try reap(block: true) { return outcome }
        }
    }

    private func reap(block: Bool) throws(SystemError) -> Outcome? {
        var status: Int32 = 0
        let result = unsafe aiu_pidfd_wait(pidfd.raw, block ? 1 : 0, &status)
        return switch try SystemError.check(result, "wait for process", "\(pid)") {
        case 0: nil
        case 1: .exited(status)
        case _: .killed(signal: status)
        }
    }

    private static func start(
        _ request: SpawnRequest, _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
        _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ pidfd: inout Int32, _ stage: inout aiu_spawn_stage
    ) -> Int32 {
        let limits = request.limits.map { aiu_limit(resource: $0.resource, soft: $0.value, hard: $0.value) }
        return unsafe withOptionalCString(request.workingDirectory) { directory in
            unsafe request.path.withCString { path in
                unsafe request.descriptors.withUnsafeBufferPointer { descriptors in
                    unsafe limits.withUnsafeBufferPointer { limits in
                        var native = unsafe aiu_spawn(
                            path: path, argv: arguments, envp: environment, cwd: directory,
                            fds: descriptors.baseAddress, fd_count: descriptors.count,
                            uid: request.user?.user ?? 0, gid: request.user?.group ?? 0,
                            change_user: request.user == nil ? 0 : 1, new_session: request.newSession ? 1 : 0,
                            controlling_terminal: request.controllingTerminal ? 1 : 0,
                            no_new_privileges: request.noNewPrivileges ? 1 : 0,
                            no_vsock: request.noVsock ? 1 : 0, death_signal: request.deathSignal,
                            limits: limits.baseAddress, limit_count: limits.count, cgroup_procs: request.cgroup,
                            network: request.network)
                        return unsafe aiu_spawn(&native, &pidfd, &stage)
                    }
                }
            }
        }
    }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return unsafe text.withCString { unsafe body($0) }
}

/// Calls the body with a NULL-terminated array of C strings, as `execve` wants them.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer {
        for index in unsafe copies.indices { unsafe free(copies[index]) }
    }
    return unsafe (copies + [nil]).withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("a non-empty array has a base address") }
        return unsafe body(base)
    }
}
