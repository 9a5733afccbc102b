internal import AIUModel
internal import Synchronization

/// One reader's place in the events, and those that it has not taken yet. One task reads at a time.
final class EventReader: Sendable {
    private struct State {
        var last: Int64
        /// The next ones, the last first.
        var ahead: [VMEvent] = []
    }

    private let hub: EventHub
    private let number: Int
    private let state: Mutex<State>

    init(_ hub: EventHub, number: Int, after last: Int64) {
        self.hub = hub
        self.number = number
        state = Mutex(State(last: last))
    }

    var last: Int64 { state.withLock { $0.last } }

    func fill(with events: [VMEvent]) { state.withLock { $0.ahead = events.reversed() } }

    /// Nil when there is nothing to wait for any more.
    func next() async -> VMEvent? {
        if let event = take() { return event }
        fill(with: await hub.page(after: last, for: number))
        return take()
    }

    private func take() -> VMEvent? {
        state.withLock { state in
            guard let event = state.ahead.popLast() else { return nil }
            state.last = event.sequence
            return event
        }
    }
}
