package import AIUModel
internal import AIUSystem
internal import CSQLite

/// A step with the database that failed: what was attempted, on which file, and why.
package struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        /// SQLite's extended result code, its own words, and the system's error behind it (0: none).
        case engine(code: Int32, text: String, system: Int32)
        /// A row holds what no version of the program writes.
        case badRow(String)
        case foreignFile
        case newer(String)
        case refused(Failure.Reason, String)
    }

    package let attempt: String
    package let path: String
    package let reason: Reason

    package init(_ attempt: String, path: String, _ reason: Reason) {
        self.attempt = attempt
        self.path = path
        self.reason = reason
    }

    package var description: String { failure.message }

    /// What the rest of the program is told.
    package var failure: Failure {
        switch reason {
        case .engine(let code, let text, let system): Self.translate(self, code: code, text: text, system: system)
        case .badRow(let detail): damaged(detail)
        case .foreignFile:
            Failure(
                .denied, "cannot \(attempt): \(path) is a database of another program; name another state directory")
        case .newer(let detail):
            Failure(
                .unsupported,
                "cannot \(attempt): \(path) was written by a newer version of aiud (\(detail)); install that version")
        case .refused(let kind, let detail): Failure(kind, "cannot \(attempt): \(detail)")
        }
    }

    /// True for a row that would have been there twice.
    var isDuplicate: Bool {
        guard case .engine(let code, _, _) = reason else { return false }
        return code == SQLITE_CONSTRAINT | (8 << 8) || code == SQLITE_CONSTRAINT | (6 << 8)
    }

    func damaged(_ detail: String) -> Failure {
        Failure(
            .damaged,
            "cannot \(attempt): the database \(path) is damaged (\(detail)); stop aiud, move \(path) and \(path)-wal "
                + "aside, and restore the last good copy with: cp \(path).backup \(path)")
    }

    private static func translate(_ error: StoreError, code: Int32, text: String, system: Int32) -> Failure {
        let prefix = "cannot \(error.attempt) in \(error.path)"
        if system == Errno.noSpace.number {
            return Failure(.noSpace, "\(prefix): no space left on its disk; free some and try again")
        }
        switch code & 0xff {
        case SQLITE_FULL:
            return Failure(.noSpace, "\(prefix): its disk is full; free some space and try again")
        case SQLITE_READONLY:
            return Failure(.denied, "\(prefix): it may not be written (\(text)); check the permissions and the mount")
        case SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN:
            let why = system == 0 ? text : Errno(system).description
            return Failure(.denied, "\(prefix): \(why); check that its folder is there and belongs to you")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return Failure(.busy, "\(prefix): another program keeps it locked; is a second aiud or sqlite3 running?")
        case SQLITE_CORRUPT, SQLITE_NOTADB: return error.damaged(text)
        // A CHECK or NOT NULL means that the value is wrong; every other constraint, that something else is in the way.
        case SQLITE_CONSTRAINT where [1, 5, 12].contains(code >> 8): return Failure(.invalid, "\(prefix): \(text)")
        case SQLITE_CONSTRAINT: return Failure(.conflict, "\(prefix): \(text)")
        case SQLITE_TOOBIG: return Failure(.invalid, "\(prefix): a value is too long")
        default:
            let why = system == 0 ? text : "\(text) (\(Errno(system)))"
            return Failure(.internalError, "\(prefix): \(why)")
        }
    }
}
