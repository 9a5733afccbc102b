internal import CSQLite

/// A compiled SQL statement, freed when it goes out of scope.
@safe package struct Statement: ~Copyable {
    private let handle: OpaquePointer
    private let attempt: String

    /// `attempt` completes the sentence "cannot …" when a step fails.
    package init(
        _ database: borrowing Database, _ sql: String, to attempt: String, _ values: [SQLValue] = []
    ) throws(StoreError) {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(database.handle, sql, -1, &handle, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else { throw database.error(attempt) }
        for index in values.indices where unsafe Self.bind(values[index], Int32(index + 1), handle) != SQLITE_OK {
            defer { unsafe sqlite3_finalize(handle) }
            throw database.error(attempt)
        }
        unsafe self.handle = handle
        self.attempt = attempt
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Moves to the next row; false when there is none.
    package mutating func step() throws(StoreError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure()
        }
    }

    /// Does the same again with other values: to compile it costs more than to run it.
    package mutating func run(_ values: [SQLValue]) throws(StoreError) {
        try restart(values)
        while try step() {}
        reset()
    }

    /// Begins again with other values. Whoever reads rows then calls `reset`, or keeps the database from tidying up.
    package mutating func restart(_ values: [SQLValue]) throws(StoreError) {
        reset()
        for index in values.indices where unsafe Self.bind(values[index], Int32(index + 1), handle) != SQLITE_OK {
            throw failure()
        }
    }

    /// Its result is that of the last step, which has been told.
    package mutating func reset() { unsafe sqlite3_reset(handle) }

    package func integer(_ column: Int32) throws(StoreError) -> Int64 {
        guard let value = try optionalInteger(column) else { throw badColumn(column, "is empty") }
        return value
    }

    package func optionalInteger(_ column: Int32) throws(StoreError) -> Int64? {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return unsafe sqlite3_column_int64(handle, column)
        case SQLITE_NULL: return nil
        default: throw badColumn(column, "is not a whole number")
        }
    }

    package func text(_ column: Int32) throws(StoreError) -> String {
        guard let value = try optionalText(column) else { throw badColumn(column, "is empty") }
        return value
    }

    package func optionalText(_ column: Int32) throws(StoreError) -> String? {
        switch unsafe sqlite3_column_type(handle, column) {
        case SQLITE_NULL: return nil
        case SQLITE_TEXT: break
        default: throw badColumn(column, "is not text")
        }
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        // Counted, not up to the first NUL: hostile text may contain one.
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
            throw badColumn(column, "is not valid UTF-8")
        }
        return text
    }

    /// What to throw when a column holds what the program never writes.
    package func badColumn(_ column: Int32, _ why: String) -> StoreError {
        let name = unsafe sqlite3_column_name(handle, column).map { unsafe String(cString: $0) } ?? "\(column)"
        return unsafe StoreError(attempt, path: Database.path(of: sqlite3_db_handle(handle)), .badRow("\(name) \(why)"))
    }

    private static func bind(_ value: SQLValue, _ index: Int32, _ handle: OpaquePointer) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty string may have no address, which SQLite would store as NULL.
                    let start = unsafe characters.baseAddress ?? UnsafePointer(bitPattern: 1)
                    return unsafe aiu_sqlite_bind_text(handle, index, start, UInt64(characters.count))
                }
            }
        }
    }

    private func failure() -> StoreError { unsafe Database.error(attempt, sqlite3_db_handle(handle)) }
}
