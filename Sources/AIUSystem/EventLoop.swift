internal import CLinux
internal import Glibc

/// One thread's loop over descriptors, timers and work posted from elsewhere. Not shared: only `remote` crosses threads.
@safe package final class EventLoop {
    /// What to wait for on a descriptor.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let read = Interest(rawValue: UInt32(EPOLLIN.rawValue) | UInt32(EPOLLRDHUP.rawValue))
        package static let write = Interest(rawValue: UInt32(EPOLLOUT.rawValue))
        /// The other end's last word, while nothing is read.
        package static let hangup = Interest(rawValue: UInt32(EPOLLRDHUP.rawValue))
    }

    /// What a descriptor is ready for.
    package struct Ready: Sendable {
        let events: UInt32
        package var read: Bool { events & UInt32(EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 || closed }
        package var write: Bool { events & UInt32(EPOLLOUT.rawValue) != 0 || closed }
        package var hangup: Bool { events & UInt32(EPOLLRDHUP.rawValue) != 0 || closed }
        /// Both directions are gone, or the descriptor has failed.
        package var closed: Bool { events & UInt32(EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    }

    /// Who serves a descriptor. The generation tells a number's present life from its earlier ones.
    private struct Watcher {
        let generation: UInt32
        let handler: (Ready) -> Void
    }

    private static let eventsPerTurn = 128

    package let remote: Remote
    private let epoll: FileDescriptor
    private var watchers: [Int32: Watcher] = [:]
    private var lastGeneration: UInt32 = 0
    private var timers = TimerQueue()
    private var events = unsafe [epoll_event](repeating: epoll_event(), count: eventsPerTurn)
    private var running = false

    package init() throws(SystemError) {
        epoll = FileDescriptor(owning: try SystemError.checkErrno(epoll_create1(Int32(EPOLL_CLOEXEC)), "make an epoll"))
        remote = try Remote()
        try watch(remote.wakeup.raw, .read) { [remote] _ in remote.runPosted() }
    }

    /// Calls the handler, on this loop's thread, whenever the descriptor is ready (level-triggered).
    package func watch(
        _ descriptor: Int32, _ interest: Interest, handler: @escaping (Ready) -> Void
    ) throws(SystemError) {
        lastGeneration &+= 1
        try control(EPOLL_CTL_ADD, descriptor, interest, lastGeneration)
        watchers[descriptor] = Watcher(generation: lastGeneration, handler: handler)
    }

    package func rewatch(_ descriptor: Int32, _ interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_MOD, descriptor, interest, watchers[descriptor]?.generation ?? 0)
    }

    /// Forgets a descriptor; call it before closing it.
    package func unwatch(_ descriptor: Int32) {
        guard watchers.removeValue(forKey: descriptor) != nil else { return }
        var event = unsafe epoll_event()
        _ = unsafe epoll_ctl(epoll.raw, EPOLL_CTL_DEL, descriptor, &event)
    }

    @discardableResult
    package func after(_ delay: Duration, _ action: @escaping () -> Void) -> TimerID {
        timers.add(at: .now + delay, action)
    }

    package func cancel(_ timer: TimerID) { timers.cancel(timer) }

    /// Runs until `stop` is called on the loop's own thread.
    package func run() throws(SystemError) {
        running = true
        while running { try turn(waitingAtMost: .seconds(3600)) }
    }

    package func stop() { running = false }

    /// Waits once and serves everything that is ready.
    package func turn(waitingAtMost limit: Duration) throws(SystemError) {
        let wait = timers.next.map { max(.zero, min(limit, ContinuousClock.now.duration(to: $0))) } ?? limit
        // Rounded up, so that a timer of less than a millisecond does not spin.
        let milliseconds = Int32(clamping: Int64((wait / .milliseconds(1)).rounded(.up)))
        let count = unsafe epoll_wait(epoll.raw, &events, Int32(events.count), milliseconds)
        if count < 0 {
            guard Errno.current == .interrupted else { throw SystemError("wait for events", code: .current) }
            return
        }
        for index in 0..<Int(count) {
            let event = unsafe events[index]
            let data = unsafe event.data.u64
            // Looked up anew: an earlier handler of this turn may have closed it, and opened another of its number.
            guard let watcher = watchers[Int32(truncatingIfNeeded: data)], watcher.generation == UInt32(data >> 32)
            else { continue }
            watcher.handler(unsafe Ready(events: event.events))
        }
        for action in timers.takeDue(at: .now) { action() }
    }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: Interest, _ generation: UInt32
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = interest.rawValue
        unsafe event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
        try SystemError.checkErrno(unsafe epoll_ctl(epoll.raw, operation, descriptor, &event), "watch a descriptor")
    }
}
