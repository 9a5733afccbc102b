/// The ledger's file: accounts, requests, and what was used per day.
enum LedgerTables {
    static let migrations = [
        Migration(
            "ledger",
            """
            CREATE TABLE account (
                id INTEGER PRIMARY KEY,
                key TEXT NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 1024),
                scope TEXT NOT NULL,
                owner TEXT NOT NULL,
                budget TEXT NOT NULL,
                policy INTEGER NOT NULL,
                epoch INTEGER NOT NULL,
                window_start INTEGER NOT NULL,
                refilled INTEGER NOT NULL,
                used INTEGER NOT NULL CHECK (used >= 0),
                carried INTEGER NOT NULL CHECK (carried >= 0),
                granted INTEGER NOT NULL CHECK (granted >= 0),
                warned INTEGER NOT NULL,
                exhausted INTEGER NOT NULL,
                touched INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE request (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                user INTEGER,
                name TEXT,
                project TEXT,
                vm TEXT,
                vm_id TEXT,
                session TEXT,
                policy INTEGER NOT NULL,
                tool TEXT,
                prompt INTEGER NOT NULL CHECK (prompt >= 0),
                response_max INTEGER NOT NULL,
                time INTEGER NOT NULL,
                allowed INTEGER NOT NULL CHECK (allowed BETWEEN 1 AND response_max),
                reason TEXT,
                charges TEXT NOT NULL,
                slot INTEGER NOT NULL,
                tag INTEGER NOT NULL,
                leased INTEGER NOT NULL CHECK (leased BETWEEN 0 AND allowed),
                expires INTEGER NOT NULL,
                ended INTEGER,
                ending TEXT,
                charged INTEGER CHECK (charged BETWEEN 0 AND prompt + leased)
            ) STRICT;
            CREATE INDEX running ON request (sequence) WHERE ended IS NULL;
            CREATE TABLE spent (
                account INTEGER NOT NULL,
                day INTEGER NOT NULL,
                tokens INTEGER NOT NULL,
                PRIMARY KEY (account, day)
            ) STRICT, WITHOUT ROWID;
            """),
        FactTable.migration,
    ]

    static let accountColumns =
        "key, scope, owner, budget, policy, epoch, window_start, refilled, used, carried, granted, warned, exhausted, id"

    static let requestColumns =
        "id, user, name, project, vm, vm_id, session, policy, tool, prompt, response_max, time, allowed, reason, "
        + "charges, slot, tag, leased, expires, ended, ending, charged"

    /// What an UPDATE of an account sets, in the order of `LedgerDatabase.counters`.
    static let accountUpdate =
        """
        UPDATE account SET scope = ?2, owner = ?3, budget = ?4, policy = ?5, epoch = ?6, window_start = ?7,
        refilled = ?8, used = ?9, carried = ?10, granted = ?11, warned = ?12, exhausted = ?13, touched = ?14
        WHERE id = ?1
        """
}
