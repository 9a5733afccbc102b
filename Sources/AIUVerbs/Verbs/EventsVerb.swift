internal import AIUClient
internal import AIUCommandLine
internal import AIUJSON
internal import AIUModel

/// `aiu events`.
struct EventsVerb {
    /// The supervisor gives this many in one answer.
    private static let page = 1000
    private static let mostPages = 1000

    private let session: Session

    init(_ session: Session) { self.session = session }

    func run() throws -> Int32 {
        let arguments = session.arguments
        let after = try arguments.integer("after", in: 0...Int.max)
        let tail = try arguments.integer("tail", in: 0...1_000_000)
        try session.limitWaits()
        if arguments.flag("follow"), tail == nil {
            try follow(after: Int64(after ?? 0))
            return 0
        }
        var events = try past(after: Int64(after ?? 0))
        let last = events.last?.sequence ?? Int64(after ?? 0)
        if let tail { events = Array(events.suffix(tail)) }
        guard arguments.flag("follow") else {
            try session.answer(
                try JSON(encoding: events), names: { events.map { String($0.sequence) } },
                table: { events.isEmpty ? "nothing has happened yet\n" : events.map(EventLine.render).joined() })
            return 0
        }
        for event in events { try show(event) }
        try follow(after: last)
        return 0
    }

    private func past(after sequence: Int64) throws -> [VMEvent] {
        var events: [VMEvent] = []
        for _ in 0..<Self.mostPages {
            let next: [VMEvent] = try session.client.value(
                Calls.events(after: events.last?.sequence ?? sequence, follow: false))
            events += next
            if next.count < Self.page { break }
        }
        return events
    }

    private func follow(after sequence: Int64) throws {
        var last = sequence
        try session.follow(Calls.events(after: sequence, follow: true)) { (event: VMEvent) in
            try showGap(last, event)
            try show(event)
            last = event.sequence
        }
    }

    /// Only the newest events are kept: who is far behind is told what is missing. Programs see it by the numbers.
    private func showGap(_ last: Int64, _ next: VMEvent) throws {
        guard case .table = session.format, last > 0, next.sequence - 1 > last else { return }
        try session.write("(\(next.sequence - 1 - last) events are no longer kept)\n")
    }

    private func show(_ event: VMEvent) throws {
        try session.writeOne(event, name: "\(event.sequence)", line: EventLine.render(event))
    }
}
