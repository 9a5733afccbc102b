internal import AIUJSON
package import AIUModel

/// The tables of models: their names, and what they are the defaults for.
package enum ModelTable {
    static let migration = Migration(
        "models",
        """
        CREATE TABLE model (
            name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^a-z0-9._-]*'),
            digest TEXT NOT NULL CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
            size INTEGER NOT NULL CHECK (size > 0),
            added INTEGER NOT NULL,
            summary TEXT NOT NULL CHECK (length(summary) <= 65536)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE model_role (
            role TEXT PRIMARY KEY CHECK (length(role) BETWEEN 1 AND 63),
            model TEXT NOT NULL REFERENCES model (name) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        """)

    package static func all(_ database: borrowing Database) throws(StoreError) -> [ModelRecord] {
        var statement = try Statement(
            database, "SELECT name, digest, size, added, summary FROM model ORDER BY name", to: "read the models")
        var models: [ModelRecord] = []
        while try statement.step() {
            guard let name = ModelName(try statement.text(0)) else {
                throw statement.badColumn(0, "is not a model's name")
            }
            guard let digest = ModelDigest(try statement.text(1)) else {
                throw statement.badColumn(1, "is not a digest")
            }
            guard let size = UInt64(exactly: try statement.integer(2)) else {
                throw statement.badColumn(2, "is not a size")
            }
            let text = try statement.text(4)
            let summary: ModelSummary
            do throws(JSONError) {
                summary = try JSONText.decode(ModelSummary.self, from: Array(text.utf8))
            } catch {
                throw statement.badColumn(4, "is not what a model says of itself (\(error))")
            }
            models.append(
                ModelRecord(
                    name: name, digest: digest, size: ByteCount(bytes: size), added: try statement.integer(3),
                    summary: summary))
        }
        return models
    }

    package static func insert(_ model: ModelRecord, _ database: borrowing Database) throws(StoreError) {
        let attempt = "keep the model '\(model.name)'"
        let summary: String
        do throws(JSONError) {
            summary = try JSONText.encodeString(model.summary)
        } catch {
            throw StoreError(attempt, path: database.path, .refused(.internalError, "\(error)"))
        }
        do throws(StoreError) {
            try database.run(
                "INSERT INTO model (name, digest, size, added, summary) VALUES (?, ?, ?, ?, ?)", to: attempt,
                [
                    .text(model.name.text), .text(model.digest.hex), .integer(Int64(clamping: model.size.bytes)),
                    .integer(model.added), .text(summary),
                ])
        } catch {
            guard error.isDuplicate else { throw error }
            throw StoreError(
                attempt, path: database.path, .refused(.conflict, "there is a model of that name already"))
        }
    }

    package static func delete(_ name: ModelName, _ database: borrowing Database) throws(StoreError) {
        try database.run(
            "DELETE FROM model WHERE name = ?", to: "forget the model '\(name)'", [.text(name.text)])
    }

    package static func roles(_ database: borrowing Database) throws(StoreError) -> [ModelRole: ModelName] {
        var statement = try Statement(
            database, "SELECT role, model FROM model_role", to: "read what the models are for")
        var roles: [ModelRole: ModelName] = [:]
        while try statement.step() {
            guard let role = ModelRole(rawValue: try statement.text(0)) else {
                throw statement.badColumn(0, "is not known")
            }
            guard let name = ModelName(try statement.text(1)) else {
                throw statement.badColumn(1, "is not a model's name")
            }
            roles[role] = name
        }
        return roles
    }

    package static func set(
        _ name: ModelName?, for role: ModelRole, _ database: borrowing Database
    ) throws(StoreError) {
        let attempt = "choose the model for '\(role.rawValue)'"
        guard let name else {
            try database.run("DELETE FROM model_role WHERE role = ?", to: attempt, [.text(role.rawValue)])
            return
        }
        try database.run(
            """
            INSERT INTO model_role (role, model) VALUES (?, ?)
            ON CONFLICT (role) DO UPDATE SET model = excluded.model
            """, to: attempt, [.text(role.rawValue), .text(name.text)])
    }
}
