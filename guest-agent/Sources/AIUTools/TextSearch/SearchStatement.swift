internal import CSQLite

/// A compiled SQL statement of the index, freed when it goes out of scope.
@safe struct SearchStatement: ~Copyable {
    private let handle: OpaquePointer

    init(_ database: borrowing SearchDatabase, _ sql: String) throws(SearchError) {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_prepare_v2(database.handle, sql, -1, &handle, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else { throw database.error() }
        unsafe self.handle = handle
    }

    deinit { unsafe sqlite3_finalize(handle) }

    func bind(_ index: Int32, _ number: Int64) { unsafe sqlite3_bind_int64(handle, index, number) }

    func bind(_ index: Int32, _ text: String) {
        var text = text
        _ = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                let start = unsafe characters.baseAddress ?? UnsafePointer(bitPattern: 1)
                return unsafe aiu_sqlite_bind_text(handle, index, start, UInt64(characters.count))
            }
        }
    }

    /// Numbers as they are in memory: the index stays in its VM.
    func bind(_ index: Int32, _ numbers: [Float]) {
        unsafe numbers.withUnsafeBytes { bytes in
            _ = unsafe aiu_sqlite_bind_blob(handle, index, bytes.baseAddress, UInt64(bytes.count))
        }
    }

    func floats(_ column: Int32) -> [Float] {
        let count = Int(unsafe sqlite3_column_bytes(handle, column)) / 4
        guard count > 0, let start = unsafe sqlite3_column_blob(handle, column) else { return [] }
        return (0..<count).map { place in unsafe start.loadUnaligned(fromByteOffset: place * 4, as: Float.self) }
    }

    /// Moves to the next row; false when there is none.
    func step() throws(SearchError) -> Bool {
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw unsafe SearchError(sqlite3_db_handle(handle))
        }
    }

    /// Runs it once with the values that are bound.
    func run() throws(SearchError) {
        while try step() {}
        unsafe sqlite3_reset(handle)
    }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func number(_ column: Int32) -> Double { unsafe sqlite3_column_double(handle, column) }

    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
