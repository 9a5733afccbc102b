internal import CSQLite

/// What SQLite could not do with the index.
struct SearchError: Error, Sendable, CustomStringConvertible {
    let message: String
    /// The file is broken, not the question: it is made anew.
    let isDamage: Bool

    init(_ database: OpaquePointer?) {
        let code = unsafe sqlite3_errcode(database)
        message = unsafe sqlite3_errmsg(database).map { unsafe String(cString: $0) } ?? "error \(code)"
        isDamage = [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_ERROR, SQLITE_MISMATCH, SQLITE_SCHEMA].contains(code & 0xFF)
    }

    init(_ message: String) {
        self.message = message
        isDamage = false
    }

    var description: String { message }
}
