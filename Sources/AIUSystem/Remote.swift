internal import CLinux
internal import Glibc
internal import Synchronization

/// The way into an event loop from other threads.
package final class Remote: Sendable {
    let wakeup: FileDescriptor
    private let posted = Mutex<[@Sendable () -> Void]>([])

    init() throws(SystemError) {
        let raw = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        wakeup = FileDescriptor(owning: try SystemError.checkErrno(raw, "make an eventfd"))
    }

    /// Runs the action soon, on the loop's thread, in the order posted.
    package func post(_ action: @escaping @Sendable () -> Void) {
        let wasEmpty = posted.withLock { actions in
            actions.append(action)
            return actions.count == 1
        }
        // A full counter means that a wake-up is pending already, so a failed write loses nothing.
        if wasEmpty { _ = eventfd_write(wakeup.raw, 1) }
    }

    func runPosted() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(wakeup.raw, &count)
        let actions = posted.withLock { actions in
            defer { actions = [] }
            return actions
        }
        for action in actions { action() }
    }
}
