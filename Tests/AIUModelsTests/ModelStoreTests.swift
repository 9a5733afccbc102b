import AIUDigest
import AIUModel
import AIUModels
import AIUSystem
import Glibc
import Synchronization
import Testing

@Suite("the store of models")
struct ModelStoreTests {
    /// A folder of its own for one test, gone afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/models-store-\(VMID.random())"
        defer { try? Files.removeTree(folder) }  // a leftover in /tmp harms nobody
        try await body(folder)
    }

    private func receive(
        _ bytes: [UInt8], into store: ModelStore, announced: ByteCount? = nil
    ) async throws(Failure) -> ReceivedModel {
        let rest = Mutex(bytes[...])
        return try await store.receive(announced: announced) { count throws(Failure) in
            rest.withLock { rest in
                let part = Array(rest.prefix(min(count, 1000)))
                rest = rest.dropFirst(part.count)
                return part
            }
        }
    }

    @Test("takes a model in, keeps it by its digest, and lets it go")
    func life() async throws {
        try await withFolder { folder in
            let store = try ModelStore(folder: folder)
            let file = GGUFWriter.small.file
            let received = try await receive(file, into: store, announced: ByteCount(bytes: UInt64(file.count)))
            let digest = received.pending.digest
            #expect(digest.hex == SHA256.hex(of: file) && received.size.bytes == UInt64(file.count))
            #expect(received.summary.architecture == "llama")
            #expect(try await store.stored().isEmpty)
            try store.place(received.pending)
            #expect(try Files.read("\(folder)/sha256-\(digest)") == file)
            #expect(try Files.metadata("\(folder)/sha256-\(digest)").st_mode & 0o777 == 0o444)
            #expect(try await store.stored().keys.map(\.hex) == [digest.hex])
            try await store.verify(digest, size: received.size)
            // The same once more is the same.
            try store.place(try await receive(file, into: store).pending)
            #expect(try Files.names(in: folder) == ["sha256-\(digest)"])
            let withdrawn = try #require(try store.withdraw(digest))
            #expect(try store.withdraw(digest) == nil)
            try await store.discard(withdrawn)
            try await store.discard(withdrawn)
            #expect(try Files.names(in: folder).isEmpty)
        }
    }

    @Test("keeps nothing of what it refuses")
    func refused() async throws {
        try await withFolder { folder in
            let store = try ModelStore(folder: folder)
            let file = GGUFWriter.small.file
            for (bytes, words) in [
                ([], "not a GGUF"), (Array("PK\u{3}\u{4} and so on".utf8), "not a GGUF"),
                (Array(file.prefix(100)), "ends at byte 100"), (Array(file.prefix(file.count - 100)), "it ends after"),
                (file + file, "it goes on after"), (file + [0], "it goes on after"),
            ] as [([UInt8], String)] {
                let failure = await #expect(throws: Failure.self) { try await receive(bytes, into: store) }
                #expect(failure?.message.contains(words) == true, "\(String(describing: failure))")
                #expect(try Files.names(in: folder).isEmpty)
            }
            let failure = await #expect(throws: Failure.self) {
                try await receive(file, into: store, announced: .gibibytes(1 << 30))
            }
            #expect(failure?.reason == .noSpace)
            let gone = await #expect(throws: Failure.self) {
                try await store.receive(announced: nil) { _ throws(Failure) in throw Failure(.unavailable, "gone") }
            }
            #expect(gone == Failure(.unavailable, "gone"))
            #expect(try Files.names(in: folder).isEmpty)
        }
    }

    @Test("a look at a file finds what is missing, of another size, or younger and not the same any more")
    func looks() async throws {
        try await withFolder { folder in
            let store = try ModelStore(folder: folder)
            let file = GGUFWriter.small.file
            let received = try await receive(file, into: store)
            let (digest, size) = (received.pending.digest, received.size)
            try store.place(received.pending)
            let path = "\(folder)/sha256-\(digest)"
            let added = Int64(time(nil)) * 1000 + 2000
            #expect(try await store.path(of: digest, size: size, added: added) == path)
            // Younger than it may be, but the same: once looked at, it is as old as it shall be.
            let before = Int64(1_700_000_000_000)
            #expect(try await store.path(of: digest, size: size, added: before) == path)
            #expect(try Files.metadata(path).st_mtim.tv_sec == 1_700_000_000)
            var changed = file
            changed[file.count - 1] ^= 1
            for (bytes, mode, words) in [
                (changed, 0o444, "its SHA-256 is"), (file + [0], 0o444, "bytes instead of"),
                (file, 0o464, "can be written to"),
            ] as [([UInt8], UInt32, String)] {
                try Files.replace(path, with: bytes, mode: mode)
                #expect(unsafe chmod(path, mode) == 0)
                let failure = await #expect(throws: Failure.self) {
                    try await store.path(of: digest, size: size, added: before)
                }
                #expect(failure?.reason == .damaged && failure?.message.contains(words) == true)
            }
            try Files.remove(path)
            let failure = await #expect(throws: Failure.self) {
                try await store.path(of: digest, size: size, added: added)
            }
            #expect(failure?.message.contains("is missing") == true)
        }
    }

    @Test("the padding of the last tensor may be missing")
    func padding() async throws {
        try await withFolder { folder in
            var writer = GGUFWriter.small
            writer.add("last", [3])
            let bytes = Array(writer.file.dropLast(20))
            let received = try await receive(bytes, into: try ModelStore(folder: folder))
            #expect(received.size.bytes == UInt64(bytes.count))
        }
    }

    @Test("a new one removes what is not whole, and settles what is not decided")
    func settle() async throws {
        try await withFolder { folder in
            var store = try ModelStore(folder: folder)
            let wanted = try await receive(GGUFWriter.small.file, into: store).pending
            var other = GGUFWriter.small
            other["general.name"] = .text("other")
            _ = try await receive(other.file, into: store)
            try Files.replace("\(folder)/.incoming-1", with: [1])
            #expect(try Files.names(in: folder).count == 3)
            store = try ModelStore(folder: folder)
            #expect(try Files.names(in: folder).count == 2)
            #expect(try await store.settle(wanted: [wanted.digest]).count == 2)
            #expect(try Files.names(in: folder) == ["sha256-\(wanted.digest)"])
            #expect(try await store.settle(wanted: [wanted.digest]).isEmpty)
            try await store.discard(try #require(try store.withdraw(wanted.digest)))
            #expect(try await store.settle(wanted: [wanted.digest]).first?.contains("is missing") == true)
        }
    }

    @Test("a changed, cut or missing file is damaged")
    func damaged() async throws {
        try await withFolder { folder in
            let store = try ModelStore(folder: folder)
            let received = try await receive(GGUFWriter.small.file, into: store)
            try store.place(received.pending)
            let path = "\(folder)/sha256-\(received.pending.digest)"
            var changed = GGUFWriter.small.file
            changed[changed.count / 2] ^= 1
            for (bytes, words) in [(changed, "its SHA-256 is"), (Array(changed.dropLast()), "bytes instead of")] {
                try Files.replace(path, with: bytes)
                let failure = await #expect(throws: Failure.self) {
                    try await store.verify(received.pending.digest, size: received.size)
                }
                #expect(failure?.reason == .damaged && failure?.message.contains(words) == true)
            }
            try Files.remove(path)
            let failure = await #expect(throws: Failure.self) {
                try await store.verify(received.pending.digest, size: received.size)
            }
            #expect(failure?.message.contains("missing") == true)
        }
    }
}
