package import AIUModel

/// The table of the policy's versions: a bounded number of them, the newest of which is in force.
package enum PolicyTable {
    package static let capacity: Int64 = 1000
    private static let maxNote = 1024
    private static let columns = "version, time, author, note, digest"

    static let migration = Migration(
        "policy",
        """
        CREATE TABLE policy (
            version INTEGER PRIMARY KEY CHECK (version >= 1),
            time INTEGER NOT NULL CHECK (time >= 0),
            author TEXT NOT NULL CHECK (length(author) BETWEEN 1 AND 512),
            note TEXT CHECK (length(note) <= 4096),
            digest TEXT NOT NULL CHECK (length(digest) BETWEEN 1 AND 64),
            document TEXT NOT NULL CHECK (length(document) <= 1048576),
            written INTEGER NOT NULL CHECK (written IN (0, 1))
        ) STRICT;
        """)

    package static func newest(
        _ database: borrowing Database
    ) throws(StoreError) -> (version: PolicyVersion, isWritten: Bool)? {
        var statement = try Statement(
            database, "SELECT \(columns), document, written FROM policy ORDER BY version DESC LIMIT 1",
            to: "read the policy")
        guard try statement.step() else { return nil }
        return (try version(statement, withDocument: true), try statement.integer(6) != 0)
    }

    package static func add(_ version: PolicyVersion, _ database: borrowing Database) throws(StoreError) {
        let attempt = "record version \(version.version) of the policy"
        try database.run(
            "INSERT INTO policy (\(columns), document, written) VALUES (?, ?, ?, ?, ?, ?, 0)", to: attempt,
            [
                .integer(version.version), .integer(version.time), .text(String(version.author.prefix(maxNote / 2))),
                SQLValue(version.note.map { String($0.prefix(maxNote)) }), .text(version.digest),
                .text(version.document ?? ""),
            ])
        try database.run(
            "DELETE FROM policy WHERE version <= ?", to: attempt, [.integer(version.version - capacity)])
    }

    package static func markWritten(_ number: Int64, _ database: borrowing Database) throws(StoreError) {
        try database.run(
            "UPDATE policy SET written = 1 WHERE version = ?", to: "note that the policy's file is written",
            [.integer(number)])
    }

    package static func drop(_ number: Int64, _ database: borrowing Database) throws(StoreError) {
        try database.run(
            "DELETE FROM policy WHERE version = ? AND written = 0", to: "take back version \(number) of the policy",
            [.integer(number)])
    }

    package static func versions(
        limit: Int, _ database: borrowing Database
    ) throws(StoreError) -> [PolicyVersion] {
        var statement = try Statement(
            database, "SELECT \(columns) FROM policy ORDER BY version DESC LIMIT ?",
            to: "read the versions of the policy", [.integer(min(Int64(max(limit, 0)), capacity))])
        var versions: [PolicyVersion] = []
        while try statement.step() { versions.append(try version(statement, withDocument: false)) }
        return versions
    }

    package static func version(
        _ number: Int64, _ database: borrowing Database
    ) throws(StoreError) -> PolicyVersion? {
        var statement = try Statement(
            database, "SELECT \(columns), document FROM policy WHERE version = ?",
            to: "read version \(number) of the policy", [.integer(number)])
        return try statement.step() ? try version(statement, withDocument: true) : nil
    }

    private static func version(
        _ row: borrowing Statement, withDocument: Bool
    ) throws(StoreError) -> PolicyVersion {
        PolicyVersion(
            version: try row.integer(0), time: try row.integer(1), author: try row.text(2),
            note: try row.optionalText(3), digest: try row.text(4), document: withDocument ? try row.text(5) : nil)
    }
}
