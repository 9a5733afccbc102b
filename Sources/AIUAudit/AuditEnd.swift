internal import AIUJSON
internal import AIUModel
internal import AIUSystem
internal import Glibc

/// Where the next line goes.
struct AuditEnd: ~Copyable {
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

    /// Opens the last file, or makes the first.
    init(folder: AuditFolder, key: AuditKey) throws(Failure) {
        let known = AuditSeal.read(folder.seal)
        let files = try folder.files()
        // A file that was begun when the power went has no line yet.
        let line = try files.last?.lastLine()
        let before = line == nil && files.count > 1 ? try files[files.count - 2].lastLine() : nil
        let sequence = line?.sequence ?? before?.sequence ?? files.last.map { $0.start - 1 } ?? 0
        let digest = line?.digest ?? before?.digest ?? AuditLine.noDigest
        let length = line?.end ?? 0
        let seal = try Self.open(folder.seal, O_CREAT)
        let file = try Self.open(files.last?.path ?? folder.file(from: 1), files.isEmpty ? O_CREAT | O_EXCL : 0)
        do throws(SystemError) {
            // Half a line: nobody was told that it was there.
            if let last = files.last, last.length > length { try file.truncate(to: length) }
        } catch {
            throw Self.failure(error)
        }
        self.folder = folder
        self.key = key
        self.length = length
        self.sequence = sequence
        self.digest = digest
        self.seal = seal
        self.file = file
        finding = Self.compare(sequence, digest, known, key)
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
    }

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
            let text = AuditSeal(sequence: sequence, digest: String(decoding: digest, as: UTF8.self), key: key).text
            // One write of one length: a crash leaves the former seal, the new one, or one that cannot be read.
            try seal.write(text + [UInt8](repeating: 0x20, count: max(0, AuditSeal.length - text.count)), at: 0)
        } catch {
            throw Self.failure(error)
        }
    }

    mutating func beginFile() throws(Failure) {
        try synchronize()
        folder.reserve.fill()
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

    /// Whether the files end where the seal says.
    private static func compare(_ sequence: Int64, _ digest: [UInt8], _ seal: AuditSeal?, _ key: AuditKey) -> JSON? {
        guard let seal, seal.isGenuine(key.publicKey) else {
            return sequence == 0 ? nil : ["finding": "the end is not signed", "last": .integer(sequence)]
        }
        if sequence == 0 { return finding("the audit's files are gone", seal) }
        if sequence < seal.sequence { return finding("records were cut off the end", seal) }
        if sequence == seal.sequence, !seal.digest.utf8.elementsEqual(digest) {
            return finding("the last record was changed", seal)
        }
        // Ended before they were signed: as many as the power, or a kill, took.
        return sequence > seal.sequence ? ["unsigned": .integer(sequence - seal.sequence)] : nil
    }

    private static func finding(_ text: String, _ seal: AuditSeal) -> JSON {
        ["finding": .string(text), "signed": .integer(seal.sequence), "digest": .string(seal.digest)]
    }
}
