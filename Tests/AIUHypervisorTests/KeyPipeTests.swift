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
