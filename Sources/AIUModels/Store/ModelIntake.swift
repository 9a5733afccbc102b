internal import AIUDigest
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// A model on its way into the store: what comes is written and digested, the header is read from what passes.
///
/// Used by one thread.
final class ModelIntake {
    typealias Next = (Int) throws(Failure) -> [UInt8]

    static let attempt = "add the model"
    private static let pieceSize = 64 * 1024
    /// Left to the database, the logs and everybody else.
    private static let reserve: UInt64 = 32 << 20

    private let folder: String
    private let path: String
    private let file: FileDescriptor
    private let next: Next
    private var digest = SHA256()
    private var written: UInt64 = 0

    /// Makes the file that it writes to; whoever calls removes it when anything fails.
    init(_ name: String, in folder: String, _ next: @escaping Next) throws(ModelError) {
        let path = "\(folder)/\(name)"
        file = try ModelError.attempting(Self.attempt) { () throws(SystemError) in
            // Nobody ever writes to a model again. Who may read it, its folder says: QEMU may be somebody else.
            try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o444)
        }
        self.folder = folder
        self.path = path
        self.next = next
    }

    /// Takes everything; returns when it is on the disk.
    func receive(announced: ByteCount?) throws(ModelError) -> (digest: String, size: UInt64, summary: ModelSummary) {
        if let announced { try require(announced.bytes) }
        let header: GGUFHeader
        let summary: ModelSummary
        do throws(GGUFError) {
            header = try GGUFHeader { [self] (count: Int) throws(GGUFError) in
                do throws(ModelError) {
                    return try take(count)
                } catch {
                    throw GGUFError(.source(error.failure), at: written)
                }
            }
            summary = try ModelSummary(header)
        } catch {
            throw ModelError(Self.attempt, .header(error))
        }
        try require(header.leastFileSize - min(written, header.leastFileSize))
        while try !take(Self.pieceSize).isEmpty {
            guard written <= header.mostFileSize else {
                throw ModelError(
                    Self.attempt,
                    .refused(.damaged, "it goes on after the \(header.mostFileSize) bytes that its header tells of"))
            }
        }
        guard written >= header.leastFileSize else {
            throw ModelError(
                Self.attempt,
                .refused(
                    .damaged,
                    "it ends after \(written) of \(header.leastFileSize) bytes; it was not copied or downloaded to "
                        + "its end"))
        }
        guard written <= header.mostFileSize else {
            throw ModelError(
                Self.attempt,
                .refused(.damaged, "it goes on after the \(header.mostFileSize) bytes that its header tells of"))
        }
        try ModelError.attempting(Self.attempt) { () throws(SystemError) in try file.synchronize() }
        return (digest.hex(), written, summary)
    }

    private func take(_ count: Int) throws(ModelError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try next(min(count, Self.pieceSize))
        } catch {
            throw ModelError(Self.attempt, .source(error))
        }
        digest.update(bytes)
        try ModelError.attempting(Self.attempt) { () throws(SystemError) in try file.writeAll(bytes) }
        written += UInt64(bytes.count)
        return bytes
    }

    private func require(_ bytes: UInt64) throws(ModelError) {
        let free = try ModelError.attempting(Self.attempt) { () throws(SystemError) in try Files.free(at: folder) }
        let needed = bytes.addingReportingOverflow(Self.reserve)
        guard !needed.overflow, free >= needed.partialValue else {
            throw ModelError(
                Self.attempt,
                .refused(
                    .noSpace,
                    "\(free >> 20) MiB are free at \(folder), and \((bytes >> 20) + (Self.reserve >> 20)) MiB are "
                        + "needed; `aiu system df` shows what takes the space"))
        }
    }
}
