internal import AIUDigest
internal import AIUJSON
package import AIUSystem
internal import Glibc
internal import Synchronization

/// Files whose digests were checked, and how they looked then: a file that still looks so need not be read again.
package final class VerifiedFiles: Sendable {
    /// What was found at one path.
    private struct Entry: Equatable, Codable {
        let facts: FileFacts
        let sha256: String
    }

    package enum Verdict: Equatable, Sendable {
        case good
        case missing
        case altered(String)
    }

    package typealias Digest = @Sendable (borrowing FileDescriptor) throws(SystemError) -> String

    private let path: String
    private let digest: Digest
    private let entries: Mutex<[String: Entry]>

    /// `path` keeps the memory across restarts.
    package convenience init(path: String) {
        self.init(path: path) { file throws(SystemError) in try SHA256.hex(of: file) }
    }

    package init(path: String, digest: @escaping Digest) {
        self.digest = digest
        self.path = path
        // Lost or unreadable, it costs reading the files once more.
        let bytes = try? Files.read(path, limit: 1 << 20)
        entries = Mutex(bytes.flatMap { try? JSONText.decode([String: Entry].self, from: $0) } ?? [:])
    }

    package func verify(_ file: String, bytes: Int64, sha256: String) throws(SystemError) -> Verdict {
        let opened: FileDescriptor
        do throws(SystemError) {
            opened = try FileDescriptor.open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            if error.code == .noSuchFile { return .missing }
            if error.code == .loop { return .altered("it is a link") }
            throw error
        }
        guard try opened.metadata().st_mode & S_IFMT == S_IFREG else { return .altered("it is no plain file") }
        let facts = try FileFacts(of: opened)
        guard facts.size == bytes else { return .altered("it has \(facts.size) bytes instead of \(bytes)") }
        let wanted = Entry(facts: facts, sha256: sha256)
        if entries.withLock({ $0[file] == wanted }) { return .good }
        let found = try digest(opened)
        guard found == sha256 else { return .altered("its SHA-256 is \(found) instead of \(sha256)") }
        let after = try FileFacts(of: opened)
        guard after.hasContent(of: facts) else { return .altered("it changes while it is read") }
        // Somebody may have linked to it meanwhile: what was read is right, and the next look starts afresh.
        if after == facts { remember(file, wanted) }
        return .good
    }

    private func remember(_ file: String, _ entry: Entry) {
        entries.withLock { entries in
            entries[file] = entry
            entries = entries.filter { Files.exists($0.key) }
            // Not remembering costs time at the next start, nothing else. Written under the lock, so that two threads
            // never write the same new file.
            if let bytes = try? JSONText.encode(entries) { try? Files.replace(path, with: bytes) }
        }
    }
}
