package import AIUModel

/// The table of events: numbered without gaps, the oldest dropped beyond a bound.
package enum EventTable {
    package static let capacity: Int64 = 10_000
    private static let maxDetail = 4096
    private static let maxAnswer = 10_000

    static let migration = Migration(
        "events",
        """
        CREATE TABLE event (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
            vm TEXT,
            id TEXT,
            detail TEXT CHECK (length(detail) <= 4096)
        ) STRICT;
        """)

    package static func append(_ event: VMEvent, _ database: borrowing Database) throws(StoreError) -> VMEvent {
        var event = event
        event.detail = event.detail.map { String($0.prefix(maxDetail)) }
        let attempt = "record the event '\(event.kind.rawValue)'"
        var statement = try Statement(
            database, "INSERT INTO event (time, kind, vm, id, detail) VALUES (?, ?, ?, ?, ?) RETURNING sequence",
            to: attempt,
            [
                .integer(event.time), .text(event.kind.rawValue), SQLValue(event.vm?.text), SQLValue(event.id?.text),
                SQLValue(event.detail),
            ])
        while try statement.step() { event.sequence = try statement.integer(0) }
        try database.run(
            "DELETE FROM event WHERE sequence <= ?", to: attempt, [.integer(event.sequence - capacity)])
        return event
    }

    package static func events(
        after sequence: Int64, limit: Int, _ database: borrowing Database
    ) throws(StoreError) -> [VMEvent] {
        var statement = try Statement(
            database,
            "SELECT sequence, time, kind, vm, id, detail FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?",
            to: "read the events", [.integer(sequence), .integer(Int64(min(max(limit, 0), maxAnswer)))])
        var events: [VMEvent] = []
        while try statement.step() { events.append(try event(statement)) }
        return events
    }

    private static func event(_ row: borrowing Statement) throws(StoreError) -> VMEvent {
        guard let kind = VMEvent.Kind(rawValue: try row.text(2)) else { throw row.badColumn(2, "is not known") }
        let name = try row.optionalText(3)
        let id = try row.optionalText(4)
        let parsedName = name.flatMap(VMName.init)
        let parsedID = id.flatMap(VMID.init)
        if name != nil, parsedName == nil { throw row.badColumn(3, "is not a VM name") }
        if id != nil, parsedID == nil { throw row.badColumn(4, "is not a VM identifier") }
        return VMEvent(
            sequence: try row.integer(0), time: try row.integer(1), kind: kind, vm: parsedName, id: parsedID,
            detail: try row.optionalText(5))
    }
}
