import AIUHypervisor
import AIUModel
import AIUSystem
import Glibc
import Testing

@Suite("keys on their way to QEMU")
struct KeyPipeTests {
    private func key() throws -> DiskKey {
        try #require(DiskKey([UInt8](repeating: UInt8(ascii: "d"), count: DiskKey.length)))
    }

    @Test("whoever reads gets it once; the pipe is gone afterwards")
    func taken() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/keys/x"
            let pipe = try KeyPipe(try key(), at: path)
            #expect(try Files.metadata(path).st_mode & 0o7777 == 0o600)
            #expect(try Files.metadata("\(folder)/keys").st_mode & 0o7777 == 0o700)
            #expect(try Files.read(path) == key().copy())
            pipe.close()
            #expect(!Files.exists(path))
        }
    }

    @Test("who waits for the key of a process that was killed gets none, and ends")
    func abandoned() async throws {
        try await withTemporaryFolder { folder in
            try KeyPipe.abandon(in: "\(folder)/none")
            let path = "\(folder)/x"
            try #require(unsafe mkfifo(path, 0o600) == 0)
            try #require(unsafe mkfifo("\(folder)/nobody", 0o600) == 0)
            let reader = try Child.spawn(
                SpawnRequest("/bin/sh", ["-c", "test -z \"$(cat \"$0\")\"", path], environment: ["PATH=/bin"]))
            // It shows in its status when it waits for the other end.
            let deadline = ContinuousClock.now + .seconds(10)
            while try reader.poll() == nil, .now < deadline, !Self.isRead(path) { usleep(5000) }
            try KeyPipe.abandon(in: folder)
            #expect(try reader.wait() == .exited(0))
            #expect(try Files.names(in: folder).isEmpty)
        }
    }

    /// Whether somebody waits for a writer, found out without being one.
    private static func isRead(_ path: String) -> Bool {
        let names = (try? Files.names(in: "/proc")) ?? []
        return names.contains { name in
            guard Int32(name) != nil, let words = try? Files.read("/proc/\(name)/cmdline", limit: 4096) else {
                return false
            }
            let wait = (try? Files.read("/proc/\(name)/wchan", limit: 256)) ?? []
            let command = String(decoding: words, as: UTF8.self)
            return command.hasPrefix("cat") && command.contains(path)
                && String(decoding: wait, as: UTF8.self).contains("wait_for_partner")
        }
    }

    @Test("where nobody reads, nothing is left, and nobody waits", arguments: [false, true])
    func untaken(isLeft: Bool) async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/keys/x"
            if isLeft {
                try Files.makeFolder("\(folder)/keys")
                try Files.replace(path, with: [1])
            }
            try KeyPipe(try key(), at: path).close()
            #expect(!Files.exists(path))
        }
    }
}
