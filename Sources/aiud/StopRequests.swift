internal import AIUSystem
internal import CLinux
internal import Glibc
internal import Synchronization

/// The daemon's wish to end, from a signal or from the API.
final class StopRequests: Sendable {
    private let stream: AsyncStream<String>
    private let news: AsyncStream<String>.Continuation

    init() { (stream, news) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1)) }

    func request(_ reason: String) { news.yield(reason) }

    /// Blocks the signals for every thread that is started from now on and listens to them on one of its own.
    func listenToSignals() throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, number) }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        let raw = unsafe signalfd(-1, &signals, Int32(SFD_CLOEXEC))
        let descriptor = FileDescriptor(owning: try SystemError.checkErrno(raw, "listen to signals")).release()
        let news = news
        Thread.detach {
            var information = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            while unsafe read(descriptor, &information, size) == size {
                news.yield("signal \(information.ssi_signo)")
            }
        }
    }

    func wait() async -> String {
        for await reason in stream { return reason }
        return "the daemon's end"
    }
}

/// A thread of its own for a call that blocks for ever.
enum Thread {
    static func detach(_ body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(body)).toOpaque()
        var thread = pthread_t()
        unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start)
        pthread_detach(thread)
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
