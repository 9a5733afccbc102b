internal import AIUWire

/// Sorts any number of rows: in memory, and beyond that in sorted runs that are merged.
struct RowSorter {
    /// Bytes of rows, with what holds them, that are kept in memory at once.
    private static let mostBytes = 48 << 20
    private static let mostRuns = 200

    private struct Row {
        let key: SortKey
        /// Its place in the table: rows that are the same stay in their order.
        let number: Int
        let bytes: [UInt8]
    }

    private let places: [Int]
    private let columns: [Column]
    private let descending: Bool
    private let limit: Int?
    private var rows: [Row] = []
    private var byteCount = 0
    private var count = 0
    private var runs: [RunBox] = []

    init(places: [Int], columns: [Column], descending: Bool, limit: Int?) {
        self.places = places
        self.columns = columns
        self.descending = descending
        self.limit = limit
    }

    mutating func add(_ reader: borrowing CSVReader) throws(ToolReply.Failure) {
        let row = Row(
            key: SortKey(reader, places, columns), number: count, bytes: reader.row())
        count += 1
        // Of those beyond the limit, only such are kept as come before the last one.
        if let limit, rows.count >= limit * 2, rows.count >= 1024 {
            arrange()
            byteCount -= rows[limit...].reduce(0) { $0 + $1.bytes.count + 96 }
            rows.removeLast(rows.count - limit)
        }
        rows.append(row)
        byteCount += row.bytes.count + 96
        if byteCount > Self.mostBytes { try putAside() }
    }

    /// Hands all rows on in order.
    mutating func finish(_ body: ([UInt8]) throws(ToolReply.Failure) -> Void) throws(ToolReply.Failure) {
        let most = limit ?? .max
        if runs.isEmpty {
            arrange()
            for row in rows.prefix(most) { try body(row.bytes) }
            return
        }
        try putAside()
        var given = 0
        while given < most {
            var best: Int?
            for (index, box) in runs.enumerated() {
                guard let key = box.key else { continue }
                // The earlier run wins among the same: it has the earlier rows.
                if let chosen = best, let other = runs[chosen].key, !key.precedes(other, descending: descending) {
                    continue
                }
                best = index
            }
            guard let best else { return }
            try body(runs[best].row)
            try runs[best].advance()
            given += 1
        }
    }

    private mutating func arrange() {
        let descending = descending
        rows.sort { left, right in
            if left.key.precedes(right.key, descending: descending) { return true }
            if right.key.precedes(left.key, descending: descending) { return false }
            return left.number < right.number
        }
    }

    private mutating func putAside() throws(ToolReply.Failure) {
        guard runs.count < Self.mostRuns else {
            throw ToolReply.Failure(.tooLarge, "The table is too large to be sorted: it has more than \(count) rows.")
        }
        arrange()
        let file = try SortedRun.write(rows.map(\.bytes))
        rows.removeAll(keepingCapacity: true)
        byteCount = 0
        runs.append(RunBox(try SortedRun.open(file, places, columns)))
    }

    /// Lets runs stand in an array.
    private final class RunBox {
        private var run: SortedRun

        init(_ run: consuming SortedRun) { self.run = run }

        var key: SortKey? { run.key }
        var row: [UInt8] { run.row }

        func advance() throws(ToolReply.Failure) { try run.advance() }
    }
}
