import AIUModel
import AIUStore
import AIUSystem
import Testing

@Suite struct MigratorTests {
    @Test("every older version is brought up to date, its content kept", arguments: 0...Migration.all.count)
    func upgrades(from version: Int) throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let old = try OlderDatabase(version)
            try old.write(to: path)
            let isOlder = (1..<Migration.all.count).contains(version)
            do {
                let store = try SQLiteStore(path: path)
                try old.check(store)
                #expect(Files.exists("\(path).backup"))
                #expect(Files.exists("\(path).before-update") == isOlder)
            }
            if isOlder { try old.checkCopy("\(path).before-update") }
            // And the next start finds nothing more to do.
            let store = try SQLiteStore(path: path)
            try old.check(store)
            _ = try store.append(.created, vm: nil, id: nil, detail: nil)
            try store.setFact("a", "b")
        }
    }

    @Test("a migration that fails halfway leaves the version before it")
    func rollback() throws {
        try withScratch { folder in
            let database = try Database.open("\(folder)/aiu.db")
            let broken = Migration("broken", "CREATE TABLE half (a INTEGER) STRICT; CREATE TABEL typo (b);")
            let failure = #expect(throws: StoreError.self) {
                try Migrator(Migration.all + [broken]).migrate(database)
            }
            #expect(failure?.description.contains("step 'broken'") == true)
            #expect(try database.integer("PRAGMA user_version", to: "test") == Int64(Migration.all.count))
            #expect(
                try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", to: "test") == 0)
            try Migrator().migrate(database)
        }
    }

    @Test("a database of a newer program is refused, and left alone")
    func newer() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            do {
                let database = try Database.open(path)
                try Migrator(Migration.all + [Migration("from-the-future", "CREATE TABLE future (a) ;")])
                    .migrate(database)
            }
            let failure = #expect(throws: Failure.self) { try SQLiteStore(path: path) }
            #expect(failure?.reason == .unsupported)
            #expect(failure?.message.contains("newer version of aiud") == true)
            #expect(failure?.message.contains("from-the-future") == true)
        }
    }

    // Each statement makes of a good database one that does not fit its own history.
    @Test(
        arguments: [
            ("PRAGMA user_version = 99", Failure.Reason.unsupported),
            ("UPDATE migration SET name = 'other' WHERE number = 2", .unsupported),
            ("PRAGMA user_version = 1", .damaged),
            ("DELETE FROM migration WHERE number = \(Migration.all.count)", .damaged),
        ])
    func inconsistentHistory(statement: String, reason: Failure.Reason) throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            do {
                let database = try Database.open(path)
                try Migrator().migrate(database)
                try database.run(statement, to: "spoil it")
            }
            let failure = #expect(throws: Failure.self) { try SQLiteStore(path: path) }
            #expect(failure?.reason == reason)
        }
    }

    @Test("names are unique and the history never shrinks")
    func names() {
        #expect(Set(Migration.all.map(\.name)).count == Migration.all.count)
        #expect(
            Migration.all.map(\.name).starts(with: [
                "vms", "events", "facts", "life-cycle", "profiles", "configuration-revisions",
            ]))
    }
}
