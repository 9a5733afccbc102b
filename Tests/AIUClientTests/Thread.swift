import Dispatch
import Synchronization

/// Work on a thread of its own: tests block, and the cooperative pool must not run out of threads.
final class Thread<Value: Sendable>: Sendable {
    private let result = Mutex<Value?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Value) {
        DispatchQueue(label: "test thread").async { [self] in
            let value = body()
            result.withLock { $0 = value }
            done.signal()
        }
    }

    func join() -> Value? {
        done.wait()
        return result.withLock { $0 }
    }
}
