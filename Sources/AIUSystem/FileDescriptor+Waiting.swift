internal import Glibc

extension FileDescriptor {
    package enum Readiness: Sendable {
        case toRead, toWrite
    }

    /// Waits until there is something to read, or room to write, or the end; false when that does not come in time.
    package func wait(_ readiness: Readiness = .toRead, until deadline: ContinuousClock.Instant) -> Bool {
        var item = pollfd(fd: raw, events: Int16(readiness == .toRead ? POLLIN : POLLOUT), revents: 0)
        while true {
            let left = deadline - .now
            guard left > .zero else { return false }
            // A signal that comes in between shortens nothing.
            if unsafe poll(&item, 1, Int32(clamping: Int64((left / .milliseconds(1)).rounded(.up)))) > 0 { return true }
        }
    }
}
