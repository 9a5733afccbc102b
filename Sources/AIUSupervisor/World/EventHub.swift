import AIUModel

/// Keeps events and hands new ones to everyone who listens.
actor EventHub {
    /// A listener that is this far behind is ended; it can ask again from its last number.
    private static let longestQueue = 1024

    private let effects: Effects
    private let log: @Sendable (String) -> Void
    private var listeners: [Int: AsyncStream<VMEvent>.Continuation] = [:]
    private var lastListener = 0

    init(_ effects: Effects, log: @escaping @Sendable (String) -> Void) {
        self.effects = effects
        self.log = log
    }

    func post(_ kind: VMEvent.Kind, _ record: VMRecord? = nil, detail: String? = nil) {
        do {
            let event = try effects.append(kind, record, detail: detail)
            for (number, listener) in listeners {
                if case .dropped = listener.yield(event) { end(number) }
            }
        } catch {
            log("an event was not recorded: \(error)")
        }
    }

    func past(after sequence: Int64, limit: Int) throws(Failure) -> [VMEvent] {
        try effects.events(after: sequence, limit: limit)
    }

    /// Past events and new ones in one unbroken sequence.
    func stream(after sequence: Int64) throws(Failure) -> AsyncStream<VMEvent> {
        let past = try effects.events(after: sequence, limit: Self.longestQueue / 2)
        let (stream, listener) = AsyncStream.makeStream(
            of: VMEvent.self, bufferingPolicy: .bufferingOldest(Self.longestQueue))
        for event in past { listener.yield(event) }
        lastListener += 1
        let number = lastListener
        listeners[number] = listener
        listener.onTermination = { [weak self] _ in
            Task { await self?.end(number) }
        }
        return stream
    }

    func finish() {
        for listener in listeners.values { listener.finish() }
        listeners = [:]
    }

    private func end(_ number: Int) {
        listeners.removeValue(forKey: number)?.finish()
    }
}
