internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// Where the next line goes.
struct AuditEnd: ~Copyable {
    /// An end that can be gone back to.
    struct Mark {
        let length: Int64
        let sequence: Int64
        let digest: [UInt8]
        let unsigned: Int64
    }

    private let folder: AuditFolder
    private let key: AuditKey
    private var file: FileDescriptor
    private let seal: FileDescriptor
    private(set) var length: Int64
    private(set) var sequence: Int64
    /// Of the last line, in hex.
    private(set) var digest: [UInt8]
    /// Records since the last signature over all of them.
    private(set) var unsigned: Int64 = 0
    /// What was found amiss when this was opened, for the first record.
    private var finding: JSON?
    private var isOnDisk = true
    /// Whether the opening is recorded.
    private(set) var isNoted = false

    /// Opens the last file, or makes the first.
    init(folder: AuditFolder, key: AuditKey) throws(Failure) {
        let found = try AuditOpening(folder: folder, key: key)
        let isNew = found.files.isEmpty
        if isNew { try Self.signNothing(folder, key) }
        let seal = try Self.open(folder.seal, O_CREAT)
        let file = try Self.open(found.files.last?.path ?? folder.file(from: 1), isNew ? O_CREAT | O_EXCL : 0)
        do throws(SystemError) {
            // Half a line: nobody was told that it was there.
            if let last = found.files.last, last.length > found.length { try file.truncate(to: found.length) }
        } catch {
            throw Self.failure(error)
        }
        self.folder = folder
        self.key = key
        length = found.length
        sequence = found.sequence
        digest = found.digest
        self.seal = seal
        self.file = file
        finding = found.finding
        folder.reserve.fill()
    }

    /// The first record after an opening: from when on is kept, and what was found.
    mutating func note(_ time: Int64) throws(Failure) {
        var record = AuditRecord(sequence: sequence + 1, kind: .noted, time: time)
        record.actor = .supervisor
        record.action = "auditOpened"
        record.detail = finding
        try append(record)
        try synchronize()
        finding = nil
        isNoted = true
    }

    /// Takes the last line back, which could not be put on the disk: what was asked for is refused.
    mutating func takeBack(to mark: Mark) {
        _ = ftruncate(file.raw, off_t(mark.length))
        (length, sequence, digest, unsigned) = (mark.length, mark.sequence, mark.digest, mark.unsigned)
    }

    var mark: Mark { Mark(length: length, sequence: sequence, digest: digest, unsigned: unsigned) }
    var head: AuditHead { AuditHead(sequence: sequence, digest: String(decoding: digest, as: UTF8.self)) }

    /// Writes a line; on failure everything is as before.
    mutating func append(_ record: AuditRecord) throws(Failure) {
        let line = try AuditLine.encode(record, after: digest)
        do throws(SystemError) {
            try write(line + [0x0A])
        } catch {
            // What of it got to the disk is overwritten by the next line, or cut off at the next opening.
            _ = ftruncate(file.raw, off_t(length))
            throw Self.failure(error)
        }
        isOnDisk = false
        length += Int64(line.count) + 1
        sequence = record.sequence
        digest = unsafe line.withUnsafeBytes { unsafe AuditLine.digest($0) }
        unsigned = record.kind == .checkpoint ? 0 : unsigned + 1
    }

    /// On a full disk the reserve is used up first.
    private func write(_ bytes: [UInt8]) throws(SystemError) {
        do throws(SystemError) {
            try file.write(bytes, at: length)
        } catch {
            guard error.code == .noSpace, folder.reserve.give() else { throw error }
            try file.write(bytes, at: length)
        }
    }

    /// Puts all lines on the disk, then signs their end.
    mutating func synchronize() throws(Failure) {
        guard !isOnDisk else { return }
        do throws(SystemError) {
            try file.synchronize()
            isOnDisk = true
        } catch {
            throw Self.failure(error)
        }
        try sign()
    }

    /// That there is nothing yet is signed, too: a kill before the first request must not look like a theft.
    private static func signNothing(_ folder: AuditFolder, _ key: AuditKey) throws(Failure) {
        let none = AuditSeal(sequence: 0, digest: String(decoding: AuditLine.noDigest, as: UTF8.self), key: key)
        do throws(SystemError) {
            try Files.replace(folder.seal, with: none.text)
        } catch {
            throw failure(error)
        }
    }

    private func sign() throws(Failure) {
        let text = AuditSeal(sequence: sequence, digest: String(decoding: digest, as: UTF8.self), key: key).text
        do throws(SystemError) {
            // One write of one length: a crash leaves the former seal, the new one, or one that cannot be read.
            try seal.write(text + [UInt8](repeating: 0x20, count: max(0, AuditSeal.length - text.count)), at: 0)
        } catch {
            throw Self.failure(error)
        }
    }

    /// Keeps room for the time when the disk is full.
    func fillReserve() { folder.reserve.fill() }

    mutating func beginFile() throws(Failure) {
        try synchronize()
        file = try Self.open(folder.file(from: sequence + 1), O_CREAT | O_EXCL)
        length = 0
    }

    private static func open(_ path: String, _ flags: Int32) throws(Failure) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor.open(path, O_WRONLY | O_NOFOLLOW | flags)
        } catch {
            throw failure(error)
        }
    }

    private static func failure(_ error: SystemError) -> Failure {
        Failure(error.code == .noSpace ? .noSpace : .unavailable, "\(error)")
    }
}
