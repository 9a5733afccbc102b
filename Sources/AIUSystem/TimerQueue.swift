/// Names one timer of an event loop.
package struct TimerID: Hashable, Sendable {
    let number: UInt64
}

/// Pending timers, soonest first. Few at a time, so a sorted array beats a heap.
struct TimerQueue {
    private struct Entry {
        let deadline: ContinuousClock.Instant
        let id: TimerID
        let action: () -> Void
    }

    private var entries: [Entry] = []
    private var lastNumber: UInt64 = 0

    var next: ContinuousClock.Instant? { entries.first?.deadline }

    mutating func add(at deadline: ContinuousClock.Instant, _ action: @escaping () -> Void) -> TimerID {
        lastNumber += 1
        let entry = Entry(deadline: deadline, id: TimerID(number: lastNumber), action: action)
        let position = entries.firstIndex { $0.deadline > deadline } ?? entries.endIndex
        entries.insert(entry, at: position)
        return entry.id
    }

    mutating func cancel(_ id: TimerID) { entries.removeAll { $0.id == id } }

    mutating func takeDue(at now: ContinuousClock.Instant) -> [() -> Void] {
        let due = entries.prefix { $0.deadline <= now }.map(\.action)
        entries.removeFirst(due.count)
        return due
    }
}
