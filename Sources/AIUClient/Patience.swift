internal import AIUSystem
internal import Glibc

/// How long to wait for the supervisor, and what ends the waiting early.
package struct Patience {
    package var limit: Duration?
    /// A signal from here ends the waiting.
    package var signals: SignalSource?

    private var deadline: ContinuousClock.Instant?

    package init(limit: Duration? = nil, signals: SignalSource? = nil) {
        self.limit = limit
        self.signals = signals
        deadline = limit.map { .now + $0 }
    }

    /// Returns when the descriptor is ready for `events`, or has failed.
    package func wait(for descriptor: Int32, _ events: Int32, during request: String) throws(ClientError) {
        while true {
            var items = [pollfd(fd: descriptor, events: Int16(events), revents: 0)]
            if let signals { items.append(pollfd(fd: signals.raw, events: Int16(POLLIN), revents: 0)) }
            let count = unsafe poll(&items, nfds_t(items.count), timeout)
            if count < 0 {
                guard Errno.current == .interrupted else { throw .system(SystemError("wait", code: .current)) }
                continue
            }
            if let signals, items.count > 1, items[1].revents != 0, let signal = signals.take() {
                throw .interrupted(signal: signal)
            }
            if items[0].revents != 0 { return }
            if let deadline, let limit, .now >= deadline { throw .timedOut(request: request, limit: limit) }
        }
    }

    private var timeout: Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
        return Int32(clamping: Int64(max(0, left).rounded(.up)))
    }
}
