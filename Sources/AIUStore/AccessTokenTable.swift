package import AIUModel

/// The table of people's tokens.
package enum AccessTokenTable {
    /// How many there may be, so that nobody fills the disk.
    package static let most: Int64 = 10_000
    /// How long one that is no longer good is still listed.
    private static let keep: Int64 = 30 * 86_400_000
    private static let columns = "id, name, owner_user, owner_name, role, vms, created, expires, revoked, used, project"

    static let migration = Migration(
        "access-tokens",
        """
        CREATE TABLE access_token (
            id TEXT PRIMARY KEY CHECK (length(id) = 12 AND id NOT GLOB '*[^0-9a-f]*'),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
            owner_user INTEGER CHECK (owner_user BETWEEN 0 AND 4294967295),
            owner_name TEXT CHECK (length(owner_name) <= 256),
            role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'auditor', 'admin')),
            vms TEXT NOT NULL CHECK (length(vms) <= 4160),
            created INTEGER NOT NULL CHECK (created >= 0),
            expires INTEGER NOT NULL CHECK (expires >= 0),
            revoked INTEGER CHECK (revoked >= 0),
            used INTEGER CHECK (used >= 0),
            digest TEXT NOT NULL CHECK (length(digest) = 64)
        ) STRICT, WITHOUT ROWID;
        """)

    static let projects = Migration(
        "access-token-projects", "ALTER TABLE access_token ADD COLUMN project TEXT CHECK (length(project) <= 63);")

    package static func insert(
        _ token: AccessToken, digest: String, _ database: borrowing Database
    ) throws(StoreError) -> Bool {
        let attempt = "keep the token '\(token.name)'"
        try database.run(
            "DELETE FROM access_token WHERE expires < ?1 OR revoked < ?1", to: attempt,
            [.integer(token.created - keep)])
        try database.run(
            """
            INSERT INTO access_token (\(columns), digest) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, NULL, ?11, ?9
                WHERE NOT EXISTS (SELECT 1 FROM access_token WHERE name = ?2 AND revoked IS NULL AND expires > ?7)
                    AND (SELECT count(*) FROM access_token) < ?10
            """, to: attempt,
            [
                .text(token.id), .text(token.name), SQLValue(token.owner.user.map { Int64($0) }),
                SQLValue(token.owner.name), .text(token.role.rawValue),
                .text(token.vms.map(\.text).joined(separator: " ")), .integer(token.created), .integer(token.expires),
                .text(digest), .integer(most), SQLValue(token.project),
            ])
        return database.changes > 0
    }

    package static func find(
        _ id: String, _ database: borrowing Database
    ) throws(StoreError) -> (token: AccessToken, digest: String)? {
        var statement = try Statement(
            database, "SELECT \(columns), digest FROM access_token WHERE id = ?", to: "look up a token", [.text(id)])
        return try statement.step() ? (try token(statement), try statement.text(11)) : nil
    }

    package static func all(_ database: borrowing Database) throws(StoreError) -> [AccessToken] {
        var statement = try Statement(
            database, "SELECT \(columns) FROM access_token ORDER BY created DESC, id", to: "list the tokens")
        var tokens: [AccessToken] = []
        while try statement.step() { tokens.append(try token(statement)) }
        return tokens
    }

    package static func revoke(
        _ id: String, at time: Int64, _ database: borrowing Database
    ) throws(StoreError) -> Bool {
        try database.run(
            "UPDATE access_token SET revoked = ? WHERE id = ? AND revoked IS NULL", to: "revoke a token",
            [.integer(time), .text(id)])
        return database.changes > 0
    }

    package static func remove(
        of owner: AccountReference, _ database: borrowing Database
    ) throws(StoreError) -> Int {
        try database.run(
            """
            DELETE FROM access_token
                WHERE (?1 IS NOT NULL AND owner_user = ?1) OR (?1 IS NULL AND owner_user IS NULL AND owner_name = ?2)
            """, to: "remove somebody's tokens", [SQLValue(owner.user.map { Int64($0) }), SQLValue(owner.name)])
        return database.changes
    }

    package static func noteUse(_ id: String, at time: Int64, _ database: borrowing Database) throws(StoreError) {
        try database.run(
            "UPDATE access_token SET used = ? WHERE id = ?", to: "note the use of a token",
            [.integer(time), .text(id)])
    }

    private static func token(_ row: borrowing Statement) throws(StoreError) -> AccessToken {
        let user: UInt32?
        if let number = try row.optionalInteger(2) {
            guard let exact = UInt32(exactly: number) else { throw row.badColumn(2, "is out of range") }
            user = exact
        } else {
            user = nil
        }
        guard let role = Role(rawValue: try row.text(4)) else { throw row.badColumn(4, "is no role") }
        let names = try row.text(5).split(separator: " ").map { VMName(String($0)) }
        guard !names.contains(nil) else { throw row.badColumn(5, "is not a list of VMs") }
        var token = AccessToken(
            id: try row.text(0), name: try row.text(1),
            owner: AccountReference(user: user, name: try row.optionalText(3)),
            role: role, vms: names.compactMap { $0 }, created: try row.integer(6), expires: try row.integer(7))
        token.revoked = try row.optionalInteger(8)
        token.used = try row.optionalInteger(9)
        token.project = try row.optionalText(10)
        return token
    }
}
