internal import AIUJSON
internal import AIUModel

/// What an audit's files hold when they are opened, and whether that is what was signed.
struct AuditOpening {
    let files: [AuditFile]
    /// Of the last file, without half a line that a crash left.
    let length: Int64
    let sequence: Int64
    /// Of the last line, in hex.
    let digest: [UInt8]
    /// What is amiss, for the first record.
    let finding: JSON?

    init(folder: AuditFolder, key: AuditKey) throws(Failure) {
        files = try folder.files()
        // A file that was begun when the power went has no line yet.
        let line = try files.last?.lastLine()
        let before = line == nil && files.count > 1 ? try files[files.count - 2].lastLine() : nil
        length = line?.end ?? 0
        sequence = line?.sequence ?? before?.sequence ?? files.last.map { $0.start - 1 } ?? 0
        digest = line?.digest ?? before?.digest ?? AuditLine.noDigest
        finding = try Self.examine(files, length, AuditSeal.read(folder.seal), key)
    }

    /// Follows the chain from the signed end on: what stands there must be what was signed, and only what a kill can leave
    /// may follow.
    private static func examine(
        _ files: [AuditFile], _ length: Int64, _ seal: AuditSeal?, _ key: AuditKey
    ) throws(Failure) -> JSON? {
        guard let seal, seal.isGenuine(key.publicKey) else {
            return files.isEmpty ? nil : ["finding": "the end is not signed"]
        }
        let signed = AuditHead(sequence: seal.sequence, digest: seal.digest)
        let first = files.lastIndex { $0.start <= max(1, seal.sequence) } ?? 0
        var verifier = AuditVerifier(key: key.publicKey, heads: seal.sequence > 0 ? [signed] : [])
        var requests = 0
        for file in files[min(first, files.count)...] {
            let isLast = file.start == files.last?.start
            let bytes = try file.read(from: 0, upTo: Int(isLast ? length : file.length))
            let isSound = unsafe bytes.withUnsafeBytes { unsafe verifier.take($0, file: file.name) }
            requests += unsafe bytes.withUnsafeBytes { unsafe Self.requests(in: $0, after: seal.sequence) }
            guard isSound else { break }
        }
        if let damage = verifier.report.damage { return finding(damage.problem, seal) }
        if verifier.report.last < seal.sequence { return finding("records were cut off the end", seal) }
        // One request is signed after the other.
        if requests > 1 { return finding("\(requests) requests follow the signed end", seal) }
        let unsigned = verifier.report.last - seal.sequence
        return unsigned > 0 ? ["unsigned": .integer(unsigned)] : nil
    }

    private static func requests(in bytes: UnsafeRawBufferPointer, after sequence: Int64) -> Int {
        var count = 0
        let ranges = unsafe bytes.split(separator: 0x0A).map { $0.startIndex..<$0.endIndex }
        for range in ranges {
            let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
            guard let number = unsafe AuditLine.sequence(line), number > sequence else { continue }
            if unsafe AuditLine.decode(line)?.kind == .begun { count += 1 }
        }
        return count
    }

    private static func finding(_ text: String, _ seal: AuditSeal) -> JSON {
        ["finding": .string(text), "signed": .integer(seal.sequence), "digest": .string(seal.digest)]
    }
}
