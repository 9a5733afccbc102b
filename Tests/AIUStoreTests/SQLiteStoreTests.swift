import AIUModel
import AIUStore
import AIUSystem
import Glibc
import Testing

@Suite struct SQLiteStoreTests {
    // Text that would hurt a program that pastes it into SQL, cuts at NUL, or counts bytes as characters.
    static let hostile = [
        "", "'; DROP TABLE vm; --", "a\0b", "\u{0}", "naïve 💥 \u{202e}txt", "\"quoted\" \\ %s ?1 :a", "\r\n\t\u{7f}",
        String(repeating: "x", count: 32_768),
    ]

    @Test("what was saved is there after a reopen", arguments: hostile.indices)
    func persistence(index: Int) throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let text = Self.hostile[index]
            let saved = try record(
                "vm-1", phase: .failed, configuration: text, failure: String(text.prefix(4096)), started: 5)
            var event: VMEvent?
            do {
                let store = try SQLiteStore(path: path)
                try store.insert(saved)
                event = try store.append(.created, vm: saved.name, id: saved.id, detail: String(text.prefix(4096)))
                try store.setFact("key \(text.prefix(200))", text)
            }
            let store = try SQLiteStore(path: path)
            #expect(try store.allVMs() == [saved])
            #expect(try store.events(after: 0, limit: 10) == [try #require(event)])
            #expect(try store.fact("key \(text.prefix(200))") == text)
            #expect(try store.fact("another") == nil)
        }
    }

    @Test func changes() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            var first = try record("a")
            let second = try record("b")
            try store.insert(second)
            try store.insert(first)
            #expect(try store.allVMs().map(\.name.text) == ["a", "b"])
            first.phase = .running
            first.started = 7
            first.name = try #require(VMName("c"))
            try store.update(first)
            #expect(try store.allVMs() == [second, first])
            try store.delete(second.id)
            try store.delete(second.id)
            #expect(try store.allVMs() == [first])
            try store.setFact("f", "1")
            try store.setFact("f", "2")
            #expect(try store.fact("f") == "2")
            try store.setFact("f", nil)
            #expect(try store.fact("f") == nil)
        }
    }

    @Test("a name or an identifier that is taken is a conflict and changes nothing")
    func conflicts() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            let first = try record("a")
            let second = try record("b")
            try store.insert(first)
            try store.insert(second)
            let sameName = #expect(throws: Failure.self) { try store.insert(try record("a")) }
            #expect(sameName?.reason == .conflict)
            #expect(sameName?.message.contains("'a': a VM of that name exists already") == true)
            let sameID = #expect(throws: Failure.self) { try store.insert(try record("c", id: first.id)) }
            #expect(sameID?.reason == .conflict)
            var renamed = second
            renamed.name = first.name
            let taken = #expect(throws: Failure.self) { try store.update(renamed) }
            #expect(taken?.reason == .conflict)
            let unknown = #expect(throws: Failure.self) { try store.update(try record("d")) }
            #expect(unknown?.reason == .notFound)
            #expect(try store.allVMs() == [first, second])
        }
    }

    @Test("SQLite itself refuses values out of bounds")
    func checks() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            var tooLong = try record("a", configuration: String(repeating: "x", count: 32_769))
            var noMemory = try record("a")
            noMemory.resources.memory = ByteCount(bytes: 0)
            var hugeMemory = try record("a")
            hugeMemory.resources.memory = ByteCount(bytes: .max)
            var noDigest = try record("a")
            noDigest.configurationDigest = ""
            for bad in [tooLong, noMemory, hugeMemory, noDigest] {
                let failure = #expect(throws: Failure.self) { try store.insert(bad) }
                #expect(failure?.reason == .invalid)
            }
            let longFact = #expect(throws: Failure.self) {
                try store.setFact("k", String(repeating: "v", count: 65_537))
            }
            #expect(longFact?.reason == .invalid)
            tooLong.configuration = "{}"
            try store.insert(tooLong)
        }
    }

    @Test("two connections see each other's changes")
    func twoConnections() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let first = try SQLiteStore(path: path)
            let second = try SQLiteStore(path: path)
            let saved = try record("a")
            try first.insert(saved)
            #expect(try second.allVMs() == [saved])
            let one = try second.append(.created, vm: nil, id: nil, detail: nil)
            let two = try first.append(.started, vm: nil, id: nil, detail: nil)
            #expect(two.sequence == one.sequence + 1)
        }
    }

    @Test("events are numbered without gaps, bounded, and read in pages")
    func events() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            for index in 1...5 {
                let event = try store.append(.started, vm: nil, id: nil, detail: "\(index)")
                #expect(event.sequence == Int64(index))
            }
            #expect(try store.events(after: 2, limit: 2).map(\.sequence) == [3, 4])
            #expect(try store.events(after: 5, limit: 2).isEmpty)
            #expect(try store.events(after: -1, limit: -5).isEmpty)
            let long = try store.append(.failed, vm: nil, id: nil, detail: String(repeating: "é", count: 9000))
            #expect(long.detail?.count == 4096)
        }
        try withScratch { folder in
            let database = try Database.open("\(folder)/aiu.db")
            try Migrator().migrate(database)
            let extra = 25
            try database.transaction(to: "fill") { database throws(StoreError) in
                for _ in 0..<(Int(EventTable.capacity) + extra) {
                    _ = try EventTable.append(
                        VMEvent(sequence: 0, time: 1, kind: .started, vm: nil, id: nil, detail: nil), database)
                }
            }
            #expect(try database.integer("SELECT count(*) FROM event", to: "count") == EventTable.capacity)
            #expect(try database.integer("SELECT min(sequence) FROM event", to: "count") == Int64(extra) + 1)
        }
    }

    @Test("only its user may read the database")
    func permissions() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            try store.setFact("a", "b")
            for name in try Files.names(in: folder) {
                #expect(try Files.metadata("\(folder)/\(name)").st_mode & 0o077 == 0, "\(name)")
            }
        }
    }

    @Test("a copy made while in use is complete and opens")
    func backup() throws {
        try withScratch { folder in
            let store = try SQLiteStore(path: "\(folder)/aiu.db")
            #expect(Files.exists("\(folder)/aiu.db.backup"))
            let saved = try record("a")
            try store.insert(saved)
            try store.backup(to: "\(folder)/copy.db")
            try store.delete(saved.id)
            try store.backup(to: "\(folder)/copy2.db")
            try store.backup(to: "\(folder)/copy2.db")
            #expect(try SQLiteStore(path: "\(folder)/copy.db").allVMs() == [saved])
            #expect(try SQLiteStore(path: "\(folder)/copy2.db").allVMs().isEmpty)
            let failure = #expect(throws: Failure.self) { try store.backup(to: "\(folder)/no/such/folder") }
            #expect(failure?.reason == .denied)
            #expect(try Files.names(in: folder).contains { $0.hasSuffix(".new") } == false)
        }
    }

    @Test("a copy that a wrong clock dated years ahead does not stay the newest for years")
    func copyFromTheFuture() throws {
        try withScratch { folder in
            let copy = "\(folder)/aiu.db.backup"
            do { _ = try SQLiteStore(path: "\(folder)/aiu.db") }
            let written = try Files.metadata(copy)
            var times = [timespec](
                repeating: timespec(tv_sec: written.st_mtim.tv_sec + 100_000_000, tv_nsec: 0), count: 2)
            #expect(unsafe utimensat(AT_FDCWD, copy, &times, 0) == 0)
            do { _ = try SQLiteStore(path: "\(folder)/aiu.db") }
            #expect(try Files.metadata(copy).st_mtim.tv_sec < written.st_mtim.tv_sec + 1000)
        }
    }

    @Test("a thousand VMs are listed at once")
    func thousand() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            do {
                let database = try Database.open(path)
                try Migrator().migrate(database)
                let records = try (0..<1000).map { try record("vm-\($0)") }
                try database.transaction(to: "fill") { database throws(StoreError) in
                    for record in records { try VMTable.insert(record, database) }
                }
            }
            let store = try SQLiteStore(path: path)
            let started = ContinuousClock.now
            #expect(try store.allVMs().count == 1000)
            // Milliseconds; the slack is for busy machines and debug builds.
            #expect(ContinuousClock.now - started < .seconds(1))
        }
    }
}
