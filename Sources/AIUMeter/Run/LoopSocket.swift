internal import AIUSystem
internal import Glibc

/// A socket on an event loop's thread, read and written by code that waits without holding the thread: one reader, one
/// writer.
final class LoopSocket {
    /// Why waiting ended.
    private enum Wake { case ready, late }

    static let readSize = 64 * 1024

    let descriptor: FileDescriptor
    /// Called once, when the other end has closed both directions.
    var whenClosed: () -> Void = {}
    private(set) var isClosed = false
    private let loop: EventLoop
    private var reader: CheckedContinuation<Wake, Never>?
    private var writer: CheckedContinuation<Wake, Never>?
    private var isWatched = false

    init(_ loop: EventLoop, owning raw: Int32) {
        self.loop = loop
        descriptor = FileDescriptor(owning: raw)
    }

    func start() throws(SystemError) {
        try descriptor.setNonBlocking()
        try loop.watch(descriptor.raw, []) { [weak self] ready in self?.serve(ready) }
        isWatched = true
    }

    /// What comes next; empty at the end, nil when nothing came in time.
    func read(until deadline: ContinuousClock.Instant) async throws(SystemError) -> [UInt8]? {
        while true {
            if let bytes = try receive() { return bytes }
            if isClosed { return [] }
            let wake = await wait(until: deadline, \.reader)
            if wake == .late { return nil }
        }
    }

    /// False when it is not taken in time, or nobody is there any more.
    func write(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) async throws(SystemError) -> Bool {
        var sent = 0
        while sent < bytes.count {
            if isClosed { return false }
            let count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[sent...])
                return unsafe send(descriptor.raw, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            switch Errno.current {
            case .interrupted: continue
            case .wouldBlock: break
            case .brokenPipe, .connectionReset: return false
            case let code: throw SystemError("send", code: code)
            }
            if await wait(until: deadline, \.writer) == .late { return false }
        }
        return true
    }

    /// Whoever waits is woken, and finds the end.
    func hangUp() {
        shutdown(descriptor.raw, Int32(SHUT_RDWR))
        close()
    }

    private func receive() throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            return try descriptor.read(upTo: Self.readSize)
        } catch {
            // A peer that died leaves this instead of an orderly end.
            if error.code == .connectionReset { return [] }
            throw error
        }
    }

    private func wait(
        until deadline: ContinuousClock.Instant,
        _ place: ReferenceWritableKeyPath<LoopSocket, CheckedContinuation<Wake, Never>?>
    ) async -> Wake {
        var timer: TimerID?
        let wake = await withCheckedContinuation { (continuation: CheckedContinuation<Wake, Never>) in
            self[keyPath: place] = continuation
            timer = loop.after(max(.zero, deadline - .now)) { [weak self] in self?.wake(place, .late) }
            watch()
            if isClosed { self.wake(place, .ready) }
        }
        if let timer { loop.cancel(timer) }
        return wake
    }

    private func wake(
        _ place: ReferenceWritableKeyPath<LoopSocket, CheckedContinuation<Wake, Never>?>, _ wake: Wake
    ) {
        guard let continuation = self[keyPath: place] else { return }
        self[keyPath: place] = nil
        watch()
        continuation.resume(returning: wake)
    }

    private func serve(_ ready: EventLoop.Ready) {
        if ready.read { wake(\.reader, .ready) }
        if ready.write { wake(\.writer, .ready) }
        if ready.closed { close() }
    }

    private func close() {
        guard !isClosed else { return }
        isClosed = true
        if isWatched { loop.unwatch(descriptor.raw) }
        isWatched = false
        wake(\.reader, .ready)
        wake(\.writer, .ready)
        let told = whenClosed
        whenClosed = {}
        told()
    }

    private func watch() {
        guard isWatched else { return }
        var interest: EventLoop.Interest = []
        if reader != nil { interest.insert(.read) }
        if writer != nil { interest.insert(.write) }
        do throws(SystemError) {
            try loop.rewatch(descriptor.raw, interest)
        } catch {
            // A descriptor that cannot be watched would never wake anybody.
            close()
        }
    }
}
