internal import CMicroHTTPD
internal import Synchronization

/// A body that is sent while it is produced. Holds little: a producer waits until the client has taken what is there.
@safe final class ByteStream: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var start = 0
        var ended = false
        /// It ends here, and not where it should have.
        var broken = false
        var clientLeft = false
        /// libmicrohttpd waits to be woken.
        var suspended = false
        var waiters: [CheckedContinuation<Void, Never>] = []

        var pending: Int { bytes.count - start }

        /// What was sent goes first: a producer that is always a little ahead would otherwise keep all of it.
        mutating func add(_ more: [UInt8]) {
            if start > 0 { bytes.removeSubrange(..<start) }
            start = 0
            bytes += more
        }

        mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
            defer { waiters = [] }
            return waiters
        }
    }

    /// From here on a producer waits.
    static let capacity = 64 * 1024

    private let state = Mutex(State())
    nonisolated(unsafe) private let connection: OpaquePointer

    init(_ connection: OpaquePointer) { unsafe self.connection = connection }

    /// Adds bytes, when there is room for them; false when nobody reads any more.
    func write(_ bytes: [UInt8]) async -> Bool {
        while true {
            let written: Bool? = state.withLock { state in
                if state.clientLeft || state.ended || state.broken { return false }
                guard state.pending < Self.capacity else { return nil }
                state.add(bytes)
                wake(&state)
                return true
            }
            if let written { return written }
            await roomOrEnd()
        }
    }

    /// Produces server-sent events, with a comment now and then, until they end or nobody reads them any more.
    func stayAlive(every heartbeat: Duration, _ produce: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await produce() }
            group.addTask { [self] in
                repeat {
                    // Shows proxies and clients that the connection lives, and us that the client is gone.
                    guard await write(Array(": still here\n\n".utf8)) else { return }
                    do { try await Task.sleep(for: heartbeat) } catch { return }
                } while !Task.isCancelled
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// What was written is still sent.
    func end() {
        let waiters = state.withLock { state in
            state.ended = true
            wake(&state)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Breaks it off behind some last bytes, so that nobody takes it for the whole.
    func cut(saying last: [UInt8]) {
        let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
            guard !state.clientLeft, !state.ended, !state.broken else { return [] }
            state.add(last)
            state.broken = true
            wake(&state)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Nobody reads any more: drops everything and frees the producers.
    func abandon() {
        let waiters = state.withLock { state in
            state.clientLeft = true
            state.bytes = []
            state.start = 0
            wake(&state)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// libmicrohttpd's side: fills the buffer, or suspends the connection until there is something.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var waiters: [CheckedContinuation<Void, Never>] = []
        defer { for waiter in waiters { waiter.resume() } }
        return state.withLock { state in
            if state.clientLeft { return -2 }  // MHD_CONTENT_READER_END_WITH_ERROR, a cast that Swift does not import
            let count = min(state.pending, buffer.count)
            if count > 0 {
                unsafe buffer.copyBytes(from: state.bytes[state.start..<state.start + count])
                state.start += count
                if state.pending == 0 {
                    state.bytes = []
                    state.start = 0
                }
                if state.pending < Self.capacity { waiters = state.takeWaiters() }
                return count
            }
            if state.broken { return -2 }
            if state.ended { return -1 }  // MHD_CONTENT_READER_END_OF_STREAM
            // Under the lock, so that a producer cannot resume what is not suspended yet.
            state.suspended = true
            unsafe MHD_suspend_connection(connection)
            return 0
        }
    }

    private func roomOrEnd() async {
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                guard state.pending >= Self.capacity, !state.clientLeft, !state.ended, !state.broken else {
                    return false
                }
                state.waiters.append(continuation)
                return true
            }
            if !mustWait { continuation.resume() }
        }
    }

    private func wake(_ state: inout State) {
        guard state.suspended else { return }
        state.suspended = false
        unsafe MHD_resume_connection(connection)
    }
}
