internal import AIUSystem
internal import Glibc

/// One thread that serves all operations and watches for clients that leave.
@safe final class LoopThread: Sendable {
    private let remote: Remote
    /// Touched by its own thread only, once that runs.
    nonisolated(unsafe) private let loop: EventLoop
    private let thread: pthread_t

    init() throws(SystemError) {
        let loop = try EventLoop()
        let log = Log("api")
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(
            ThreadBody {
                do {
                    try loop.run()
                } catch {
                    log.error("operations cannot be served any more: \(error)")
                }
            })
        let code = unsafe pthread_create(&thread, nil, runThread, body.toOpaque())
        guard code == 0 else {
            unsafe body.release()
            throw SystemError("start a thread", code: Errno(code))
        }
        remote = loop.remote
        unsafe self.loop = loop
        self.thread = thread
    }

    /// Runs the action on the thread, in the order asked for.
    func perform(_ action: @escaping @Sendable (EventLoop) -> Void) {
        remote.post { [self] in unsafe action(loop) }
    }

    /// Ends the thread; what was asked for before is done first.
    func stop() {
        perform { $0.stop() }
        pthread_join(thread, nil)
    }
}

/// What a new thread runs.
private final class ThreadBody {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument = unsafe argument {
        unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
    }
    return nil
}
