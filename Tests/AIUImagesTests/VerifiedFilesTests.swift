import AIUDigest
import AIUImages
import AIUModel
import AIUSystem
import Synchronization
import Testing

@Suite struct VerifiedFilesTests {
    @Test("a file is read once, and again only when it or the expectation changes")
    func reads() async throws {
        try await withState { folder in
            let reads = Counter()
            let path = "\(folder)/file"
            let memory = "\(folder)/verified.json"
            let first: [UInt8] = [1, 2, 3]
            let second: [UInt8] = [3, 2, 1]
            func verify(_ files: VerifiedFiles, _ content: [UInt8]) throws -> VerifiedFiles.Verdict {
                try files.verify(path, bytes: Int64(content.count), sha256: SHA256.hex(of: content))
            }
            try Files.replace(path, with: first)
            let files = reads.files(memory)
            for _ in 0..<3 { #expect(try verify(files, first) == .good) }
            #expect(reads.count == 1)
            // After a restart too.
            #expect(try verify(reads.files(memory), first) == .good)
            #expect(reads.count == 1)
            #expect(try verify(files, second) != .good)
            #expect(reads.count == 2)
            try Files.replace(path, with: second)
            #expect(try verify(files, second) == .good)
            #expect(reads.count == 3)
            // A memory that cannot be read costs reading the files, no more.
            for damage in ["", "[]", "{\"\(path)\":7}"] {
                try Files.replace(memory, with: Array(damage.utf8))
                #expect(try verify(reads.files(memory), second) == .good)
            }
            #expect(reads.count == 6)
            try Files.remove(path)
            #expect(try verify(files, second) == .missing)
        }
    }
}

/// Counts how often files were really read.
private final class Counter: Sendable {
    private let reads = Mutex(0)

    var count: Int { reads.withLock { $0 } }

    func files(_ memory: String) -> VerifiedFiles {
        VerifiedFiles(path: memory) { [self] file throws(SystemError) in
            reads.withLock { $0 += 1 }
            return try SHA256.hex(of: file)
        }
    }
}
