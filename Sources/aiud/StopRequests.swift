internal import AIUSystem
internal import CLinux
internal import Glibc
internal import Synchronization

/// The daemon's wish to end, from a signal or from the API; and to read its policy again.
final class StopRequests: Sendable {
    private let stream: AsyncStream<String>
    private let news: AsyncStream<String>.Continuation
    private let hangUps: AsyncStream<Void>
    private let hangUp: AsyncStream<Void>.Continuation

    init() {
        (stream, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
        (hangUps, hangUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// By custom SIGHUP means that files were edited. One that comes before this is called is not lost.
    func whenHungUp(_ body: @escaping @Sendable () async -> Void) {
        let hangUps = hangUps
        Task { for await _ in hangUps { await body() } }
    }

    func request(_ reason: String) { news.yield(reason) }

    /// Not by blocking them: Dispatch lets the main thread sleep with every signal unblocked, which then ends the process.
    func listenToSignals() throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        let signals = [SIGTERM, SIGINT, SIGHUP]
        let raw = unsafe aiu_catch_signals(signals, signals.count)
        let descriptor = FileDescriptor(owning: try SystemError.check(raw, "listen to signals")).release()
        let (news, hangUp) = (news, hangUp)
        WorkThread.detach {
            var number: UInt8 = 0
            while unsafe read(descriptor, &number, 1) == 1 {
                if Int32(number) == SIGHUP { hangUp.yield() } else { news.yield("signal \(number)") }
            }
        }
    }

    func wait() async -> String {
        for await reason in stream { return reason }
        return "the daemon's end"
    }
}
