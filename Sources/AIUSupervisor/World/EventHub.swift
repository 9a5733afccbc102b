import AIUModel

/// Keeps events and lets everyone read them, who is told when there are new ones.
///
/// Readers take events from the database, a page at a time: one that is slow costs nothing but its place in them.
actor EventHub {
    private static let page = 256

    private let effects: Effects
    private let log: @Sendable (String) -> Void
    /// Readers that have seen everything, until the next event or the end.
    private var waiting: [Int: CheckedContinuation<Int64?, Never>] = [:]
    private var lastReader = 0
    /// The number of the last event; unknown until this supervisor has recorded one.
    private var newest: Int64?
    private var isFinished = false

    init(_ effects: Effects, log: @escaping @Sendable (String) -> Void) {
        self.effects = effects
        self.log = log
    }

    func post(_ kind: VMEvent.Kind, _ record: VMRecord? = nil, detail: String? = nil) {
        do {
            let event = try effects.append(kind, record, detail: detail)
            newest = event.sequence
            wake(with: event.sequence)
        } catch {
            log("an event was not recorded: \(error)")
        }
    }

    func past(after sequence: Int64, limit: Int) throws(Failure) -> [VMEvent] {
        try effects.events(after: sequence, limit: limit)
    }

    /// Past events and new ones in one unbroken sequence, as far as they are kept. A number that no event has yet means
    /// what happens from now on.
    func stream(after sequence: Int64) throws(Failure) -> AsyncStream<VMEvent> {
        lastReader += 1
        let reader = EventReader(self, number: lastReader, after: min(sequence, newest ?? sequence))
        // What cannot be read is said now, while it can still be refused.
        try reader.fill(with: effects.events(after: reader.last, limit: Self.page))
        return AsyncStream { await reader.next() }
    }

    /// The next events after a number, as soon as there are any; none when no more will come.
    func page(after sequence: Int64, for reader: Int) async -> [VMEvent] {
        var last = sequence
        while !Task.isCancelled {
            do throws(Failure) {
                let events = try effects.events(after: last, limit: Self.page)
                if !events.isEmpty || isFinished { return events }
            } catch {
                log("a reader of the events was ended: \(error)")
                return []
            }
            // Cancelled from here on, it is woken behind this turn of the actor.
            let news = await withTaskCancellationHandler {
                await withCheckedContinuation { waiting[reader] = $0 }
            } onCancel: {
                Task { await self.leave(reader) }
            }
            if let news { last = min(last, news - 1) }
        }
        return []
    }

    func finish() {
        isFinished = true
        wake(with: nil)
    }

    private func wake(with sequence: Int64?) {
        let readers = waiting.values
        waiting = [:]
        for reader in readers { reader.resume(returning: sequence) }
    }

    private func leave(_ reader: Int) { waiting.removeValue(forKey: reader)?.resume(returning: nil) }
}
