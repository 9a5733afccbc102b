package import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// The supervisor's memory in one SQLite file. Every call is durable when it returns.
package final class SQLiteStore: VMStore {
    private static let backupAge: Int64 = 24 * 3600 * 1000

    private let database: Mutex<Database>

    /// Opens or makes the file, checks it and brings it up to date. Beside it stay a copy of at most a day ago
    /// (`.backup`) and one of what was there before the last update of the program changed it (`.before-update`).
    package init(path: String) throws(Failure) {
        do throws(StoreError) {
            let database = try Database.open(path)
            let target = "\(path).backup"
            try Migrator().migrate(database) { old throws(StoreError) in
                try old.backup(to: "\(path).before-update")
            }
            Self.copyDaily(database, to: target)
            self.database = Mutex(database)
        } catch {
            throw error.failure
        }
    }

    /// Copies everything to a file while the store is in use.
    package func backup(to target: String) throws(Failure) {
        try use { database throws(StoreError) in try database.backup(to: target) }
    }

    /// Brings everything into the one file, so that a copy of it alone is whole.
    package func settle() throws(Failure) {
        try use { database throws(StoreError) in
            _ = try database.integer("PRAGMA wal_checkpoint(TRUNCATE)", to: "settle the database")
        }
    }

    package func allVMs() throws(Failure) -> [VMRecord] {
        try use { database throws(StoreError) in try VMTable.all(database) }
    }

    package func insert(_ record: VMRecord) throws(Failure) {
        try use { database throws(StoreError) in try VMTable.insert(record, database) }
    }

    package func update(_ record: VMRecord) throws(Failure) {
        try use { database throws(StoreError) in try VMTable.update(record, database) }
    }

    package func delete(_ id: VMID) throws(Failure) {
        try use { database throws(StoreError) in try VMTable.delete(id, database) }
    }

    package func append(
        _ kind: VMEvent.Kind, vm: VMName?, id: VMID?, detail: String?
    ) throws(Failure) -> VMEvent {
        let event = VMEvent(
            sequence: 0, time: Timestamp.now.milliseconds, kind: kind, vm: vm, id: id, detail: detail)
        return try use { database throws(StoreError) in
            try database.transaction(to: "record the event '\(kind.rawValue)'") { database throws(StoreError) in
                try EventTable.append(event, database)
            }
        }
    }

    package func events(after sequence: Int64, limit: Int) throws(Failure) -> [VMEvent] {
        try use { database throws(StoreError) in
            try EventTable.events(after: sequence, limit: limit, database)
        }
    }

    package func fact(_ key: String) throws(Failure) -> String? {
        try use { database throws(StoreError) in try FactTable.value(key, database) }
    }

    package func setFact(_ key: String, _ value: String?) throws(Failure) {
        try use { database throws(StoreError) in try FactTable.set(key, value, database) }
    }

    package func profiles() throws(Failure) -> [Profile] {
        try use { database throws(StoreError) in try ProfileTable.all(database) }
    }

    package func setProfile(_ profile: Profile) throws(Failure) {
        try use { database throws(StoreError) in try ProfileTable.set(profile, database) }
    }

    package func deleteProfile(_ name: ProfileName) throws(Failure) -> Bool {
        try use { database throws(StoreError) in try ProfileTable.delete(name, database) }
    }

    package func revisions(of id: VMID, limit: Int) throws(Failure) -> [ConfigurationRevision] {
        try use { database throws(StoreError) in try RevisionTable.revisions(of: id, limit: limit, database) }
    }

    package func save(_ revision: ConfigurationRevision, with record: VMRecord) throws(Failure) {
        try use { database throws(StoreError) in
            try database.transaction(to: "save the configuration of '\(record.name)'") { database throws(StoreError) in
                try RevisionTable.save(revision, of: record.id, database)
                try VMTable.update(record, database)
            }
        }
    }

    func use<Result: Sendable>(
        _ body: (borrowing Database) throws(StoreError) -> Result
    ) throws(Failure) -> Result {
        do throws(StoreError) {
            return try database.withLock { database throws(StoreError) in try body(database) }
        } catch {
            throw error.failure
        }
    }

    /// A copy that cannot be made must not keep the VMs from being managed.
    static func copyDaily(_ database: borrowing Database, to target: String) {
        var information = stat()
        let age =
            unsafe stat(target, &information) == 0
            ? Timestamp.now.milliseconds - Int64(information.st_mtim.tv_sec) * 1000 : .max
        // One from the future was made before the clock was put back, and would stay the newest for as long.
        guard age > backupAge || age < 0 else { return }
        do throws(StoreError) {
            try database.backup(to: target)
        } catch {
            Log("store").warning(error.description)
        }
    }
}
