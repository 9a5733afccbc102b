internal import Glibc

/// Runs an actor's code on an event loop's thread, so that the actor may own descriptors and their handlers.
package final class LoopExecutor: SerialExecutor {
    /// Touched only on the loop's thread once it runs: by handlers, and by code that runs on this executor.
    package nonisolated(unsafe) let loop: EventLoop
    private let remote: Remote
    private let thread: LoopThread

    /// Starts the thread. It lives as long as the process.
    package init(name: String) throws(SystemError) {
        let loop = try EventLoop()
        unsafe self.loop = loop
        remote = loop.remote
        thread = try LoopThread(name: name, loop: loop)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        remote.post { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    package func checkIsolated() {
        precondition(thread.isCurrent, "this code belongs on the event loop's thread")
    }
}

/// The thread of an event loop.
private final class LoopThread: Sendable {
    private let identifier: pthread_t

    init(name: String, loop: EventLoop) throws(SystemError) {
        let start = unsafe Unmanaged.passRetained(LoopStart(name: name, loop: loop))
        var identifier = pthread_t()
        let code = unsafe pthread_create(
            &identifier, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<LoopStart>.fromOpaque(argument).takeRetainedValue()
                start.run()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            unsafe start.release()
            throw SystemError("start the thread", name, code: Errno(code))
        }
        self.identifier = identifier
    }

    var isCurrent: Bool { pthread_equal(pthread_self(), identifier) != 0 }
}

/// What a loop's thread is born with.
private final class LoopStart {
    private let name: String
    private let loop: EventLoop

    init(name: String, loop: EventLoop) {
        self.name = name
        self.loop = loop
    }

    func run() {
        // Signals are for the main thread.
        var all = sigset_t()
        unsafe sigfillset(&all)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        do {
            try loop.run()
        } catch {
            Log(name).error("the event loop ended: \(error)")
        }
    }
}
