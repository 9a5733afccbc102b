internal import AIUSystem
internal import CSQLite
internal import Glibc

/// The index's file, closed when it goes out of scope. It is only a cache: what is lost is made again.
@safe struct SearchDatabase: ~Copyable {
    private static let patience: Int32 = 20_000
    private static let version = 2

    let handle: OpaquePointer

    init(_ path: String) throws(SearchError) {
        let file = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SearchError("\(path): \(Errno.current)") }
        close(file)
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else {
            let error = unsafe SearchError(handle)
            unsafe sqlite3_close_v2(handle)
            throw error
        }
        unsafe self.handle = handle
        unsafe sqlite3_busy_timeout(handle, Self.patience)
        unsafe aiu_sqlite_set_defensive(handle)
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Makes the tables, or anew those of another version.
    func prepare() throws(SearchError) {
        try run("PRAGMA trusted_schema = OFF; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF;")
        let statement = try SearchStatement(self, "PRAGMA user_version")
        guard try statement.step(), statement.integer(0) != Self.version else { return }
        try run(
            """
            DROP TABLE IF EXISTS files;
            DROP TABLE IF EXISTS passages;
            DROP TABLE IF EXISTS meanings;
            DROP TABLE IF EXISTS space;
            CREATE TABLE files (
                path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, nanoseconds INTEGER NOT NULL,
                first INTEGER NOT NULL, count INTEGER NOT NULL);
            CREATE VIRTUAL TABLE passages USING fts5(
                text, path UNINDEXED, line UNINDEXED, tokenize = 'unicode61 remove_diacritics 2');
            CREATE TABLE meanings (passage INTEGER PRIMARY KEY, vector BLOB NOT NULL);
            CREATE TABLE space (name TEXT NOT NULL);
            PRAGMA user_version = \(Self.version);
            """)
    }

    func run(_ sql: String) throws(SearchError) {
        guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error() }
    }

    func error() -> SearchError { unsafe SearchError(handle) }
}
