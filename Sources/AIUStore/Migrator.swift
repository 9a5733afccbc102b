internal import AIUSystem

/// Brings a database up to date, step by step, and refuses one from the future.
package struct Migrator: Sendable {
    private static let attempt = "bring the database up to date"
    private let migrations: [Migration]

    package init(_ migrations: [Migration] = Migration.all) { self.migrations = migrations }

    /// Applies what is missing, each step whole or not at all. `beforeFirst` runs when there is anything to do in a
    /// database that is in use already: the moment for a backup.
    package func migrate(
        _ database: borrowing Database, beforeFirst: (borrowing Database) throws(StoreError) -> Void
    ) throws(StoreError) {
        let applied = try applied(database)
        if !applied.isEmpty, applied.count < migrations.count { try beforeFirst(database) }
        while try applyNext(database) {}
    }

    package func migrate(_ database: borrowing Database) throws(StoreError) {
        try migrate(database) { _ throws(StoreError) in }
    }

    private func applyNext(_ database: borrowing Database) throws(StoreError) -> Bool {
        // Read again inside the transaction: another process may have been faster.
        try database.transaction(to: Self.attempt) { database throws(StoreError) in
            let applied = try applied(database)
            guard applied.count < migrations.count else { return false }
            let next = migrations[applied.count]
            try database.runScript(next.script, to: "\(Self.attempt) (step '\(next.name)')")
            try database.run(
                "INSERT INTO migration (name, applied) VALUES (?, ?)", to: Self.attempt,
                [.text(next.name), .integer(Timestamp.now.milliseconds)])
            try database.run("PRAGMA user_version = \(applied.count + 1)", to: Self.attempt)
            return true
        }
    }

    /// The steps that the database has seen, checked against ours.
    private func applied(_ database: borrowing Database) throws(StoreError) -> [String] {
        let version = try database.integer("PRAGMA user_version", to: Self.attempt)
        try database.run(
            """
            CREATE TABLE IF NOT EXISTS migration (
                number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, applied INTEGER NOT NULL
            ) STRICT
            """, to: Self.attempt)
        var statement = try Statement(database, "SELECT name FROM migration ORDER BY number", to: Self.attempt)
        var names: [String] = []
        while try statement.step() {
            let name = try statement.text(0)
            guard names.count < migrations.count, migrations[names.count].name == name else {
                throw StoreError(
                    Self.attempt, path: database.path, .newer("it has the step '\(Self.short(name))', unknown here"))
            }
            names.append(name)
        }
        guard version <= Int64(migrations.count) else {
            throw StoreError(
                Self.attempt, path: database.path,
                .newer("its version is \(version), this program's \(migrations.count)"))
        }
        guard version == Int64(names.count) else {
            throw StoreError(
                Self.attempt, path: database.path, .badRow("version \(version) does not fit its \(names.count) steps"))
        }
        return names
    }

    private static func short(_ name: String) -> String { String(name.prefix(64)) }
}
