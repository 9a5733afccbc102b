internal import Synchronization

/// A value that one task waits for and another delivers, once, within a limit.
final class Signal<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value?, Never>)
        case delivered(Value?)
    }

    private let state = Mutex(State.empty)

    /// Delivers; later deliveries are ignored.
    func deliver(_ value: Value) { settle(value) }

    /// The value, nil when the limit passes first.
    func wait(atMost limit: Duration) async -> Value? {
        let timer = Task {
            // A cancelled sleep means that the value came: nothing is left to do.
            if (try? await Task.sleep(for: limit)) != nil { settle(nil) }
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let ready: Value?? = state.withLock { state in
                switch state {
                case .delivered(let value): return .some(value)
                case .empty, .waiting:
                    state = .waiting(continuation)
                    return nil
                }
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    private func settle(_ value: Value?) {
        let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
            switch state {
            case .empty:
                state = .delivered(value)
                return nil
            case .waiting(let continuation):
                state = .delivered(value)
                return continuation
            case .delivered:
                return nil
            }
        }
        waiter?.resume(returning: value)
    }
}
