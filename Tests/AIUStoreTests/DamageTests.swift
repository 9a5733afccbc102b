import AIUModel
import AIUStore
import AIUSystem
import Glibc
import Testing

@Suite struct DamageTests {
    /// A closed database with some content: its bytes.
    private func sample(_ path: String) throws -> [UInt8] {
        do {
            let store = try SQLiteStore(path: path)
            for index in 0..<200 { try store.setFact("key \(index)", String(repeating: "v", count: 500)) }
        }
        return try Files.read(path)
    }

    @Test("a damaged file is refused with its name and the way out", arguments: ["header", "middle", "cut", "text"])
    func damaged(kind: String) throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            var bytes = try sample(path)
            try Files.remove("\(path)-wal")
            try Files.remove("\(path)-shm")
            switch kind {
            case "header": bytes.replaceSubrange(0..<16, with: [UInt8](repeating: 0x55, count: 16))
            case "middle": for index in 8192..<(bytes.count - 4096) { bytes[index] = UInt8(index & 0xff) }
            case "cut": bytes.removeSubrange((bytes.count / 2 / 4096 * 4096)...)
            default: bytes = Array("this is no database, but a letter to you\n".utf8)
            }
            try Files.replace(path, with: bytes)
            let failure = #expect(throws: Failure.self) { try SQLiteStore(path: path) }
            #expect(failure?.reason == .damaged, "\(failure?.message ?? "")")
            #expect(failure?.message.contains("cp \(path).backup \(path)") == true)
            #expect(try Files.read(path) == bytes)
            // And the way out works.
            try Files.replace(path, with: try Files.read("\(path).backup"))
            _ = try SQLiteStore(path: path)
        }
    }

    @Test("a database of another program is refused, not changed")
    func foreign() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            do {
                let database = try Database.open(path)
                try database.runScript("CREATE TABLE theirs (a); PRAGMA application_id = 7", to: "test")
            }
            let before = try Files.read(path)
            let failure = #expect(throws: Failure.self) { try SQLiteStore(path: path) }
            #expect(failure?.reason == .denied)
            #expect(failure?.message.contains("another program") == true)
            #expect(try Files.read(path) == before)
        }
    }

    @Test("a kill at any moment loses nothing that was acknowledged")
    func killed() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let store = try SQLiteStore(path: path)
            var marks: [(bytes: Int, facts: Int)] = []
            for index in 0..<20 {
                try store.setFact("key \(index)", "value")
                marks.append((try Files.read("\(path)-wal").count, index + 1))
            }
            let main = try Files.read(path)
            let wal = try Files.read("\(path)-wal")
            // What the disk holds when the machine dies: the log up to some byte, perhaps in the middle of a frame.
            for cut in stride(from: 0, through: wal.count, by: 9999) {
                let copy = "\(folder)/copy-\(cut).db"
                try Files.replace(copy, with: main)
                try Files.replace("\(copy)-wal", with: Array(wal.prefix(cut)))
                let acknowledged = marks.last { $0.bytes <= cut }?.facts ?? 0
                let reopened = try SQLiteStore(path: copy)
                for index in 0..<acknowledged { #expect(try reopened.fact("key \(index)") == "value") }
            }
            _ = store
        }
    }

    @Test("a full disk is said, and what was there stays")
    func full() throws {
        try withScratch { folder in
            let path = "\(folder)/aiu.db"
            let database = try Database.open(path)
            try Migrator().migrate(database)
            let pages = try database.integer("PRAGMA page_count", to: "test")
            try database.run("PRAGMA max_page_count = \(pages + 4)", to: "test")
            var failure: StoreError?
            var saved = 0
            while failure == nil, saved < 100 {
                do throws(StoreError) {
                    try FactTable.set("key \(saved)", String(repeating: "v", count: 2000), database)
                    saved += 1
                } catch {
                    failure = error
                }
            }
            #expect(failure?.failure.reason == .noSpace)
            #expect(failure?.failure.message.contains("free some space") == true)
            #expect(try database.integer("SELECT count(*) FROM fact", to: "test") == Int64(saved))
            #expect(try FactTable.value("key 0", database) != nil)
        }
    }

    @Test("a full file system is said, and what was there stays")
    func fullFileSystem() throws {
        try withScratch { folder in
            let mount = "\(folder)/small"
            try Files.makeFolder(mount)
            // Mounting needs root; the page limit above covers the same path for everybody.
            guard unsafe Glibc.mount("none", mount, "tmpfs", 0, "size=512k") == 0 else { return }
            defer { unsafe umount2(mount, Int32(MNT_DETACH)) }
            let store = try SQLiteStore(path: "\(mount)/aiu.db")
            var failure: Failure?
            var saved = 0
            while failure == nil, saved < 1000 {
                do throws(Failure) {
                    try store.setFact("key \(saved)", String(repeating: "v", count: 4000))
                    saved += 1
                } catch {
                    failure = error
                }
            }
            #expect(failure?.reason == .noSpace, "\(failure?.message ?? "none")")
            #expect(saved > 0)
            #expect(try store.fact("key 0") != nil)
            let reopened = try SQLiteStore(path: "\(mount)/aiu.db")
            #expect(try reopened.fact("key \(saved - 1)") != nil)
        }
    }

    @Test("a missing folder and a folder in the file's place are refused in words")
    func unreachable() throws {
        try withScratch { folder in
            for path in ["\(folder)/no/such/aiu.db", folder] {
                let failure = #expect(throws: Failure.self) { try SQLiteStore(path: path) }
                #expect(failure?.reason == .denied)
                #expect(failure?.message.contains(path) == true)
            }
        }
    }

    @Test("a read-only database is refused in words")
    func readOnly() throws {
        try withScratch { folder in
            let mount = "\(folder)/small"
            try Files.makeFolder(mount)
            guard unsafe Glibc.mount("none", mount, "tmpfs", 0, "size=1m") == 0 else { return }
            defer { unsafe umount2(mount, Int32(MNT_DETACH)) }
            do { _ = try SQLiteStore(path: "\(mount)/aiu.db") }
            let flags = UInt(MS_REMOUNT) | UInt(MS_RDONLY)
            #expect(unsafe Glibc.mount("none", mount, "tmpfs", flags, "size=1m") == 0)
            let failure = #expect(throws: Failure.self) {
                let store = try SQLiteStore(path: "\(mount)/aiu.db")
                try store.setFact("a", "b")
            }
            #expect(failure?.reason == .denied, "\(failure?.message ?? "")")
        }
    }
}
