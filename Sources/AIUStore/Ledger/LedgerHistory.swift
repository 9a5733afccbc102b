internal import AIULedger
internal import AIUModel
internal import Dispatch
internal import Synchronization

/// Reads past requests on a connection and a thread of its own: whoever looks through a million of them keeps nobody
/// waiting who wants tokens.
final class LedgerHistory: Sendable {
    private static let attempt = "read the history of tokens"

    private let database: Mutex<Database>
    private let thread = DispatchQueue(label: "aiu.ledger.history", qos: .utility)

    init(path: String) throws(StoreError) { database = Mutex(try Database.openToRead(path)) }

    /// The newest first.
    func requests(_ query: TokenHistoryQuery) async throws(Failure) -> [TokenRecord] {
        let result: Result<[TokenRecord], Failure> = await withCheckedContinuation { continuation in
            thread.async {
                continuation.resume(
                    returning: Result { () throws(Failure) in
                        do throws(StoreError) {
                            return try self.database.withLock { database throws(StoreError) in
                                try Self.requests(query, database)
                            }
                        } catch {
                            throw error.failure
                        }
                    })
            }
        }
        return try result.get()
    }

    private static func requests(
        _ query: TokenHistoryQuery, _ database: borrowing Database
    ) throws(StoreError) -> [TokenRecord] {
        var conditions: [String] = []
        var values: [SQLValue] = []
        func add(_ condition: String, _ value: SQLValue?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        add("user = ?", query.user.map { .integer(Int64($0)) })
        add("name = ? AND user IS NULL", query.name.map { .text($0) })
        add("sequence < (SELECT sequence FROM request WHERE id = ?)", query.before.map { .text($0.text) })
        add("vm = ?", query.vm.map { .text($0.text) })
        add("project = ?", query.project.map { .text($0) })
        add("id = ?", query.id.map { .text($0.text) })
        add("time >= ?", query.since.map { .integer($0) })
        values.append(.integer(Int64(min(max(query.limit, 1), TokenHistoryQuery.most))))
        var statement = try Statement(
            database,
            "SELECT \(LedgerTables.requestColumns) FROM request"
                + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
                + " ORDER BY sequence DESC LIMIT ?", to: attempt, values)
        var keys: [Int64: String] = [:]
        var records: [TokenRecord] = []
        while try statement.step() {
            for row in try LedgerRows.accounts(statement) where keys[row] == nil {
                var account = try Statement(
                    database, "SELECT key FROM account WHERE id = ?", to: attempt, [.integer(row)])
                if try account.step() { keys[row] = try account.text(0) }
            }
            records.append(try LedgerRows.request(statement, accounts: keys).record)
        }
        return records
    }
}
