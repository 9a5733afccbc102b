internal import AIUSystem
internal import CSQLite
internal import Glibc

/// An open SQLite database, closed when it goes out of scope. One thread at a time.
@safe package struct Database: ~Copyable {
    /// "AIUV" in the file's header, so that `file` and we can tell it from other programs' databases.
    package static let applicationID: Int64 = 0x4149_5556
    private static let patience: Int32 = 5000

    let handle: OpaquePointer

    /// Opens or makes a database, and examines every page of one that was there.
    package static func open(_ path: String) throws(StoreError) -> Database {
        let attempt = "open the database"
        // Made by us first, because SQLite would make it readable by everybody.
        let created = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if created >= 0 { close(created) }

        let database = unsafe Database(handle: try connect(path, SQLITE_OPEN_READWRITE, to: attempt))
        unsafe sqlite3_busy_timeout(database.handle, patience)
        unsafe aiu_sqlite_set_defensive(database.handle)
        try database.identify(path)
        try database.run("PRAGMA trusted_schema = OFF", to: attempt)
        try database.run("PRAGMA foreign_keys = ON", to: attempt)
        try database.run("PRAGMA journal_mode = WAL", to: attempt)
        // With WAL, anything less may lose the last transactions when the power fails.
        try database.run("PRAGMA synchronous = FULL", to: attempt)
        try database.examine()
        return database
    }

    /// Opens one that this process has open already, to read beside whoever writes.
    package static func openToRead(_ path: String) throws(StoreError) -> Database {
        let attempt = "open the database again"
        let database = unsafe Database(handle: try connect(path, SQLITE_OPEN_READWRITE, to: attempt))
        unsafe sqlite3_busy_timeout(database.handle, patience)
        unsafe aiu_sqlite_set_defensive(database.handle)
        try database.run("PRAGMA trusted_schema = OFF", to: attempt)
        try database.run("PRAGMA query_only = ON", to: attempt)
        return database
    }

    private init(handle: OpaquePointer) { unsafe self.handle = handle }

    // close_v2, because a statement may still be alive when a throw unwinds both.
    deinit { unsafe sqlite3_close_v2(handle) }

    package var path: String { unsafe Self.path(of: handle) }

    package func run(_ sql: String, to attempt: String, _ values: [SQLValue] = []) throws(StoreError) {
        var statement = try Statement(self, sql, to: attempt, values)
        while try statement.step() {}
    }

    /// Runs several statements without values, such as a migration's.
    package func runScript(_ sql: String, to attempt: String) throws(StoreError) {
        guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(attempt) }
    }

    /// The one whole number that a query yields.
    package func integer(_ sql: String, to attempt: String) throws(StoreError) -> Int64 {
        var statement = try Statement(self, sql, to: attempt)
        guard try statement.step() else { throw StoreError(attempt, path: path, .badRow("no answer to \(sql)")) }
        return try statement.integer(0)
    }

    /// How many rows the last statement changed.
    package var changes: Int { Int(unsafe sqlite3_changes64(handle)) }

    /// Does all or nothing; durable when it returns.
    package func transaction<Result>(
        to attempt: String, _ body: (borrowing Database) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try run("BEGIN IMMEDIATE", to: attempt)
        do throws(StoreError) {
            let result = try body(self)
            try run("COMMIT", to: attempt)
            return result
        } catch {
            // SQLite may have rolled back by itself (a full disk); then there is nothing left to undo.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try run("ROLLBACK", to: "undo: \(attempt)") }
            throw error
        }
    }

    /// Copies everything to a file while the database is in use; the old copy stays until the new one is complete.
    package func backup(to target: String) throws(StoreError) {
        let attempt = "make a backup"
        let unfinished = "\(target).new"
        do throws(SystemError) {
            try Files.remove(unfinished)
            let file = try FileDescriptor.open(unfinished, O_WRONLY | O_CREAT | O_EXCL)
            _ = consume file
        } catch {
            throw StoreError(attempt, path: target, .engine(code: SQLITE_CANTOPEN, text: "", system: error.code.number))
        }
        do throws(StoreError) {
            let copy = unsafe Database(handle: try Self.connect(unfinished, SQLITE_OPEN_READWRITE, to: attempt))
            guard let backup = unsafe sqlite3_backup_init(copy.handle, "main", handle, "main") else {
                throw copy.error(attempt)
            }
            unsafe sqlite3_backup_step(backup, -1)
            guard unsafe sqlite3_backup_finish(backup) == SQLITE_OK else { throw copy.error(attempt) }
        } catch {
            unsafe unlink(unfinished)
            throw StoreError(attempt, path: target, error.reason)
        }
        guard unsafe rename(unfinished, target) == 0 else {
            throw StoreError(attempt, path: target, .engine(code: SQLITE_CANTOPEN, text: "", system: errno))
        }
    }

    func error(_ attempt: String) -> StoreError { unsafe Self.error(attempt, handle) }

    static func error(_ attempt: String, _ handle: OpaquePointer?) -> StoreError {
        unsafe StoreError(attempt, path: path(of: handle), reason(handle))
    }

    static func path(of handle: OpaquePointer?) -> String {
        guard let name = unsafe sqlite3_db_filename(handle, "main") else { return "the database" }
        return unsafe String(cString: name)
    }

    private static func connect(
        _ path: String, _ flags: Int32, to attempt: String
    ) throws(StoreError) -> OpaquePointer {
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        if code == SQLITE_OK, let handle = unsafe handle { return unsafe handle }
        // Even a failed open leaves a handle, with the reason in it.
        defer { unsafe sqlite3_close_v2(handle) }
        throw StoreError(attempt, path: path, unsafe reason(handle))
    }

    private static func reason(_ handle: OpaquePointer?) -> StoreError.Reason {
        // SQLite answers NULL with "out of memory", the only reason for having no handle.
        let text = unsafe sqlite3_errmsg(handle).map { unsafe String(cString: $0) } ?? "unknown error"
        let code = unsafe sqlite3_extended_errcode(handle)
        // Only these come from a system call; otherwise the number is one left over from before.
        let primary = code & 0xff
        let fromSystem = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_FULL
        return .engine(code: code, text: text, system: fromSystem ? unsafe sqlite3_system_errno(handle) : 0)
    }

    /// Refuses a database that some other program made.
    private func identify(_ path: String) throws(StoreError) {
        let attempt = "open the database"
        let identity = try integer("PRAGMA application_id", to: attempt)
        if identity == Self.applicationID { return }
        guard identity == 0, try integer("SELECT count(*) FROM sqlite_schema", to: attempt) == 0 else {
            throw StoreError(attempt, path: path, .foreignFile)
        }
        try run("PRAGMA application_id = \(Self.applicationID)", to: attempt)
    }

    private func examine() throws(StoreError) {
        let attempt = "check the database"
        var statement = try Statement(self, "PRAGMA quick_check(1)", to: attempt)
        guard try statement.step() else { return }
        let verdict = try statement.text(0)
        if verdict != "ok" { throw StoreError(attempt, path: path, .badRow(verdict)) }
    }
}
