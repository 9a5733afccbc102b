import AIUSystem
import Glibc
import Testing

struct LogRotationTests {
    private static func inScratchFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/aiu-log-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try Files.makeFolder(folder)
        defer { try? Files.removeTree(folder) }  // what is left is in /tmp
        try body(folder)
    }

    private static func text(_ path: String) throws -> String { String(decoding: try Files.read(path), as: UTF8.self) }

    @Test("the file and its older part together never hold more than twice the limit")
    func bounded() throws {
        try Self.inScratchFolder { folder in
            let path = "\(folder)/log"
            let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
            let rotation = try #require(LogRotation(path, behind: [file.raw], limit: 100))
            for number in 10..<60 {
                rotation.makeRoom(for: 10)
                try file.writeAll(Array("line \(number) .\n".utf8))
                #expect(try Files.metadata(path).st_size <= 100)
            }
            // Ten bytes a line, so ten lines a part, and the last five parts were begun in turn.
            #expect(try Self.text(path).hasPrefix("line 50 .\n"))
            #expect(try Self.text("\(path).1").hasPrefix("line 40 .\n"))
            #expect(try Files.names(in: folder) == ["log", "log.1"])
        }
    }

    @Test("all descriptors of the file move on together, and stay open for a program that is started")
    func together() throws {
        try Self.inScratchFolder { folder in
            let path = "\(folder)/log"
            let first = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
            let second = try first.duplicate()
            let elsewhere = try FileDescriptor.open("\(folder)/other", O_WRONLY | O_CREAT | O_APPEND)
            let rotation = try #require(LogRotation(path, behind: [first.raw, second.raw, elsewhere.raw], limit: 4))
            rotation.makeRoom(for: 5)
            try first.writeAll(Array("a".utf8))
            try second.writeAll(Array("b".utf8))
            try elsewhere.writeAll(Array("c".utf8))
            #expect(try Self.text(path) == "ab")
            #expect(try Self.text("\(folder)/other") == "c")
            #expect(fcntl(first.raw, F_GETFD) & FD_CLOEXEC == 0)
        }
    }

    @Test("a log that goes elsewhere is left alone")
    func elsewhere() throws {
        try Self.inScratchFolder { folder in
            let other = try FileDescriptor.open("\(folder)/other", O_WRONLY | O_CREAT | O_APPEND)
            #expect(LogRotation("\(folder)/log", behind: [other.raw]) == nil, "there is no such file")
            let file = try FileDescriptor.open("\(folder)/log", O_WRONLY | O_CREAT | O_APPEND)
            #expect(LogRotation("\(folder)/log", behind: [other.raw]) == nil, "nobody writes to it")
            _ = consume file
        }
    }

    @Test("a file that was taken away is begun anew, and what was taken stays as it is")
    func takenAway() throws {
        try Self.inScratchFolder { folder in
            let path = "\(folder)/log"
            let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
            let rotation = try #require(LogRotation(path, behind: [file.raw], limit: 4))
            try file.writeAll(Array("old".utf8))
            try Files.rename(path, to: "\(folder)/kept")
            try Files.replace("\(path).1", with: Array("older".utf8))
            rotation.makeRoom(for: 5)
            try file.writeAll(Array("new".utf8))
            #expect(try Self.text(path) == "new")
            #expect(try Self.text("\(path).1") == "older")
            #expect(try Self.text("\(folder)/kept") == "old")
        }
    }
}
