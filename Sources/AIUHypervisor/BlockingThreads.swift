internal import Dispatch
internal import Synchronization

/// A few threads for calls that block, so that libvirt never holds up Swift's cooperative pool.
final class BlockingThreads: Sendable {
    /// Starts of machines overlap, yet a flood of requests cannot make a flood of threads.
    static let width = 4

    private let width: Int
    private let queue = DispatchQueue(label: "aiu.hypervisor", attributes: .concurrent)
    private let state = Mutex(State())

    init(width: Int = BlockingThreads.width) { self.width = width }

    private struct State {
        var busy = 0
        var waiting: [@Sendable () -> Void] = []
    }

    func run<Value: Sendable, Problem: Error>(
        _ work: @escaping @Sendable () throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let result: Result<Value, Problem> = await withCheckedContinuation { continuation in
            submit { continuation.resume(returning: Result { () throws(Problem) in try work() }) }
        }
        return try result.get()
    }

    private func submit(_ job: @escaping @Sendable () -> Void) {
        let starts = state.withLock { state in
            guard state.busy < width else {
                state.waiting.append(job)
                return false
            }
            state.busy += 1
            return true
        }
        if starts { queue.async { self.work(off: job) } }
    }

    private func work(off first: @escaping @Sendable () -> Void) {
        var job = first
        while true {
            job()
            let next = state.withLock { state in
                if state.waiting.isEmpty {
                    state.busy -= 1
                    return nil as (@Sendable () -> Void)?
                }
                return state.waiting.removeFirst()
            }
            guard let next else { return }
            job = next
        }
    }
}
