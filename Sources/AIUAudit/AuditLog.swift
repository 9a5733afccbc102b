internal import AIUJSON
package import AIUModel
internal import AIUSystem
internal import Glibc
internal import Synchronization

/// The audit on the disk: files of lines, each line chained to the one before, the end signed.
package final class AuditLog: AuditTrail {
    /// What an administrator may choose.
    package struct Settings: Sendable {
        /// A file that is longer is closed, and the next one begun.
        package var fileBytes: Int64 = 32 << 20
        /// Files whose last record is older are removed. Nil keeps all.
        package var keep: Duration?
        /// A signature at least after so many records.
        package var checkpointEvery: Int64 = 1000

        package init() {}
    }

    private let folder: AuditFolder
    private let key: AuditKey
    private let settings: Settings
    private let now: @Sendable () -> Int64
    private let log = Log("audit")
    private let end: Mutex<AuditEnd>

    /// Opens the audit of a folder, or begins one. What the last stop left unfinished is mended; what is damaged is noted.
    package init(
        folder path: String, settings: Settings = Settings(), now: @escaping @Sendable () -> Int64
    ) throws(Failure) {
        do throws(SystemError) {
            try Files.makeFolder(path, mode: 0o700)
        } catch {
            throw Failure(.denied, "the audit cannot be kept: \(error)")
        }
        folder = AuditFolder(path: path)
        self.settings = settings
        self.now = now
        key = try AuditKey(file: folder.key)
        end = Mutex(try AuditEnd(folder: folder, key: key))
        try end.withLock { end throws(Failure) in
            try end.note(self.now())
            try retire(&end)
        }
    }

    package var publicKey: String { key.publicKey.description }

    package func begin(_ entry: AuditEntry) throws(Failure) -> Int64 {
        try end.withLock { end throws(Failure) in
            var record = record(.begun, entry, &end)
            record.sequence = end.sequence + 1
            do throws(Failure) {
                try append(record, &end)
                try end.synchronize()
            } catch {
                let why = error.reason == .noSpace ? "the disk is full" : error.message
                throw Failure(
                    error.reason,
                    "\(entry.action) was not done, because it cannot be recorded in \(folder.path): \(why); make room, or "
                        + "mend that folder")
            }
            return record.sequence
        }
    }

    package func end(_ number: Int64, _ entry: AuditEntry, _ failure: Failure?) {
        end.withLock { end in
            var record = record(.ended, entry, &end)
            record.request = number
            record.detail = nil
            record.outcome = failure?.reason.rawValue ?? "done"
            record.message = failure?.message
            do throws(Failure) {
                try append(record, &end)
            } catch {
                // It was done, and its `begun` is kept. The next request will be refused.
                log.error("what came of record \(number) could not be kept: \(error)")
            }
        }
    }

    /// Signs what there is, for a stop in order.
    package func close() {
        end.withLock { end in
            do throws(Failure) {
                if end.unsigned > 0 { try checkpoint(&end) }
                try end.synchronize()
            } catch {
                log.error("the audit's last records are not signed: \(error)")
            }
        }
    }

    package func records(_ query: AuditQuery) throws(Failure) -> [AuditRecord] {
        try AuditSearch(folder: folder).records(query)
    }

    package func verify(expecting head: AuditHead?) throws(Failure) -> AuditReport {
        let (files, seal) = try snapshot()
        var heads = head.map { [$0] } ?? []
        if let seal { heads.append(AuditHead(sequence: seal.sequence, digest: seal.digest)) }
        var verifier = AuditVerifier(key: key.publicKey, heads: heads)
        for file in files {
            let bytes = try file.read()
            let goesOn = unsafe bytes.withUnsafeBytes { unsafe verifier.take($0, file: file.name) }
            guard goesOn else { break }
        }
        verifier.finish(file: files.last?.name ?? "", number: 0)
        return verifier.report
    }

    package func export(_ take: (consuming [UInt8]) async -> Bool) async throws(Failure) {
        for file in try snapshot().files {
            var offset: Int64 = 0
            while offset < file.length {
                let piece = try file.read(from: offset, upTo: 64 << 10)
                guard !piece.isEmpty else { break }
                offset += Int64(piece.count)
                guard await take(piece) else { return }
            }
        }
    }

    /// The files with the lengths that they have in one moment, and the seal of that moment.
    private func snapshot() throws(Failure) -> (files: [AuditFile], seal: AuditSeal?) {
        try end.withLock { end throws(Failure) in
            try end.synchronize()
            return (try folder.files(), AuditSeal.read(folder.seal))
        }
    }

    private func record(_ kind: AuditRecord.Kind, _ entry: AuditEntry, _ end: inout AuditEnd) -> AuditRecord {
        var record = AuditRecord(sequence: end.sequence + 1, kind: kind, time: now())
        record.actor = entry.actor
        record.action = entry.action
        record.subject = entry.subject
        record.detail = entry.detail
        return record
    }

    private func append(_ record: AuditRecord, _ end: inout AuditEnd) throws(Failure) {
        var record = record
        if end.length >= settings.fileBytes {
            if end.unsigned > 0 { try checkpoint(&end) }
            try end.beginFile()
            try retire(&end)
            record.sequence = end.sequence + 1
        }
        try end.append(record)
        if end.unsigned >= settings.checkpointEvery { try checkpoint(&end) }
    }

    private func checkpoint(_ end: inout AuditEnd) throws(Failure) {
        var record = AuditRecord(sequence: end.sequence + 1, kind: .checkpoint, time: now())
        record.signature = key.sign(AuditSeal.checkpoint(record, after: end.digest))
        try end.append(record)
        try end.synchronize()
    }

    /// Removes old files, once a record says so.
    private func retire(_ end: inout AuditEnd) throws(Failure) {
        guard let keep = settings.keep else { return }
        let files = try folder.files()
        let limit = now() - Int64(keep / .milliseconds(1))
        let old = files.dropLast().prefix { $0.modified < limit }
        guard let last = old.last, let line = try last.lastLine() else { return }
        var record = AuditRecord(sequence: end.sequence + 1, kind: .retired, time: now())
        record.detail = [
            "through": .integer(line.sequence), "digest": .string(String(decoding: line.digest, as: UTF8.self)),
        ]
        try end.append(record)
        try checkpoint(&end)
        for file in old {
            do throws(SystemError) {
                try Files.remove(file.path)
            } catch {
                log.warning("an old file of the audit stays: \(error)")
            }
        }
    }
}
