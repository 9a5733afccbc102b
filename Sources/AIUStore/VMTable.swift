package import AIUModel

/// The table of VMs: one column for each thing remembered, so that SQLite itself refuses nonsense.
package enum VMTable {
    static let migration = Migration(
        "vms",
        """
        CREATE TABLE vm (
            id TEXT PRIMARY KEY CHECK (length(id) = 12 AND id NOT GLOB '*[^0-9a-f]*'),
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^a-z0-9-]*'),
            ephemeral INTEGER NOT NULL CHECK (ephemeral IN (0, 1)),
            flavour TEXT NOT NULL CHECK (length(flavour) BETWEEN 1 AND 64),
            image TEXT NOT NULL CHECK (length(image) BETWEEN 1 AND 64),
            processors INTEGER NOT NULL CHECK (processors BETWEEN 1 AND 4096),
            memory INTEGER NOT NULL CHECK (memory > 0),
            storage INTEGER NOT NULL CHECK (storage > 0),
            configuration TEXT NOT NULL CHECK (length(configuration) <= 32768),
            configuration_digest TEXT NOT NULL CHECK (length(configuration_digest) = 64),
            phase TEXT NOT NULL CHECK (
                phase IN ('creating', 'stopped', 'starting', 'running', 'stopping', 'failed', 'deleting')),
            failure TEXT CHECK (length(failure) <= 4096),
            context_id INTEGER NOT NULL CHECK (context_id BETWEEN 0 AND 4294967295),
            created INTEGER NOT NULL CHECK (created >= 0),
            started INTEGER CHECK (started >= 0)
        ) STRICT;
        """)

    private static let columns = [
        "id", "name", "ephemeral", "flavour", "image", "processors", "memory", "storage", "configuration",
        "configuration_digest", "phase", "failure", "context_id", "created", "started", "protected", "labels",
        "deleted",
        "kept_until", "configuration_on_disk", "configuration_revision", "models", "owner", "project",
        "encrypted",
    ]
    private static let maxFailure = 4096

    package static func all(_ database: borrowing Database) throws(StoreError) -> [VMRecord] {
        var statement = try Statement(
            database, "SELECT \(columns.joined(separator: ", ")) FROM vm ORDER BY name", to: "read the VMs")
        var records: [VMRecord] = []
        while try statement.step() { records.append(try record(statement)) }
        return records
    }

    package static func insert(_ record: VMRecord, _ database: borrowing Database) throws(StoreError) {
        let attempt = "save the new VM '\(record.name)'"
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        let sql = "INSERT INTO vm (\(columns.joined(separator: ", "))) VALUES (\(marks))"
        do throws(StoreError) {
            try database.run(sql, to: attempt, try values(record, attempt, database.path))
        } catch {
            guard error.isDuplicate else { throw error }
            let sameName = try !exists("id", record.id.text, database)
            let explanation =
                sameName
                ? "a VM of that name exists already; choose another, or delete it with `aiu delete \(record.name)`"
                : "the identifier \(record.id) is taken"
            throw StoreError(attempt, path: database.path, .refused(.conflict, explanation))
        }
    }

    package static func update(_ record: VMRecord, _ database: borrowing Database) throws(StoreError) {
        let attempt = "save the VM '\(record.name)'"
        let values = try values(record, attempt, database.path)
        let assignments = columns.dropFirst().map { "\($0) = ?" }.joined(separator: ", ")
        do throws(StoreError) {
            try database.run(
                "UPDATE vm SET \(assignments) WHERE id = ?", to: attempt,
                Array(values.dropFirst()) + [.text(record.id.text)])
        } catch {
            guard error.isDuplicate else { throw error }
            throw StoreError(
                attempt, path: database.path, .refused(.conflict, "a VM of that name exists already; choose another"))
        }
        guard database.changes == 1 else {
            throw StoreError(attempt, path: database.path, .refused(.notFound, "no such VM; `aiu ls` shows them"))
        }
    }

    package static func delete(_ id: VMID, _ database: borrowing Database) throws(StoreError) {
        try database.run("DELETE FROM vm WHERE id = ?", to: "forget the VM \(id)", [.text(id.text)])
    }

    private static func exists(
        _ column: String, _ value: String, _ database: borrowing Database
    ) throws(StoreError) -> Bool {
        var statement = try Statement(
            database, "SELECT 1 FROM vm WHERE \(column) = ?", to: "look for a VM", [.text(value)])
        return try statement.step()
    }

    /// In the order of `columns`.
    private static func values(
        _ record: VMRecord, _ attempt: String, _ path: String
    ) throws(StoreError) -> [SQLValue] {
        guard let memory = Int64(exactly: record.resources.memory.bytes),
            let storage = Int64(exactly: record.resources.storage.bytes)
        else { throw StoreError(attempt, path: path, .refused(.invalid, "its memory or storage is beyond 8 EiB")) }
        return [
            .text(record.id.text), .text(record.name.text), .integer(record.ephemeral ? 1 : 0),
            .text(record.flavour), .text(record.image), .integer(Int64(record.resources.processors)),
            .integer(memory), .integer(storage), .text(record.configuration), .text(record.configurationDigest),
            .text(record.phase.rawValue), SQLValue(record.failure.map { String($0.prefix(maxFailure)) }),
            .integer(Int64(record.contextID)), .integer(record.created), SQLValue(record.started),
            .integer(record.protected ? 1 : 0), .text(LabelText.write(record.labels)), SQLValue(record.deleted),
            SQLValue(record.keptUntil), .text(record.configurationOnDisk),
            .integer(Int64(record.configurationRevision)),
            .text(record.models.map(\.text).joined(separator: " ")), SQLValue(record.owner.map { Int64($0) }),
            SQLValue(record.project), .integer(record.encrypted ? 1 : 0),
        ]
    }

    private static func record(_ row: borrowing Statement) throws(StoreError) -> VMRecord {
        guard let id = VMID(try row.text(0)) else { throw row.badColumn(0, "is not a VM identifier") }
        guard let name = VMName(try row.text(1)) else { throw row.badColumn(1, "is not a VM name") }
        guard let processors = Int(exactly: try row.integer(5)) else { throw row.badColumn(5, "is out of range") }
        guard let memory = UInt64(exactly: try row.integer(6)) else { throw row.badColumn(6, "is negative") }
        guard let storage = UInt64(exactly: try row.integer(7)) else { throw row.badColumn(7, "is negative") }
        guard let phase = VMPhase(rawValue: try row.text(10)) else { throw row.badColumn(10, "is not a phase") }
        guard let contextID = UInt32(exactly: try row.integer(12)) else { throw row.badColumn(12, "is out of range") }
        guard let labels = LabelText.read(try row.text(16)) else { throw row.badColumn(16, "are not labels") }
        guard let revision = Int(exactly: try row.integer(20)) else { throw row.badColumn(20, "is out of range") }
        return VMRecord(
            id: id, name: name, ephemeral: try row.integer(2) != 0, flavour: try row.text(3), image: try row.text(4),
            resources: VMResources(
                processors: processors, memory: ByteCount(bytes: memory), storage: ByteCount(bytes: storage)),
            configuration: try row.text(8), configurationDigest: try row.text(9), phase: phase,
            failure: try row.optionalText(11), contextID: contextID, created: try row.integer(13),
            started: try row.optionalInteger(14), protected: try row.integer(15) != 0, labels: labels,
            deleted: try row.optionalInteger(17), keptUntil: try row.optionalInteger(18),
            configurationOnDisk: try row.text(19), configurationRevision: revision,
            models: try row.text(21).split(separator: " ").compactMap { ModelName(String($0)) },
            owner: try owner(row), project: try row.optionalText(23), encrypted: try row.integer(24) != 0)
    }

    private static func owner(_ row: borrowing Statement) throws(StoreError) -> UInt32? {
        guard let number = try row.optionalInteger(22) else { return nil }
        guard let owner = UInt32(exactly: number) else { throw row.badColumn(22, "is not a user's number") }
        return owner
    }
}
