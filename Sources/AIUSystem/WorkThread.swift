internal import Glibc
internal import Synchronization

/// Threads for what blocks or computes for long: the pool that runs tasks has one thread a core, and all would wait.
package enum WorkThread {
    /// Tells work that nobody waits for it any more.
    package final class Stop: Sendable {
        private let asked = Atomic(false)

        package init() {}

        package var isAsked: Bool { asked.load(ordering: .relaxed) }

        package func ask() { asked.store(true, ordering: .relaxed) }
    }

    /// Starts a thread that nobody waits for; false when there is none to be had.
    @discardableResult
    package static func detach(_ body: @escaping @Sendable () -> Void) -> Bool {
        let start = unsafe Unmanaged.passRetained(ThreadStart(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// Waits for work on a thread of its own; a task that is cancelled asks it to stop. Nil when there is no thread to be had.
    package static func run<Result: Sendable>(
        _ body: @escaping @Sendable (Stop) -> Result
    ) async -> Result? {
        let stop = Stop()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result?, Never>) in
                let started = detach { continuation.resume(returning: body(stop)) }
                if !started { continuation.resume(returning: nil) }
            }
        } onCancel: {
            stop.ask()
        }
    }
}

/// What a new thread runs.
private final class ThreadStart: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func run() {
        // Signals are for the main thread.
        var all = sigset_t()
        unsafe sigfillset(&all)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        body()
    }
}
