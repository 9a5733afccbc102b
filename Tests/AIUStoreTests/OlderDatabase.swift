import AIUModel
import AIUStore
import Testing

/// A database as an earlier version of the program left it, with a row in every table that there was.
struct OlderDatabase {
    let version: Int
    let vm: VMRecord
    private let profile: Profile
    private let revision: ConfigurationRevision

    init(_ version: Int) throws {
        self.version = version
        vm = try record("kept")
        profile = Profile(name: try #require(ProfileName("quick")), configuration: #"{"internet": true}"#)
        revision = ConfigurationRevision(
            revision: 2, time: 5, state: .refused, document: "{}", digest: String(repeating: "b", count: 64))
    }

    func write(to path: String) throws {
        let database = try Database.open(path)
        try Migrator(Array(Migration.all.prefix(version))).migrate(database)
        if version >= 1 { try insertVM(database) }
        if version >= 2 {
            try database.run(
                "INSERT INTO event (time, kind, vm, id, detail) VALUES (7, 'created', 'kept', ?, 'once')", to: "test",
                [.text(vm.id.text)])
        }
        if version >= 3 { try database.run("INSERT INTO fact VALUES ('colour', 'blue')", to: "test") }
        if version >= 5 { try ProfileTable.set(profile, database) }
        if version >= 6 { try RevisionTable.save(revision, of: vm.id, database) }
    }

    /// All of it is there, read by the program of today.
    func check(_ store: SQLiteStore) throws {
        #expect(try store.allVMs() == (version >= 1 ? [vm] : []))
        let events = try store.events(after: 0, limit: 10)
        #expect(events.map(\.detail) == (version >= 2 ? ["once"] : []))
        #expect(try store.fact("colour") == (version >= 3 ? "blue" : nil))
        #expect(try store.profiles() == (version >= 5 ? [profile] : []))
        #expect(try store.revisions(of: vm.id, limit: 10).contains(revision) == (version >= 6))
    }

    /// The copy from before the update is the older database still.
    func checkCopy(_ path: String) throws {
        let copy = try Database.open(path)
        #expect(try copy.integer("PRAGMA user_version", to: "test") == Int64(version))
        #expect(try copy.integer("SELECT count(*) FROM vm WHERE name = 'kept'", to: "test") == 1)
        if version >= 2 { #expect(try copy.integer("SELECT count(*) FROM event", to: "test") == 1) }
        if version >= 3 { #expect(try copy.integer("SELECT count(*) FROM fact", to: "test") == 1) }
    }

    private func insertVM(_ database: borrowing Database) throws {
        if version >= 13 { return try VMTable.insert(vm, database) }
        // The row as the first schema had it, and what the whole life cycle added.
        let first = "?, ?, 0, 'micro', ?, 2, 268435456, 2147483648, '{}', ?, 'stopped', NULL, 3, ?, NULL"
        let cycle = version >= 4 ? ", 0, '', NULL, NULL, '\(vm.configurationOnDisk)', 1" : ""
        let later = (version >= 8 ? ", ''" : "") + (version >= 10 ? ", NULL, NULL" : "")
        try database.run(
            "INSERT INTO vm VALUES (\(first)\(cycle)\(later))", to: "test",
            [
                .text(vm.id.text), .text(vm.name.text), .text(vm.image), .text(vm.configurationDigest),
                .integer(vm.created),
            ])
    }
}
