import AIUModel
import AIUStore
import AIUSystem
import Testing

@Suite("real supervisor: its database", .serialized, .enabled(if: Machine.isAvailable))
struct DatabaseTests {
    @Test("an older database is brought up to date, keeps what was in it, and a copy of it stays", arguments: [1, 4])
    func older(version: Int) throws {
        let machine = try Machine()
        let id = VMID.random()
        do {
            let database = try Database.open("\(machine.state)/aiu.db")
            try Migrator(Array(Migration.all.prefix(version))).migrate(database)
            let digest = String(repeating: "a", count: 64)
            let later = version >= 4 ? ", 0, '', NULL, NULL, '\(digest)', 1" : ""
            try database.run(
                """
                INSERT INTO vm VALUES ('\(id)', 'kept', 0, 'micro', 'gone', 1, 134217728, 1073741824, '{}', '\(digest)',
                    'stopped', NULL, 5, 1700000000000, NULL\(later))
                """, to: "make an older database")
        }
        #expect(try machine.names() == ["kept"])
        #expect(try machine.views().first?.record.id == id)
        #expect(Files.exists("\(machine.state)/aiu.db.before-update"))
        try machine.succeed("create", "new")
        #expect(try machine.names() == ["kept", "new"])
    }

    @Test("a newer, a damaged and a foreign one are left alone, and the reason is shown", arguments: Bad.allCases)
    func refused(bad: Bad) throws {
        let machine = try Machine()
        try machine.succeed("create", "box")
        try machine.succeed("system", "stop")
        let path = "\(machine.state)/aiu.db"
        let good = try Files.read(path)
        try bad.spoil(path)
        let spoiled = try Files.read(path)
        for _ in 0..<2 {
            let result = try machine.aiu("ls")
            #expect(result.status == 69, "\(result.errors)")
            #expect(result.output.isEmpty)
            #expect(result.errors.contains(bad.words), "\(result.errors)")
            #expect(result.errors.contains(path), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count <= 2, "\(result.errors)")
        }
        #expect(try Files.read(path) == spoiled)
        try Files.replace(path, with: good)
        #expect(try machine.names() == ["box"])
    }

    /// Ways for a database not to be ours.
    enum Bad: String, CaseIterable {
        case newer, damaged, letter

        var words: String {
            switch self {
            case .newer: "newer version of aiud"
            case .damaged, .letter: "damaged"
            }
        }

        func spoil(_ path: String) throws {
            switch self {
            case .newer:
                let database = try Database.open(path)
                try Migrator(Migration.all + [Migration("of-tomorrow", "CREATE TABLE tomorrow (a)")]).migrate(database)
                _ = try database.integer("PRAGMA wal_checkpoint(TRUNCATE)", to: "settle it")
            case .damaged:
                var bytes = try Files.read(path)
                for index in stride(from: 4096, to: bytes.count, by: 64) { bytes[index] = 0x55 }
                try Files.replace(path, with: bytes)
            case .letter: try Files.replace(path, with: Array("this is no database, but a letter to you\n".utf8))
            }
        }
    }
}
