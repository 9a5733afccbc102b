package import AIUModel

/// The table of the user's profiles.
package enum ProfileTable {
    static let migration = Migration(
        "profiles",
        """
        CREATE TABLE profile (
            name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^a-z0-9-]*'),
            configuration TEXT NOT NULL CHECK (length(configuration) <= 32768)
        ) STRICT, WITHOUT ROWID;
        """)

    package static func all(_ database: borrowing Database) throws(StoreError) -> [Profile] {
        var statement = try Statement(
            database, "SELECT name, configuration FROM profile ORDER BY name", to: "read the profiles")
        var profiles: [Profile] = []
        while try statement.step() {
            guard let name = ProfileName(try statement.text(0)) else {
                throw statement.badColumn(0, "is not a profile's name")
            }
            profiles.append(Profile(name: name, configuration: try statement.text(1)))
        }
        return profiles
    }

    package static func set(_ profile: Profile, _ database: borrowing Database) throws(StoreError) {
        try database.run(
            """
            INSERT INTO profile (name, configuration) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET configuration = excluded.configuration
            """, to: "save the profile '\(profile.name)'", [.text(profile.name.text), .text(profile.configuration)])
    }

    package static func delete(_ name: ProfileName, _ database: borrowing Database) throws(StoreError) -> Bool {
        try database.run(
            "DELETE FROM profile WHERE name = ?", to: "delete the profile '\(name)'", [.text(name.text)])
        return database.changes > 0
    }
}
