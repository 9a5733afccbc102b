internal import CLinux

/// A process that is not our child, held by its pidfd.
package enum ProcessHandle {
    package static func open(_ pid: Int32) throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: try SystemError.check(aiu_pidfd_open(pid), "hold process", "\(pid)"))
    }

    /// Signals it; one that has ended already is fine.
    package static func signal(_ pidfd: borrowing FileDescriptor, _ number: Int32) throws(SystemError) {
        let result = aiu_pidfd_signal(pidfd.raw, number)
        if result < 0, Errno(-result) != .noSuchProcess {
            throw SystemError("signal a process", code: Errno(-result))
        }
    }

    /// Reaps it if it was our child, so that no zombie stays.
    package static func reap(_ pidfd: borrowing FileDescriptor) {
        var status: Int32 = 0
        _ = unsafe aiu_pidfd_wait(pidfd.raw, 0, &status)
    }
}
