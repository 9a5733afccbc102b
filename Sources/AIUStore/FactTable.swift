/// The table of small facts that outlive a restart.
package enum FactTable {
    static let migration = Migration(
        "facts",
        """
        CREATE TABLE fact (
            key TEXT PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 256),
            value TEXT NOT NULL CHECK (length(value) <= 65536)
        ) STRICT, WITHOUT ROWID;
        """)

    package static func value(_ key: String, _ database: borrowing Database) throws(StoreError) -> String? {
        var statement = try Statement(
            database, "SELECT value FROM fact WHERE key = ?", to: "look up a fact", [.text(key)])
        return try statement.step() ? try statement.text(0) : nil
    }

    package static func set(
        _ key: String, _ value: String?, _ database: borrowing Database
    ) throws(StoreError) {
        guard let value else {
            try database.run("DELETE FROM fact WHERE key = ?", to: "forget a fact", [.text(key)])
            return
        }
        try database.run(
            "INSERT INTO fact (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            to: "remember a fact", [.text(key), .text(value)])
    }
}
