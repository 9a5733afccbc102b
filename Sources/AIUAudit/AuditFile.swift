internal import AIUModel
internal import AIUSystem
internal import Glibc

/// One file of the audit, with the length that it had when it was looked at.
struct AuditFile {
    /// Far more than a file grows to before the next one is begun.
    private static let longest = 1 << 30

    let path: String
    /// The number of its first record.
    let start: Int64
    let length: Int64
    /// Milliseconds since 1970.
    let modified: Int64

    var name: String { String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]) }

    init(path: String, start: Int64) throws(Failure) {
        self.path = path
        self.start = start
        do throws(SystemError) {
            let facts = try Files.metadata(path)
            length = Int64(facts.st_size)
            modified = Int64(facts.st_mtim.tv_sec) * 1000 + Int64(facts.st_mtim.tv_nsec) / 1_000_000
        } catch {
            throw Failure(.unavailable, "the audit cannot be read: \(error)")
        }
    }

    /// All of it, up to the length that it had.
    func read() throws(Failure) -> [UInt8] {
        guard length <= Int64(Self.longest) else {
            throw Failure(.damaged, "\(path) is longer than a file of the audit gets")
        }
        return try read(from: 0, upTo: Int(length))
    }

    func read(from offset: Int64, upTo count: Int) throws(Failure) -> [UInt8] {
        let wanted = min(Int64(count), length - offset)
        guard wanted > 0 else { return [] }
        do throws(SystemError) {
            let file = try FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW)
            return try file.read(Int(wanted), at: offset)
        } catch {
            throw Failure(.unavailable, "the audit cannot be read: \(error)")
        }
    }

    /// The last line that is whole; nil when there is none.
    func lastLine() throws(Failure) -> (sequence: Int64, digest: [UInt8], end: Int64)? {
        let from = max(0, length - 2 * Int64(AuditLine.longest))
        let tail = try read(from: from, upTo: 2 * AuditLine.longest)
        guard let end = tail.lastIndex(of: 0x0A) else {
            guard from == 0 else { throw damaged }
            return nil
        }
        let begin = tail[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let found: (sequence: Int64, digest: [UInt8], end: Int64)? = unsafe tail.withUnsafeBytes { bytes in
            let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[begin..<end])
            guard let sequence = unsafe AuditLine.sequence(line) else { return nil }
            return unsafe (sequence, AuditLine.digest(line), from + Int64(end) + 1)
        }
        guard let found else { throw damaged }
        return found
    }

    private var damaged: Failure {
        Failure(
            .damaged,
            "the last line of \(path) is no record of the audit, so somebody changed it; keep its folder as evidence, move it "
                + "away, and a new audit begins")
    }
}

extension AuditFolder {
    /// In the order of their records.
    func files() throws(Failure) -> [AuditFile] {
        try starts().map { start throws(Failure) in try AuditFile(path: file(from: start), start: start) }
    }
}
