package import AIUSystem
internal import CLinux
internal import Glibc

/// The signals that the first process gets, as events of the loop.
package final class SignalWatch {
    private let descriptor: Handle

    /// From here on the signals no longer interrupt anything.
    package init(
        context: GuestContext, powerOff: @escaping () -> Void, restart: @escaping () -> Void
    ) throws(SystemError) {
        // A connection that breaks is an error of its write, not the agent's end.
        signal(SIGPIPE, SIG_IGN)
        let numbers = [SIGCHLD, SIGTERM, SIGINT, SIGPWR]
        let handle = Handle(
            FileDescriptor(owning: try SystemError.check(unsafe aiu_signal_fd(numbers, numbers.count), "watch signals"))
        )
        descriptor = handle
        try context.loop.watch(handle.raw, .read) { _ in
            while true {
                switch aiu_next_signal(handle.raw) {
                case SIGCHLD: context.reaper.collect()
                case SIGTERM, SIGPWR: powerOff()
                case SIGINT: restart()
                case _: return
                }
            }
        }
    }
}
